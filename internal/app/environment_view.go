package app

import (
	"context"
	"slices"

	"headway"
	"headway/internal/store"
)

// EnvironmentView is an environment with what is on it, and who has it when.
type EnvironmentView struct {
	Environment headway.Environment
	Candidate   string     // name of what was put on it last; empty: nothing is
	Release     string     // whose that is
	There       []StayView // all that is on it: where teams are side by side, of each what it has there
	Bookings    []BookingView
	Stays       []StayView    // of the span, oldest first
	Uses        []UseView     // work that the draft plan has there
	Refresh     *AskedRefresh // that is on the board; nil: none
}

// BookingView is a booking with the names of what it is about, and what it meets.
type BookingView struct {
	headway.Booking
	Environment headway.Environment
	Release     string
	Conflicts   []ConflictView
}

// StayView is a stay with the names of what was there.
type StayView struct {
	headway.Stay
	Candidate, Release string
}

// UseView is planned work on an environment, with whose it is.
type UseView struct {
	headway.PlannedUse
	Release string
	TeamID  string
}

// EnvironmentsView lists the environments of a programme with what is on them
// and their bookings, within a span (zero: from now on for eight weeks).
func (a *App) EnvironmentsView(ctx context.Context, by headway.Actor, programme string, span headway.Interval) ([]EnvironmentView, error) {
	if span.From.IsZero() {
		span.From = a.Now()
	}
	if span.To.IsZero() {
		span.To = span.From.AddDate(0, 0, 56)
	}
	if !span.From.Before(span.To) || span.To.Sub(span.From) > planAhead {
		return nil, headway.Invalidf("to", "the span is empty, or longer than two years")
	}
	var out []EnvironmentView
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		out, err = viewEnvironments(ctx, q, p, span)
		return err
	})
	return out, err
}

// environmentWork is what the views of environments are made of, each read once.
type environmentWork struct {
	names     releaseNames
	bookings  []headway.Booking
	stays     []headway.Stay
	refreshes []headway.Refresh
	draft     headway.Plan
}

func viewEnvironments(ctx context.Context, q store.Q, p headway.Programme, span headway.Interval) ([]EnvironmentView, error) {
	all, err := q.Environments(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	w := environmentWork{names: newReleaseNames(q, p)}
	if w.bookings, err = q.Bookings(ctx, p.ID, span); err != nil {
		return nil, err
	}
	if w.stays, err = q.Stays(ctx, p.ID, span); err != nil {
		return nil, err
	}
	if w.refreshes, err = q.OpenRefreshes(ctx, p.ID); err != nil {
		return nil, err
	}
	if w.draft, err = maybePlan(q.DraftPlan(ctx, p.ID)); err != nil {
		return nil, err
	}
	var out []EnvironmentView
	for _, e := range all {
		v, err := w.view(ctx, e, span)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (w environmentWork) view(ctx context.Context, e headway.Environment, span headway.Interval) (EnvironmentView, error) {
	v := EnvironmentView{Environment: e}
	if e.CandidateID != "" {
		c, err := w.names.q.Candidate(ctx, e.ProgrammeID, e.CandidateID)
		if err != nil {
			return v, err
		}
		v.Candidate = c.Name
		if v.Release, err = w.names.of(ctx, c.ReleaseID); err != nil {
			return v, err
		}
	}
	if err := w.stayed(ctx, &v); err != nil {
		return v, err
	}
	uses := usesOf(w.draft, e)
	for _, u := range uses {
		if !u.Span.Overlaps(span) {
			continue
		}
		name, err := w.names.of(ctx, u.ReleaseID)
		if err != nil {
			return v, err
		}
		v.Uses = append(v.Uses, UseView{u, name, w.names.teams[u.ReleaseID]})
	}
	if err := w.booked(ctx, &v, uses); err != nil {
		return v, err
	}
	return v, w.refresh(ctx, &v)
}

// stayed adds what is there, and was.
func (w environmentWork) stayed(ctx context.Context, v *EnvironmentView) error {
	now, err := w.names.q.StaysNow(ctx, v.Environment.ProgrammeID, v.Environment.ID)
	if err != nil {
		return err
	}
	if v.There, err = w.named(ctx, now); err != nil {
		return err
	}
	v.Stays, err = w.named(ctx, slices.DeleteFunc(slices.Clone(w.stays), func(s headway.Stay) bool { return s.EnvironmentID != v.Environment.ID }))
	return err
}

func (w environmentWork) named(ctx context.Context, stays []headway.Stay) ([]StayView, error) {
	var out []StayView
	for _, s := range stays {
		c, err := w.names.q.Candidate(ctx, s.ProgrammeID, s.CandidateID)
		if err != nil {
			return nil, err
		}
		name, err := w.names.of(ctx, s.ReleaseID)
		if err != nil {
			return nil, err
		}
		out = append(out, StayView{s, c.Name, name})
	}
	return out, nil
}

// booked adds the bookings, each with what it meets or has met. Where teams are
// side by side another team's candidate takes nobody's place.
func (w environmentWork) booked(ctx context.Context, v *EnvironmentView, uses []headway.PlannedUse) error {
	for _, b := range w.bookings {
		if b.EnvironmentID != v.Environment.ID {
			continue
		}
		name, err := w.names.of(ctx, b.ReleaseID)
		if err != nil {
			return err
		}
		took := slices.DeleteFunc(slices.Clone(w.stays), func(s headway.Stay) bool { return v.Environment.Beside() && s.TeamID != w.names.teams[b.ReleaseID] })
		met, err := w.names.conflicts(ctx, append(b.Replaced(took), b.Conflicts(w.bookings, uses)...))
		if err != nil {
			return err
		}
		v.Bookings = append(v.Bookings, BookingView{b, v.Environment, name, met})
	}
	return nil
}

// refresh adds the refresh that is on the board.
func (w environmentWork) refresh(ctx context.Context, v *EnvironmentView) error {
	i := slices.IndexFunc(w.refreshes, func(r headway.Refresh) bool { return r.EnvironmentID == v.Environment.ID })
	if i < 0 {
		return nil
	}
	asked := AskedRefresh{Refresh: w.refreshes[i], Environment: v.Environment}
	var err error
	if asked.Item, err = w.names.q.BacklogItem(ctx, asked.ProgrammeID, asked.ItemID); err != nil {
		return err
	}
	if asked.Release, err = w.names.of(ctx, asked.Item.ReleaseID); err != nil {
		return err
	}
	for _, pl := range w.draft.Placements {
		if pl.ItemID == asked.ItemID {
			asked.Planned = headway.Interval{From: pl.Start, To: pl.End}
		}
	}
	v.Refresh = &asked
	return nil
}

// releaseNames names releases, each read once.
type releaseNames struct {
	q     store.Q
	p     headway.Programme
	seen  map[string]string
	teams map[string]string // ids
}

func newReleaseNames(q store.Q, p headway.Programme) releaseNames {
	return releaseNames{q, p, map[string]string{}, map[string]string{}}
}

func (n releaseNames) of(ctx context.Context, id string) (string, error) {
	if name, known := n.seen[id]; known {
		return name, nil
	}
	r, err := n.q.Release(ctx, n.p.ID, id)
	if err != nil {
		return "", err
	}
	t, err := n.q.Team(ctx, n.p.ID, r.TeamID)
	n.seen[id], n.teams[id] = nameRelease(t, r), t.ID
	return n.seen[id], err
}

func (a *App) environmentView(ctx context.Context, by headway.Actor, programme, key string) (EnvironmentView, error) {
	all, err := a.EnvironmentsView(ctx, by, programme, headway.Interval{})
	for _, v := range all {
		if v.Environment.Key == key {
			return v, err
		}
	}
	return EnvironmentView{}, err
}

// EnvironmentBoard is what the page of environments shows.
type EnvironmentBoard struct {
	Cast
	Span         headway.Interval
	Environments []EnvironmentView
	Releases     []headway.Release // that environments may be booked for, by sprint
}

// EnvironmentBoardView gathers the environments of some days, both included,
// and the releases that they may be booked for.
func (a *App) EnvironmentBoardView(ctx context.Context, by headway.Actor, programme string, first, last headway.Date) (EnvironmentBoard, error) {
	var v EnvironmentBoard
	if days := first.DaysUntil(last) + 1; days < 1 || days > calendarMost {
		return v, headway.Invalidf("from", "%d days are outside 1–%d", days, calendarMost)
	}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		v.Span = headway.Interval{From: first.In(v.Calendar.Zone), To: last.AddDays(1).In(v.Calendar.Zone)}
		if v.Releases, err = q.Releases(ctx, p.ID, store.ReleaseFilter{States: append([]headway.ReleaseState{headway.ReleaseLive}, toBePlanned...)}); err != nil {
			return err
		}
		slices.SortStableFunc(v.Releases, func(a, b headway.Release) int { return a.SprintEnd.Compare(b.SprintEnd) })
		v.Environments, err = viewEnvironments(ctx, q, p, v.Span)
		return err
	})
	return v, err
}
