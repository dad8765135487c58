package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// ReleaseStory is everything of one release.
type ReleaseStory struct {
	Cast
	Release     headway.Release
	Sprint      headway.Sprint // zero for imported history
	Candidates  []headway.Candidate
	Evidence    []headway.Evidence
	Cycles      []headway.TestCycle // of all its candidates
	Mutes       []headway.Mute      // of its team, expired ones too
	Items       []headway.BacklogItem
	Defects     []headway.Defect
	Verdicts    []headway.Verdict // of the gate over the newest candidate; nil when nothing can be judged
	Decisions   []headway.Decision
	Approvals   map[string][]headway.Approval // by decision
	Overrides   []headway.Waiver              // of all its candidates, until the release is closed
	Lifted      []OverrideView                // guards, likewise; withdrawn ones too
	Deployments []headway.Deployment
	Underway    DeploymentPace         // of the deployment that runs; zero when none does
	Incidents   []headway.Incident     // newest first
	Mended      headway.Release        // whose trouble it mends; its ID is empty when there is none
	MendedBy    []headway.Release      // that roll it forward
	Train       headway.Train          // that it rides in; its ID is empty when it goes by itself
	Planned     headway.PlannedRelease // of the draft
	Published   headway.PlannedRelease // of the baseline
	Foreseen    []headway.Placement    // its work in the draft
	Promise     Promise                // of the plan that was in force when it came on the shelf
	Expected    ReleaseForecast        // its Gap has no basis when nothing can be said, or it is there
	Bookings    []headway.Booking
	Places      map[string]string // names of environments by id
	Runbook     headway.Runbook   // that would be run now; zero when there is none
	Needs       headway.DurationEstimate
	GapDays     int // so far, or in the end
	Slices      []headway.GapSlice
	Events      []headway.Event
}

// Newest gives the candidate that counts; zero when none was shelved.
func (v ReleaseStory) Newest() headway.Candidate {
	var newest headway.Candidate
	for _, c := range v.Candidates {
		if c.RC >= newest.RC {
			newest = c
		}
	}
	return newest
}

// ReleaseStoryView tells everything of one release, named by id or as team/version.
func (a *App) ReleaseStoryView(ctx context.Context, by headway.Actor, programme, release string) (ReleaseStory, error) {
	var v ReleaseStory
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Release, err = (look{q, a, by, a.Now()}).releaseNamed(ctx, p, release); err != nil {
			return err
		}
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		if err := v.work(ctx, q); err != nil {
			return err
		}
		if err := v.mending(ctx, q); err != nil {
			return err
		}
		if err := v.decide(ctx, q, a); err != nil {
			return err
		}
		return v.measure(ctx, q, a)
	})
	return v, err
}

func (v *ReleaseStory) work(ctx context.Context, q store.Q) (err error) {
	p, r := v.Programme.ID, v.Release
	if r.SprintID != "" {
		if v.Sprint, err = q.Sprint(ctx, p, r.SprintID); err != nil {
			return err
		}
	}
	if v.Candidates, err = q.CandidatesOf(ctx, p, r.ID); err != nil {
		return err
	}
	if v.Evidence, err = q.EvidenceOfRelease(ctx, p, r.ID); err != nil {
		return err
	}
	for _, c := range v.Candidates {
		cycles, err := q.TestCyclesOf(ctx, p, c.ID)
		if err != nil {
			return err
		}
		v.Cycles = append(v.Cycles, cycles...)
	}
	if v.Mutes, err = q.Mutes(ctx, p, r.TeamID); err != nil {
		return err
	}
	items, err := q.ItemsOf(ctx, p, r.ID)
	if err != nil {
		return err
	}
	for _, i := range items {
		if i.State != headway.ItemDropped {
			v.Items = append(v.Items, i)
		}
	}
	if v.Defects, err = q.DefectsOf(ctx, p, r.ID); err != nil {
		return err
	}
	return v.places(ctx, q)
}

// places tells which environments are booked for the release, and the runbook
// that would bring its newest candidate to production.
func (v *ReleaseStory) places(ctx context.Context, q store.Q) (err error) {
	p := v.Programme
	if v.Bookings, err = q.BookingsOf(ctx, p.ID, v.Release.ID); err != nil {
		return err
	}
	environments, err := q.Environments(ctx, p.ID)
	if err != nil {
		return err
	}
	v.Places = map[string]string{}
	for _, e := range environments {
		v.Places[e.ID] = e.Name
	}
	if v.Release.State.InProduction() || v.Release.State.Terminal() || v.Newest().ID == "" {
		return nil
	}
	if v.Runbook, err = q.NewestRunbook(ctx, p.ID); err != nil {
		if headway.KindOf(err) == headway.NotFound {
			return nil
		}
		return err
	}
	runs, err := stepRuns(ctx, q, p)
	if err != nil {
		return err
	}
	for _, e := range environments {
		if e.Kind == headway.EnvProduction {
			facts := headway.TargetFacts(v.Newest().Facts, e, false)
			v.Needs, err = v.Runbook.EstimatePhases(facts, runs, headway.PhaseDeploy, headway.PhaseSmoke)
			return err
		}
	}
	return nil
}

func (v *ReleaseStory) decide(ctx context.Context, q store.Q, a *App) (err error) {
	p, r := v.Programme.ID, v.Release
	if v.Decisions, err = q.DecisionsOf(ctx, p, r.ID); err != nil {
		return err
	}
	if v.Train, err = trainOf(ctx, q, v.Programme, r.ID); err != nil {
		return err
	}
	if v.Deployments, err = q.DeploymentsOf(ctx, p, r.ID); err != nil {
		return err
	}
	if v.Underway, err = paceOf(ctx, q, v.Deployments); err != nil {
		return err
	}
	if v.Incidents, err = q.Incidents(ctx, p, "", r.ID, 0, incidentPage); err != nil {
		return err
	}
	if r.State != headway.ReleaseClosed {
		for _, c := range v.Candidates {
			given, err := q.WaiversOf(ctx, c.ID)
			if err != nil {
				return err
			}
			v.Overrides = append(v.Overrides, given...)
		}
	}
	if v.Lifted, err = overridesOf(ctx, q, v.Programme, r); err != nil {
		return err
	}
	v.Approvals = map[string][]headway.Approval{}
	for _, d := range v.Decisions {
		if v.Approvals[d.ID], err = q.Approvals(ctx, d.ID); err != nil {
			return err
		}
	}
	if err := v.plans(ctx, q, a); err != nil {
		return err
	}
	if c := v.Newest(); c.ID != "" && !r.State.InProduction() && !r.State.Terminal() {
		v.Verdicts, err = verdictsOf(ctx, q, v.Programme, r, c, a)
	}
	return err
}

// plans tells when plans and the gaps of the past see the release in production.
func (v *ReleaseStory) plans(ctx context.Context, q store.Q, a *App) error {
	draft, err := maybePlan(q.DraftPlan(ctx, v.Programme.ID))
	if err != nil {
		return err
	}
	baseline, err := maybePlan(q.BaselinePlan(ctx, v.Programme.ID))
	if err != nil {
		return err
	}
	v.Planned, v.Published, v.Foreseen = plannedOf(draft, v.Release.ID), plannedOf(baseline, v.Release.ID), placementsOf(draft, v.Release.ID)
	if v.Promise, err = promiseOf(ctx, q, v.Release); err != nil {
		return err
	}
	if v.Release.State.InProduction() || v.Release.State.Terminal() {
		return nil
	}
	expected, err := a.loadExpectation(ctx, q, v.Cast, a.Now())
	team, _ := v.Team(v.Release.TeamID)
	v.Expected = expected.of(team, v.Release, v.Planned)
	return err
}

func (v *ReleaseStory) measure(ctx context.Context, q store.Q, a *App) (err error) {
	r := v.Release
	if !r.SprintEnd.IsZero() {
		end := r.LiveAt
		if end.IsZero() {
			end = a.Now()
		}
		v.GapDays = v.Calendar.WorkingDays(r.SprintEnd, end)
	}
	if from := gapFrom(r); !from.IsZero() && (r.SprintID != "" || !r.LiveAt.IsZero()) {
		facts, err := gapFacts(ctx, q, r, a.Now())
		if err != nil {
			return err
		}
		v.Slices = headway.MeasureGap(facts)
	}
	v.Events, err = eventsAbout(ctx, q, v)
	return err
}

// eventsAbout gathers what happened to a release, its candidates, decisions and deployments.
func eventsAbout(ctx context.Context, q store.Q, v *ReleaseStory) ([]headway.Event, error) {
	subjects := []string{v.Release.ID}
	for _, c := range v.Candidates {
		subjects = append(subjects, c.ID)
	}
	for _, d := range v.Decisions {
		subjects = append(subjects, d.ID)
	}
	for _, d := range v.Deployments {
		subjects = append(subjects, d.ID)
	}
	for _, d := range v.Defects {
		subjects = append(subjects, d.ID)
	}
	var out []headway.Event
	for _, s := range subjects {
		events, err := q.EventsOf(ctx, v.Programme.ID, s)
		if err != nil {
			return nil, err
		}
		out = append(out, events...)
	}
	return newestFirst(out), nil
}
