package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"headway"
	"headway/client"
	"headway/internal/attest"
)

type decisionBundleCmd struct {
	releaseFlags
	Out string `short:"o" placeholder:"FILE" help:"File to write; standard output when absent."`
}

// Help says what to do with it.
func (decisionBundleCmd) Help() string {
	return `The bundle is a DSSE envelope around an in-toto statement, signed at the moment of the decision. Anybody can check it without a server: headway verify bundle.json

Example: headway decision bundle --programme shop --team web --version 2.4.0 -o bundle.json`
}

// Run downloads the bundle.
func (c decisionBundleCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	d, err := s.DecisionOf(ctx, c.Programme, c.Team, c.Version)
	if err != nil {
		return err
	}
	body, err := s.DecisionBundle(ctx, c.Programme, d.ID)
	if err != nil {
		return err
	}
	return errors.Join(e.saved(body, c.Out), body.Close())
}

// saved writes a download to a file, or to standard output.
func (e *env) saved(body io.Reader, out string) error {
	if out == "" {
		_, err := io.Copy(e.Out, body)
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return headway.Invalidf("--out", "%s cannot be written", out).Because(err)
	}
	_, err = io.Copy(f, body)
	return errors.Join(err, f.Close())
}

type decisionKeyCmd struct{}

// Run prints the public key.
func (decisionKeyCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.SigningKey, error) { return s.SigningKey(ctx) }, func(w io.Writer, k client.SigningKey) {
		fmt.Fprintf(w, "%s\nkey id %s\n", k.Text, k.ID)
	})
}

// isBundle tells a bundle from a backup by its first byte.
func isBundle(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // only read
	first := make([]byte, 1)
	_, err = io.ReadFull(f, first)
	return err == nil && first[0] == '{'
}

// verifyBundle checks the signed record of a go/no-go.
func verifyBundle(e *env, file, key string) error {
	f, err := os.Open(file)
	if err != nil {
		return unreadable("path", file, err)
	}
	defer func() { _ = f.Close() }() // only read
	raw, err := io.ReadAll(io.LimitReader(f, attest.Limit+1))
	if err != nil {
		return unreadable("path", file, err)
	}
	r, err := attest.Verify(raw, strings.TrimSpace(key))
	if err != nil {
		return err
	}
	e.print(r, func(w io.Writer) { printAttested(w, r) })
	if len(r.Findings) > 0 {
		return judged{outcome: headway.Fail, reason: headway.Conflictf("%s does not hold: %s", file, r.Findings[0]).
			WithHint("get the bundle again from the instance, and compare its audit log")}
	}
	return nil
}

func printAttested(w io.Writer, r attest.Report) {
	for _, f := range r.Findings {
		fmt.Fprintf(w, "does not hold: %s\n", printable(f))
	}
	if len(r.Findings) > 0 {
		return
	}
	head, rec := r.Statement.Predicate.Head, r.Statement.Predicate.Record
	fmt.Fprintf(w, "%s of %s %s to %s, decided %s, on digest %s\n", strings.ToUpper(rec.Outcome), printable(head.Team), printable(head.Candidate), printable(head.Environment), moment(rec.At), rec.Digest)
	fmt.Fprintf(w, "opened by %s\n", printable(head.OpenedBy))
	for _, v := range rec.Verdicts {
		waived := ""
		if v.Waived {
			waived = ", waived"
		}
		fmt.Fprintf(w, "  criterion %s: %s%s: %s\n", printable(v.Title), v.Outcome, waived, printable(v.Reason))
	}
	for _, p := range rec.Evidence {
		fmt.Fprintf(w, "  evidence %s: %s, sha256 %s\n", printable(p.File), p.Outcome, p.SHA256)
	}
	printVoices(w, "approved by", rec.Approvals)
	printVoices(w, "rejected by", rec.Dissent)
	printVoices(w, "an earlier go/no-go was rejected by", rec.Earlier)
	for _, x := range rec.Waivers {
		fmt.Fprintf(w, "  waived: %s by %s as %s until %s: %s\n", printable(strings.Join(append([]string{x.Criterion}, x.Freezes...), " ")), printable(x.By), x.Role, moment(x.ExpiresAt), printable(x.Reason))
	}
	for _, o := range rec.Overrides {
		fmt.Fprintf(w, "  overridden: %s by %s as %s: %s\n", printable(strings.Join(append([]string{o.Rule}, o.Freezes...), " ")), printable(o.By), o.Role, printable(o.Reason))
	}
	for _, d := range rec.Defects {
		fmt.Fprintf(w, "  accepted: D-%d %s (%s, %s)\n", d.Number, printable(d.Title), d.Severity, d.State)
	}
	if r.Pinned {
		fmt.Fprintf(w, "unaltered, signed by the key that was named, %s\n", r.KeyID)
		return
	}
	fmt.Fprintf(w, "unaltered since it was signed by the key %s\nwhose key that is it cannot say itself: compare it with headway decision key, and name it with --key\n", r.KeyID)
}

func printVoices(w io.Writer, what string, said []headway.RecordedApproval) {
	for _, a := range said {
		fmt.Fprintf(w, "  %s %s as %s, %s %s\n", what, printable(a.Name), a.Role, moment(a.At), printable(a.Note))
	}
}
