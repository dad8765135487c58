package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/store"
)

// planningAhead is how many days before a sprint begins its rework is offered.
const planningAhead = 3

// RemindAll tells in every programme what the clock has brought, each once:
// rework to be set aside before a sprint's planning, a budget that a new sprint
// is over from its start, and experiments that can be judged. It is the work of
// an hourly job; a programme that fails does not hold up the others.
func (a *App) RemindAll(ctx context.Context) error {
	var all []headway.Programme
	if err := a.store.Read(ctx, func(q store.Q) (err error) {
		all, err = q.Programmes(ctx)
		return err
	}); err != nil {
		return err
	}
	var failed error
	for _, p := range all {
		if err := a.remind(ctx, p.Key); err != nil {
			failed = errors.Join(failed, fmt.Errorf("remind in %s: %w", p.Key, err))
		}
	}
	return failed
}

func (a *App) remind(ctx context.Context, programme string) error {
	var due []ExperimentOutcome
	err := a.lookIn(ctx, headway.System(), programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		due, err = experimentsDue(ctx, q, p, a.Now())
		return err
	})
	if err != nil {
		return err
	}
	return a.changeIn(ctx, headway.System(), programme, headway.EditPlan, func(c *change, p headway.Programme) error {
		teams, err := c.Teams(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, t := range teams {
			if t.Kind != headway.DevelopmentTeam {
				continue
			}
			if err := c.offerRework(ctx, p, t); err != nil {
				return err
			}
			if err := c.watchRework(ctx, p, t.ID); err != nil {
				return err
			}
		}
		for _, e := range due {
			if err := c.tellExperiment(ctx, p, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// offerRework tells, once a sprint and shortly before it begins, what rework its
// team must expect in it, unless a budget is set.
func (c *change) offerRework(ctx context.Context, p headway.Programme, t headway.Team) error {
	r, err := c.reworkNow(ctx, p, t)
	if err != nil || r.Next == nil || r.Next.Budget != nil || r.Offered() == 0 {
		return err
	}
	today, err := c.today(p)
	if err != nil || r.Next.Sprint.Start.After(today.AddDays(planningAhead)) {
		return err
	}
	if told, err := wasTold(ctx, c.Q, p, ReworkOffered, r.Next.Sprint.ID); err != nil || told {
		return err
	}
	text := fmt.Sprintf("%s plans sprint %d for %s: expect %s of rework, and set %s aside for it", t.Name, r.Next.Sprint.Number, r.Next.Sprint.Start.In(time.UTC).Format("Mon 2 Jan"), minutesText(r.Expect.Mean), minutesText(r.Offered()))
	if n := len(r.Next.Open); n > 0 {
		text += fmt.Sprintf(" (%s for what was deferred to it)", minutesText(r.Next.Ahead))
	}
	return c.record(ctx, p.ID, ReworkOffered, r.Next.Sprint.ID, text, map[string]any{"team": t.Key, "sprint": r.Next.Sprint.Number, "minutes": int(r.Offered().Minutes())})
}

// experimentsDue lists the running experiments that enough releases have shown
// the effect of and that nobody was told of yet.
func experimentsDue(ctx context.Context, q store.Q, p headway.Programme, now time.Time) ([]ExperimentOutcome, error) {
	all, err := q.Experiments(ctx, p.ID, mostExperiments)
	if err != nil {
		return nil, err
	}
	var running []headway.Experiment
	for _, e := range all {
		if e.State != headway.ExperimentRunning {
			continue
		}
		told, err := wasTold(ctx, q, p, ExperimentDue, e.ID)
		if err != nil {
			return nil, err
		}
		if !told {
			running = append(running, e)
		}
	}
	outcomes, err := outcomesOf(ctx, q, p, running, now)
	return slices.DeleteFunc(outcomes, func(o ExperimentOutcome) bool { return !o.Due() }), err
}

// tellExperiment tells who sees to an experiment, and who coordinates, what it did.
func (c *change) tellExperiment(ctx context.Context, p headway.Programme, o ExperimentOutcome) error {
	if told, err := wasTold(ctx, c.Q, p, ExperimentDue, o.ID); err != nil || told {
		return err
	}
	owners, err := c.membersNamed(ctx, p, o.Owner)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("E-%d of %s (%s) %s: from %.1f to %.1f days a release. Keep it or take it back",
		o.Number, o.Owner, headway.Shorten(oneLine(o.Change), 120), o.Result.Effect, o.BaseDays, o.Result.Days)
	return c.recordFor(ctx, owners, p.ID, ExperimentDue, o.ID, text, map[string]any{"number": o.Number, "effect": o.Result.Effect, "days": o.Result.Days})
}

// membersNamed gives the users of a programme who bear a name: their own, their
// address, or that of the person they are in the plan.
func (c *change) membersNamed(ctx context.Context, p headway.Programme, name string) ([]string, error) {
	members, err := c.Members(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	people, err := c.People(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range members {
		if slices.Contains(out, m.UserID) {
			continue
		}
		u, err := c.User(ctx, m.UserID)
		if err != nil {
			return nil, err
		}
		names := []string{u.Name, u.Email}
		for _, person := range people {
			if person.UserID == u.ID {
				names = append(names, person.Name)
			}
		}
		if isNamed(name, names...) {
			out = append(out, u.ID)
		}
	}
	return out, nil
}

func isNamed(name string, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return n != "" && strings.EqualFold(n, strings.TrimSpace(name)) })
}

// wasTold tells whether an event of a kind about a subject was recorded before.
func wasTold(ctx context.Context, q store.Q, p headway.Programme, kind headway.EventKind, subject string) (bool, error) {
	events, err := q.EventsOf(ctx, p.ID, subject)
	return slices.ContainsFunc(events, func(e headway.Event) bool { return e.Kind == kind }), err
}
