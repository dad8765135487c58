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
	rescueAfter = 2 * time.Minute // longer than any worker's own timeout
	softStop    = 10 * time.Second
)

// Deps are what the workers need.
type Deps struct {
	App    *app.App
	Store  *store.Store
	Log    *slog.Logger
	Caller app.Caller // of automatic steps; nil: calls fail as not sent
	Node   string     // name of this process in the steps that it claims
}

// Runner runs the workers of one process.
type Runner struct {
	lite  *river.Client[*sql.Tx]
	pg    *river.Client[pgx.Tx]
	sweep func(context.Context)
	quit  context.CancelFunc
	gone  chan struct{}
}

// New makes a runner for the store's database; nothing runs yet.
func New(d Deps) (*Runner, error) {
	if d.Caller == nil {
		d.Caller = nobody{}
	}
	sweeper := func(ctx context.Context) { sweep(ctx, d.App, d.Log) }
	workers := river.NewWorkers()
	if err := addWorkers(workers, d); err != nil {
		return nil, fmt.Errorf("workers: %w", err)
	}
	c := &river.Config{
		Logger:  slog.New(quiet{d.Log.Handler()}),
		Workers: workers,
		Queues: map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: 4},
			app.QueuePlan:      {MaxWorkers: 1},
			app.QueueDeploy:    {MaxWorkers: 8},
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
		return &Runner{lite: client, sweep: sweeper}, err
	}
	if pool, ok := d.Store.Postgres(); ok {
		client, err := river.NewClient(riverpgxv5.New(pool), c)
		return &Runner{pg: client, sweep: sweeper}, err
	}
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
	ctx, r.quit = context.WithCancel(ctx)
	r.gone = make(chan struct{})
	go func() {
		defer close(r.gone)
		r.sweep(ctx)
	}()
	return nil
}

// Stop takes no more jobs and waits for those that run, at most until the
// context ends; what was cut off runs again after the next start.
func (r *Runner) Stop(ctx context.Context) error {
	if r.quit != nil {
		r.quit()
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
