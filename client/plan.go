package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Plan is a release plan: where every operations activity lies on people and time.
type Plan struct {
	PlanHead
	Placements []Placement      `json:"placements"`
	Releases   []PlannedRelease `json:"releases"`
	Findings   []Finding        `json:"findings"`
}

// PlanHead says which plan it is.
type PlanHead struct {
	Kind     string    `json:"kind" doc:"draft or published"`
	Number   int       `json:"number,omitempty" doc:"Of a published plan"`
	Revision int64     `json:"revision" doc:"Of the programme's facts; name it to publish"`
	Status   string    `json:"status" doc:"optimal, feasible or infeasible"`
	Reason   string    `json:"reason,omitempty" doc:"Why it was published"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Placement is one activity on people and time.
type Placement struct {
	Activity    string    `json:"activity" doc:"Stable over replans"`
	Item        string    `json:"item,omitempty" doc:"Backlog item; empty while foreseen"`
	ReleaseID   string    `json:"release_id"`
	Release     string    `json:"release"`
	Title       string    `json:"title"`
	Kind        string    `json:"kind"`
	Skill       string    `json:"skill,omitempty"`
	People      []string  `json:"people" doc:"Keys"`
	Environment string    `json:"environment,omitempty" doc:"Key"`
	Start       time.Time `json:"start"`
	End         time.Time `json:"end"`
	Why         string    `json:"why" doc:"What stands in the way of starting earlier"`
	Pinned      bool      `json:"pinned,omitempty"`
	Done        bool      `json:"done,omitempty"`
}

// PlannedRelease says when the plan sees a release in production.
type PlannedRelease struct {
	ReleaseID  string    `json:"release_id"`
	Release    string    `json:"release"`
	Production time.Time `json:"production"`
	GapDays    int       `json:"gap_days" doc:"Working days from sprint end"`
	Band       string    `json:"band,omitempty" doc:"below-minimum, within-target, beyond-target or beyond-maximum"`
}

// Finding is a place where the plan does not fit.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity string   `json:"severity" doc:"clash or warning"`
	Text     string   `json:"text"`
	Release  string   `json:"release,omitempty"`
	Repairs  []Repair `json:"repairs,omitempty"`
}

// Repair is a way out of a finding with its measured effect.
type Repair struct {
	Text    string `json:"text"`
	Effect  string `json:"effect" doc:"What the plan with it gives"`
	Changes WhatIf `json:"changes" doc:"Preview them, take them, or keep them as a scenario"`
}

// PublishPlan asks to publish the draft.
type PublishPlan struct {
	Revision int64  `json:"revision" doc:"Of the draft that was looked at"`
	Reason   string `json:"reason" minLength:"1" maxLength:"1000"`
}

// PlanPreview is the plan that a what-if gives, against the draft.
type PlanPreview struct {
	Plan       Plan           `json:"plan"`
	Comparison PlanComparison `json:"comparison"`
}

// PlanComparison tells how one plan differs from another, and who is hit.
type PlanComparison struct {
	From     PlanHead       `json:"from"`
	To       PlanHead       `json:"to"`
	Changes  []PlanChange   `json:"changes"`
	Releases []ReleaseShift `json:"releases"`
	People   []PersonHit    `json:"people"`
	Teams    []TeamHit      `json:"teams"`
}

// PlanChange is one difference, in words.
type PlanChange struct {
	Activity string  `json:"activity"`
	Text     string  `json:"text"`
	Days     float64 `json:"days" doc:"By which its end moved, later is positive"`
}

// ReleaseShift is a release whose production moved, came or went.
type ReleaseShift struct {
	Release string    `json:"release"`
	Team    string    `json:"team"`
	Before  time.Time `json:"before,omitzero"`
	After   time.Time `json:"after,omitzero"`
	Days    float64   `json:"days"`
}

// PersonHit counts what changes for one person.
type PersonHit struct {
	Name   string `json:"name"`
	Moved  int    `json:"moved"`
	Joined int    `json:"joined"`
	Freed  int    `json:"freed"`
}

// TeamHit says by how much the releases of a team move.
type TeamHit struct {
	Name      string  `json:"name"`
	Later     int     `json:"later"`
	Earlier   int     `json:"earlier"`
	WorstDays float64 `json:"worst_days"`
}

// PinItem fixes when a backlog item starts.
type PinItem struct {
	Start   time.Time `json:"start,omitzero" doc:"Absent: the plan chooses again"`
	Version int64     `json:"version,omitempty" doc:"Of the item that was looked at; 0: any"`
}

// PinnedItem is an item after it was pinned.
type PinnedItem struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	Start   time.Time `json:"start,omitzero"`
	Version int64     `json:"version"`
}

// Plan fetches a plan: draft, or the number of a published one; empty means the draft.
func (c *Client) Plan(ctx context.Context, programme, plan string) (Plan, error) {
	return get[Plan](ctx, c, path("/programmes/%s/plan", programme), some("plan", plan))
}

// PublishedPlans lists the published plans, newest first.
func (c *Client) PublishedPlans(ctx context.Context, programme string) ([]PlanHead, error) {
	return get[[]PlanHead](ctx, c, path("/programmes/%s/plan/published", programme), nil)
}

// PublishPlan publishes the draft as the next baseline.
func (c *Client) PublishPlan(ctx context.Context, programme string, in PublishPlan) (PlanHead, error) {
	return do[PlanHead](ctx, c, http.MethodPost, path("/programmes/%s/plan/publish", programme), in)
}

// PreviewPlan tries changes without storing them.
func (c *Client) PreviewPlan(ctx context.Context, programme string, in WhatIf) (PlanPreview, error) {
	return do[PlanPreview](ctx, c, http.MethodPost, path("/programmes/%s/plan/preview", programme), in)
}

// ComparePlans compares two plans; empty names mean the baseline and the draft.
func (c *Client) ComparePlans(ctx context.Context, programme, from, to string) (PlanComparison, error) {
	q := some("from", from)
	if to != "" {
		q.Set("to", to)
	}
	return get[PlanComparison](ctx, c, path("/programmes/%s/plan/compare", programme), q)
}

// PlanCalendar fetches a plan as iCalendar, of one person by key or of all.
func (c *Client) PlanCalendar(ctx context.Context, programme, person string) (io.ReadCloser, error) {
	return c.download(ctx, path("/programmes/%s/plan.ics", programme)+"?"+some("person", person).Encode())
}

// PlanCSV fetches a plan as comma-separated values.
func (c *Client) PlanCSV(ctx context.Context, programme, plan string) (io.ReadCloser, error) {
	return c.download(ctx, path("/programmes/%s/plan.csv", programme)+"?"+some("plan", plan).Encode())
}

// PinItem fixes or frees the start of a backlog item.
func (c *Client) PinItem(ctx context.Context, programme, item string, in PinItem) (PinnedItem, error) {
	return do[PinnedItem](ctx, c, http.MethodPut, path("/programmes/%s/items/%s/pin", programme, item), in)
}

// some makes a query of one parameter, empty when its value is.
func some(name, value string) url.Values {
	q := url.Values{}
	if value != "" {
		q.Set(name, value)
	}
	return q
}
