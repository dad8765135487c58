package evidence_bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"headway"
	"headway/internal/app"
	"headway/internal/ingest"
	"headway/internal/store"
)

// zeros is randomness that costs nothing.
type zeros struct{}

// Read reads zeros.
func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// plain stores passwords as they are.
type plain struct{}

// Hash gives the password.
func (plain) Hash(p headway.Secret) (string, error) { return p.Reveal(), nil }

// Matches compares it.
func (plain) Matches(hash string, p headway.Secret) (bool, error) { return hash == p.Reveal(), nil }

const shop = `programme: {key: shop, name: Shop, zone: UTC, horizon: 6}
teams:
  - {key: web, name: Web, kind: development, cadence: {first: 2026-11-02, days: 14, version: 2.0.0}}
  - {key: ops, name: Operations, kind: operations, cadence: {first: 2026-11-04, days: 14}}
people:
  - {key: quinn, name: Quinn, team: ops, skills: [qa]}
environments:
  - {key: prod, name: Production, kind: production}
gate:
  criteria: [{key: regression, title: Regression, kind: regression, expr: ["failed <= 3000"]}]
  approvals: [{role: product-owner, count: 1}, {role: ops, count: 1}]
`

// instance is an app over SQLite with a candidate on the shelf.
func instance(b *testing.B) (*app.App, headway.Actor) {
	ctx, dir := context.Background(), b.TempDir()
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
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
	p, err := a.AddProgramme(ctx, admin, app.AddProgramme{Key: "shop", Name: "Shop", Zone: "UTC"})
	if err != nil {
		b.Fatal(err)
	}
	admin.Roles = map[string][]headway.Role{p.ID: {headway.ReleaseManager, headway.Developer, headway.Operations}}
	file, err := ingest.ProgrammeFile(strings.NewReader(shop), "shop.yaml")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := a.ApplyProgramme(ctx, admin, app.ApplyProgramme{Programme: "shop", File: file}); err != nil {
		b.Fatal(err)
	}
	art, err := a.TakeArtifact(ctx, admin, "shop", "web.war", strings.NewReader("bytes"))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := a.ShelveCandidate(ctx, admin, "shop", app.ShelveCandidate{Team: "web", Version: "2.0.0", Artifacts: []headway.Artifact{art}}); err != nil {
		b.Fatal(err)
	}
	return a, admin
}

// busy reports the processor time of an operation, which a busy machine does
// not stretch as it does the time on the clock.
func busy(b *testing.B, do func()) {
	b.Helper()
	used := func() time.Duration {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			b.Fatal(err)
		}
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	before := used()
	do()
	b.ReportMetric(float64((used()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
}

// report writes 100,000 cases, one in forty of which fails.
func report(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<testsuites><!-- %d -->", n)
	for i := range cases {
		if i%50 == 0 {
			if i > 0 {
				b.WriteString("</testsuite>")
			}
			fmt.Fprintf(&b, `<testsuite name="org.example.Suite%d">`, i/50)
		}
		fmt.Fprintf(&b, `<testcase classname="org.example.Suite%d" name="testThing%d[en, %d]" time="0.%03d"`, i/50, i, i%7, i%1000)
		if i%40 == 0 {
			b.WriteString(`><failure message="expected 3, got 2"> at org.example.Some.method(Some.java:12)</failure></testcase>`)
		} else {
			b.WriteString("/>")
		}
	}
	b.WriteString("</testsuite></testsuites>")
	return b.String()
}

// BenchmarkHandIn100000Cases is the whole verb on SQLite: read, continue the
// histories, store, judge. Beside it the report is only read.
func BenchmarkHandIn100000Cases(b *testing.B) {
	a, by := instance(b)
	n := 0
	b.Run("headway", func(b *testing.B) {
		busy(b, func() {
			for b.Loop() {
				n++
				if _, err := a.AddEvidence(context.Background(), by, "shop", app.AddEvidence{Team: "web", Version: "2.0.0", FileName: "all.xml", Content: strings.NewReader(report(n))}); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
	b.Run("floor-reading-the-report", func(b *testing.B) {
		content := report(0)
		for b.Loop() {
			if _, err := ingest.Read(strings.NewReader(content), "all.xml", ingest.Limits{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkShow100000Cases is what the server does for the pages of a run and of
// its release, but for the writing of HTML. Beside it an answer of 20 kB of text.
func BenchmarkShow100000Cases(b *testing.B) {
	a, by := instance(b)
	ctx := context.Background()
	var last app.Judged
	for n := range 2 {
		var err error
		if last, err = a.AddEvidence(ctx, by, "shop", app.AddEvidence{Team: "web", Version: "2.0.0", FileName: "all.xml", Content: strings.NewReader(report(n))}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("run", func(b *testing.B) {
		busy(b, func() {
			for b.Loop() {
				v, err := a.RunStoryView(ctx, by, "shop", last.Evidence.ID, app.RunQuery{Against: "previous"})
				if err != nil || v.Found == 0 {
					b.Fatal(v.Found, err)
				}
			}
		})
	})
	b.Run("release", func(b *testing.B) {
		busy(b, func() {
			for b.Loop() {
				if _, err := a.ReleaseStoryView(ctx, by, "shop", last.Release.ID); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
	b.Run("floor-an-answer", func(b *testing.B) {
		text := strings.Repeat("x", 20_000)
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
		for b.Loop() {
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		}
	})
}
