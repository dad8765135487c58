package headway

import "time"

// PlanKind tells the plan being worked on from those that hold.
type PlanKind string

// The kinds of plan.
const (
	DraftPlan     PlanKind = "draft"     // recomputed with every change
	PublishedPlan PlanKind = "published" // a baseline, with its reason
)

// Plan is the project-wide release plan: where every operations activity of
// every release lies on people and time.
type Plan struct {
	ID, ProgrammeID string
	Kind            PlanKind
	Number          int    // of published plans: 1, 2, …
	Revision        int64  // of the programme's facts it was computed from
	Status          string // of the engine: optimal, feasible, infeasible, unknown
	Placements      []Placement
	Releases        []PlannedRelease
	Findings        []Finding
	Stats           PlanStats
	Reason          string
	By, ByName      string
	At              time.Time
}

// Placement is one activity on people and time.
type Placement struct {
	ItemID      string    `json:"item,omitempty"` // backlog item, empty while foreseen
	Activity    string    `json:"activity"`       // release id + "/" + playbook key, or the item id: stable over replans
	ReleaseID   string    `json:"release"`
	Title       string    `json:"title"`
	Kind        string    `json:"kind"`
	Skill       Skill     `json:"skill"`
	People      []string  `json:"people"` // person ids
	Environment string    `json:"environment,omitempty"`
	Start       time.Time `json:"start"`
	End         time.Time `json:"end"`
	Why         string    `json:"why"` // the binding reason, in words
	Pinned      bool      `json:"pinned,omitempty"`
	Done        bool      `json:"done,omitempty"`
}

// PlannedRelease says when the plan sees a release in production.
type PlannedRelease struct {
	ReleaseID  string    `json:"release"`
	Production time.Time `json:"production"`
	GapDays    int       `json:"gap_days"` // working days from sprint end
	Band       GapBand   `json:"band"`
}

// Finding is a place where a team's plan does not fit the programme's.
type Finding struct {
	Rule     string    `json:"rule"`
	Severity string    `json:"severity"` // clash, warning
	Text     string    `json:"text"`     // one sentence with dates and people
	Release  string    `json:"release,omitempty"`
	Items    []string  `json:"items,omitempty"`
	People   []string  `json:"people,omitempty"`
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	Repairs  []Repair  `json:"repairs,omitempty"`
}

// Repair is a way out of a finding with its measured effect.
type Repair struct {
	Text    string `json:"text"`    // what to do, in the imperative
	Effect  string `json:"effect"`  // what the plan with it gives, measured
	Changes WhatIf `json:"changes"` // preview them, then take them or keep them as a scenario
}

// PlanStats says what the computation took.
type PlanStats struct {
	Activities int     `json:"activities"`
	Seconds    float64 `json:"seconds"`
	Schedules  int64   `json:"schedules"`
}

// PlanChange is one difference between two plans, in words.
type PlanChange struct {
	Activity  string    `json:"activity"`
	ReleaseID string    `json:"release"`
	Text      string    `json:"text"`
	From      time.Time `json:"from,omitzero"`
	To        time.Time `json:"to,omitzero"`
	Days      float64   `json:"days"` // by which its end moved, later is positive
}
