package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// OpenDecision asks to open a go/no-go about the newest candidate of a release.
type OpenDecision struct {
	Team, Version string            // of the release
	Candidate     string            // name, to be sure; empty: the newest
	Environment   string            // key; empty: the programme's only production environment
	Variables     map[string]string // values for the runbook's variables; left out: their defaults
	From          time.Time         // start of the deployment; zero: as soon as a window, the freezes and the minimum gap allow
}

// outsideWindow is how long a span lasts beyond the runbook's need when its
// start lies in no window, so that a waiver of the window can be used.
const outsideWindow = 2 * time.Hour

// OpenDecision opens a go/no-go: it takes a snapshot of candidate, gate,
// runbook, target and window, whose digest people then approve or reject.
func (a *App) OpenDecision(ctx context.Context, by headway.Actor, programme string, in OpenDecision) (headway.Decision, error) {
	var d headway.Decision
	err := a.changeIn(ctx, by, programme, headway.OpenDecision, func(c *change, p headway.Programme) (err error) {
		d, err = c.openDecision(ctx, p, in)
		return err
	})
	return d, err
}

func (c *change) openDecision(ctx context.Context, p headway.Programme, in OpenDecision) (headway.Decision, error) {
	var d headway.Decision
	r, candidate, err := decisionSubject(ctx, c.Q, p, in)
	if err != nil {
		return d, err
	}
	if err := c.noLiveDecision(ctx, p, r); err != nil {
		return d, err
	}
	env, err := decisionTarget(ctx, c.Q, p, in.Environment)
	if err != nil {
		return d, err
	}
	span, err := c.decisionSpan(ctx, p, r, env.ID, in.From)
	if err != nil {
		return d, err
	}
	values, err := runbookValues(ctx, c.Q, p, in.Variables)
	if err != nil {
		return d, err
	}
	s, canonical, sum, err := takeSnapshot(ctx, c.Q, p, candidate.ID, env.ID, span, values)
	if err != nil {
		return d, err
	}
	if err := c.notRejected(ctx, p, r, sum); err != nil {
		return d, err
	}
	excluded, err := c.excluded(ctx, p, candidate)
	if err != nil {
		return d, err
	}
	d = headway.Decision{
		ID: c.app.newID(), ProgrammeID: p.ID, ReleaseID: r.ID, CandidateID: candidate.ID, State: headway.DecisionOpen,
		Snapshot: []byte(canonical), Digest: sum, Rules: s.Gate.Approvals, Excluded: excluded, EnvironmentID: env.ID,
		Span: span, OpenedBy: c.by.UserID, OpenedByName: c.by.Name, OpenedAt: c.now,
	}
	if err := c.AddDecision(ctx, d); err != nil {
		return d, err
	}
	if r.State == headway.ReleaseRolledBack {
		if err := c.moveRelease(ctx, &r, headway.ReleaseProving); err != nil {
			return d, err
		}
	}
	return d, c.record(ctx, p.ID, DecisionOpened, r.ID,
		fmt.Sprintf("%s opened the go/no-go for %s to %s", c.by.Name, candidate.Name, env.Name),
		map[string]any{"decision": d.ID, "candidate": candidate.ID, "digest": d.Digest, "environment": env.Key, "from": span.From, "to": span.To})
}

// runbookValues gives a value for each variable of the programme's runbook.
func runbookValues(ctx context.Context, q store.Q, p headway.Programme, given map[string]string) (map[string]string, error) {
	b, err := q.NewestRunbook(ctx, p.ID)
	if err != nil {
		return nil, needed(err, "runbook")
	}
	return b.FillVariables(given)
}

// decisionSubject finds the release and its newest candidate.
func decisionSubject(ctx context.Context, q store.Q, p headway.Programme, in OpenDecision) (r headway.Release, c headway.Candidate, err error) {
	team, r, err := teamRelease(ctx, q, p, in.Team, in.Version)
	if err != nil {
		return r, c, err
	}
	switch r.State {
	case headway.ReleaseShelved, headway.ReleaseProving, headway.ReleaseRolledBack, headway.ReleaseApproved:
	default:
		return r, c, headway.Conflictf("release %s of %s is %s: there is nothing to decide", r.Version, team.Name, r.State)
	}
	if c, err = q.NewestCandidate(ctx, p.ID, r.ID); err != nil {
		return r, c, err
	}
	if in.Candidate != "" && in.Candidate != c.Name {
		return r, c, headway.Conflictf("%s is not the newest candidate, that is %s", in.Candidate, c.Name).WithHint("decide on %s", c.Name)
	}
	return r, c, nil
}

func (c *change) noLiveDecision(ctx context.Context, p headway.Programme, r headway.Release) error {
	all, err := c.DecisionsOf(ctx, p.ID, r.ID)
	if err != nil {
		return err
	}
	for _, d := range all {
		if !d.State.Terminal() {
			return headway.Conflictf("a go/no-go for release %s is %s already", r.Version, d.State).
				WithHint("approve or reject that one, or void it first")
		}
	}
	return nil
}

// decisionTarget finds the environment that would change.
func decisionTarget(ctx context.Context, q store.Q, p headway.Programme, key string) (headway.Environment, error) {
	if key != "" {
		return q.EnvironmentByKey(ctx, p.ID, key)
	}
	all, err := q.Environments(ctx, p.ID)
	if err != nil {
		return headway.Environment{}, err
	}
	production := slices.DeleteFunc(all, func(e headway.Environment) bool { return e.Kind != headway.EnvProduction })
	if len(production) != 1 {
		return headway.Environment{}, headway.Invalidf("environment", "the programme has %d production environments", len(production)).WithHint("name one by its key")
	}
	return production[0], nil
}

// decisionSpan finds the span of the deployment: from a wanted start to the end
// of the window it lies in, or the next span that window, freezes and gap allow.
func (c *change) decisionSpan(ctx context.Context, p headway.Programme, r headway.Release, environment string, from time.Time) (headway.Interval, error) {
	none := headway.Interval{}
	if !from.IsZero() {
		if err := headway.CheckTime(from); err != nil {
			return none, err
		}
		if from.Before(c.now.Add(-time.Hour)) {
			return none, headway.Invalidf("from", "%s has passed", from.UTC().Format(time.RFC3339))
		}
	}
	b, err := c.NewestRunbook(ctx, p.ID)
	if err != nil {
		return none, needed(err, "runbook")
	}
	candidate, err := c.NewestCandidate(ctx, p.ID, r.ID)
	if err != nil {
		return none, err
	}
	estimate, err := runbookNeeds(ctx, c.Q, p, Snapshot{Runbook: SnapshotRunbook{Steps: b.Steps}, Environment: SnapshotEnvironment{Kind: headway.EnvProduction}}, candidate)
	if err != nil {
		return none, err
	}
	need := max(estimate.P85, time.Minute)
	calendar, err := calendarOf(ctx, c.Q, p)
	if err != nil {
		return none, err
	}
	windows, err := c.Windows(ctx, p.ID)
	if err != nil {
		return none, err
	}
	if !from.IsZero() {
		for _, o := range headway.Openings(windows, headway.Interval{From: from, To: from.Add(need)}, calendar.Zone) {
			if !o.From.After(from) && o.To.After(from) {
				return headway.Interval{From: from.UTC().Truncate(time.Millisecond), To: o.To.UTC()}, nil
			}
		}
		return headway.Interval{From: from.UTC().Truncate(time.Millisecond), To: from.Add(need + outsideWindow).UTC().Truncate(time.Millisecond)}, nil
	}
	start, err := c.trainStart(ctx, p, r, calendar)
	if err != nil {
		return none, err
	}
	if len(windows) == 0 {
		return headway.Interval{From: start, To: start.AddDate(0, 0, 7)}, nil
	}
	freezes, policy, err := c.timesOf(ctx, p, candidate, environment, calendar)
	if err != nil {
		return none, err
	}
	span, ok := headway.NextOpening(windows, freezes, policy, calendar, r.SprintEnd, start, need)
	if !ok {
		return none, headway.Conflictf("within 120 days no change window outside the freezes is long enough for the runbook").
			WithHint("lengthen a window, shorten the runbook, or name a start with from and ask for a waiver of the window")
	}
	return headway.Interval{From: span.From.UTC(), To: span.To.UTC()}, nil
}

// timesOf gives the freezes and the gap policy that a candidate's go/no-go has to
// keep to: with the days on which nothing is deployed, without what was lifted.
func (c *change) timesOf(ctx context.Context, p headway.Programme, on headway.Candidate, environment string, calendar headway.Calendar) ([]headway.Freeze, headway.GapPolicy, error) {
	policy, span := p.Gap, headway.Interval{From: c.now, To: c.now.Add(planAhead)}
	r, err := c.Release(ctx, p.ID, on.ReleaseID)
	if err != nil {
		return nil, policy, err
	}
	freezes, err := freezesFor(ctx, c.Q, p, r, environment, span)
	if err != nil {
		return nil, policy, err
	}
	gate, err := gateOf(ctx, c.Q, p, r.ID)
	if err != nil {
		return nil, policy, needed(err, "gate")
	}
	given, err := c.Overrides(ctx, p.ID, r.ID)
	if err != nil {
		return nil, policy, err
	}
	waived, err := c.WaiversOf(ctx, on.ID)
	for _, k := range gate.Criteria {
		lifts := k.Lifts(waived, given, c.now)
		switch {
		case k.Kind == headway.CriterionFreeze:
			freezes = headway.Unlifted(freezes, lifts)
		case k.Kind == headway.CriterionNoDeploy && !k.Optional:
			freezes = append(freezes, k.Barred(calendar, span, lifts)...)
		case k.Kind == headway.CriterionGap && len(lifts) > 0:
			policy.Minimum = 0
		}
	}
	return freezes, policy, err
}

func (c *change) notRejected(ctx context.Context, p headway.Programme, r headway.Release, sum string) error {
	all, err := c.DecisionsOf(ctx, p.ID, r.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(d headway.Decision) bool { return d.Digest == sum && d.State == headway.DecisionNoGo }) {
		return headway.Conflictf("exactly this was rejected, and that is final").WithHint("change what was rejected: shelve a fix, or choose another window")
	}
	return nil
}

// moveRelease moves a release to a state that its rules allow.
func (c *change) moveRelease(ctx context.Context, r *headway.Release, to headway.ReleaseState) error {
	from := r.State
	if err := r.Move(to); err != nil {
		return err
	}
	r.State = to
	moved, err := c.SaveRelease(ctx, *r, from)
	if err == nil && !moved {
		return headway.Conflictf("release %s has moved on meanwhile", r.Version).WithHint("look at it again, and try again")
	}
	return err
}
