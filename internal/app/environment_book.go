package app

import (
	"context"
	"fmt"
	"time"

	"headway"
	"headway/internal/store"
)

// BookEnvironment books an environment for a release.
type BookEnvironment struct {
	Environment   string // key
	Team, Version string
	From, To      time.Time
	Purpose       string
	Shared        bool // beside others that share it
	Preview       bool // say what it would meet, and book nothing
}

// ConflictView is a conflict with the name of whose it is.
type ConflictView struct {
	headway.BookingConflict
	Release string
}

// BookEnvironment books an environment, unless another booking forbids it. What
// the plan would do there meanwhile is said; the plan then goes around it.
func (a *App) BookEnvironment(ctx context.Context, by headway.Actor, programme string, in BookEnvironment) (BookingView, error) {
	var out BookingView
	book := func(q store.Q, p headway.Programme, now time.Time) (err error) {
		out, err = bookingOf(ctx, q, p, in, now)
		return err
	}
	if in.Preview {
		err := a.lookIn(ctx, by, programme, headway.WorkBacklog, func(q store.Q, p headway.Programme) error { return book(q, p, a.Now()) })
		return out, err
	}
	err := a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		if err := book(c.Q, p, c.now); err != nil {
			return err
		}
		for _, k := range out.Conflicts {
			if k.Kind == headway.ConflictBooked {
				return headway.Conflictf("%s %s, from %s", k.Release, k.Text, spanText(SnapshotWindow(k.Span), p.Zone)).
					WithHint("book another time, or share it: both bookings must be shared")
			}
		}
		out.ID, out.By, out.ByName = a.newID(), by.UserID, by.Name
		if err := c.AddBooking(ctx, out.Booking); err != nil {
			return err
		}
		text := fmt.Sprintf("%s booked %s for %s from %s: %s", by.Name, out.Environment.Name, out.Release, spanText(SnapshotWindow(out.Span), p.Zone), out.Purpose)
		return c.record(ctx, p.ID, EnvironmentBooked, out.ReleaseID, text, map[string]any{"booking": out.ID, "environment": out.Environment.Key, "from": out.Span.From, "to": out.Span.To, "shared": out.Shared})
	})
	return out, err
}

// bookingOf makes the booking that is asked for, with what it meets.
func bookingOf(ctx context.Context, q store.Q, p headway.Programme, in BookEnvironment, now time.Time) (BookingView, error) {
	var out BookingView
	env, err := q.EnvironmentByKey(ctx, p.ID, in.Environment)
	if err != nil {
		return out, unknownAt(err, "environment", in.Environment)
	}
	team, r, err := teamRelease(ctx, q, p, in.Team, in.Version)
	if err != nil {
		return out, err
	}
	out.Booking = headway.Booking{
		EnvironmentID: env.ID, ReleaseID: r.ID, Purpose: in.Purpose, Shared: in.Shared,
		Span: headway.Interval{From: in.From.UTC().Truncate(time.Millisecond), To: in.To.UTC().Truncate(time.Millisecond)},
	}
	out.Environment, out.Release = env, nameRelease(team, r)
	if err := out.Check(now); err != nil {
		return out, err
	}
	others, err := q.Bookings(ctx, p.ID, out.Span)
	if err != nil {
		return out, err
	}
	draft, err := maybePlan(q.DraftPlan(ctx, p.ID))
	if err != nil {
		return out, err
	}
	names := newReleaseNames(q, p)
	out.Conflicts, err = names.conflicts(ctx, out.Booking.Conflicts(others, usesOf(draft, env)))
	return out, err
}

// conflicts names whose the conflicts are.
func (n releaseNames) conflicts(ctx context.Context, found []headway.BookingConflict) ([]ConflictView, error) {
	var out []ConflictView
	for _, k := range found {
		name, err := n.of(ctx, k.ReleaseID)
		if err != nil {
			return nil, err
		}
		out = append(out, ConflictView{k, name})
	}
	return out, nil
}

// usesOf lists what a plan has on an environment.
func usesOf(plan headway.Plan, env headway.Environment) []headway.PlannedUse {
	var out []headway.PlannedUse
	for _, q := range plan.Placements {
		if !q.Done && q.Environment == env.Key {
			out = append(out, headway.PlannedUse{ReleaseID: q.ReleaseID, Title: q.Title, Span: headway.Interval{From: q.Start, To: q.End}, Installs: q.Kind == string(headway.KindInstall)})
		}
	}
	return out
}

// CancelBooking gives a booked environment free.
func (a *App) CancelBooking(ctx context.Context, by headway.Actor, programme, id string) error {
	return a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		gone, err := c.RemoveBooking(ctx, p.ID, id)
		if err != nil {
			return err
		}
		if !gone {
			return headway.NotFoundf("there is no such booking")
		}
		return c.record(ctx, p.ID, BookingCancelled, id, by.Name+" cancelled a booking", map[string]any{"booking": id})
	})
}
