package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/store"
)

// Guard is a rule that must hold at the moment a deployment starts, judged anew.
type Guard struct {
	Rule     string                // key of the rule or criterion
	Kind     headway.CriterionKind // of a gate's criterion; empty for the rules of deploying itself
	Holds    bool
	Reason   string
	Lifted   bool           // does not hold, but was lifted by a waiver or an override
	LiftedBy []headway.Role // who may lift it; empty: nobody
	WayOut   string         // what to do; empty: what its kind offers
}

// refusal tells why the guard stops a deployment, and the way out.
func (g Guard) refusal() error {
	e := headway.Conflictf("%s: %s", g.Rule, g.Reason)
	if g.WayOut != "" {
		return e.WithHint("%s", g.WayOut)
	}
	if len(g.LiftedBy) == 0 {
		return e.WithHint("nobody can lift this rule: the gate names no role for it (%s may change the gate)", headway.OrOf(headway.RolesThatMay(headway.EditProgramme)))
	}
	if g.Kind.IsGuard() {
		return e.WithHint("it can be lifted by %s with a reason: headway override %s", headway.OrOf(g.LiftedBy), g.Rule)
	}
	return e.WithHint("it can be lifted by %s with a reason: waive the criterion %s", headway.OrOf(g.LiftedBy), g.Rule)
}

// firstRefusal gives the refusal of the first guard that stops a deployment.
func firstRefusal(guards []Guard) error {
	for _, g := range guards {
		if !g.Holds && !g.Lifted {
			return g.refusal()
		}
	}
	return nil
}

// startGuards judges every rule that must hold to start the deployment of a
// go/no-go now. damaged names the artifacts that were found missing or altered.
func (j *decisionJudge) startGuards(ctx context.Context, damaged string) ([]Guard, error) {
	q, p, d, now := j.q, j.programme, j.decision, j.now
	guards, err := standingGuards(ctx, q, p, d)
	if err != nil {
		return nil, err
	}
	guards = append(guards, Guard{
		Rule: "artifacts", Holds: damaged == "", Reason: or(damaged, "all artifacts are there and unaltered"),
		WayOut: byWhom(headway.ShelveCandidate, "restore the files from a backup, or shelve the next candidate"),
	})
	active, err := q.ActiveDeployments(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	free := Guard{
		Rule: "environment", Holds: true, Reason: "nothing else is being deployed there", WayOut: byWhom(headway.RunDeployment, "wait for its end, or end it"),
	}
	for _, other := range active {
		if other.EnvironmentID == d.EnvironmentID {
			free.Holds, free.Reason = false, fmt.Sprintf("another deployment to the environment is %s", other.State)
		}
	}
	guards = append(guards, free)
	span := Guard{
		Rule: "approved-window", Holds: !now.Before(d.Span.From) && now.Before(d.Span.To),
		Reason: "approved from " + spanText(SnapshotWindow{From: d.Span.From, To: d.Span.To}, p.Zone),
		WayOut: byWhom(headway.OpenDecision, "wait for it, or open a go/no-go for another time"),
	}
	guards = append(guards, span)
	judged, err := j.gateGuards(ctx)
	return append(guards, judged...), err
}

// standingGuards judges the rules that must hold as long as steps are
// dispatched: no emergency stop, the approvals are for what is deployed, and in
// a train what goes ahead is in production.
func standingGuards(ctx context.Context, q store.Q, p headway.Programme, d headway.Decision) ([]Guard, error) {
	stop, err := stopGuard(ctx, q, p)
	if err != nil {
		return nil, err
	}
	given, err := q.Approvals(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	stale, err := staleReason(ctx, q, p, d)
	if err != nil {
		return nil, err
	}
	train, err := trainGuard(ctx, q, p, d.ReleaseID)
	if err != nil {
		return nil, err
	}
	anew := byWhom(headway.OpenDecision, "open a new go/no-go")
	if d.State == headway.DecisionOpen {
		anew = "it takes the approvals that are missing: " + missingText(d.Missing(given))
	}
	return append([]Guard{
		stop,
		{Rule: "decision", Holds: d.State == headway.DecisionGo, Reason: fmt.Sprintf("the go/no-go is %s", d.State), WayOut: anew},
		{Rule: "approvals", Holds: len(d.Missing(given)) == 0, Reason: approvedBy(len(given)), WayOut: anew},
		{Rule: "digest", Holds: stale == "", Reason: or(stale, "what is deployed is what was approved"), WayOut: anew},
	}, train...), nil
}

// byWhom says what to do, and whose roles allow it.
func byWhom(action headway.Action, what string) string {
	return what + " (" + headway.OrOf(headway.RolesThatMay(action)) + ")"
}

func missingText(missing map[headway.Role]int) string {
	var parts []string
	for _, r := range headway.Roles() {
		if n := missing[r]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d of %s", n, r.Name()))
		}
	}
	return strings.Join(parts, ", ")
}

func stopGuard(ctx context.Context, q store.Q, p headway.Programme) (Guard, error) {
	stops, err := q.Stops(ctx, p.ID)
	g := Guard{Rule: "emergency-stop", Holds: len(stops) == 0, Reason: "no emergency stop is set"}
	for _, s := range stops {
		g.Reason = fmt.Sprintf("%s has set an emergency stop: %s", s.ByName, s.Reason)
		g.WayOut = byWhom(headway.OpenDecision, "lift it when all is well: headway stop --lift")
		if s.ProgrammeID == "" {
			g.WayOut = "an administrator of the instance lifts it"
		}
	}
	return g, err
}

// dispatchGuards judges what must hold when a step towards production is
// dispatched: the standing guards, no freeze, the approved window, and every
// guard that the deployment once needed an override for, as of its start: the
// override may have been withdrawn since.
func dispatchGuards(ctx context.Context, q store.Q, p headway.Programme, dep headway.Deployment, d headway.Decision, s headway.DeploymentStep, now time.Time) ([]Guard, error) {
	guards, err := standingGuards(ctx, q, p, d)
	if err != nil {
		return nil, err
	}
	j, err := judgeOf(ctx, q, p, d, now)
	if err != nil {
		return nil, err
	}
	judged, err := j.gateGuards(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range judged {
		if g.Kind == headway.CriterionFreeze {
			guards = append(guards, g)
		}
	}
	if s.Step.Phase == headway.PhaseDeploy && !now.Before(d.Span.To) {
		over, err := j.overrun(ctx, dep)
		if err != nil {
			return nil, err
		}
		guards = append(guards, over)
	}
	overrides, err := q.Overrides(ctx, p.ID, d.ReleaseID)
	if err != nil || len(overrides) == 0 {
		return guards, err
	}
	if j, err = judgeOf(ctx, q, p, d, dep.StartedAt); err != nil {
		return nil, err
	}
	started, err := j.gateGuards(ctx)
	for _, g := range started {
		needed := slices.ContainsFunc(overrides, func(o headway.Override) bool { return o.Rule == g.Rule })
		if g.Kind.IsGuard() && g.Kind != headway.CriterionFreeze && needed {
			guards = append(guards, g)
		}
	}
	return guards, err
}

// overrun judges whether a deployment may go on changing its environment after
// its approved window: while the opening lasts in which that ended, when the
// change windows are lifted for its release, or when it is past the point of no
// return, where forward is the only way.
func (j *decisionJudge) overrun(ctx context.Context, dep headway.Deployment) (Guard, error) {
	g := Guard{
		Rule: "approved-window", Reason: "approved from " + spanText(SnapshotWindow{From: j.decision.Span.From, To: j.decision.Span.To}, j.programme.Zone) + ", and there still is a way back",
		WayOut: byWhom(headway.RunDeployment, "roll back, or end it and open a go/no-go for another time"),
	}
	steps, err := j.q.DeploymentSteps(ctx, dep.ID)
	if err != nil {
		return g, err
	}
	_, forward := pointOfNoReturn(steps)
	g.Holds = forward || j.opensOn()
	gate, err := gateOf(ctx, j.q, j.programme, j.release.ID)
	if err != nil {
		return g, err
	}
	for _, k := range gate.Criteria {
		if k.Kind == headway.CriterionWindow && len(k.WaivedBy) > 0 {
			g.Lifted = g.Lifted || len(k.Lifts(j.facts.Waivers, j.facts.Overrides, j.now)) > 0
			g.WayOut = byWhom(headway.RunDeployment, "roll back, or resume it") + fmt.Sprintf(" once %s has lifted the window: headway override %s", headway.OrOf(k.WaivedBy), k.Key)
		}
	}
	return g, nil
}

// opensOn tells whether production may have been changed at any time from the
// end of the approved window until now; without change windows it may be always.
func (j *decisionJudge) opensOn() bool {
	if len(j.facts.Windows) == 0 {
		return true
	}
	since := headway.Interval{From: j.decision.Span.To.Add(-time.Millisecond), To: j.now.Add(time.Millisecond)}
	return slices.ContainsFunc(headway.Openings(j.facts.Windows, since, j.facts.Calendar.Zone), func(o headway.Interval) bool { return o.Covers(since) })
}

// gateGuards judges the gate for a deployment that starts now, and whatever
// the gate leaves out of window, freeze, minimum gap and blocking defects.
func (j *decisionJudge) gateGuards(ctx context.Context) ([]Guard, error) {
	gate, err := gateOf(ctx, j.q, j.programme, j.release.ID)
	if err != nil {
		return nil, needed(err, "gate")
	}
	gate.Criteria = withGuards(gate.Criteria)
	verdicts, err := j.by(ctx, gate, headway.Interval{From: j.now, To: j.now.Add(j.snapshot.needs())})
	if err != nil {
		return nil, err
	}
	var out []Guard
	for i, v := range verdicts {
		if !v.Optional {
			out = append(out, Guard{Rule: v.Criterion, Kind: v.Kind, Holds: v.Outcome == headway.Pass, Reason: v.Reason, Lifted: v.Waived, LiftedBy: gate.Criteria[i].WaivedBy})
		}
	}
	return out, nil
}

// withGuards adds to a gate's criteria those that always hold at the start of
// a deployment. Only a criterion of the gate itself can be waived.
func withGuards(criteria []headway.Criterion) []headway.Criterion {
	out := slices.Clone(criteria)
	for _, kind := range []headway.CriterionKind{headway.CriterionWindow, headway.CriterionFreeze, headway.CriterionGap, headway.CriterionDefects} {
		binding := func(c headway.Criterion) bool { return c.Kind == kind && !c.Optional && c.When == "" }
		if !slices.ContainsFunc(criteria, binding) {
			out = append(out, headway.Criterion{Key: string(kind), Title: string(kind), Kind: kind})
		}
	}
	return out
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

func approvedBy(n int) string {
	switch n {
	case 0:
		return "nobody has approved"
	case 1:
		return "1 person has approved"
	}
	return fmt.Sprintf("%d people have approved", n)
}
