package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type newDeploymentIn struct {
	InProgramme
	Body client.NewDeployment
}

// InDeployment is embedded in the input of operations about one deployment; it is exported because huma fills only exported fields.
type InDeployment struct {
	InProgramme
	Deployment string `path:"deployment" doc:"Id"`
}

type deploymentsIn struct {
	InProgramme
	Limit int `query:"limit" default:"20" minimum:"1" maximum:"200"`
}

type moveDeploymentIn struct {
	InDeployment
	Body client.Because
}

type newRehearsalIn struct {
	InProgramme
	Body client.NewRehearsal
}

type stepIn struct {
	InDeployment
	Step string `path:"step" doc:"Key"`
	Body client.StepResult
}

type deploymentOut struct{ Body client.Deployment }

type deploymentsOut struct{ Body client.Deployments }

const deployTag = "Deployments"

func (r *room) deployments() {
	register(r, headway.RunDeployment, huma.Operation{
		OperationID: "start-deployment", Method: http.MethodPost, Path: "/programmes/{programme}/deployments", Tags: []string{deployTag}, DefaultStatus: http.StatusCreated,
		Summary: "Start to deploy what a go/no-go has approved", Errors: []int{http.StatusConflict},
		Description: "Refused unless at this moment the decision is go, its digest computed anew is the one approved, and window, freezes, minimum gap, gate, artifacts and emergency stop allow it. A refusal names the rule and who can lift it.",
	}, func(ctx context.Context, by headway.Actor, in *newDeploymentIn) (*deploymentOut, error) {
		d, err := r.app.StartDeployment(ctx, by, in.Programme, app.StartDeployment{Decision: in.Body.Decision, Digest: in.Body.Digest})
		return r.deploymentBody(ctx, by, in.Programme, d, err)
	})
	register(r, headway.RunDeployment, huma.Operation{
		OperationID: "start-rehearsal", Method: http.MethodPost, Path: "/programmes/{programme}/rehearsals", Tags: []string{deployTag}, DefaultStatus: http.StatusCreated,
		Summary: "Run the runbook on another environment than production", Errors: []int{http.StatusConflict},
		Description: "It needs no go/no-go and changes nothing of the release. What its steps take feeds the estimates.",
	}, func(ctx context.Context, by headway.Actor, in *newRehearsalIn) (*deploymentOut, error) {
		b := in.Body
		d, err := r.app.StartRehearsal(ctx, by, in.Programme, app.StartRehearsal{Team: b.Team, Version: b.Version, Candidate: b.Candidate, Environment: b.Environment, Variables: b.Variables})
		return r.deploymentBody(ctx, by, in.Programme, d, err)
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-deployments", Method: http.MethodGet, Path: "/programmes/{programme}/deployments", Tags: []string{deployTag},
		Summary: "List the newest deployments",
	}, func(ctx context.Context, by headway.Actor, in *deploymentsIn) (*deploymentsOut, error) {
		all, err := r.app.DeploymentsView(ctx, by, in.Programme, in.Limit)
		out := client.Deployments{Deployments: []client.Deployment{}}
		for _, v := range all {
			out.Deployments = append(out.Deployments, deploymentFrom(v))
		}
		return &deploymentsOut{out}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-deployment", Method: http.MethodGet, Path: "/programmes/{programme}/deployments/{deployment}", Tags: []string{deployTag},
		Summary: "Show a deployment with its steps",
	}, func(ctx context.Context, by headway.Actor, in *InDeployment) (*deploymentOut, error) {
		return r.deploymentBody(ctx, by, in.Programme, headway.Deployment{ID: in.Deployment}, nil)
	})
	r.moveDeployment("stop", headway.StopDeployment, "Stop a deployment: no further step goes out", r.app.StopDeployment)
	r.moveDeployment("resume", headway.RunDeployment, "Let a stopped deployment go on", r.app.ResumeDeployment)
	r.moveDeployment("rollback", headway.RunDeployment, "Run the rollback steps", r.app.RollbackDeployment)
	r.moveDeployment("undo", headway.RunDeployment, "Take back what has gone live, as a deployment of its own", r.app.UndoDeployment)
	r.moveDeployment("abandon", headway.RunDeployment, "End a stopped deployment without a rollback", r.app.AbandonDeployment)
	r.moveStep("done", "Record the result of a manual step", r.app.FinishManualStep)
	r.moveStep("decide", "Say whether a step of unknown outcome took effect", r.app.DecideStep)
	r.moveStep("retry", "Make a new attempt at a step that failed or is unknown", r.app.RetryStep)
}

type onDeployment func(ctx context.Context, by headway.Actor, programme, id, reason string) (headway.Deployment, error)

func (r *room) moveDeployment(verb string, policy headway.Action, summary string, do onDeployment) {
	register(r, policy, huma.Operation{
		OperationID: verb + "-deployment", Method: http.MethodPost, Path: "/programmes/{programme}/deployments/{deployment}/" + verb, Tags: []string{deployTag},
		Summary: summary, Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *moveDeploymentIn) (*deploymentOut, error) {
		d, err := do(ctx, by, in.Programme, in.Deployment, in.Body.Reason)
		return r.deploymentBody(ctx, by, in.Programme, d, err)
	})
}

type onStep func(ctx context.Context, by headway.Actor, programme string, in app.StepResult) (headway.Deployment, error)

func (r *room) moveStep(verb, summary string, do onStep) {
	register(r, headway.RunDeployment, huma.Operation{
		OperationID: verb + "-step", Method: http.MethodPost, Path: "/programmes/{programme}/deployments/{deployment}/steps/{step}/" + verb, Tags: []string{deployTag},
		Summary: summary, Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *stepIn) (*deploymentOut, error) {
		d, err := do(ctx, by, in.Programme, app.StepResult{
			Deployment: in.Deployment, Step: in.Step, Attempt: in.Body.Attempt, Outcome: headway.Outcome(in.Body.Outcome), Reason: in.Body.Reason,
		})
		return r.deploymentBody(ctx, by, in.Programme, d, err)
	})
}

// deploymentBody answers with how a deployment stands after a verb.
func (r *room) deploymentBody(ctx context.Context, by headway.Actor, programme string, d headway.Deployment, err error) (*deploymentOut, error) {
	if err != nil {
		return nil, err
	}
	v, err := r.app.DeploymentView(ctx, by, programme, d.ID)
	return &deploymentOut{deploymentFrom(v)}, err
}

func deploymentFrom(v app.DeploymentView) client.Deployment {
	d := v.Deployment
	out := client.Deployment{
		ID: d.ID, State: string(d.State), Reason: d.Reason, Team: v.Team.Key, Version: v.Release.Version, Candidate: v.Candidate.Name,
		Environment: v.Environment.Key, Decision: d.DecisionID, Digest: d.Digest, StartedBy: d.StartedByName, StartedAt: d.StartedAt, EndedAt: d.EndedAt,
		Seconds: v.Took.Seconds(), ExpectedMinutes: int(v.Expected / time.Minute), Beyond: v.Beyond, Steps: []client.Step{},
		Rehearsal: d.Rehearsal, Smoke: string(d.Smoke), HypercareUntil: d.HypercareUntil, SlowMinutes: int(v.Slow / time.Minute),
		LeftSeconds: v.Left.P50.Seconds(), LeftSlowSeconds: v.Left.P85.Seconds(), Undoes: d.Undoes, Restored: v.Restored.Name,
	}
	if d.Approved() {
		out.WindowTo = v.Decision.Span.To
	}
	for _, e := range v.Log {
		out.Log = append(out.Log, client.LogLine{At: e.At, By: e.ActorName, Text: e.Text})
	}
	for _, s := range v.Steps {
		out.Steps = append(out.Steps, client.Step{
			ID: s.ID, Position: s.Position, Key: s.Step.Key, Title: s.Step.Title, Phase: string(s.Step.Phase), Kind: string(s.Step.Kind),
			Instructions: s.Step.Instructions, State: string(s.State), Attempt: s.Attempt, Owner: s.Owner, By: s.ByName, Reason: s.Reason, Output: s.Output,
			NoReturn: s.Step.NoReturn, Parallel: s.Step.Parallel, Evidence: s.Step.Evidence, TwoPeople: s.Step.TwoPeople, FirstBy: s.FirstByName, Remote: s.Remote,
			ExpectedSeconds: s.Expected.P50.Seconds(), SlowSeconds: s.Expected.P85.Seconds(), Source: s.Expected.Source, Minutes: s.Step.Minutes, Seconds: s.Took.Seconds(), StartedAt: s.StartedAt, EndedAt: s.EndedAt, Current: s.Current,
		})
	}
	return out
}
