package client

import (
	"context"
	"net/http"
	"time"
)

// WhatIf lists changes that are tried and stored nowhere until they are taken.
type WhatIf struct {
	Pins       []WhatIfPin      `json:"pins,omitempty" maxItems:"100"`
	Dues       []WhatIfDue      `json:"dues,omitempty" maxItems:"100"`
	Priorities []WhatIfPriority `json:"priorities,omitempty" maxItems:"100"`
	Absences   []WhatIfAbsence  `json:"absences,omitempty" maxItems:"100"`
	Shifts     []WhatIfShift    `json:"shifts,omitempty" maxItems:"100"`
	People     []WhatIfPerson   `json:"people,omitempty" maxItems:"100"`
	Overtime   []WhatIfOvertime `json:"overtime,omitempty" maxItems:"100"`
	Windows    []WhatIfWindow   `json:"windows,omitempty" maxItems:"100"`
	Lifts      []WhatIfLift     `json:"lifts,omitempty" maxItems:"100"`
	Splits     []WhatIfSplit    `json:"splits,omitempty" maxItems:"100"`
	Doubles    []string         `json:"doubles,omitempty" maxItems:"100" doc:"Keys of environments of which there is one more"`
}

// WhatIfPin fixes the start of an activity.
type WhatIfPin struct {
	Activity string    `json:"activity" doc:"Of a placement, or a backlog item's id"`
	Start    time.Time `json:"start,omitzero" doc:"Moved on into working time; absent: the plan chooses again"`
}

// WhatIfDue promises a release for another day.
type WhatIfDue struct {
	ReleaseID string `json:"release_id"`
	Due       string `json:"due" format:"date"`
}

// WhatIfPriority lets a release go before others, or after them.
type WhatIfPriority struct {
	ReleaseID string `json:"release_id"`
	Priority  int    `json:"priority" minimum:"1" maximum:"9"`
}

// WhatIfAbsence sends a person away.
type WhatIfAbsence struct {
	Person string `json:"person" doc:"Key"`
	From   string `json:"from" format:"date"`
	To     string `json:"to" format:"date" doc:"Last day"`
}

// WhatIfShift makes a release come to operations at another time.
type WhatIfShift struct {
	ReleaseID string `json:"release_id"`
	Days      int    `json:"days" doc:"Calendar days, later is positive"`
}

// WhatIfPerson adds people to operations.
type WhatIfPerson struct {
	Skills []string `json:"skills" minItems:"1"`
	Count  int      `json:"count" minimum:"1" maximum:"20"`
	From   string   `json:"from,omitempty" format:"date" doc:"Absent: for good"`
	To     string   `json:"to,omitempty" format:"date" doc:"Last day"`
}

// WhatIfOvertime lets people work on their days off.
type WhatIfOvertime struct {
	People []string `json:"people" minItems:"1" doc:"Keys"`
	From   string   `json:"from" format:"date"`
	To     string   `json:"to" format:"date" doc:"Last day"`
}

// WhatIfWindow opens production for change once more.
type WhatIfWindow struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// WhatIfLift lifts a freeze for one release.
type WhatIfLift struct {
	Freeze    string `json:"freeze" doc:"Key"`
	ReleaseID string `json:"release_id"`
}

// WhatIfSplit lets a release go without its train.
type WhatIfSplit struct {
	ReleaseID string `json:"release_id"`
}

// TakeChanges asks to make pins, promises and priorities facts.
type TakeChanges struct {
	Changes  WhatIf `json:"changes"`
	Revision int64  `json:"revision,omitempty" doc:"Of the plan that the preview was made from; 0: any"`
}

// KeepScenario asks to keep a what-if under a name.
type KeepScenario struct {
	Key     string `json:"key,omitempty" doc:"Absent: made of the name"`
	Name    string `json:"name" minLength:"1" maxLength:"200"`
	Note    string `json:"note,omitempty" maxLength:"1000"`
	Changes WhatIf `json:"changes"`
}

// Scenario is a named what-if with the plan it would give.
type Scenario struct {
	Key      string    `json:"key"`
	Name     string    `json:"name"`
	Note     string    `json:"note,omitempty"`
	Changes  WhatIf    `json:"changes"`
	Words    []string  `json:"words,omitempty" doc:"The changes, a sentence each"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	TakenAt  time.Time `json:"taken_at,omitzero"`
	Status   string    `json:"status"`
	Revision int64     `json:"revision" doc:"Of the facts that it was planned from"`
	Stale    bool      `json:"stale,omitempty" doc:"Facts have changed since"`
	Findings int       `json:"findings"`
	GapDays  float64   `json:"gap_days" doc:"Mean over its releases, working days"`

	Comparison *PlanComparison `json:"comparison,omitempty" doc:"Against the draft"`
}

// TakeChanges makes changes facts; the plan follows.
func (c *Client) TakeChanges(ctx context.Context, programme string, in TakeChanges) error {
	_, err := do[struct{}](ctx, c, http.MethodPost, path("/programmes/%s/plan/take", programme), in)
	return err
}

// FindingRepairs looks for ways out of a finding of the draft, by its place in the list.
func (c *Client) FindingRepairs(ctx context.Context, programme string, number int) ([]Repair, error) {
	return get[[]Repair](ctx, c, path("/programmes/%s/plan/findings/%s/repairs", programme, number), nil)
}

// Scenarios lists the scenarios of a programme beside its draft, newest first.
func (c *Client) Scenarios(ctx context.Context, programme string) ([]Scenario, error) {
	return get[[]Scenario](ctx, c, path("/programmes/%s/scenarios", programme), nil)
}

// KeepScenario keeps a what-if under a name.
func (c *Client) KeepScenario(ctx context.Context, programme string, in KeepScenario) (Scenario, error) {
	return do[Scenario](ctx, c, http.MethodPost, path("/programmes/%s/scenarios", programme), in)
}

// SolveScenario plans a scenario anew.
func (c *Client) SolveScenario(ctx context.Context, programme, key string) (Scenario, error) {
	return do[Scenario](ctx, c, http.MethodPost, path("/programmes/%s/scenarios/%s/solve", programme, key), struct{}{})
}

// TakeScenario makes the changes of a scenario facts.
func (c *Client) TakeScenario(ctx context.Context, programme, key string) (Scenario, error) {
	return do[Scenario](ctx, c, http.MethodPost, path("/programmes/%s/scenarios/%s/take", programme, key), struct{}{})
}

// RemoveScenario forgets a scenario.
func (c *Client) RemoveScenario(ctx context.Context, programme, key string) error {
	_, err := do[struct{}](ctx, c, http.MethodDelete, path("/programmes/%s/scenarios/%s", programme, key), nil)
	return err
}
