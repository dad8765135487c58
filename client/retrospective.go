package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Retrospective is what the last gaps were spent on, and what was tried against it.
type Retrospective struct {
	Releases    []ReleaseGap    `json:"releases" doc:"That tell what they were spent on, newest first"`
	Causes      []CauseReleases `json:"causes" doc:"Largest first"`
	Experiments []Experiment    `json:"experiments" doc:"Newest first"`
}

// CauseReleases is one cause with what it took of each release, in working days.
type CauseReleases struct {
	Cause string    `json:"cause"`
	Who   string    `json:"who,omitempty" doc:"Skill"`
	Days  float64   `json:"days"`
	Share float64   `json:"share" doc:"0–1"`
	Mean  float64   `json:"mean" doc:"A release"`
	Of    []float64 `json:"of" doc:"By release, in the order of releases"`
}

// NewExperiment says what is tried against a cause.
type NewExperiment struct {
	Cause  string  `json:"cause" doc:"As the retrospective lists it"`
	Who    string  `json:"who,omitempty" doc:"Skill; left out: all of the cause"`
	Change string  `json:"change" doc:"What is done otherwise"`
	Aim    float64 `json:"aim" doc:"Working days that it should save on each release"`
	Owner  string  `json:"owner"`
}

// Conclusion ends an experiment.
type Conclusion struct {
	Keep       bool   `json:"keep" doc:"Whether the change stays"`
	Conclusion string `json:"conclusion"`
}

// Experiment is a change that is tried, and what it did.
type Experiment struct {
	Number       int       `json:"number"`
	Cause        string    `json:"cause"`
	Who          string    `json:"who,omitempty"`
	Change       string    `json:"change"`
	Aim          float64   `json:"aim"`
	Owner        string    `json:"owner"`
	BaseDays     float64   `json:"base_days" doc:"What the cause took of a release before, mean"`
	BaseReleases int       `json:"base_releases"`
	State        string    `json:"state" doc:"running, kept or dropped"`
	Conclusion   string    `json:"conclusion,omitempty"`
	StartedAt    time.Time `json:"started_at"`
	StartedBy    string    `json:"started_by"`
	ClosedAt     time.Time `json:"closed_at,omitzero"`
	Effect       string    `json:"effect,omitempty" doc:"What it did, three releases later"`
	Releases     int       `json:"releases" doc:"Since, at most three"`
	Days         float64   `json:"days" doc:"What the cause took of each of them, mean"`
	Saved        float64   `json:"saved" doc:"Working days a release"`
}

// Retrospective looks back at the last releases, 0 for the usual number.
func (c *Client) Retrospective(ctx context.Context, programme string, last int) (Retrospective, error) {
	q := url.Values{}
	if last > 0 {
		q.Set("last", strconv.Itoa(last))
	}
	return get[Retrospective](ctx, c, path("/programmes/%s/retrospective", programme), q)
}

// StartExperiment turns a cause into an experiment.
func (c *Client) StartExperiment(ctx context.Context, programme string, in NewExperiment) (Experiment, error) {
	return do[Experiment](ctx, c, http.MethodPost, path("/programmes/%s/experiments", programme), in)
}

// ConcludeExperiment keeps the change of an experiment, or takes it back.
func (c *Client) ConcludeExperiment(ctx context.Context, programme string, number int, in Conclusion) (Experiment, error) {
	return do[Experiment](ctx, c, http.MethodPost, path("/programmes/%s/experiments/%s/conclusion", programme, strconv.Itoa(number)), in)
}
