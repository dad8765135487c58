package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Gaps tells what the releases of a programme needed from sprint to production.
type Gaps struct {
	Policy    GapPolicy         `json:"policy"`
	Finished  int               `json:"finished" doc:"Releases with a measured gap"`
	Headway   Rhythm            `json:"headway"`
	Teams     []TeamGap         `json:"teams"`
	Causes    []GapCause        `json:"causes" doc:"Over the releases below, largest first"`
	Releases  []ReleaseGap      `json:"releases" doc:"Newest first"`
	Forecasts []ReleaseForecast `json:"forecasts" doc:"Of releases on their way"`
	Truncated bool              `json:"truncated,omitempty" doc:"Only the newest releases were looked at"`
}

// GapPolicy bounds the gap in working days.
type GapPolicy struct {
	Minimum int `json:"minimum"`
	Target  int `json:"target"`
	Maximum int `json:"maximum"`
}

// Rhythm is the time between consecutive releases reaching production, in days.
type Rhythm struct {
	Releases   int       `json:"releases"`
	MedianDays float64   `json:"median_days" doc:"0 with less than two releases"`
	LastDays   float64   `json:"last_days"`
	LastLive   time.Time `json:"last_live,omitzero"`
}

// TeamGap sums up the gaps of one team, in working days.
type TeamGap struct {
	Team         string    `json:"team" doc:"Key"`
	Name         string    `json:"name"`
	Releases     int       `json:"releases"`
	MedianDays   float64   `json:"median_days"`
	P85Days      float64   `json:"p85_days"`
	LastDays     int       `json:"last_days"`
	WithinTarget float64   `json:"within_target" doc:"Share of releases, 0–1"`
	BeyondMax    int       `json:"beyond_maximum"`
	Headway      Rhythm    `json:"headway"`
	Next         *Forecast `json:"next,omitempty"`
}

// Forecast is a gap in working days with its probabilities.
type Forecast struct {
	P50   float64 `json:"p50"`
	P85   float64 `json:"p85"`
	P95   float64 `json:"p95"`
	Basis string  `json:"basis" doc:"own history, programme history or bottom-up"`
	Own   int     `json:"own" doc:"Finished releases of the component it rests on"`
	All   int     `json:"all"`
}

// GapCause says how much of the gaps one cause took.
type GapCause struct {
	Cause string  `json:"cause"`
	Who   string  `json:"who,omitempty" doc:"Skill"`
	Days  float64 `json:"days"`
	Share float64 `json:"share" doc:"0–1"`
}

// ReleaseGap is the gap of one release.
type ReleaseGap struct {
	ReleaseID string    `json:"release_id"`
	Release   string    `json:"release"`
	Team      string    `json:"team"`
	From      time.Time `json:"from,omitzero" doc:"End of its sprint, or its first candidate"`
	To        time.Time `json:"to,omitzero" doc:"Production, or now"`
	Days      int       `json:"days" doc:"Working days"`
	Band      string    `json:"band,omitempty"`
	Slices    []GapPart `json:"slices"`
}

// GapPart is a stretch of a gap with one cause.
type GapPart struct {
	Cause string    `json:"cause"`
	Who   string    `json:"who,omitempty"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Days  float64   `json:"days" doc:"Working days"`
}

// ReleaseForecast says when to expect a release in production.
type ReleaseForecast struct {
	ReleaseID string    `json:"release_id"`
	Release   string    `json:"release"`
	Planned   time.Time `json:"planned,omitzero"`
	Gap       Forecast  `json:"gap"`
	P50       string    `json:"p50" doc:"Date"`
	P85       string    `json:"p85" doc:"Date"`
	P95       string    `json:"p95" doc:"Date"`
}

// Status is where a programme stands.
type Status struct {
	Programme   string          `json:"programme"`
	Name        string          `json:"name"`
	Shelf       []StatusRelease `json:"shelf"`
	UnderTest   []StatusRelease `json:"under_test"`
	Decided     []StatusRelease `json:"decided"`
	Deploying   []StatusRelease `json:"deploying"`
	Live        []StatusRelease `json:"live" doc:"The newest few"`
	Next        *StatusRelease  `json:"next,omitempty" doc:"The next that the plan sees in production"`
	PlanStatus  string          `json:"plan_status,omitempty"`
	Baseline    int             `json:"baseline" doc:"Number of the newest published plan, 0: none"`
	Findings    []Finding       `json:"findings"`
	OpenDefects int             `json:"open_defects"`
	Stopped     []string        `json:"stopped,omitempty" doc:"Reasons of emergency stops"`
}

// StatusRelease is one release in a status.
type StatusRelease struct {
	ReleaseID string    `json:"release_id"`
	Release   string    `json:"release"`
	Team      string    `json:"team"`
	Candidate string    `json:"candidate,omitempty"`
	Since     time.Time `json:"since,omitzero" doc:"On the shelf, or live"`
	Planned   time.Time `json:"planned,omitzero"`
	GapDays   int       `json:"gap_days" doc:"Working days so far"`
}

// Gaps measures the gaps of a programme; details is for how many releases they
// are taken apart, 0 for the usual number.
func (c *Client) Gaps(ctx context.Context, programme string, details int) (Gaps, error) {
	q := url.Values{}
	if details > 0 {
		q.Set("details", strconv.Itoa(details))
	}
	return get[Gaps](ctx, c, path("/programmes/%s/gap", programme), q)
}

// ReleaseGap measures the gap of one release, up to now while it is on its way.
func (c *Client) ReleaseGap(ctx context.Context, programme, release string) (ReleaseGap, error) {
	return get[ReleaseGap](ctx, c, path("/programmes/%s/releases/%s/gap", programme, release), nil)
}

// Status tells where programmes stand: one by key, or all for an empty key.
func (c *Client) Status(ctx context.Context, programme string) ([]Status, error) {
	return get[[]Status](ctx, c, path("/status"), some("programme", programme))
}

// Work is what waits for the owner of the token in a programme.
type Work struct {
	Person        string         `json:"person,omitempty" doc:"Key"`
	Items         []WorkItem     `json:"items"`
	Decisions     []WorkDecision `json:"decisions"`
	Defects       []WorkDefect   `json:"defects" doc:"Open ones of the person's team"`
	Bookings      []WorkBooking  `json:"bookings" doc:"Of environments, in the next four weeks"`
	Reworks       []WorkRework   `json:"reworks,omitempty" doc:"Teams whose rework is over its budget: the person, as Product Owner, chooses what gives"`
	Experiments   []WorkTrial    `json:"experiments,omitempty" doc:"Running ones that the person sees to"`
	Notifications []Notification `json:"notifications"`
}

// WorkRework is a team whose rework is over its budget.
type WorkRework struct {
	Team        string    `json:"team" doc:"Name"`
	Sprint      int       `json:"sprint" doc:"Number"`
	BudgetHours float64   `json:"budget_hours"`
	Since       time.Time `json:"since"`
}

// WorkTrial is a running experiment that the person sees to.
type WorkTrial struct {
	Number int    `json:"number"`
	Change string `json:"change"`
	Effect string `json:"effect"`
	Due    bool   `json:"due" doc:"Its effect is known: keep it or take it back"`
}

// WorkBooking is an environment held for a release that the person has to do with.
type WorkBooking struct {
	ID          string    `json:"id"`
	Environment string    `json:"environment" doc:"Name"`
	Release     string    `json:"release,omitempty"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
	Purpose     string    `json:"purpose,omitempty"`
}

// WorkItem is a backlog item that is in the person's hands, or could be.
type WorkItem struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	Release string    `json:"release"`
	Skill   string    `json:"skill"`
	State   string    `json:"state"`
	Mine    bool      `json:"mine" doc:"Assigned, or planned for the person"`
	Start   time.Time `json:"start,omitzero" doc:"As the draft plan has it"`
	End     time.Time `json:"end,omitzero"`
}

// WorkDecision is a go/no-go that takes the person's verdict.
type WorkDecision struct {
	ID      string `json:"id"`
	Release string `json:"release"`
	Role    string `json:"role" doc:"That the verdict counts for"`
	Digest  string `json:"digest"`
}

// WorkDefect is an open defect.
type WorkDefect struct {
	Number   int    `json:"number"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Release  string `json:"release"`
}

// Notification tells of an event.
type Notification struct {
	ID   string    `json:"id"`
	Text string    `json:"text"`
	Link string    `json:"link"`
	At   time.Time `json:"at"`
	Read bool      `json:"read"`
}

// MarkRead names a notification to be marked as read.
type MarkRead struct {
	ID string `json:"id,omitempty" doc:"Empty: all"`
}

// Work fetches what waits for the owner of the token.
func (c *Client) Work(ctx context.Context, programme string) (Work, error) {
	return get[Work](ctx, c, path("/programmes/%s/work", programme), nil)
}

// MarkRead marks a notification as read, or with an empty id all of them.
func (c *Client) MarkRead(ctx context.Context, id string) error {
	_, err := do[struct{}](ctx, c, http.MethodPost, path("/notifications/read"), MarkRead{id})
	return err
}
