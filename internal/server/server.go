package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/config"
	"headway/internal/integrate"
	"headway/internal/jobs"
	"headway/internal/live"
	"headway/internal/seal"
	"headway/internal/store"
)

// Version is what the program calls itself.
const Version = "0.1.0"

// Instance is an opened, not yet serving instance.
type Instance struct {
	Config config.Config
	App    *app.App
	store  *store.Store
	blobs  *store.Blobs
	hub    *live.Hub
	calls  *jobs.Dispatcher
	deps   app.Deps
	listen *atomic.Value // string: the address, exact once it listens
	log    *slog.Logger
}

// Open opens the data of an instance; nothing runs yet.
func Open(ctx context.Context, c config.Config, log *slog.Logger) (*Instance, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Config{Dir: c.Dir, DatabaseURL: c.DatabaseURL.Reveal()})
	if err != nil {
		return nil, err
	}
	blobs, err := store.OpenBlobs(filepath.Join(c.Dir, "blobs"))
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	key := c.KeyFile
	if key == "" {
		key = filepath.Join(c.Dir, "secret.key")
	}
	box, err := seal.Open(key, rand.Reader)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	signer, err := seal.OpenSigner(filepath.Join(filepath.Dir(key), "signing.key"), rand.Reader)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	hub, calls := live.NewHub(), jobs.NewDispatcher()
	i := &Instance{Config: c, store: s, blobs: blobs, hub: hub, calls: calls, log: log, listen: &atomic.Value{}}
	i.listen.Store(c.Listen)
	now := c.Now
	if now == nil {
		now = time.Now
	}
	i.deps = app.Deps{
		Store: s, Blobs: blobs, Now: now, NewID: newID, Random: rand.Reader,
		Passwords: auth.NewArgon2(), Committed: hub.Wake, Due: calls.Due, Sealer: box, Signer: signer, PublicURL: i.publicURL, Log: log,
	}
	i.App = app.New(i.deps)
	return i, nil
}

// publicURL is how other systems reach this instance: as configured, or at the
// address that it listens on.
func (i *Instance) publicURL() string {
	if i.Config.PublicURL != "" {
		return strings.TrimRight(i.Config.PublicURL, "/")
	}
	address, _ := i.listen.Load().(string)
	return "http://" + address
}

// newID draws a UUID of version 7 (RFC 9562), which sorts by time.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Close closes the data of an instance that does not run.
func (i *Instance) Close() error { return i.store.Close() }

// workers makes the runner of the background work, with the client for calls
// that go out.
func (i *Instance) workers() (*jobs.Runner, error) {
	allow, err := i.Config.Allowed()
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "headway"
	}
	calls := integrate.New(integrate.Config{Allow: allow, GitHubURL: i.Config.GitHubURL, GitHubToken: i.Config.GitHubToken, Agent: "headway/" + Version})
	return jobs.New(jobs.Deps{App: i.App, Store: i.store, Log: i.log, Dispatch: i.calls, Caller: calls, Node: fmt.Sprintf("%s/%d", host, os.Getpid())})
}

const drainTime = 20 * time.Second

// Run serves until the context ends, then drains. ready is called with the
// address once /readyz would answer 200.
func (i *Instance) Run(ctx context.Context, ready func(addr string)) error {
	closing := make(chan struct{})
	handler, err := i.handler(ctx, closing)
	if err != nil {
		return err
	}
	runner, err := i.workers()
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", i.Config.Listen)
	if err != nil {
		return headway.Errorf(headway.Unavailable, "cannot listen on %s", i.Config.Listen).
			WithHint("another program may use the port: choose one with --listen").Because(err)
	}
	i.listen.Store(listener.Addr().String())
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(i.log.Handler(), slog.LevelWarn),
	}
	// Jobs outlive the signal to stop, so that Stop can let them end.
	if err := runner.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(fmt.Errorf("start the jobs: %w", err), listener.Close())
	}
	group, ctx := errgroup.WithContext(ctx)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	group.Go(func() error { return i.hub.Run(ctx, i.App, tick.C) })
	group.Go(func() error {
		if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		close(closing)
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
		defer cancel()
		return errors.Join(srv.Shutdown(drain), runner.Stop(drain))
	})
	ready(listener.Addr().String())
	return group.Wait()
}
