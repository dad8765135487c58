package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"headway/internal/app"
	"headway/internal/store"
)

// Times of the queues.
const (
	pollEvery   = 100 * time.Millisecond
	cooldown    = 50 * time.Millisecond
	jobTimeout  = 30 * time.Second
	rescueAfter = 2 * time.Minute // of a worker that names no longer timeout itself
	softStop    = 10 * time.Second
)

// Deps are what the workers need.
type Deps struct {
	App      *app.App
	Store    *store.Store
	Log      *slog.Logger
	Dispatch *Dispatcher // that the app hints at; nil: one that hears no hints
	Caller   app.Caller  // of automatic steps; nil: calls fail as not sent
	Node     string      // name of this process in the steps that it claims
}

// Runner runs the workers of one process.
type Runner struct {
	lite     *river.Client[*sql.Tx]
	pg       *river.Client[pgx.Tx]
	dispatch *Dispatcher
	wake     context.CancelFunc // ends the rest between plans
	quit     context.CancelFunc // takes no more calls
	cut      context.CancelFunc // cuts off those that are out
	gone     chan struct{}
}

// New makes a runner for the store's database; nothing runs yet.
func New(d Deps) (*Runner, error) {
	if d.Caller == nil {
		d.Caller = nobody{}
	}
	if d.Dispatch == nil {
		d.Dispatch = NewDispatcher()
	}
	d.Dispatch.app, d.Dispatch.log, d.Dispatch.caller, d.Dispatch.node = d.App, d.Log, d.Caller, d.Node
	workers := river.NewWorkers()
	resting, wake := context.WithCancel(context.Background())
	if err := addWorkers(workers, d, resting.Done()); err != nil {
		wake()
		return nil, fmt.Errorf("workers: %w", err)
	}
	c := &river.Config{
		Logger:  slog.New(quiet{d.Log.Handler()}),
		Workers: workers,
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: 4},
			app.QueuePlan:      {MaxWorkers: 1},
			app.QueueSimulate:  {MaxWorkers: 1},
			app.QueueResult:    {MaxWorkers: 1},
		},
		FetchPollInterval:           pollEvery,
		FetchCooldown:               cooldown,
		JobTimeout:                  jobTimeout,
		RescueStuckJobsAfter:        rescueAfter,
		SoftStopTimeout:             softStop,
		CompletedJobRetentionPeriod: time.Hour,
		PeriodicJobs:                periodic(),
	}
	if db, ok := d.Store.SQLite(); ok {
		client, err := river.NewClient(riversqlite.New(db), c)
		return &Runner{lite: client, dispatch: d.Dispatch, wake: wake}, err
	}
	if pool, ok := d.Store.Postgres(); ok {
		client, err := river.NewClient(riverpgxv5.New(pool), c)
		return &Runner{pg: client, dispatch: d.Dispatch, wake: wake}, err
	}
	wake()
	return nil, errors.New("the store is neither SQLite nor PostgreSQL")
}

// Start begins to work; it returns at once. The context must live as long as
// the work: when it ends, jobs are cut off.
func (r *Runner) Start(ctx context.Context) error {
	var err error
	if r.lite != nil {
		err = r.lite.Start(ctx)
	} else {
		err = r.pg.Start(ctx)
	}
	if err != nil {
		return err
	}
	work, cut := context.WithCancel(ctx)
	quit, stop := context.WithCancel(ctx)
	r.quit, r.cut, r.gone = stop, cut, make(chan struct{})
	go func() {
		defer close(r.gone)
		r.dispatch.run(quit, work)
	}()
	return nil
}

// Stop takes no more jobs and calls, and waits for those that run: for calls
// at most softStop, after which they are cut off and their outcome is unknown.
// Jobs that were cut off run again after the next start.
func (r *Runner) Stop(ctx context.Context) error {
	r.wake()
	if r.quit != nil {
		r.quit()
		soft, cancel := context.WithTimeout(ctx, softStop)
		defer cancel()
		select {
		case <-r.gone:
		case <-soft.Done():
		}
		r.cut()
		<-r.gone
	}
	if r.lite != nil {
		return r.lite.Stop(ctx)
	}
	return r.pg.Stop(ctx)
}

// quiet drops River's own chatter below warnings.
type quiet struct{ slog.Handler }

// Enabled lets warnings and errors through.
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

// WithAttrs keeps the handler quiet.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup keeps the handler quiet.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
