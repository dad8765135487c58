package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"headway"
)

// Programme is a programme in the list of all.
type Programme struct {
	ID      string `json:"id"`
	Key     string `json:"key"`
	Name    string `json:"name"`
	Zone    string `json:"zone"`
	Teams   int    `json:"teams"`
	Shelved int    `json:"shelved" doc:"Releases on the shelf or being proved"`
	Live    int    `json:"live" doc:"Releases that reached production"`
}

// NewProgramme describes an empty programme to be made.
type NewProgramme struct {
	Key  string `json:"key" minLength:"1" maxLength:"63"`
	Name string `json:"name" minLength:"1" maxLength:"200"`
	Zone string `json:"zone,omitempty" doc:"IANA time zone; empty: UTC"`
	// Playbook is the one of the gallery to start with.
	Playbook string `json:"playbook,omitempty" enum:"ordinary,lean,data-heavy" doc:"Of the gallery; empty: ordinary"`
}

// Setup is everything that a programme is set up with.
type Setup struct {
	File     json.RawMessage `json:"file" doc:"All sections, in the form that apply-setup takes"`
	Absences []Absence       `json:"absences"`
	Playbook int             `json:"playbook_version"`
	Gate     int             `json:"gate_version"`
	Runbook  int             `json:"runbook_version"`
}

// Document decodes the setup's file.
func (s Setup) Document() (f headway.ProgrammeFile, err error) {
	if err := json.Unmarshal(s.File, &f); err != nil {
		return f, headway.Errorf(headway.Internal, "the server's answer cannot be read").Because(err)
	}
	return f, nil
}

// SetupChanges says what applying a setup changed.
type SetupChanges struct {
	Added   []string `json:"added"`
	Changed []string `json:"changed"`
	Removed []string `json:"removed"`
	Notes   []string `json:"notes" doc:"What deserves attention"`
}

// Absence is a span of days, both included, on which a person does not work.
type Absence struct {
	ID     string       `json:"id"`
	Person string       `json:"person" doc:"Key of the person"`
	From   headway.Date `json:"from"`
	To     headway.Date `json:"to"`
	Reason string       `json:"reason,omitempty"`
}

// NewAbsence describes an absence to be stored.
type NewAbsence struct {
	Person string       `json:"person" doc:"Key of the person"`
	From   headway.Date `json:"from"`
	To     headway.Date `json:"to,omitzero" doc:"Left out: one day"`
	Reason string       `json:"reason,omitempty" maxLength:"200"`
}

// Member is an account with its roles in a programme.
type Member struct {
	UserID string   `json:"user_id"`
	Email  string   `json:"email"`
	Name   string   `json:"name"`
	Roles  []string `json:"roles"`
	Person string   `json:"person,omitempty" doc:"Key of the person that the account stands for"`
}

// MemberRoles gives an account its roles, instead of those it had.
type MemberRoles struct {
	Roles  []string `json:"roles" doc:"viewer, developer, ops, scrum-master, product-owner, release-manager, admin; none: no longer a member"`
	Person string   `json:"person,omitempty" doc:"Key of the person who signs in with it"`
}

// ImportLine is one line of the answer to an import: progress, and at the end
// the summary or an error.
type ImportLine struct {
	RowsDone int64          `json:"rows_done"`
	Rows     int64          `json:"rows"`
	Summary  *ImportSummary `json:"summary,omitempty"`
	Error    *ImportError   `json:"error,omitempty"`
}

// ImportSummary is what an import came to.
type ImportSummary struct {
	Digest     string  `json:"digest"`
	Rows       int64   `json:"rows"`
	Teams      int     `json:"teams" doc:"New"`
	Releases   int     `json:"releases" doc:"New"`
	Completed  int     `json:"completed" doc:"Known before, now with more candidates or a date of production"`
	Candidates int     `json:"candidates" doc:"New"`
	Gaps       int     `json:"gaps" doc:"Releases whose gap is known"`
	Betas      int     `json:"betas" doc:"Rows about betas, which are not imported"`
	Tags       int     `json:"tags" doc:"Rows about mere tags"`
	Again      bool    `json:"again" doc:"The file had been imported before: nothing was changed"`
	Resumed    int64   `json:"resumed" doc:"Rows that an interrupted import of the file had done"`
	Seconds    float64 `json:"seconds"`
}

// ImportError says why an import stopped; what it had stored stays, and the
// same file goes on from there.
type ImportError struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Where   string `json:"where,omitempty"`
}

// Programmes lists the programmes that the token may see.
func (c *Client) Programmes(ctx context.Context) ([]Programme, error) {
	return get[[]Programme](ctx, c, path("/programmes"), nil)
}

// AddProgramme makes an empty programme.
func (c *Client) AddProgramme(ctx context.Context, in NewProgramme) (Programme, error) {
	return do[Programme](ctx, c, http.MethodPost, path("/programmes"), in)
}

// Setup gives everything of a programme's setup.
func (c *Client) Setup(ctx context.Context, programme string) (Setup, error) {
	return get[Setup](ctx, c, path("/programmes/%s/setup", programme), nil)
}

// SetupYAML gives the setup as a document that can be applied; the caller closes it.
func (c *Client) SetupYAML(ctx context.Context, programme string) (io.ReadCloser, error) {
	return c.download(ctx, path("/programmes/%s/setup.yaml", programme))
}

// ApplySetup brings a programme's setup in line with a YAML or JSON document;
// name is what errors call it.
func (c *Client) ApplySetup(ctx context.Context, programme, name string, document io.Reader) (SetupChanges, error) {
	return stream[SetupChanges](ctx, c, http.MethodPut, path("/programmes/%s/setup", programme)+"?file="+url.QueryEscape(name), document, -1, "application/yaml")
}

// Members lists the accounts that hold a role in a programme.
func (c *Client) Members(ctx context.Context, programme string) ([]Member, error) {
	return get[[]Member](ctx, c, path("/programmes/%s/members", programme), nil)
}

// SetMember gives an account its roles in a programme.
func (c *Client) SetMember(ctx context.Context, programme, email string, in MemberRoles) (Member, error) {
	return do[Member](ctx, c, http.MethodPut, path("/programmes/%s/members/%s", programme, email), in)
}

// AddAbsence stores an absence.
func (c *Client) AddAbsence(ctx context.Context, programme string, in NewAbsence) (Absence, error) {
	return do[Absence](ctx, c, http.MethodPost, path("/programmes/%s/absences", programme), in)
}

// RemoveAbsence takes back an absence.
func (c *Client) RemoveAbsence(ctx context.Context, programme, id string) error {
	_, err := do[struct{}](ctx, c, http.MethodDelete, path("/programmes/%s/absences/%s", programme, id), nil)
	return err
}

// ImportReleases brings a release history in CSV into a programme and tells how
// far it is. An import that was cut goes on when the same file is sent again.
func (c *Client) ImportReleases(ctx context.Context, programme, name string, csv io.Reader, size int64, progress func(done, rows int64)) (ImportSummary, error) {
	answer, err := c.send(ctx, http.MethodPost, path("/programmes/%s/imports", programme)+"?file="+url.QueryEscape(name), csv, size, "text/csv")
	if err != nil {
		return ImportSummary{}, err
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		var l ImportLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return ImportSummary{}, headway.Errorf(headway.Internal, "the server's answer cannot be read").Because(err)
		}
		switch {
		case l.Error != nil:
			return ImportSummary{}, &headway.Error{Kind: headway.Kind(l.Error.Kind), Message: l.Error.Message, Hint: l.Error.Hint, Where: l.Error.Where}
		case l.Summary != nil:
			return *l.Summary, nil
		default:
			progress(l.RowsDone, l.Rows)
		}
	}
	return ImportSummary{}, headway.Errorf(headway.Unavailable, "the connection ended before the import was done").
		WithHint("start it again: it goes on where it stopped").Because(errors.Join(ErrUnreachable, lines.Err()))
}

// ImportTimeout is how long the server may take for one import.
const ImportTimeout = 15 * time.Minute
