package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// DecisionView is a go/no-go with everything that is needed to decide.
type DecisionView struct {
	Decision    headway.Decision
	Snapshot    Snapshot
	Team        headway.Team
	Release     headway.Release
	Candidate   headway.Candidate
	Environment headway.Environment
	Verdicts    []headway.Verdict // judged now; of a closed one as they stood at the decision
	Outcome     headway.Outcome   // of the gate
	Approvals   []headway.Approval
	Missing     []MissingApproval
	Excluded    []string                // names of those who cannot approve
	Lacks       []Lack                  // what is missing for go
	Needs       time.Duration           // of the runbook to production, smoke checks included
	OpensIn     time.Duration           // until the deployment may start; 0 when it may, or is over
	ClosesIn    time.Duration           // until the approved span ends; 0 when it has
	Guards      []Guard                 // what must hold to start; of an open one or a go
	Record      *headway.DecisionRecord // of go and no-go
	Overrides   []OverrideView          // of the release, until it is closed; withdrawn ones too
	Deployment  *headway.Deployment
	VerdictAs   headway.Role      // for which role the actor's approval would count
	VerdictFor  []headway.Role    // all the roles that it may count for
	Earlier     []EarlierDecision // of the same release, newest first
	Successor   string            // id of the go/no-go that came after this one; empty: none
	Changed     []Difference      // of a void one: what is different in its successor, or now
	Since       Since             // what has changed since the actor last looked
	NoVerdict   string            // why the actor cannot approve
}

// MissingApproval is a role whose people are still to approve.
type MissingApproval struct {
	Role   headway.Role
	Count  int
	People []string // names of those who could
}

// DecisionView gives one go/no-go.
func (a *App) DecisionView(ctx context.Context, by headway.Actor, programme, id string) (DecisionView, error) {
	var v DecisionView
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		d, err := q.Decision(ctx, p.ID, id)
		if err != nil {
			return err
		}
		v, err = viewDecision(ctx, q, by, p, d, a.Now())
		return err
	})
	return v, err
}

// DecisionOf gives the newest go/no-go of a release.
func (a *App) DecisionOf(ctx context.Context, by headway.Actor, programme, team, version string) (DecisionView, error) {
	var v DecisionView
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		t, r, err := teamRelease(ctx, q, p, team, version)
		if err != nil {
			return err
		}
		all, err := q.DecisionsOf(ctx, p.ID, r.ID)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return headway.NotFoundf("release %s of %s has no go/no-go", r.Version, t.Name).WithHint("open one with: headway decision open")
		}
		v, err = viewDecision(ctx, q, by, p, all[0], a.Now())
		return err
	})
	return v, err
}

// DecisionsView lists the go/no-gos of a programme that are open or stand at go.
func (a *App) DecisionsView(ctx context.Context, by headway.Actor, programme string) ([]DecisionView, error) {
	var out []DecisionView
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		live, err := q.LiveDecisions(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, d := range live {
			v, err := viewDecision(ctx, q, by, p, d, a.Now())
			if err != nil {
				return err
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

func viewDecision(ctx context.Context, q store.Q, by headway.Actor, p headway.Programme, d headway.Decision, now time.Time) (DecisionView, error) {
	v := DecisionView{Decision: d, OpensIn: max(d.Span.From.Sub(now), 0), ClosesIn: max(d.Span.To.Sub(now), 0)}
	var err error
	if v.Snapshot, err = snapshotOf(d); err != nil {
		return v, err
	}
	v.Needs = v.Snapshot.needs()
	if err := v.nouns(ctx, q, p); err != nil {
		return v, err
	}
	if v.Approvals, err = q.Approvals(ctx, d.ID); err != nil {
		return v, err
	}
	if len(d.Record) > 0 {
		v.Record = &headway.DecisionRecord{}
		if err := json.Unmarshal(d.Record, v.Record); err != nil {
			return v, fmt.Errorf("record of go/no-go %s: %w", d.ID, err)
		}
		v.Verdicts = v.Record.Verdicts
	}
	if err := v.people(ctx, q, by, p); err != nil {
		return v, err
	}
	if !d.State.Terminal() {
		if err := v.judge(ctx, q, p, now); err != nil {
			return v, err
		}
	}
	v.Outcome = headway.GateOutcome(v.Verdicts)
	v.lacks()
	if v.Overrides, err = overridesOf(ctx, q, p, v.Release); err != nil {
		return v, err
	}
	return v, v.around(ctx, q, p)
}

func (v *DecisionView) nouns(ctx context.Context, q store.Q, p headway.Programme) (err error) {
	d := v.Decision
	if v.Release, err = q.Release(ctx, p.ID, d.ReleaseID); err != nil {
		return err
	}
	if v.Team, err = q.Team(ctx, p.ID, v.Release.TeamID); err != nil {
		return err
	}
	if v.Candidate, err = q.Candidate(ctx, p.ID, d.CandidateID); err != nil {
		return err
	}
	v.Environment, err = q.Environment(ctx, p.ID, d.EnvironmentID)
	if err != nil && headway.KindOf(err) == headway.NotFound {
		v.Environment, err = headway.Environment{Key: v.Snapshot.Environment.Key, Name: v.Snapshot.Environment.Key, Kind: v.Snapshot.Environment.Kind}, nil
	}
	if err != nil {
		return err
	}
	dep, err := q.DeploymentOfDecision(ctx, p.ID, d.ID)
	if err == nil {
		v.Deployment = &dep
	} else if headway.KindOf(err) == headway.NotFound {
		err = nil
	}
	return err
}

// people tells who is asked, who cannot be, and whether the actor may approve.
func (v *DecisionView) people(ctx context.Context, q store.Q, by headway.Actor, p headway.Programme) error {
	var err error
	if v.Decision.Excluded, err = excludedNow(ctx, q, v.Decision); err != nil {
		return err
	}
	d := v.Decision
	names := map[string]string{}
	nameOf := func(id string) (string, error) {
		if name, ok := names[id]; ok {
			return name, nil
		}
		u, err := q.User(ctx, id)
		if headway.KindOf(err) == headway.NotFound && err != nil {
			return "somebody whose account is gone", nil
		}
		names[id] = u.Name
		return u.Name, err
	}
	for _, id := range d.Excluded {
		name, err := nameOf(id)
		if err != nil {
			return err
		}
		v.Excluded = append(v.Excluded, name)
	}
	members, err := q.Members(ctx, p.ID)
	if err != nil {
		return err
	}
	missing := d.Missing(v.Approvals)
	for _, rule := range d.Rules {
		if missing[rule.Role] == 0 || d.State != headway.DecisionOpen {
			continue
		}
		m := MissingApproval{Role: rule.Role, Count: missing[rule.Role]}
		delete(missing, rule.Role)
		for _, member := range members {
			said := slices.ContainsFunc(v.Approvals, func(a headway.Approval) bool { return a.UserID == member.UserID })
			if member.Role != rule.Role || said || slices.Contains(d.Excluded, member.UserID) {
				continue
			}
			name, err := nameOf(member.UserID)
			if err != nil {
				return err
			}
			m.People = append(m.People, name)
		}
		v.Missing = append(v.Missing, m)
	}
	if !by.May(headway.DecideRelease, p.ID) {
		v.NoVerdict = "your role takes no part in a go/no-go"
		return nil
	}
	if v.VerdictFor, err = d.MayApprove(by.UserID, d.Digest, by.RolesIn(p.ID), v.Approvals); err != nil {
		v.NoVerdict = err.Error()
		return nil
	}
	v.VerdictAs = v.VerdictFor[0]
	return nil
}

// judge judges gate and guards for now.
func (v *DecisionView) judge(ctx context.Context, q store.Q, p headway.Programme, now time.Time) (err error) {
	at := judging{q: q, programme: p, release: v.Release, candidate: v.Candidate, environment: v.Decision.EnvironmentID, now: now}
	j := &decisionJudge{at, v.Decision, v.Snapshot}
	if v.Verdicts, err = j.verdicts(ctx); err != nil {
		return err
	}
	v.Guards, err = j.startGuards(ctx, "")
	return err
}

// Lack is one thing that is missing for go: approvals of a role, or else what
// a criterion says.
type Lack struct {
	Role   headway.Role
	Count  int
	Reason string
}

// String says it with the role's key, as commands and the API name it.
func (l Lack) String() string {
	if l.Role != "" {
		return fmt.Sprintf("%d approval of %s", l.Count, l.Role)
	}
	return l.Reason
}

// lacks finds what an open go/no-go lacks.
func (v *DecisionView) lacks() {
	if v.Decision.State != headway.DecisionOpen {
		return
	}
	for _, m := range v.Missing {
		v.Lacks = append(v.Lacks, Lack{Role: m.Role, Count: m.Count})
	}
	for _, c := range v.Verdicts {
		if !c.Optional && !c.Waived && c.Outcome != headway.Pass {
			v.Lacks = append(v.Lacks, Lack{Reason: fmt.Sprintf("%s: %s", c.Title, c.Reason)})
		}
	}
}
