package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"headway"
	"headway/internal/forecast"
	"headway/internal/store"
)

// QueueSimulate is where parts of simulations wait: one at a time on each node,
// because a part takes all its cores.
const QueueSimulate = "simulate"

const (
	sharePart   = 512              // simulations of a part; a multiple of what a core takes at a time
	shareFrom   = 8_000_000        // activities to be placed from which nodes share the work
	shareAtOnce = 4                // simulations that a programme's nodes share at most
	shareExpiry = 10 * time.Minute // after which who asked must have gone
)

// SimulateJob asks a node for one part of simulations that nodes share.
type SimulateJob struct {
	Simulation string `json:"simulation"`
	First      int    `json:"first"`
	Until      int    `json:"until"` // not included
}

// Kind names the job in the queue.
func (SimulateJob) Kind() string { return "simulate" }

// simulate runs a programme's simulations: here, or where nodes can share a
// large number of them as jobs. The outcome is the same to the byte.
func (a *App) simulate(ctx context.Context, k *knowledge, s *study, n int) (forecast.Outcome, error) {
	_, nodes := a.store.Postgres()
	if !nodes || n*len(s.Works) < shareFrom || n <= sharePart {
		return k.run(ctx, s, n)
	}
	out, shared, err := a.share(ctx, k.facts.programme, s, n)
	if err != nil || shared {
		k.went(n)
		return out, err
	}
	return k.run(ctx, s, n)
}

// share hands the parts of simulations out as jobs and works on them itself,
// from the last one, so that it never waits for a node: what is not there yet it
// computes. It tells false when too many are shared already.
func (a *App) share(ctx context.Context, p headway.Programme, s *study, n int) (out forecast.Outcome, shared bool, err error) {
	packed, err := forecast.PackStudy(s.Study)
	if err != nil {
		return out, false, err
	}
	id, parts := a.newID(), partsOf(n)
	err = a.change(ctx, headway.System(), func(c *change) error {
		busy, err := c.CountSimulations(ctx, p.ID)
		if shared = err == nil && busy < shareAtOnce; !shared {
			return err
		}
		for i, part := range parts {
			parts[i].Simulation = id
			c.Enqueue(SimulateJob{id, part.First, part.Until}, &river.InsertOpts{Queue: QueueSimulate, MaxAttempts: 1})
		}
		return c.AddSimulation(ctx, id, p.ID, packed, c.now)
	})
	if err != nil || !shared {
		return out, false, err
	}
	for _, part := range slices.Backward(parts) {
		if _, err := a.simulatePart(ctx, part, &s.Study); err != nil {
			return out, true, err
		}
	}
	err = a.change(ctx, headway.System(), func(c *change) error {
		if out, err = merged(ctx, c.Q, id, len(parts)); err != nil {
			return err
		}
		return c.RemoveSimulation(ctx, id)
	})
	return out, true, err
}

func partsOf(n int) []SimulateJob {
	var parts []SimulateJob
	for first := 0; first < n; first += sharePart {
		parts = append(parts, SimulateJob{First: first, Until: min(n, first+sharePart)})
	}
	return parts
}

// SimulatePart simulates one part of simulations that nodes share. It does
// nothing, and tells false, when the part is done or the answer was given.
func (a *App) SimulatePart(ctx context.Context, in SimulateJob) (worked bool, err error) {
	return a.simulatePart(ctx, in, nil)
}

// simulatePart is SimulatePart for who may have the study at hand.
func (a *App) simulatePart(ctx context.Context, in SimulateJob, s *forecast.Study) (worked bool, err error) {
	packed, done := "", false
	err = a.store.Read(ctx, func(q store.Q) error {
		have, err := q.SimulationDone(ctx, in.Simulation)
		if done = slices.Contains(have, int64(in.First)); err != nil || done || s != nil {
			return err
		}
		packed, err = q.SimulationStudy(ctx, in.Simulation)
		return err
	})
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return false, nil // the answer was given
	}
	if err != nil || done {
		return false, err
	}
	if s == nil {
		read, err := forecast.UnpackStudy(packed)
		if err != nil {
			return false, err
		}
		s = &read
	}
	out, err := forecast.Simulate(ctx, *s, in.First, in.Until)
	if err != nil {
		return false, err
	}
	text, err := forecast.PackOutcome(out)
	if err != nil {
		return false, err
	}
	return true, a.change(ctx, headway.System(), func(c *change) error {
		return c.AddSimulationPart(ctx, in.Simulation, store.SimulationPart{First: in.First, Outcome: text})
	})
}

// merged adds up the parts, which must all be there.
func merged(ctx context.Context, q store.Q, id string, want int) (forecast.Outcome, error) {
	var out forecast.Outcome
	parts, err := q.SimulationParts(ctx, id)
	if err != nil {
		return out, err
	}
	if len(parts) != want {
		return out, fmt.Errorf("%d of %d parts of simulation %s are there", len(parts), want, id)
	}
	for _, p := range parts {
		o, err := forecast.UnpackOutcome(p.Outcome)
		if err != nil {
			return out, err
		}
		out.Merge(o)
	}
	return out, nil
}

// EndStaleSimulations deletes shared simulations whose asker has gone.
func (a *App) EndStaleSimulations(ctx context.Context) error {
	return a.change(ctx, headway.System(), func(c *change) error { return c.RemoveSimulationsBefore(ctx, c.now.Add(-shareExpiry)) })
}
