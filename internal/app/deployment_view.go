package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// DeploymentView is a deployment as it stands, with its steps.
type DeploymentView struct {
	Deployment  headway.Deployment
	Team        headway.Team
	Release     headway.Release
	Candidate   headway.Candidate
	Restored    headway.Candidate  // that was there again after a way back; zero: none
	Undone      headway.Deployment // that took it back, or is about to; zero: none
	Environment headway.Environment
	Decision    headway.Decision
	Steps       []StepView
	Expected    time.Duration            // of the steps to production, P50
	Slow        time.Duration            // the same at P85
	Source      string                   // of the two
	Took        time.Duration            // so far, or in all
	Left        headway.DurationEstimate // of the steps ahead, in the direction in which it goes; nothing once it has ended
	Beyond      string                   // title of the point of no return that was taken; empty: there is a way back
	MayRun      bool                     // the actor may record, decide, retry, resume and roll back
	MayStop     bool
	Overrides   []OverrideView  // of the release, until it is closed; withdrawn ones too
	Log         []headway.Event // what happened in it, newest first; of a single deployment only
	Now         time.Time
}

// StepView is a step with all attempts at it.
type StepView struct {
	headway.DeploymentStep                          // the newest attempt
	Earlier                []headway.DeploymentStep // attempts before it
	Took                   time.Duration            // of the newest attempt, so far or in all
	Expected               headway.DurationEstimate
	Key                    string // idempotency key of the newest attempt
	Current                bool   // it is ahead, in the direction in which the deployment goes
	Mine                   bool   // of a step that takes two people: the actor was the first
}

// DeploymentView gives one deployment.
func (a *App) DeploymentView(ctx context.Context, by headway.Actor, programme, id string) (DeploymentView, error) {
	var v DeploymentView
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		dep, err := q.Deployment(ctx, p.ID, id)
		if err != nil {
			return err
		}
		runs, err := stepRuns(ctx, q, p)
		if err != nil {
			return err
		}
		if v, err = viewDeployment(ctx, q, by, p, dep, runs, a.Now()); err != nil {
			return err
		}
		v.Log, err = deploymentLog(ctx, q, dep)
		return err
	})
	return v, err
}

// deploymentLog gives the events of a deployment among those of its release, newest first.
func deploymentLog(ctx context.Context, q store.Q, dep headway.Deployment) (log []headway.Event, err error) {
	events, err := q.EventsOf(ctx, dep.ProgrammeID, dep.ReleaseID)
	for _, e := range events {
		var data struct{ Deployment string }
		if json.Unmarshal([]byte(e.Data), &data) == nil && data.Deployment == dep.ID {
			log = append(log, e)
		}
	}
	return newestFirst(log), err
}

// DeploymentsView lists the newest deployments of a programme with their steps.
func (a *App) DeploymentsView(ctx context.Context, by headway.Actor, programme string, limit int) ([]DeploymentView, error) {
	if limit < 1 || limit > 200 {
		return nil, headway.Invalidf("limit", "%d deployments at once is outside 1–200", limit)
	}
	var out []DeploymentView
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		all, err := q.Deployments(ctx, p.ID, limit)
		if err != nil {
			return err
		}
		runs, err := stepRuns(ctx, q, p)
		if err != nil {
			return err
		}
		for _, dep := range all {
			v, err := viewDeployment(ctx, q, by, p, dep, runs, a.Now())
			if err != nil {
				return err
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

func viewDeployment(ctx context.Context, q store.Q, by headway.Actor, p headway.Programme, dep headway.Deployment, runs []headway.StepRun, now time.Time) (DeploymentView, error) {
	v := DeploymentView{
		Deployment: dep, Took: took(dep.StartedAt, dep.EndedAt, now), Now: now,
		MayRun: by.May(headway.RunDeployment, p.ID), MayStop: by.May(headway.StopDeployment, p.ID),
	}
	var err error
	if v.Decision, err = q.Decision(ctx, p.ID, dep.DecisionID); err != nil {
		return v, err
	}
	s, err := snapshotOf(v.Decision)
	if err != nil {
		return v, err
	}
	if v.Release, err = q.Release(ctx, p.ID, dep.ReleaseID); err != nil {
		return v, err
	}
	if v.Team, err = q.Team(ctx, p.ID, v.Release.TeamID); err != nil {
		return v, err
	}
	if v.Candidate, err = q.Candidate(ctx, p.ID, dep.CandidateID); err != nil {
		return v, err
	}
	if err := v.waysBack(ctx, q, p); err != nil {
		return v, err
	}
	needs, err := s.lasts(runs, v.Candidate)
	if err != nil {
		return v, err
	}
	v.Expected, v.Slow, v.Source = needs.P50, needs.P85, needs.Source
	v.Environment, err = q.Environment(ctx, p.ID, dep.EnvironmentID)
	if err != nil && headway.KindOf(err) == headway.NotFound {
		v.Environment, err = headway.Environment{Key: s.Environment.Key, Name: s.Environment.Key, Kind: s.Environment.Kind}, nil
	}
	if err != nil {
		return v, err
	}
	if v.Overrides, err = overridesOf(ctx, q, p, v.Release); err != nil {
		return v, err
	}
	return v, v.steps(ctx, q, by, runs, now)
}

// waysBack finds what a way back restored, and the one that takes this
// deployment back.
func (v *DeploymentView) waysBack(ctx context.Context, q store.Q, p headway.Programme) (err error) {
	if id := v.Deployment.Restored; id != "" {
		if v.Restored, err = q.Candidate(ctx, p.ID, id); err != nil {
			return err
		}
	}
	v.Undone, err = q.Undoing(ctx, p.ID, v.Deployment.ID)
	if headway.KindOf(err) == headway.NotFound {
		return nil
	}
	return err
}

func (v *DeploymentView) steps(ctx context.Context, q store.Q, by headway.Actor, runs []headway.StepRun, now time.Time) error {
	all, err := q.DeploymentSteps(ctx, v.Deployment.ID)
	if err != nil {
		return err
	}
	if s, ok := pointOfNoReturn(all); ok {
		v.Beyond = s.Step.Title
	}
	for _, s := range all {
		row := StepView{DeploymentStep: s, Key: callKey(s), Mine: s.FirstBy != "" && s.FirstBy == by.UserID}
		if row.Expected, err = s.Step.Estimate(v.Candidate.Facts, runs); err != nil {
			return err
		}
		if !s.StartedAt.IsZero() && s.State != headway.StepSkipped {
			row.Took = took(s.StartedAt, s.EndedAt, now)
		}
		if n := len(v.Steps); n > 0 && v.Steps[n-1].Position == s.Position {
			row.Earlier = slices.Concat(v.Steps[n-1].Earlier, []headway.DeploymentStep{v.Steps[n-1].DeploymentStep})
			v.Steps[n-1] = row
			continue
		}
		v.Steps = append(v.Steps, row)
	}
	v.lookAhead(all)
	return nil
}

// lookAhead marks the steps that are ahead and sums up how long they will take.
func (v *DeploymentView) lookAhead(all []headway.DeploymentStep) {
	if v.Deployment.State.Terminal() {
		return
	}
	var ahead [][]headway.StepAhead
	for _, group := range groups(currentSteps(v.Deployment, all)) {
		var open []headway.StepAhead
		for _, s := range group {
			if s.State == headway.StepSucceeded || s.State == headway.StepSkipped {
				continue
			}
			i := slices.IndexFunc(v.Steps, func(row StepView) bool { return row.ID == s.ID })
			v.Steps[i].Current = true
			one := headway.StepAhead{Expected: v.Steps[i].Expected, Took: v.Steps[i].Took}
			if s.State == headway.StepFailed {
				one.Took = 0 // another attempt begins anew
			}
			open = append(open, one)
		}
		ahead = append(ahead, open)
	}
	v.Left = headway.TimeLeft(ahead)
}

func took(from, to, now time.Time) time.Duration {
	if to.IsZero() {
		to = now
	}
	return max(to.Sub(from), 0)
}
