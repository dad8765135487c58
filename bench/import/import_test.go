package importbench

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
)

// history gives the real release history when it is at hand, else one of the
// same size and shape: 52 teams, seven cycles, candidates before every fifth release.
func history() []byte {
	if b, err := os.ReadFile("../../../shared/data/openstack/releases.csv"); err == nil {
		return b
	}
	var b bytes.Buffer
	b.WriteString("series,team,deliverable,type,model,version,released_at\n")
	at := time.Date(2018, 5, 1, 12, 0, 0, 0, time.UTC)
	for i := range 11_500 {
		version := fmt.Sprintf("%d.%d.0", 1+i/(52*50), i/52%50)
		if i%5 == 4 {
			version += ".0rc1"
		}
		fmt.Fprintf(&b, "cycle-%d,team-%d,part-%d,library,with-rc,%s,%s\n", i/1650, i%52, i%329, version, at.Add(time.Duration(i)*time.Hour).Format(time.RFC3339))
	}
	return b.Bytes()
}

// BenchmarkImport imports the whole history into an empty programme each time.
func BenchmarkImport(b *testing.B) {
	ctx, text := context.Background(), history()
	admin := headway.Actor{Kind: headway.ActorPerson, UserID: "admin", Name: "Ann", Admin: true}
	s, err := store.Open(ctx, store.Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	a := app.New(app.Deps{Store: s, Now: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }, Random: rand.Reader, Log: slog.Default()})
	rows, programmes := int64(0), 0
	for b.Loop() {
		b.StopTimer()
		programmes++
		key := fmt.Sprintf("history-%d", programmes)
		if _, err := a.AddProgramme(ctx, admin, app.AddProgramme{Key: key, Name: key}); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		sum, err := a.ImportReleases(ctx, admin, app.ImportReleases{Programme: key, Name: "releases.csv", Content: bytes.NewReader(text)})
		if err != nil {
			b.Fatal(err)
		}
		rows += sum.Rows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
