package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// NewDeployment asks to deploy what a go/no-go has approved.
type NewDeployment struct {
	Decision string `json:"decision" doc:"Id"`
	Digest   string `json:"digest,omitempty" doc:"Of the go/no-go, to be sure"`
}

// Deployment is one execution of a runbook.
type Deployment struct {
	ID              string    `json:"id"`
	State           string    `json:"state" doc:"running, stopped, rolling-back, succeeded, rolled-back or abandoned"`
	Reason          string    `json:"reason,omitempty"`
	Team            string    `json:"team"`
	Version         string    `json:"version"`
	Candidate       string    `json:"candidate" doc:"Name"`
	Environment     string    `json:"environment"`
	Decision        string    `json:"decision" doc:"Id"`
	Digest          string    `json:"digest"`
	StartedBy       string    `json:"started_by"`
	StartedAt       time.Time `json:"started_at"`
	EndedAt         time.Time `json:"ended_at,omitzero"`
	Seconds         float64   `json:"seconds" doc:"So far, or in all"`
	ExpectedMinutes int       `json:"expected_minutes"`
	Beyond          string    `json:"beyond,omitempty" doc:"The point of no return that was taken"`
	SlowMinutes     int       `json:"slow_minutes" doc:"Expected at P85"`
	LeftSeconds     float64   `json:"left_seconds" doc:"Of the steps ahead, P50; 0 once it has ended"`
	LeftSlowSeconds float64   `json:"left_slow_seconds" doc:"The same at P85"`
	WindowTo        time.Time `json:"window_to,omitzero" doc:"When the window closes that it was approved for; not of a rehearsal"`
	Rehearsal       bool      `json:"rehearsal,omitempty"`
	Undoes          string    `json:"undoes,omitempty" doc:"Id of the deployment that it takes back, which had gone live"`
	Restored        string    `json:"restored,omitempty" doc:"Name of the candidate that was there again after a way back"`
	Smoke           string    `json:"smoke,omitempty" doc:"Verdict of the smoke checks: pass, or waiting when there were none"`
	HypercareUntil  time.Time `json:"hypercare_until,omitzero" doc:"Until when the release is watched"`
	Steps           []Step    `json:"steps"`
	Log             []LogLine `json:"log,omitempty" doc:"What happened in it, newest first; of a single deployment only"`
}

// LogLine is one thing that happened.
type LogLine struct {
	At   time.Time `json:"at"`
	By   string    `json:"by,omitempty"`
	Text string    `json:"text"`
}

// NewRehearsal asks to run the runbook on another environment than production.
type NewRehearsal struct {
	Team        string            `json:"team" doc:"Key"`
	Version     string            `json:"version" doc:"Of the release"`
	Candidate   string            `json:"candidate,omitempty" doc:"Name, to be sure; it must be the newest"`
	Environment string            `json:"environment" doc:"Key"`
	Variables   map[string]string `json:"variables,omitempty" doc:"Values for the runbook's variables"`
}

// StartRehearsal starts a rehearsal.
func (c *Client) StartRehearsal(ctx context.Context, programme string, in NewRehearsal) (Deployment, error) {
	return do[Deployment](ctx, c, http.MethodPost, path("/programmes/%s/rehearsals", programme), in)
}

// Step is the newest attempt at a step of a runbook.
type Step struct {
	ID              string    `json:"id"`
	Position        int       `json:"position"`
	Key             string    `json:"key"`
	Title           string    `json:"title"`
	Phase           string    `json:"phase" doc:"deploy, smoke or rollback"`
	Kind            string    `json:"kind" doc:"manual, http, command or github"`
	Instructions    string    `json:"instructions,omitempty"`
	State           string    `json:"state" doc:"pending, running, waiting, succeeded, failed, unknown or skipped"`
	Attempt         int       `json:"attempt"`
	Owner           string    `json:"owner,omitempty" doc:"Server or agent that carries it out"`
	By              string    `json:"by,omitempty" doc:"Who recorded or decided it, or wanted this attempt"`
	Reason          string    `json:"reason,omitempty"`
	Output          string    `json:"output,omitempty"`
	NoReturn        bool      `json:"no_return,omitempty" doc:"After it there is no way back"`
	Parallel        bool      `json:"parallel,omitempty" doc:"Runs together with the step before it"`
	Evidence        string    `json:"evidence,omitempty" doc:"What must be written down to finish it"`
	TwoPeople       bool      `json:"two_people,omitempty"`
	FirstBy         string    `json:"first_by,omitempty" doc:"The first of two people, while the second is awaited"`
	Remote          string    `json:"remote,omitempty" doc:"What the other system goes on with"`
	ExpectedSeconds float64   `json:"expected_seconds" doc:"P50"`
	SlowSeconds     float64   `json:"slow_seconds" doc:"P85"`
	Source          string    `json:"source,omitempty" doc:"Where the expectation comes from"`
	Minutes         int       `json:"minutes" doc:"Declared"`
	Seconds         float64   `json:"seconds" doc:"So far, or in all"`
	StartedAt       time.Time `json:"started_at,omitzero"`
	EndedAt         time.Time `json:"ended_at,omitzero"`
	Current         bool      `json:"current,omitempty" doc:"It is ahead, in the direction in which the deployment goes"`
}

// Deployments is a list of deployments.
type Deployments struct {
	Deployments []Deployment `json:"deployments"`
}

// StepResult is what a person says of a step.
type StepResult struct {
	Attempt int    `json:"attempt,omitempty" minimum:"0" doc:"That was looked at; 0: the newest"`
	Outcome string `json:"outcome,omitempty" doc:"pass or fail; not for a retry"`
	Reason  string `json:"reason,omitempty" maxLength:"4000"`
}

// Stop is an emergency stop.
type Stop struct {
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// StartDeployment starts a deployment.
func (c *Client) StartDeployment(ctx context.Context, programme string, in NewDeployment) (Deployment, error) {
	return do[Deployment](ctx, c, http.MethodPost, path("/programmes/%s/deployments", programme), in)
}

// Deployment fetches a deployment with its steps.
func (c *Client) Deployment(ctx context.Context, programme, id string) (Deployment, error) {
	return get[Deployment](ctx, c, path("/programmes/%s/deployments/%s", programme, id), nil)
}

// Deployments lists the newest deployments.
func (c *Client) Deployments(ctx context.Context, programme string, limit int) (Deployments, error) {
	return get[Deployments](ctx, c, path("/programmes/%s/deployments", programme), url.Values{"limit": {strconv.Itoa(limit)}})
}

// MoveDeployment does one of stop, resume, rollback, undo and abandon, with a reason.
func (c *Client) MoveDeployment(ctx context.Context, programme, id, verb string, in Because) (Deployment, error) {
	return do[Deployment](ctx, c, http.MethodPost, path("/programmes/%s/deployments/%s/%s", programme, id, verb), in)
}

// MoveStep does one of done, decide and retry to a step.
func (c *Client) MoveStep(ctx context.Context, programme, deployment, step, verb string, in StepResult) (Deployment, error) {
	return do[Deployment](ctx, c, http.MethodPost, path("/programmes/%s/deployments/%s/steps/%s/%s", programme, deployment, step, verb), in)
}

// SetStop sets the emergency stop of a programme, or with an empty key of the instance.
func (c *Client) SetStop(ctx context.Context, programme string, in Because) (Stop, error) {
	return do[Stop](ctx, c, http.MethodPut, stopPath(programme), in)
}

// LiftStop lifts the emergency stop of a programme, or with an empty key of the instance.
func (c *Client) LiftStop(ctx context.Context, programme string) error {
	_, err := do[struct{}](ctx, c, http.MethodDelete, stopPath(programme), nil)
	return err
}

func stopPath(programme string) string {
	if programme == "" {
		return path("/stop")
	}
	return path("/programmes/%s/stop", programme)
}

// CloseRelease ends the hypercare of a release.
func (c *Client) CloseRelease(ctx context.Context, programme, team, version string) (Release, error) {
	return do[Release](ctx, c, http.MethodPost, path("/programmes/%s/teams/%s/releases/%s/close", programme, team, version), nil)
}
