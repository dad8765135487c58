package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// gapFrom is when the gap of a release begins: the end of its sprint, or for
// imported history, which knows no sprints, the first candidate.
func gapFrom(r headway.Release) time.Time {
	if !r.SprintEnd.IsZero() {
		return r.SprintEnd
	}
	return r.ShelvedAt
}

// gapFacts gathers what is known of a release's way from sprint to production.
func gapFacts(ctx context.Context, q store.Q, r headway.Release, now time.Time) (headway.GapFacts, error) {
	f := headway.GapFacts{SprintEnd: gapFrom(r), Live: r.LiveAt, Now: now, ShelvedAt: r.ShelvedAt}
	items, err := q.ItemsOf(ctx, r.ProgrammeID, r.ID)
	if err != nil {
		return f, err
	}
	workOf(&f, items, now)
	if f.Rework, err = reworkOf(ctx, q, r, now); err != nil {
		return f, err
	}
	if f.DecidedAt, err = decidedAt(ctx, q, r); err != nil {
		return f, err
	}
	if err := placesOf(ctx, q, r, &f, items); err != nil {
		return f, err
	}
	runs, err := q.DeploymentsOf(ctx, r.ProgrammeID, r.ID)
	for _, d := range runs {
		if (d.State == headway.DeploymentSucceeded || !d.State.Terminal()) && d.StartedAt.After(f.DeployingFrom) {
			f.DeployingFrom = d.StartedAt
		}
	}
	return f, err
}

// workOf takes the spans of operations work, when all of it before go/no-go
// was done, and who was waited for in between.
func workOf(f *headway.GapFacts, items []headway.BacklogItem, now time.Time) {
	ready, open := time.Time{}, false
	for _, i := range items {
		before := i.Kind != headway.KindDeployment && i.Kind != headway.KindSupport && i.Kind != headway.KindGoNoGo
		if i.State == headway.ItemDropped && i.StartedAt.IsZero() || i.Kind == headway.KindDeployment {
			continue
		}
		if before && i.State != headway.ItemDropped {
			open = open || i.State != headway.ItemDone
			if i.DoneAt.After(ready) {
				ready = i.DoneAt
			}
		}
		if i.StartedAt.IsZero() {
			continue
		}
		end := i.DoneAt
		if end.IsZero() {
			end = now
		}
		f.Working = append(f.Working, headway.GapSlice{Span: headway.Interval{From: i.StartedAt, To: end}, Cause: headway.GapWorking, Who: string(i.Skill)})
	}
	if !open {
		f.ReadyAt = ready
	}
	f.WaitingFor = func(at time.Time) string { return string(nextItem(items, at).Skill) }
}

// placesOf tells when environments that the release's work needs were booked
// for others, by their names.
func placesOf(ctx context.Context, q store.Q, r headway.Release, f *headway.GapFacts, items []headway.BacklogItem) error {
	if !slices.ContainsFunc(items, func(i headway.BacklogItem) bool { return i.Environment != "" }) {
		return nil
	}
	places, err := q.Environments(ctx, r.ProgrammeID)
	if err != nil {
		return err
	}
	name := map[string]string{}
	for _, e := range places {
		if !e.Shared {
			name[e.ID] = e.Key
		}
	}
	end := f.Live
	if end.IsZero() {
		end = f.Now
	}
	bookings, err := q.Bookings(ctx, r.ProgrammeID, headway.Interval{From: f.SprintEnd, To: end})
	for _, b := range bookings {
		if b.ReleaseID != r.ID && name[b.EnvironmentID] != "" {
			f.Taken = append(f.Taken, headway.GapSlice{Span: b.Span, Who: name[b.EnvironmentID]})
		}
	}
	f.Needs = func(at time.Time) string { return name[nextItem(items, at).Environment] }
	return err
}

// nextItem tells which work came next after an instant: the item that began
// first, or the first in the backlog that has not.
func nextItem(items []headway.BacklogItem, at time.Time) headway.BacklogItem {
	next, begins := headway.BacklogItem{}, time.Time{}
	for _, i := range items {
		if i.Kind == headway.KindSupport || i.State == headway.ItemDropped && i.StartedAt.IsZero() {
			continue
		}
		switch {
		case i.StartedAt.IsZero() && i.State != headway.ItemDone && next.ID == "":
			next = i
		case !i.StartedAt.Before(at) && !i.StartedAt.IsZero() && (begins.IsZero() || i.StartedAt.Before(begins)):
			next, begins = i, i.StartedAt
		}
	}
	return next
}

// reworkOf gives the spans from a blocking defect to the candidate that fixed it.
func reworkOf(ctx context.Context, q store.Q, r headway.Release, now time.Time) ([]headway.Interval, error) {
	defects, err := q.DefectsOf(ctx, r.ProgrammeID, r.ID)
	if err != nil || len(defects) == 0 {
		return nil, err
	}
	candidates, err := q.CandidatesOf(ctx, r.ProgrammeID, r.ID)
	if err != nil {
		return nil, err
	}
	var out []headway.Interval
	for _, d := range defects {
		if d.Severity != headway.Blocker || d.State == headway.DefectInvalid {
			continue
		}
		end := d.ClosedAt
		if i := slices.IndexFunc(candidates, func(c headway.Candidate) bool { return c.ID == d.FixedIn }); i >= 0 {
			end = candidates[i].ShelvedAt
		}
		if end.IsZero() {
			end = now
		}
		if d.FoundAt.Before(end) {
			out = append(out, headway.Interval{From: d.FoundAt, To: end})
		}
	}
	return out, nil
}

// decidedAt gives the last approval of the release's last go.
func decidedAt(ctx context.Context, q store.Q, r headway.Release) (time.Time, error) {
	decisions, err := q.DecisionsOf(ctx, r.ProgrammeID, r.ID)
	if err != nil {
		return time.Time{}, err
	}
	var last time.Time
	for _, d := range decisions {
		if d.State != headway.DecisionGo && d.State != headway.DecisionDeployed {
			continue
		}
		given, err := q.Approvals(ctx, d.ID)
		if err != nil {
			return last, err
		}
		for _, a := range given {
			if a.Verdict == headway.Approve && a.At.After(last) {
				last = a.At
			}
		}
	}
	return last, nil
}
