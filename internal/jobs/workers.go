package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"headway/internal/app"
)

// addWorkers lists every worker; each lives in the file of its noun.
func addWorkers(w *river.Workers, d Deps, quit <-chan struct{}) error {
	return errors.Join(
		river.AddWorkerSafely(w, &replan{app: d.App, pace: pace{quit}}),
		river.AddWorkerSafely(w, &repairs{app: d.App}),
		river.AddWorkerSafely(w, &notify{app: d.App}),
		river.AddWorkerSafely(w, &refresh{app: d.App}),
		river.AddWorkerSafely(w, &cleanUp{app: d.App}),
		river.AddWorkerSafely(w, &extend{app: d.App}),
		river.AddWorkerSafely(w, &remind{app: d.App}),
		river.AddWorkerSafely(w, &simulate{app: d.App}),
		river.AddWorkerSafely(w, &result{app: d.App}),
	)
}

// periodic lists what runs by the clock, and after a start unless it did so
// within the period. River inserts each once on whichever node leads.
func periodic() []*river.PeriodicJob {
	every := func(d time.Duration, args river.JobArgs) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(d), func() (river.JobArgs, *river.InsertOpts) {
			return args, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: d}}
		}, &river.PeriodicJobOpts{RunOnStart: true})
	}
	return []*river.PeriodicJob{every(24*time.Hour, extendArgs{}), every(time.Hour, refreshArgs{}), every(time.Hour, cleanUpArgs{}), every(time.Hour, remindArgs{})}
}

// replan computes the draft plan of a programme.
type replan struct {
	river.WorkerDefaults[app.ReplanJob]
	app  *app.App
	pace pace
}

// Timeout bounds the computation of one plan.
func (*replan) Timeout(*river.Job[app.ReplanJob]) time.Duration { return time.Minute }

// Work drafts the plan.
func (w *replan) Work(ctx context.Context, j *river.Job[app.ReplanJob]) error {
	begun := time.Now()
	defer func() { w.pace.rest(time.Since(begun)) }()
	return w.app.ReplanDraft(ctx, j.Args)
}

// repairs tries ways out of a draft's findings.
type repairs struct {
	river.WorkerDefaults[app.RepairsJob]
	app *app.App
}

// Timeout is longer than the search, which bounds itself.
func (*repairs) Timeout(*river.Job[app.RepairsJob]) time.Duration { return time.Minute }

// Work finds the repairs.
func (w *repairs) Work(ctx context.Context, j *river.Job[app.RepairsJob]) error {
	return w.app.FindRepairs(ctx, j.Args)
}

// notify tells members about an event.
type notify struct {
	river.WorkerDefaults[app.NotifyJob]
	app *app.App
}

// Work stores the notifications.
func (w *notify) Work(ctx context.Context, j *river.Job[app.NotifyJob]) error {
	return w.app.NotifyMembers(ctx, j.Args)
}

type refreshArgs struct{}

// Kind names the job in the queue.
func (refreshArgs) Kind() string { return "refresh-plans" }

// refresh drafts all plans anew as time passes.
type refresh struct {
	river.WorkerDefaults[refreshArgs]
	app *app.App
}

// Timeout bounds the plans of all programmes together.
func (*refresh) Timeout(*river.Job[refreshArgs]) time.Duration { return rescueAfter - 10*time.Second }

// InsertOpts puts the job behind other plans.
func (refreshArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: app.QueuePlan} }

// Work drafts the plans.
func (w *refresh) Work(ctx context.Context, _ *river.Job[refreshArgs]) error {
	return w.app.RefreshPlans(ctx)
}

type cleanUpArgs struct{}

// Kind names the job in the queue.
func (cleanUpArgs) Kind() string { return "clean-up" }

// cleanUp deletes what has expired.
type cleanUp struct {
	river.WorkerDefaults[cleanUpArgs]
	app *app.App
}

// Work deletes expired sessions, and shared simulations that nobody waits for.
func (w *cleanUp) Work(ctx context.Context, _ *river.Job[cleanUpArgs]) error {
	return errors.Join(w.app.EndExpiredSessions(ctx), w.app.EndStaleSimulations(ctx))
}

type extendArgs struct{}

// Kind names the job in the queue.
func (extendArgs) Kind() string { return "extend-sprints" }

// extend generates the sprints that the horizon has come to reach.
type extend struct {
	river.WorkerDefaults[extendArgs]
	app *app.App
}

// Work generates sprints and releases.
func (w *extend) Work(ctx context.Context, _ *river.Job[extendArgs]) error {
	return w.app.ExtendAllSprints(ctx)
}

type remindArgs struct{}

// Kind names the job in the queue.
func (remindArgs) Kind() string { return "remind" }

// remind tells what the clock has brought.
type remind struct {
	river.WorkerDefaults[remindArgs]
	app *app.App
}

// Work tells it, each once.
func (w *remind) Work(ctx context.Context, _ *river.Job[remindArgs]) error {
	return w.app.RemindAll(ctx)
}

// simulate computes one part of simulations that nodes share.
type simulate struct {
	river.WorkerDefaults[app.SimulateJob]
	app *app.App
}

// Work simulates the part, and notes in the job how many simulations this node made.
func (w *simulate) Work(ctx context.Context, j *river.Job[app.SimulateJob]) error {
	worked, err := w.app.SimulatePart(ctx, j.Args)
	if err != nil || !worked {
		return err
	}
	return river.RecordOutput(ctx, j.Args.Until-j.Args.First)
}

// result answers a question that takes simulations.
type result struct {
	river.WorkerDefaults[app.ResultJob]
	app *app.App
}

// planSoon is how long an answer waits before it looks for the plan again.
const planSoon = time.Second

// Timeout bounds one answer; the largest programmes take minutes.
func (*result) Timeout(*river.Job[app.ResultJob]) time.Duration { return 30 * time.Minute }

// Work computes the answer, once the plan knows the facts of today.
func (w *result) Work(ctx context.Context, j *river.Job[app.ResultJob]) error {
	wait, err := w.app.ComputeResult(ctx, j.Args)
	if err == nil && wait {
		return river.JobSnooze(planSoon)
	}
	return err
}
