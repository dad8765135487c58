package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// RunFilter narrows the cases of a regression run; empty fields do not.
type RunFilter struct {
	Against string // candidate, id of a run or previous; empty: the last released one
	Change  string // all, muted, or one of the changes
	Search  string
	Page    int
}

// Run is a regression run, compared with another.
type Run struct {
	Evidence Evidence       `json:"evidence"`
	Against  *RunRef        `json:"against,omitempty" doc:"What it is compared with; none when nothing was released with a run"`
	History  []RunRef       `json:"history" doc:"What the letters of a case's history stand for, this run first"`
	Counts   map[string]int `json:"counts" doc:"By change, and tests, passed, failed (without muted), skipped, muted"`
	Quiet    []string       `json:"muted_passing" doc:"Cases that pass though they are muted"`
	Expired  []string       `json:"mute_expired" doc:"Cases that fail and whose mute is over"`
	Notes    []string       `json:"notes"`
	Cases    []RunCase      `json:"cases"`
	Found    int            `json:"found" doc:"Cases over all pages"`
	Pages    int            `json:"pages"`
}

// RunRef names a regression run.
type RunRef struct {
	Evidence  string    `json:"evidence"`
	Candidate string    `json:"candidate"`
	At        time.Time `json:"at"`
}

// RunCase is one case of a run.
type RunCase struct {
	ID         string  `json:"id"`
	Outcome    string  `json:"outcome"`
	Change     string  `json:"change,omitempty" doc:"Empty when it is as before"`
	Was        string  `json:"was,omitempty"`
	Seconds    float64 `json:"seconds"`
	Message    string  `json:"message,omitempty"`
	History    string  `json:"history" doc:"Outcomes of this run and of those before: p passed, ~ flaky, f failed, e error, s skipped, - absent"`
	FailingFor int     `json:"failing_for,omitempty" doc:"Candidates in a row"`
	Flaky      int     `json:"flaky" doc:"Runs in which it was flaky"`
	Ran        int     `json:"ran"`
	Muted      bool    `json:"muted"`
	Team       string  `json:"team,omitempty" doc:"Key of the team that rules of attribution name"`
}

// Evidence shows a piece of evidence.
func (c *Client) Evidence(ctx context.Context, programme, id string) (Evidence, error) {
	return get[Evidence](ctx, c, path("/programmes/%s/evidence/%s", programme, id), nil)
}

// Run shows a regression run with its cases.
func (c *Client) Run(ctx context.Context, programme, evidence string, f RunFilter) (Run, error) {
	q := url.Values{}
	for key, v := range map[string]string{"against": f.Against, "change": f.Change, "search": f.Search} {
		if v != "" {
			q.Set(key, v)
		}
	}
	if f.Page > 0 {
		q.Set("page", strconv.Itoa(f.Page))
	}
	return get[Run](ctx, c, path("/programmes/%s/evidence/%s/cases", programme, evidence), q)
}

// NewMute says that the failures of a case are known.
type NewMute struct {
	Team    string    `json:"team" doc:"Key"`
	Case    string    `json:"case" minLength:"1" maxLength:"2000" doc:"Id of a case, or a pattern in which * stands for any text"`
	Owner   string    `json:"owner" doc:"Key of the person who sees to it"`
	Reason  string    `json:"reason" minLength:"1" maxLength:"2000"`
	Expires time.Time `json:"expires" doc:"Within 180 days"`
}

// Mute is a known failure.
type Mute struct {
	ID      string    `json:"id"`
	Team    string    `json:"team,omitempty" doc:"Key"`
	Case    string    `json:"case"`
	Owner   string    `json:"owner"`
	Reason  string    `json:"reason"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Expires time.Time `json:"expires"`
	Expired bool      `json:"expired"`
	Lifted  time.Time `json:"lifted,omitzero"`
}

// MuteList is the mutes of a programme.
type MuteList struct {
	Mutes []Mute `json:"mutes"`
}

// Mutes lists known failures; of one team, unless that is empty.
func (c *Client) Mutes(ctx context.Context, programme, team string) (MuteList, error) {
	q := url.Values{}
	if team != "" {
		q.Set("team", team)
	}
	return get[MuteList](ctx, c, path("/programmes/%s/mutes", programme), q)
}

// AddMute mutes a known failure.
func (c *Client) AddMute(ctx context.Context, programme string, in NewMute) (Mute, error) {
	return do[Mute](ctx, c, http.MethodPost, path("/programmes/%s/mutes", programme), in)
}

// LiftMute ends a mute.
func (c *Client) LiftMute(ctx context.Context, programme, id string) (Mute, error) {
	return do[Mute](ctx, c, http.MethodPost, path("/programmes/%s/mutes/%s/lift", programme, id), nil)
}

// Owners says which team's tests are whose.
type Owners struct {
	Text     string            `json:"text" doc:"As a CODEOWNERS file"`
	Teams    map[string]string `json:"teams,omitempty" doc:"Key of a team by owner; owners that are named as a team need none"`
	Rules    int               `json:"rules,omitempty" readOnly:"true"`
	Teamless []string          `json:"teamless,omitempty" readOnly:"true" doc:"Owners that stand for no team"`
	By       string            `json:"by,omitempty" readOnly:"true"`
	At       time.Time         `json:"at,omitzero" readOnly:"true"`
}

// Owners shows the rules of attribution.
func (c *Client) Owners(ctx context.Context, programme string) (Owners, error) {
	return get[Owners](ctx, c, path("/programmes/%s/owners", programme), nil)
}

// SetOwners sets the rules of attribution.
func (c *Client) SetOwners(ctx context.Context, programme string, in Owners) (Owners, error) {
	return do[Owners](ctx, c, http.MethodPut, path("/programmes/%s/owners", programme), in)
}

// Cycle is a list of manual cases to be worked through on a candidate.
type Cycle struct {
	ID        string         `json:"id"`
	Candidate string         `json:"candidate" doc:"Name"`
	Title     string         `json:"title"`
	Counts    map[string]int `json:"counts" doc:"By outcome: open, passed, failed, blocked, skipped"`
	Cases     []CycleCase    `json:"cases"`
	Notes     []string       `json:"notes" doc:"What the reader noticed"`
}

// CycleList is the newest test cycles of a programme, without their cases.
type CycleList struct {
	Cycles []Cycle `json:"cycles"`
}

// CycleCase is one manual case with what a person found.
type CycleCase struct {
	Number       int          `json:"number"`
	Key          string       `json:"key,omitempty"`
	Title        string       `json:"title"`
	Component    string       `json:"component,omitempty"`
	Precondition string       `json:"precondition,omitempty"`
	Priority     string       `json:"priority,omitempty"`
	Steps        []CycleStep  `json:"steps"`
	Outcome      string       `json:"outcome" doc:"open, passed, failed, blocked or skipped"`
	Note         string       `json:"note,omitempty"`
	Attachments  []Attachment `json:"attachments"`
	By           string       `json:"by,omitempty"`
	At           time.Time    `json:"at,omitzero"`
}

// CycleStep is one step of a manual case.
type CycleStep struct {
	Action   string `json:"action,omitempty"`
	Expected string `json:"expected,omitempty"`
}

// CycleResult is what a person found of a case.
type CycleResult struct {
	Outcome string `json:"outcome" enum:"open,passed,failed,blocked,skipped"`
	Note    string `json:"note,omitempty" maxLength:"8192" doc:"Needed when it failed or is blocked"`
}

// OpenCycle opens a test cycle from manual cases in CSV.
func (c *Client) OpenCycle(ctx context.Context, programme string, about Report, title string, csv io.Reader) (Cycle, error) {
	q := url.Values{"team": {about.Team}, "name": {about.FileName}, "title": {title}}
	for key, v := range map[string]string{"version": about.Version, "candidate": about.Candidate} {
		if v != "" {
			q.Set(key, v)
		}
	}
	return stream[Cycle](ctx, c, http.MethodPost, path("/programmes/%s/cycles", programme)+"?"+q.Encode(), csv, -1, "text/csv")
}

// Cycles lists the newest test cycles.
func (c *Client) Cycles(ctx context.Context, programme string) (CycleList, error) {
	return get[CycleList](ctx, c, path("/programmes/%s/cycles", programme), nil)
}

// AttachToCase attaches a file to a manual case.
func (c *Client) AttachToCase(ctx context.Context, programme, cycle string, number int, name string, content io.Reader, size int64) (CycleCase, error) {
	return stream[CycleCase](ctx, c, http.MethodPost, path("/programmes/%s/cycles/%s/cases/%s/attachments", programme, cycle, strconv.Itoa(number))+"?"+url.Values{"name": {name}}.Encode(),
		content, size, "application/octet-stream")
}

// CaseAttachment downloads a file that is attached to a manual case; the caller closes it.
func (c *Client) CaseAttachment(ctx context.Context, programme, cycle string, number int, name string) (io.ReadCloser, error) {
	return c.download(ctx, path("/programmes/%s/cycles/%s/cases/%s/attachments/%s", programme, cycle, strconv.Itoa(number), name))
}

// Cycle shows a test cycle.
func (c *Client) Cycle(ctx context.Context, programme, id string) (Cycle, error) {
	return get[Cycle](ctx, c, path("/programmes/%s/cycles/%s", programme, id), nil)
}

// RecordCase tells what a person found of a manual case.
func (c *Client) RecordCase(ctx context.Context, programme, cycle string, number int, in CycleResult) (CycleCase, error) {
	return do[CycleCase](ctx, c, http.MethodPut, path("/programmes/%s/cycles/%s/cases/%s", programme, cycle, strconv.Itoa(number)), in)
}
