package shelve_bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"headway"
	"headway/client"
	"headway/internal/api"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/config"
	"headway/internal/ingest"
	"headway/internal/server"
	"headway/internal/store"
)

const (
	connections = 8
	requests    = 100    // of each connection
	releases    = 2_000  // of history
	stored      = 50_000 // backlog items
)

const programme = `programme: {key: shop, name: Shop, zone: Europe/Berlin, horizon: 6}
teams:
  - {key: web, name: Web, kind: development, cadence: {first: 2026-11-02, days: 14, version: 2.0.0}}
  - {key: ops, name: Operations, kind: operations, cadence: {first: 2026-11-04, days: 14}}
people:
  - {key: dana, name: Dana, team: ops, skills: [dba, appserver]}
  - {key: quinn, name: Quinn, team: ops, skills: [qa]}
  - {key: rae, name: Rae, team: ops, skills: [release-manager, support]}
environments:
  - {key: test, name: Test, kind: test}
  - {key: prod, name: Production, kind: production}
`

// BenchmarkNewReleases prints the p50 and p99 of requests that each shelve the
// first candidate of another version, through the routes alone: no jobs run.
func BenchmarkNewReleases(b *testing.B) {
	for range b.N {
		ctx := context.Background()
		a, s, token := prepare(ctx, b, b.TempDir())
		table := &auth.Table{}
		api.Add(table, a, "bench")
		mux, err := table.Mux(a)
		if err != nil {
			b.Fatal(err)
		}
		srv := httptest.NewServer(mux)
		measure(b, srv.URL, token, func(connection, n int) string { return fmt.Sprintf("%d.%d.0", 100+connection, n) })
		srv.Close()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFixes prints the same of requests to a whole instance, that each
// shelve the next candidate of one of 24 versions while plans are being computed.
func BenchmarkFixes(b *testing.B) {
	for range b.N {
		ctx, stop := context.WithCancel(context.Background())
		dir := b.TempDir()
		_, s, token := prepare(ctx, b, dir)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		i, err := server.Open(ctx, config.Config{Dir: dir, Listen: "127.0.0.1:0"}, slog.New(slog.DiscardHandler))
		if err != nil {
			b.Fatal(err)
		}
		address, ended := make(chan string, 1), make(chan error, 1)
		go func() { ended <- i.Run(ctx, func(addr string) { address <- addr }) }()
		measure(b, "http://"+<-address, token, func(connection, n int) string { return fmt.Sprintf("%d.%d.0", 100+connection, n%3) })
		stop()
		if err := errors.Join(<-ended, i.Close()); err != nil {
			b.Fatal(err)
		}
	}
}

func measure(b *testing.B, url string, token headway.Secret, version func(connection, n int) string) {
	var mu sync.Mutex
	var took []time.Duration
	start := time.Now()
	var wg sync.WaitGroup
	for c := range connections {
		wg.Go(func() {
			own := shelveAll(b, url, token, c, version)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, own...)
		})
	}
	wg.Wait()
	wall := time.Since(start)
	slices.Sort(took)
	ms := func(q float64) float64 {
		return float64(took[min(len(took)-1, int(q*float64(len(took))))].Microseconds()) / 1000
	}
	b.ReportMetric(ms(0.50), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
	b.ReportMetric(float64(len(took))/wall.Seconds(), "shelved/s")
	b.ReportMetric(0, "ns/op")
}

// shelveAll is one connection that shelves version after version.
func shelveAll(b *testing.B, url string, token headway.Secret, connection int, version func(connection, n int) string) []time.Duration {
	ctx := context.Background()
	c, err := client.New(url, token)
	if err != nil {
		b.Error(err)
		return nil
	}
	content := fmt.Sprintf("artifact of connection %d", connection)
	sum := sha256.Sum256([]byte(content))
	a := client.Artifact{Name: "web.war", SHA256: hex.EncodeToString(sum[:])}
	if _, err := c.PutArtifact(ctx, "shop", a.SHA256, strings.NewReader(content), int64(len(content))); err != nil {
		b.Error(err)
		return nil
	}
	var took []time.Duration
	for n := range requests {
		in := client.NewCandidate{
			Team: "web", Version: version(connection, n), Commit: fmt.Sprintf("%07x", n), Notes: strings.Repeat("A line of notes.\n", 50),
			Facts: map[string]string{"schema-migration": "true", "data-gb": "120", "load-profile": "true"}, Artifacts: []client.Artifact{a},
		}
		begin := time.Now()
		out, err := c.Shelve(ctx, "shop", in)
		if err != nil || !out.Created || len(out.Items) == 0 {
			b.Errorf("%d items, %v", len(out.Items), err)
			return nil
		}
		took = append(took, time.Since(begin))
	}
	return took
}

// prepare makes an instance with the programme and its history of finished work.
func prepare(ctx context.Context, b *testing.B, dir string) (*app.App, *store.Store, headway.Secret) {
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	blobs, err := store.OpenBlobs(filepath.Join(dir, "blobs"))
	if err != nil {
		b.Fatal(err)
	}
	a := app.New(app.Deps{Store: s, Blobs: blobs, Now: time.Now, NewID: uuid.NewString, Random: zeros{}, Passwords: plain{}, Log: slog.Default()})
	u, err := a.Bootstrap(ctx, app.NewUser{Email: "ann@example.org", Name: "Ann", Password: headway.NewSecret("correct horse")})
	if err != nil {
		b.Fatal(err)
	}
	admin := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name, Admin: true}
	p, err := a.AddProgramme(ctx, admin, app.AddProgramme{Key: "shop", Name: "Shop", Zone: "Europe/Berlin"})
	if err != nil {
		b.Fatal(err)
	}
	f, err := ingest.ProgrammeFile(strings.NewReader(programme), "shop.yaml")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := a.ApplyProgramme(ctx, admin, app.ApplyProgramme{Programme: "shop", File: f}); err != nil {
		b.Fatal(err)
	}
	_, token, err := a.AddToken(ctx, admin, app.NewToken{Name: "ci", Scopes: []headway.Action{headway.ViewProgramme, headway.ShelveCandidate}, Days: 1})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Write(ctx, func(tx *store.Tx) error { return history(ctx, tx, p.ID) }); err != nil {
		b.Fatal(err)
	}
	return a, s, token
}

// history stores releases that are in production, with the work done for them.
func history(ctx context.Context, tx *store.Tx, programmeID string) error {
	team, err := tx.TeamByKey(ctx, programmeID, "web")
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	for r := range releases {
		live := now.AddDate(0, 0, -r-1)
		release := headway.Release{
			ID: uuid.NewString(), ProgrammeID: programmeID, TeamID: team.ID, Version: fmt.Sprintf("1.%d.0", r), State: headway.ReleaseClosed,
			SprintEnd: live.AddDate(0, 0, -10), ShelvedAt: live.AddDate(0, 0, -9), LiveAt: live, ClosedAt: live, CreatedAt: live,
		}
		if err := tx.AddRelease(ctx, release); err != nil {
			return err
		}
		candidate := headway.Candidate{ID: uuid.NewString(), ProgrammeID: programmeID, ReleaseID: release.ID, RC: 1, Name: release.Version + "-rc.1", State: headway.CandidateReleased, ShelvedAt: release.ShelvedAt}
		if err := tx.AddCandidate(ctx, candidate); err != nil {
			return err
		}
		for n := range stored / releases {
			item := headway.BacklogItem{
				ID: uuid.NewString(), ProgrammeID: programmeID, ReleaseID: release.ID, CandidateID: candidate.ID, Activity: fmt.Sprintf("work-%d", n),
				Title: "Finished work", Kind: headway.KindTask, Skill: headway.SkillQA, People: 1, Estimate: 4 * time.Hour, State: headway.ItemDone,
				Rank: int64(r*100 + n), Outcome: headway.Pass, StartedAt: live.AddDate(0, 0, -5), DoneAt: live.AddDate(0, 0, -4), Spent: 4 * time.Hour, CreatedAt: live,
			}
			if err := tx.AddBacklogItem(ctx, item); err != nil {
				return err
			}
		}
	}
	return nil
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
