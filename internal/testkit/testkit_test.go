package testkit_test

import (
	"os"
	"testing"
	"time"

	"headway/internal/testkit"
)

func TestClockMovesOnlyWhenTold(t *testing.T) {
	start := testkit.Date("2026-03-29T00:30:00Z")
	clock := testkit.NewClock(start)
	if got := clock.Now(); !got.Equal(start) {
		t.Errorf("the clock started at %s", got)
	}
	if got := clock.Advance(90 * time.Minute); got.Sub(start) != 90*time.Minute || !clock.Now().Equal(got) {
		t.Errorf("an advance of 90 minutes led to %s", got)
	}
	clock.Set(start)
	if got := clock.Now(); !got.Equal(start) {
		t.Errorf("the clock was set back to %s", got)
	}
}

func TestIDsAreInSequence(t *testing.T) {
	next := testkit.IDs()
	for n := uint64(1); n <= 3; n++ {
		if got := next(); got != testkit.ID(n) {
			t.Errorf("id %d is %s", n, got)
		}
	}
	if a, b := testkit.ID(9), testkit.ID(10); a >= b || len(a) != 36 {
		t.Errorf("ids are out of order or form: %s, %s", a, b)
	}
}

func TestDatabasesGivesBothAndEmpty(t *testing.T) {
	urls := map[string]bool{}
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		entries, err := os.ReadDir(db.Dir)
		if err != nil || len(entries) != 0 {
			t.Errorf("the directory is not empty: %v, %v", entries, err)
		}
		urls[db.URL] = true
	})
	if !urls[""] {
		t.Error("the test did not run on SQLite")
	}
}

func TestGolden(t *testing.T) {
	testkit.Golden(t, "golden.txt", []byte("a golden file\n"))
	rec := &recorder{TB: t}
	testkit.Golden(rec, "golden.txt", []byte("another text\n"))
	if !rec.failed {
		t.Error("a difference passed")
	}
}

// recorder takes a failure instead of the test it wraps.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }
