package app

import (
	"context"
	"slices"

	"headway"
	"headway/internal/store"
)

// PlanPicture is everything the timeline of a span is drawn from.
type PlanPicture struct {
	Cast
	Sprints      []headway.Sprint
	Releases     map[string]headway.Release // on their way, or in production within the span
	Candidates   []headway.Candidate        // on the shelf
	Items        map[string]headway.BacklogItem
	Draft        headway.Plan // zero when none was computed yet
	Baseline     headway.Plan // zero when none was published yet
	Published    []headway.Plan
	Environments []headway.Environment
	Bookings     []headway.Booking
	Absences     []headway.Absence
	Windows      []headway.Window
	Freezes      []headway.Freeze
	Trains       []headway.Train // open ones, the next to depart first
}

// PlanPictureView gathers the plan and what lies around it within a span.
func (a *App) PlanPictureView(ctx context.Context, by headway.Actor, programme string, span headway.Interval) (PlanPicture, error) {
	var v PlanPicture
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		if err = v.plans(ctx, q); err != nil {
			return err
		}
		if err = v.releases(ctx, q, span); err != nil {
			return err
		}
		return v.surroundings(ctx, q, span)
	})
	return v, err
}

func (v *PlanPicture) plans(ctx context.Context, q store.Q) (err error) {
	if v.Draft, err = q.DraftPlan(ctx, v.Programme.ID); err != nil && headway.KindOf(err) != headway.NotFound {
		return err
	}
	if v.Baseline, err = q.BaselinePlan(ctx, v.Programme.ID); err != nil && headway.KindOf(err) != headway.NotFound {
		return err
	}
	v.Published, err = q.PublishedPlans(ctx, v.Programme.ID, 20)
	return err
}

// onTheWay lists the states between a sprint and the end of hypercare.
func onTheWay() []headway.ReleaseState {
	return []headway.ReleaseState{
		headway.ReleasePlanned, headway.ReleaseShelved, headway.ReleaseProving, headway.ReleaseApproved,
		headway.ReleaseDeploying, headway.ReleaseLive, headway.ReleaseRolledBack,
	}
}

func (v *PlanPicture) releases(ctx context.Context, q store.Q, span headway.Interval) error {
	v.Releases = map[string]headway.Release{}
	id := v.Programme.ID
	for _, f := range []store.ReleaseFilter{{States: onTheWay()}, {LiveSince: span.From.AddDate(0, 0, -60)}} {
		rs, err := q.Releases(ctx, id, f)
		if err != nil {
			return err
		}
		for _, r := range rs {
			v.Releases[r.ID] = r
		}
	}
	var err error
	if v.Candidates, err = q.CandidatesOnShelf(ctx, id); err != nil {
		return err
	}
	items, err := q.ItemsOfOpenReleases(ctx, id)
	v.Items = map[string]headway.BacklogItem{}
	for _, i := range items {
		v.Items[i.ID] = i
	}
	return err
}

func (v *PlanPicture) surroundings(ctx context.Context, q store.Q, span headway.Interval) (err error) {
	id, since := v.Programme.ID, headway.DateOf(span.From.In(v.Calendar.Zone))
	if v.Sprints, err = q.Sprints(ctx, id, since, headway.DateOf(span.To.In(v.Calendar.Zone))); err != nil {
		return err
	}
	if v.Environments, err = q.Environments(ctx, id); err != nil {
		return err
	}
	if v.Bookings, err = q.Bookings(ctx, id, span); err != nil {
		return err
	}
	if v.Absences, err = q.Absences(ctx, id, since); err != nil {
		return err
	}
	if v.Windows, err = q.Windows(ctx, id); err != nil {
		return err
	}
	if v.Freezes, err = freezesIn(ctx, q, v.Programme, span); err != nil {
		return err
	}
	v.Trains, err = q.Trains(ctx, id, headway.TrainOpen, allTrains)
	slices.Reverse(v.Trains)
	return err
}

// Openings lists when the change windows are open within a span.
func (v PlanPicture) Openings(span headway.Interval) []headway.Freeze {
	var out []headway.Freeze // a freeze is a named span too
	for _, w := range v.Windows {
		for _, o := range w.Openings(span, v.Calendar.Zone) {
			out = append(out, headway.Freeze{Key: w.Key, Name: w.Name, Span: o})
		}
	}
	return out
}
