package jobs

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"headway"
	"headway/internal/app"
)

const (
	// sweepEvery bounds how long a lost outcome goes unseen after its lease, and
	// how long a due call waits whose process died.
	sweepEvery  = 2 * time.Second
	pollsEvery  = 500 * time.Millisecond
	callsAtOnce = 64
	pollsAtOnce = 16
	hintsKept   = 4096
)

// Dispatcher sends the calls of deployment steps. It is no job of River's: the
// steps' rows say what is due, a commit's hint only makes it quick, and a hint
// that is lost is found by the sweep of any node. A step whose answer comes
// later keeps no goroutine: its row waits.
type Dispatcher struct {
	hints  chan string
	caller app.Caller
	node   string
	app    *app.App
	log    *slog.Logger

	calls, polls chan struct{} // slots
	busy         sync.WaitGroup
}

// NewDispatcher makes a dispatcher that takes hints; the runner gives it work.
func NewDispatcher() *Dispatcher {
	return &Dispatcher{hints: make(chan string, hintsKept), calls: make(chan struct{}, callsAtOnce), polls: make(chan struct{}, pollsAtOnce)}
}

// Due hints that the call of a step is due. It never blocks.
func (d *Dispatcher) Due(stepID string) {
	select {
	case d.hints <- stepID:
	default: // the sweep finds it
	}
}

// run works until quit ends, then waits for the calls that are out; work is
// the context of these calls.
func (d *Dispatcher) run(quit, work context.Context) {
	sweep, polls := time.NewTicker(sweepEvery), time.NewTicker(pollsEvery)
	defer sweep.Stop()
	defer polls.Stop()
	// By themselves: what is long to settle must not hide what was lost.
	rounds := []func(){d.alone(work, d.sweep), d.alone(work, d.settle)}
	for {
		select {
		case <-quit.Done():
			d.busy.Wait()
			return
		case id := <-d.hints:
			d.dispatch(work, id)
		case <-polls.C:
			d.poll(work)
		case <-sweep.C:
			for _, round := range rounds {
				round()
			}
		}
	}
}

// dispatch sends a call if there is a slot; else the sweep hints at it again.
func (d *Dispatcher) dispatch(ctx context.Context, stepID string) {
	select {
	case d.calls <- struct{}{}:
	default:
		return
	}
	d.busy.Go(func() {
		defer func() { <-d.calls }()
		if err := d.app.DispatchStep(ctx, stepID, d.node, d.caller); err != nil {
			d.log.ErrorContext(ctx, "a step could not be carried out", "step", stepID, "err", err)
		}
	})
}

// poll asks about the followed steps that are due.
func (d *Dispatcher) poll(ctx context.Context) {
	due, err := d.app.DuePolls(ctx)
	if err != nil {
		if headway.KindOf(err) != headway.Unavailable {
			d.log.ErrorContext(ctx, "followed steps could not be listed", "err", err)
		}
		return
	}
	for _, s := range due {
		select {
		case d.polls <- struct{}{}:
		default:
			return // all slots ask; the rest is still due at the next tick
		}
		d.busy.Go(func() {
			defer func() { <-d.polls }()
			if err := d.app.PollStep(ctx, s, d.caller); err != nil {
				d.log.WarnContext(ctx, "a followed step could not be asked about", "step", s.ID, "err", err)
			}
		})
	}
}

// alone gives what starts f unless its last start is still at it.
func (d *Dispatcher) alone(ctx context.Context, f func(context.Context)) (start func()) {
	var at atomic.Bool
	return func() {
		if !at.CompareAndSwap(false, true) {
			return
		}
		d.busy.Go(func() {
			defer at.Store(false)
			f(ctx)
		})
	}
}

// sweep finds the steps whose outcome is unknown and the due calls that nobody
// took. Every node may sweep at once.
func (d *Dispatcher) sweep(ctx context.Context) {
	if n, err := d.app.SweepSteps(ctx, d.caller); err != nil && ctx.Err() == nil {
		d.log.ErrorContext(ctx, "sweep of steps failed", "err", err)
	} else if n > 0 {
		d.log.WarnContext(ctx, "outcome of steps unknown", "steps", n)
	}
}

// settle finds the go/no-gos that have become go.
func (d *Dispatcher) settle(ctx context.Context) {
	if err := d.app.SettleDecisions(ctx); err != nil && ctx.Err() == nil {
		d.log.ErrorContext(ctx, "settling go/no-gos failed", "err", err)
	}
}

// nobody sends no calls.
type nobody struct{}

// Call says that nothing was sent.
func (nobody) Call(context.Context, headway.StepCall) headway.CallOutcome {
	return headway.CallOutcome{State: headway.StepFailed, Output: "not sent: this process sends no calls"}
}

// Follow knows nothing.
func (nobody) Follow(context.Context, headway.StepCall, string) headway.CallOutcome {
	return headway.CallOutcome{State: headway.StepUnknown}
}

// Find knows nothing.
func (nobody) Find(context.Context, headway.StepCall) headway.CallOutcome {
	return headway.CallOutcome{State: headway.StepUnknown}
}
