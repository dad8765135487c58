package soak

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// node is one Headway process that is killed and started again.
type node struct {
	binary, dir, database, address string

	mu  sync.Mutex
	cmd *exec.Cmd
}

// start starts the process and gives how long it took until it was ready.
func (n *node) start(t *testing.T) time.Duration {
	t.Helper()
	began := time.Now()
	cmd := exec.CommandContext(context.Background(), n.binary, "serve", "--data", n.dir, "--listen", n.address,
		"--public-url", "http://"+n.address, "--allow-network", "127.0.0.0/8", "--log-level", "error")
	cmd.Env = append(os.Environ(), "HEADWAY_DATABASE_URL="+n.database)
	log, err := os.OpenFile(filepath.Join(filepath.Dir(n.dir), "node.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }() // the process has its own handle
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "ready ") {
			n.cmd = cmd
			return time.Since(began)
		}
	}
	_ = cmd.Wait()
	text, _ := os.ReadFile(log.Name())
	t.Errorf("a node did not start: %s", text[max(0, len(text)-2000):])
	return 0
}

// kill ends the process by SIGKILL.
func (n *node) kill() {
	if n.cmd == nil {
		return
	}
	_ = n.cmd.Process.Kill()
	_ = n.cmd.Wait()
	n.cmd = nil
}

// figures are what a run prints.
type figures struct {
	mu                                    sync.Mutex
	kills, freezes, aways                 int
	ready                                 []time.Duration
	deployments, retries, decided, backed int
	unknown                               []time.Duration // from the call until it was shown
}

// trouble kills and freezes nodes and takes the database away, until the context ends.
func trouble(ctx context.Context, t *testing.T, rng *rand.Rand, nodes []*node, database string, f *figures) {
	const longest = 29_000 // of a freeze, in ms: within a lease and beyond
	for {
		if !rest(ctx, time.Duration(1000+rng.IntN(4000))*time.Millisecond) {
			return
		}
		n := nodes[rng.IntN(len(nodes))]
		switch what := rng.IntN(10); {
		case len(nodes) > 1 && what < 4:
			n.mu.Lock()
			_ = n.cmd.Process.Signal(syscall.SIGSTOP)
			rest(ctx, time.Duration(1000+rng.IntN(longest))*time.Millisecond)
			_ = n.cmd.Process.Signal(syscall.SIGCONT)
			n.mu.Unlock()
			f.mu.Lock()
			f.freezes++
			f.mu.Unlock()
		case database != "" && what < 6:
			away(ctx, t, database, time.Duration(500+rng.IntN(3000))*time.Millisecond)
			f.mu.Lock()
			f.aways++
			f.mu.Unlock()
		default:
			n.mu.Lock()
			n.kill()
			rest(ctx, time.Duration(rng.IntN(1000))*time.Millisecond)
			took := n.start(t)
			n.mu.Unlock()
			f.mu.Lock()
			f.kills++
			f.ready = append(f.ready, took)
			f.mu.Unlock()
		}
	}
}

func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// away ends all sessions of a database, as a restart does, and lets none in for a while.
func away(ctx context.Context, t *testing.T, database string, d time.Duration) {
	u, err := url.Parse(database)
	if err != nil {
		t.Error(err)
		return
	}
	name := strings.TrimPrefix(u.Path, "/")
	u.Path = "/postgres"
	conn, err := pgx.Connect(context.WithoutCancel(ctx), u.String())
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	do := func(sql string) {
		if _, err := conn.Exec(context.WithoutCancel(ctx), sql); err != nil {
			t.Error(err)
		}
	}
	do("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false")
	do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'")
	rest(ctx, d)
	do("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true")
}

// freeAddress gives an address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // it is only asked which is free
	return l.Addr().String()
}

// startCI starts the fake CI as a process of its own.
func startCI(t *testing.T, dir string, seed uint64) (address, ledger string) {
	t.Helper()
	address, ledger = freeAddress(t), filepath.Join(dir, "ledger.jsonl")
	cmd := exec.CommandContext(context.Background(), os.Args[0])
	cmd.Env = append(os.Environ(), "HEADWAY_FAKE_CI="+address, "HEADWAY_FAKE_CI_LEDGER="+ledger, fmt.Sprintf("HEADWAY_FAKE_CI_SEED=%d", seed))
	cmd.Stderr, _ = os.Create(filepath.Join(dir, "ci.log"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for range 100 {
		if resp, err := http.Get("http://" + address + "/ready"); err == nil {
			_ = resp.Body.Close()
			return address, ledger
		}
		rest(t.Context(), 50*time.Millisecond)
	}
	t.Fatal("the fake CI does not answer")
	return "", ""
}

func worst(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	return slices.Max(d).Round(time.Millisecond)
}

// done gives the figures of a block for the campaign.
func (f *figures) done(calls int) blockDone {
	f.mu.Lock()
	defer f.mu.Unlock()
	return blockDone{
		Deployments: f.deployments, Triggers: calls, Kills: f.kills, Freezes: f.freezes, Aways: f.aways,
		Unknown: len(f.unknown), Shown: worst(f.unknown), Ready: worst(f.ready), At: time.Now().UTC(),
	}
}

func (f *figures) tell(t *testing.T, calls int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t.Logf("%d deployments, %d triggers, each key at most once; %d kill -9, %d freezes, database away %d times; "+
		"%d unknown outcomes shown after at most %s; ready after a kill in at most %s; by people: %d retries, %d decisions, %d ways back",
		f.deployments, calls, f.kills, f.freezes, f.aways, len(f.unknown), worst(f.unknown), worst(f.ready), f.retries, f.decided, f.backed)
}
