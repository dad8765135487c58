package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"headway"
	"headway/internal/app"
)

// dispatch sends the call of a deployment step. The step's row decides whether
// there is anything to send: a job that runs twice sends once.
type dispatch struct {
	river.WorkerDefaults[app.DispatchJob]
	app    *app.App
	caller app.Caller
	node   string
}

// Timeout leaves the bound to the step itself.
func (*dispatch) Timeout(*river.Job[app.DispatchJob]) time.Duration { return -1 }

// Work sends the call.
func (w *dispatch) Work(ctx context.Context, j *river.Job[app.DispatchJob]) error {
	return w.app.DispatchStep(ctx, j.Args.StepID, w.node, w.caller)
}

// sweepEvery bounds how long a lost outcome goes unseen after its lease.
const sweepEvery = 2 * time.Second

// sweep finds, until the context ends, the steps whose outcome is unknown and
// the go/no-gos that have become go. It is no job of River's: every node may
// sweep at once, and nothing is stored when there is nothing to find.
func sweep(ctx context.Context, a *app.App, log *slog.Logger) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n, err := a.SweepSteps(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "sweep of steps failed", "err", err)
		} else if n > 0 {
			log.WarnContext(ctx, "outcome of steps unknown", "steps", n)
		}
		if err := a.SettleDecisions(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "settling go/no-gos failed", "err", err)
		}
	}
}

// nobody sends no calls.
type nobody struct{}

// Call says that nothing was sent.
func (nobody) Call(context.Context, headway.StepCall) headway.CallOutcome {
	return headway.CallOutcome{State: headway.StepFailed, Output: "not sent: this process sends no calls"}
}
