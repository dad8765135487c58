package headway

import "time"

// Connection is another system that steps of a programme call: its address and
// what opens it. The secrets go in and never come out.
type Connection struct {
	ID, ProgrammeID string
	Key             string
	Kind            StepKind // http or the system
	URL             string   // API address
	Username        string   // of Jenkins, and of HTTP with a password; empty: the secret is a bearer token
	Secret          Secret   // token or password
	Signing         Secret   // with which the system signs its callbacks (Standard Webhooks); zero: they are not signed

	ChangedBy, ChangedByName string
	ChangedAt                time.Time
}

// Check refuses connections that could not be used.
func (c Connection) Check() error {
	if err := CheckKey("connection", c.Key); err != nil {
		return err
	}
	if !c.Kind.Called() {
		return Invalidf("connection.kind", "%q is no system that is called", c.Kind).WithHint("use http, github, gitlab, jenkins, azure or argocd")
	}
	switch c.Kind {
	case StepManual, StepCommand, StepHTTP, StepGitHub, StepGitLab, StepJenkins, StepAzure, StepArgo:
	default:
		return Invalidf("connection.kind", "%q is no kind of system", c.Kind).WithHint("use http, github, gitlab, jenkins, azure or argocd")
	}
	if err := checkAddress("connection.url", c.URL); err != nil {
		return err
	}
	if len(c.Username) > 200 || !isPlainText(c.Username, false) {
		return Invalidf("connection.username", "a user name has at most 200 characters")
	}
	for where, s := range map[string]Secret{"connection.secret": c.Secret, "connection.signing": c.Signing} {
		if len(s.Reveal()) > 4000 || !isPlainText(s.Reveal(), false) {
			return Invalidf(where, "a secret has at most 4,000 characters in one line")
		}
	}
	return nil
}
