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
	Items       []headway.BacklogItem
	Defects     []headway.Defect
	Verdicts    []headway.Verdict // of the gate over the newest candidate; nil when nothing can be judged
	Decisions   []headway.Decision
	Overrides   []headway.Waiver // of all its candidates, until the release is closed
	Deployments []headway.Deployment
	Planned     headway.PlannedRelease // of the draft
	Published   headway.PlannedRelease // of the baseline
	GapDays     int                    // so far, or in the end
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
	items, err := q.ItemsOf(ctx, p, r.ID)
	if err != nil {
		return err
	}
	for _, i := range items {
		if i.State != headway.ItemDropped {
			v.Items = append(v.Items, i)
		}
	}
	v.Defects, err = q.DefectsOf(ctx, p, r.ID)
	return err
}

func (v *ReleaseStory) decide(ctx context.Context, q store.Q, a *App) (err error) {
	p, r := v.Programme.ID, v.Release
	if v.Decisions, err = q.DecisionsOf(ctx, p, r.ID); err != nil {
		return err
	}
	if v.Deployments, err = q.DeploymentsOf(ctx, p, r.ID); err != nil {
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
	for _, load := range []struct {
		plan func() (headway.Plan, error)
		into *headway.PlannedRelease
	}{
		{func() (headway.Plan, error) { return q.DraftPlan(ctx, p) }, &v.Planned},
		{func() (headway.Plan, error) { return q.BaselinePlan(ctx, p) }, &v.Published},
	} {
		plan, err := load.plan()
		if err != nil && headway.KindOf(err) != headway.NotFound {
			return err
		}
		*load.into = plannedOf(plan, r.ID)
	}
	if c := v.Newest(); c.ID != "" && !r.State.InProduction() && !r.State.Terminal() {
		v.Verdicts, err = verdictsOf(ctx, q, v.Programme, r, c, a)
	}
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
