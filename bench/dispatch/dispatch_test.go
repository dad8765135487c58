package dispatch_bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"headway"
	"headway/client"
	"headway/internal/app"
	"headway/internal/config"
	"headway/internal/ingest"
	"headway/internal/server"
	"headway/internal/store"
)

const (
	steps        = 100 // of a runbook, one after the other
	rounds       = 4   // rehearsals of it
	waiting      = 170 // steps of a runbook that wait for a callback, all together
	environments = 3   // on each of which such a runbook runs
	watched      = 10 * time.Second
)

// BenchmarkStep prints the p50 and p99 of the time between the answer to the
// call of one step and the arrival of the next one's: the outcome is recorded,
// the next step is made due, claimed and sent. Beside them stands what two
// writes that are forced to the disk take here and now.
func BenchmarkStep(b *testing.B) {
	for range b.N {
		s := &callee{}
		srv := httptest.NewServer(s)
		h := open(b, sequence(srv.URL))
		var took []time.Duration
		for n := range rounds {
			s.reset(steps)
			h.rehearse(b, n%environments)
			h.until(b, func() bool { return s.calls() == steps })
			took = append(took, s.between()...)
		}
		report(b, "step", took)
		report(b, "floor", forced(b, len(took)))
		b.ReportMetric(0, "ns/op")
		h.close(b)
		srv.Close()
	}
}

// BenchmarkWaiting prints how many goroutines and how much processor time an
// instance needs with 510 steps that wait for a callback, and without any.
func BenchmarkWaiting(b *testing.B) {
	for range b.N {
		s := &callee{}
		srv := httptest.NewServer(s)
		h := open(b, together(srv.URL))
		goroutines, cpu := idle()
		b.ReportMetric(float64(goroutines), "goroutines-idle")
		b.ReportMetric(1000*cpu, "cpu-ms/s-idle")
		s.reset(waiting * environments)
		for n := range environments {
			h.rehearse(b, n)
		}
		h.until(b, func() bool { return s.calls() == waiting*environments })
		http.DefaultClient.CloseIdleConnections()
		goroutines, cpu = idle()
		b.ReportMetric(float64(goroutines), "goroutines-waiting")
		b.ReportMetric(1000*cpu, "cpu-ms/s-waiting")
		b.ReportMetric(waiting*environments, "steps")
		b.ReportMetric(0, "ns/op")
		h.close(b)
		srv.Close()
	}
}

// idle watches the process for a while that nobody asks anything of.
func idle() (goroutines int, cpu float64) {
	time.Sleep(3 * time.Second) // connections and jobs of before come to rest
	before, start := used(), time.Now()
	time.Sleep(watched)
	return runtime.NumGoroutine(), (used() - before).Seconds() / time.Since(start).Seconds()
}

func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// callee answers every call at once, and keeps when.
type callee struct {
	mu               sync.Mutex
	arrived, answers []time.Time
}

// ServeHTTP answers.
func (c *callee) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	at := time.Now()
	w.WriteHeader(http.StatusOK)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.arrived, c.answers = append(c.arrived, at), append(c.answers, time.Now())
}

func (c *callee) reset(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.arrived, c.answers = make([]time.Time, 0, n), make([]time.Time, 0, n)
}

func (c *callee) calls() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.arrived)
}

func (c *callee) between() (took []time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range len(c.arrived) - 1 {
		took = append(took, c.arrived[i+1].Sub(c.answers[i]))
	}
	return took
}

// forced measures pairs of writes that are forced to the disk.
func forced(b *testing.B, n int) (took []time.Duration) {
	f, err := os.Create(filepath.Join(b.TempDir(), "forced"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	for range n {
		start := time.Now()
		for range 2 {
			if _, err := f.Write(page); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
		took = append(took, time.Since(start))
	}
	return took
}

func report(b *testing.B, name string, took []time.Duration) {
	slices.Sort(took)
	for quantile, q := range map[string]float64{"p50": 0.50, "p99": 0.99} {
		b.ReportMetric(float64(took[min(len(took)-1, int(q*float64(len(took))))].Microseconds())/1000, name+"-"+quantile+"-ms")
	}
}

func sequence(address string) string {
	var list strings.Builder
	for n := range steps {
		fmt.Fprintf(&list, "    - {key: s%d, title: Step %d, phase: deploy, kind: http, url: %q, minutes: 1}\n", n, n, address)
	}
	return list.String()
}

func together(address string) string {
	var list strings.Builder
	for n := range waiting {
		fmt.Fprintf(&list, "    - {key: s%d, title: Step %d, phase: deploy, kind: http, url: %q, answer: callback, parallel: %t, minutes: 1, timeout: 60}\n", n, n, address, n > 0)
	}
	return list.String()
}

const setup = `programme: {key: shop, name: Shop, zone: Europe/Berlin, horizon: 2}
teams:
  - {key: web, name: Web, kind: development, cadence: {first: 2026-11-02, days: 14, version: 2.0.0}}
  - {key: ops, name: Operations, kind: operations, cadence: {first: 2026-11-04, days: 14}}
people:
  - {key: rae, name: Rae, team: ops, skills: [dba, appserver, qa, release-manager, support]}
environments:
  - {key: test-0, name: Test 0, kind: test}
  - {key: test-1, name: Test 1, kind: test}
  - {key: test-2, name: Test 2, kind: test}
  - {key: prod, name: Production, kind: production}
runbook:
  steps:
%s    - {key: back, title: Back, phase: rollback, kind: manual, instructions: go back, minutes: 1}
`

// house is a running instance with a candidate on its shelf.
type house struct {
	client *client.Client
	stop   context.CancelFunc
	ended  chan error
	i      *server.Instance
}

func open(b *testing.B, runbook string) *house {
	ctx, stop := context.WithCancel(context.Background())
	dir := b.TempDir()
	token := prepare(ctx, b, dir, fmt.Sprintf(setup, runbook))
	i, err := server.Open(ctx, config.Config{Dir: dir, Listen: "127.0.0.1:0", PublicURL: "http://127.0.0.1:1", AllowHosts: []string{"127.0.0.0/8"}}, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	h := &house{stop: stop, ended: make(chan error, 1), i: i}
	address := make(chan string, 1)
	go func() { h.ended <- i.Run(ctx, func(addr string) { address <- addr }) }()
	if h.client, err = client.New("http://"+<-address, token); err != nil {
		b.Fatal(err)
	}
	content := "bytes"
	sum := sha256.Sum256([]byte(content))
	a := client.Artifact{Name: "web.war", SHA256: hex.EncodeToString(sum[:])}
	if _, err := h.client.PutArtifact(ctx, "shop", a.SHA256, strings.NewReader(content), int64(len(content))); err != nil {
		b.Fatal(err)
	}
	if _, err := h.client.Shelve(ctx, "shop", client.NewCandidate{Team: "web", Version: "2.0.0", Artifacts: []client.Artifact{a}}); err != nil {
		b.Fatal(err)
	}
	return h
}

// prepare makes the programme, and a token of somebody who may deploy.
func prepare(ctx context.Context, b *testing.B, dir, programme string) headway.Secret {
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	blobs, err := store.OpenBlobs(filepath.Join(dir, "blobs"))
	if err != nil {
		b.Fatal(err)
	}
	a := app.New(app.Deps{Store: s, Blobs: blobs, Now: time.Now, NewID: uuid.NewString, Random: zeros{}, Passwords: plain{}, Log: slog.New(slog.DiscardHandler)})
	u, err := a.Bootstrap(ctx, app.NewUser{Email: "ann@example.org", Name: "Ann", Password: headway.NewSecret("correct horse")})
	if err != nil {
		b.Fatal(err)
	}
	admin := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name, Admin: true}
	if _, err := a.AddProgramme(ctx, admin, app.AddProgramme{Key: "shop", Name: "Shop", Zone: "Europe/Berlin"}); err != nil {
		b.Fatal(err)
	}
	f, err := ingest.ProgrammeFile(strings.NewReader(programme), "shop.yaml")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := a.ApplyProgramme(ctx, admin, app.ApplyProgramme{Programme: "shop", File: f}); err != nil {
		b.Fatal(err)
	}
	if _, err := a.SetMember(ctx, admin, app.SetMember{Programme: "shop", Email: "ann@example.org", Roles: []headway.Role{headway.ReleaseManager}}); err != nil {
		b.Fatal(err)
	}
	_, token, err := a.AddToken(ctx, admin, app.NewToken{Name: "bench", Scopes: []headway.Action{headway.ViewProgramme, headway.ShelveCandidate, headway.RunDeployment}, Days: 1})
	if err := errors.Join(err, s.Close()); err != nil {
		b.Fatal(err)
	}
	return token
}

func (h *house) rehearse(b *testing.B, environment int) {
	if _, err := h.client.StartRehearsal(context.Background(), "shop", client.NewRehearsal{Team: "web", Version: "2.0.0", Environment: fmt.Sprintf("test-%d", environment)}); err != nil {
		b.Fatal(err)
	}
}

// until waits for something that is bound to happen within two minutes.
func (h *house) until(b *testing.B, holds func() bool) {
	for deadline := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatal("the calls have not all gone out within two minutes")
		}
	}
}

func (h *house) close(b *testing.B) {
	h.stop()
	if err := errors.Join(<-h.ended, h.i.Close()); err != nil {
		b.Fatal(err)
	}
}

// zeros is no secret: the instance lives as long as the measurement.
type zeros struct{}

// Read gives zeros.
func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type plain struct{}

// Hash keeps a password as it is.
func (plain) Hash(p headway.Secret) (string, error) { return p.Reveal(), nil }

// Matches compares.
func (plain) Matches(stored string, p headway.Secret) (bool, error) { return stored == p.Reveal(), nil }
