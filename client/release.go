package client

import (
	"context"
	"net/url"
	"time"
)

// Release is one version of one team's product.
type Release struct {
	ID        string    `json:"id"`
	Team      string    `json:"team" doc:"Key"`
	Version   string    `json:"version"`
	Component string    `json:"component,omitempty" doc:"Of imported history"`
	Series    string    `json:"series,omitempty" doc:"Of imported history"`
	State     string    `json:"state"`
	Hotfix    bool      `json:"hotfix,omitempty"`
	Mends     string    `json:"mends,omitempty" doc:"Id of the release in production whose trouble it mends"`
	SprintEnd time.Time `json:"sprint_end,omitzero" doc:"From here the gap counts"`
	ShelvedAt time.Time `json:"shelved_at,omitzero"`
	LiveAt    time.Time `json:"live_at,omitzero"`
	ClosedAt  time.Time `json:"closed_at,omitzero"`
}

// Verdict is what a criterion of the gate says.
type Verdict struct {
	Criterion string `json:"criterion"`
	Title     string `json:"title"`
	Kind      string `json:"kind"`
	Outcome   string `json:"outcome" doc:"pass, fail or waiting"`
	Reason    string `json:"reason"`
	Evidence  string `json:"evidence,omitempty"`
	Optional  bool   `json:"optional,omitempty"`
	Waived    bool   `json:"waived,omitempty"`
	WaivedBy  string `json:"waived_by,omitempty"`
}

// ReleaseFilter narrows a list of releases; empty fields do not.
type ReleaseFilter struct {
	Team, Series, State string
	Order               string // newest (also when empty) or nearest
	After               string // Next of the page before
}

// ReleaseList is one page of releases.
type ReleaseList struct {
	Releases []Release `json:"releases"`
	Total    int       `json:"total" doc:"Over all pages"`
	Next     string    `json:"next,omitempty" doc:"Ask for the next page with after=…"`
}

// Planned says when a plan sees a release in production.
type Planned struct {
	Production time.Time `json:"production"`
	GapDays    int       `json:"gap_days" doc:"Working days from the end of the sprint"`
	Band       string    `json:"band" doc:"Against the gap policy"`
}

// GapSlice is a stretch of a release's gap with one cause.
type GapSlice struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Cause string    `json:"cause"`
	Who   string    `json:"who,omitempty"`
}

// Happening is one event of the audit log.
type Happening struct {
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Kind string    `json:"kind"`
	Text string    `json:"text"`
}

// Promise is when a published plan saw a release in production.
type Promise struct {
	Planned
	Plan        int       `json:"plan" doc:"Number"`
	PublishedAt time.Time `json:"published_at"`
}

// RunLength is how long a runbook will take.
type RunLength struct {
	P50Minutes float64 `json:"p50_minutes"`
	P85Minutes float64 `json:"p85_minutes"`
	Source     string  `json:"source"`
}

// Decided is a go/no-go of a release with who said what.
type Decided struct {
	ID        string     `json:"id"`
	Candidate string     `json:"candidate"`
	State     string     `json:"state"`
	OpenedBy  string     `json:"opened_by"`
	OpenedAt  time.Time  `json:"opened_at"`
	Reason    string     `json:"reason,omitempty" doc:"Why it is void"`
	Approvals []Approval `json:"approvals"`
}

// ReleaseStory is everything of one release.
type ReleaseStory struct {
	Release    Release     `json:"release"`
	Candidates []Candidate `json:"candidates" doc:"Newest first"`
	Evidence   []Evidence  `json:"evidence" doc:"Newest first"`
	Items      []Item      `json:"items"`
	Defects    []Defect    `json:"defects"`
	Verdicts   []Verdict   `json:"verdicts" doc:"Of the gate over the newest candidate"`
	Planned    *Planned    `json:"planned,omitempty" doc:"By the draft plan"`
	Published  *Planned    `json:"published,omitempty" doc:"By the published plan"`
	Promise    *Promise    `json:"promise,omitempty" doc:"By the published plan that was in force when it came on the shelf"`
	Expected   *Expected   `json:"expected,omitempty" doc:"While it is on its way; absent when nothing can be said"`
	Needs      *RunLength  `json:"runbook,omitempty" doc:"How long the runbook will take for the newest candidate, while it is on its way"`
	Decisions  []Decided   `json:"decisions" doc:"Newest first"`
	GapDays    int         `json:"gap_days" doc:"Working days, so far or in the end"`
	Gap        []GapSlice  `json:"gap" doc:"What the gap consists of"`
	Events     []Happening `json:"events"`
}

// Releases lists releases.
func (c *Client) Releases(ctx context.Context, programme string, f ReleaseFilter) (ReleaseList, error) {
	q := url.Values{}
	for key, v := range map[string]string{"team": f.Team, "series": f.Series, "state": f.State, "order": f.Order, "after": f.After} {
		if v != "" {
			q.Set(key, v)
		}
	}
	return get[ReleaseList](ctx, c, path("/programmes/%s/releases", programme), q)
}

// Release tells everything of one release, named by id or as team/version.
func (c *Client) Release(ctx context.Context, programme, release string) (ReleaseStory, error) {
	return get[ReleaseStory](ctx, c, path("/programmes/%s/releases/%s", programme, release), nil)
}
