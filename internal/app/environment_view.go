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
	Candidate   string // name of what is on it; empty: nothing
	Release     string // whose that is
	Bookings    []BookingView
	Stays       []headway.Stay // of the last weeks, oldest first
}

// BookingView is a booking with the names of what it is about.
type BookingView struct {
	headway.Booking
	Environment headway.Environment
	Release     string
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

func viewEnvironments(ctx context.Context, q store.Q, p headway.Programme, span headway.Interval) ([]EnvironmentView, error) {
	all, err := q.Environments(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	bookings, err := q.Bookings(ctx, p.ID, span)
	if err != nil {
		return nil, err
	}
	stays, err := q.Stays(ctx, p.ID, span)
	if err != nil {
		return nil, err
	}
	names := releaseNames{q, p, map[string]string{}}
	var out []EnvironmentView
	for _, e := range all {
		v := EnvironmentView{Environment: e}
		if e.CandidateID != "" {
			c, err := q.Candidate(ctx, p.ID, e.CandidateID)
			if err != nil {
				return nil, err
			}
			v.Candidate = c.Name
			if v.Release, err = names.of(ctx, c.ReleaseID); err != nil {
				return nil, err
			}
		}
		for _, b := range bookings {
			if b.EnvironmentID != e.ID {
				continue
			}
			name, err := names.of(ctx, b.ReleaseID)
			if err != nil {
				return nil, err
			}
			v.Bookings = append(v.Bookings, BookingView{b, e, name})
		}
		v.Stays = slices.DeleteFunc(slices.Clone(stays), func(s headway.Stay) bool { return s.EnvironmentID != e.ID })
		out = append(out, v)
	}
	return out, nil
}

// releaseNames names releases, each read once.
type releaseNames struct {
	q    store.Q
	p    headway.Programme
	seen map[string]string
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
	n.seen[id] = nameRelease(t, r)
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
