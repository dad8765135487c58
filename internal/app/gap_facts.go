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
	w, err := waysOf(ctx, q, r.ProgrammeID, []headway.Release{r}, now)
	if err != nil {
		return headway.GapFacts{}, err
	}
	return w.facts(r), nil
}

// ways is what is known of the ways of some releases of a programme.
type ways struct {
	now               time.Time
	items             map[string][]headway.BacklogItem // this and the next ones by release
	blocked           map[string][]headway.Interval
	decided, deployed map[string]time.Time
	places            map[string]string // keys of the environments that are not shared
	bookings          []headway.Booking
}

// waysOf reads them with one look at each table.
func waysOf(ctx context.Context, q store.Q, programmeID string, releases []headway.Release, now time.Time) (w ways, err error) {
	w.now = now
	var ids []string
	for _, r := range releases {
		ids = append(ids, r.ID)
	}
	if w.items, err = q.ItemsOfReleases(ctx, programmeID, ids); err != nil {
		return w, err
	}
	if w.blocked, err = q.BlockedSpans(ctx, programmeID, ids); err != nil {
		return w, err
	}
	if w.decided, err = q.LastGoes(ctx, programmeID, ids); err != nil {
		return w, err
	}
	if w.deployed, err = q.LastDeployed(ctx, programmeID, ids); err != nil {
		return w, err
	}
	return w, w.bookedBy(ctx, q, programmeID, releases)
}

// bookedBy reads which environments were booked when, if work needs one.
func (w *ways) bookedBy(ctx context.Context, q store.Q, programmeID string, releases []headway.Release) (err error) {
	var span headway.Interval
	for _, r := range releases {
		if !needsPlace(w.items[r.ID]) {
			continue
		}
		way := w.wayOf(r)
		if span.From.IsZero() || way.From.Before(span.From) {
			span.From = way.From
		}
		if way.To.After(span.To) {
			span.To = way.To
		}
	}
	if span.To.IsZero() {
		return nil
	}
	all, err := q.Environments(ctx, programmeID)
	if err != nil {
		return err
	}
	w.places = map[string]string{}
	for _, e := range all {
		if !e.Shared {
			w.places[e.ID] = e.Key
		}
	}
	w.bookings, err = q.Bookings(ctx, programmeID, span)
	return err
}

func needsPlace(items []headway.BacklogItem) bool {
	return slices.ContainsFunc(items, func(i headway.BacklogItem) bool { return i.Environment != "" })
}

// wayOf gives the span of a release's gap; up to now while it lasts.
func (w ways) wayOf(r headway.Release) headway.Interval {
	if r.LiveAt.IsZero() {
		return headway.Interval{From: gapFrom(r), To: w.now}
	}
	return headway.Interval{From: gapFrom(r), To: r.LiveAt}
}

// facts puts together what is known of one release's way.
func (w ways) facts(r headway.Release) headway.GapFacts {
	f := headway.GapFacts{
		SprintEnd: gapFrom(r), Live: r.LiveAt, Now: w.now, ShelvedAt: r.ShelvedAt, DecidedAt: w.decided[r.ID], DeployingFrom: w.deployed[r.ID],
	}
	items := w.items[r.ID]
	workOf(&f, items, w.now)
	for _, span := range w.blocked[r.ID] {
		if span.To.IsZero() {
			span.To = w.now
		}
		if span.From.Before(span.To) {
			f.Rework = append(f.Rework, span)
		}
	}
	if !needsPlace(items) {
		return f
	}
	way := w.wayOf(r)
	for _, b := range w.bookings {
		within := b.Span.From.Before(way.To) && b.Span.To.After(way.From)
		if within && b.ReleaseID != r.ID && w.places[b.EnvironmentID] != "" {
			f.Taken = append(f.Taken, headway.GapSlice{Span: b.Span, Who: w.places[b.EnvironmentID]})
		}
	}
	f.Needs = func(at time.Time) string { return w.places[nextItem(items, at).Environment] }
	return f
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
