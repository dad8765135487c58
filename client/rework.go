package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// ReworkList is the rework of a programme's development teams.
type ReworkList struct {
	Teams []TeamRework `json:"teams"`
}

// TeamRework is what a team must expect of rework, what it set aside, and what came.
type TeamRework struct {
	Team    string         `json:"team" doc:"Key"`
	Expect  ReworkExpected `json:"expect"`
	Current *SprintRework  `json:"current,omitempty" doc:"The sprint that goes on"`
	Next    *SprintRework  `json:"next,omitempty" doc:"With what is deferred to it already"`
	Offered float64        `json:"offered_hours" doc:"Advised to be set aside for the next sprint: P85, or what is known already, in whole hours"`
	Past    []SprintRework `json:"past" doc:"Finished sprints, the newest first"`
}

// ReworkExpected is the rework of a sprint as history lets expect it.
type ReworkExpected struct {
	MeanHours float64 `json:"mean_hours"`
	P50Hours  float64 `json:"p50_hours"`
	P85Hours  float64 `json:"p85_hours" doc:"85 of 100 sprints need no more"`
	Sprints   int     `json:"sprints" doc:"Finished ones that it is learned from"`
	Repairs   int     `json:"repairs" doc:"In them"`
	Told      int     `json:"told" doc:"Repairs whose effort was told; that of the others is guessed"`
	Few       bool    `json:"few" doc:"Too few sprints to lean on"`
	Method    string  `json:"method"`
}

// SprintRework is a sprint's rework against its budget.
type SprintRework struct {
	Sprint       int      `json:"sprint" doc:"Number"`
	Start        string   `json:"start"`
	End          string   `json:"end"`
	BudgetHours  *float64 `json:"budget_hours,omitempty" doc:"Left out: none was set"`
	SpentHours   float64  `json:"spent_hours"`
	GuessedHours float64  `json:"guessed_hours" doc:"Of the spent ones, where nobody told"`
	AheadHours   float64  `json:"ahead_hours" doc:"Guessed for what is open"`
	OverHours    float64  `json:"over_hours"`
	Mended       []string `json:"mended,omitempty"`
	Open         []string `json:"open,omitempty"`
	Choice       string   `json:"choice,omitempty" doc:"Of the Product Owner: scope, defer or date"`
	Reason       string   `json:"reason,omitempty"`
	ChosenBy     string   `json:"chosen_by,omitempty"`
}

// ReworkTrade is what each choice would mean when rework goes beyond the budget.
type ReworkTrade struct {
	Team        string    `json:"team"`
	Sprint      int       `json:"sprint"`
	OverHours   float64   `json:"over_hours"`
	Share       int       `json:"share_percent,omitempty" doc:"scope: of the team's working time in the sprint; 0: its people are not in the plan"`
	Defer       []string  `json:"defer,omitempty" doc:"defer: defects that are no blockers"`
	SparedHours float64   `json:"spared_hours" doc:"By that"`
	Days        int       `json:"days,omitempty" doc:"date: working days that the next release comes later"`
	Release     string    `json:"release,omitempty"`
	Before      time.Time `json:"before,omitzero" doc:"Its production as planned"`
	After       time.Time `json:"after,omitzero"`
	Moves       []string  `json:"moves,omitempty" doc:"What else moves"`
}

// NewReworkBudget sets working time aside.
type NewReworkBudget struct {
	Hours  float64 `json:"hours" minimum:"0" maximum:"10000"`
	Sprint int     `json:"sprint,omitempty" minimum:"0" doc:"Left out: the next one"`
}

// ReworkBudget is what is set aside.
type ReworkBudget struct {
	Team   string  `json:"team"`
	Sprint int     `json:"sprint"`
	Hours  float64 `json:"hours"`
	Choice string  `json:"choice,omitempty"`
}

// ReworkChoice is the Product Owner's choice of what gives.
type ReworkChoice struct {
	Choice string `json:"choice" enum:"scope,defer,date"`
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}

// Effort is what a repair took so far.
type Effort struct {
	Hours float64 `json:"hours" exclusiveMinimum:"0" maximum:"1000"`
}

// Rework lists what teams must expect of rework, and what came; team may be empty.
func (c *Client) Rework(ctx context.Context, programme, team string) (ReworkList, error) {
	q := url.Values{}
	if team != "" {
		q.Set("team", team)
	}
	return get[ReworkList](ctx, c, path("/programmes/%s/rework", programme), q)
}

// ReworkTrade tells what each choice would mean.
func (c *Client) ReworkTrade(ctx context.Context, programme, team string) (ReworkTrade, error) {
	return get[ReworkTrade](ctx, c, path("/programmes/%s/rework/%s/trade", programme, team), nil)
}

// SetReworkBudget sets working time aside for rework.
func (c *Client) SetReworkBudget(ctx context.Context, programme, team string, in NewReworkBudget) (ReworkBudget, error) {
	return do[ReworkBudget](ctx, c, http.MethodPut, path("/programmes/%s/rework/%s", programme, team), in)
}

// ChooseRework records what gives.
func (c *Client) ChooseRework(ctx context.Context, programme, team string, in ReworkChoice) (ReworkBudget, error) {
	return do[ReworkBudget](ctx, c, http.MethodPost, path("/programmes/%s/rework/%s/choice", programme, team), in)
}

// TakeReworkChoiceBack opens the choice again, with what it did undone.
func (c *Client) TakeReworkChoiceBack(ctx context.Context, programme, team string) (ReworkBudget, error) {
	return do[ReworkBudget](ctx, c, http.MethodDelete, path("/programmes/%s/rework/%s/choice", programme, team), nil)
}

// TellEffort says what a repair took so far.
func (c *Client) TellEffort(ctx context.Context, programme string, number int, in Effort) (Defect, error) {
	return do[Defect](ctx, c, http.MethodPut, path("/programmes/%s/defects/%s/effort", programme, number), in)
}
