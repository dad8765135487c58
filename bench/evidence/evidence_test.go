package evidence_bench

import (
	"bytes"
	"fmt"
	"maps"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

const cases = 100_000

func drawn(offset int) []headway.RunCase {
	out := make([]headway.RunCase, cases)
	for i := range out {
		out[i] = headway.RunCase{ID: fmt.Sprintf("org.example.Suite%d :: testThing%d[en, %d]", (i+offset)/50, i+offset, i%7), History: "p", Duration: time.Duration(i%1000) * time.Millisecond}
		if i%40 == 0 {
			out[i].History, out[i].Message = "f", "expected 3, got 2\n at org.example.Some.method(Some.java:12)"
		}
	}
	return out
}

func runs() (now, base headway.CaseRun) {
	base = headway.NewCaseRun(headway.RunRef{Evidence: "1", CandidateID: "a"}, drawn(0), false, nil)
	now = headway.NewCaseRun(headway.RunRef{Evidence: "2", CandidateID: "b"}, drawn(500), false, &base)
	return now, base
}

func BenchmarkCompare100000Cases(b *testing.B) {
	now, base := runs()
	b.Run("headway", func(b *testing.B) {
		for b.Loop() {
			headway.CompareRuns(&now, &base, nil, time.Time{}, headway.DefaultSlower())
		}
	})
	b.Run("floor-one-map-of-the-ids", func(b *testing.B) {
		for b.Loop() {
			m := make(map[string]int, len(base.Cases))
			for i := range base.Cases {
				m[base.Cases[i].ID] = i
			}
			for i := range now.Cases {
				if _, ok := m[now.Cases[i].ID]; !ok {
					m[now.Cases[i].ID] = -1
				}
			}
			_ = maps.Keys(m)
		}
	})
}

func BenchmarkStore100000Cases(b *testing.B) {
	_, base := runs()
	blobs, err := store.OpenBlobs(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("headway", func(b *testing.B) {
		for b.Loop() {
			now := headway.NewCaseRun(headway.RunRef{Evidence: "2"}, drawn(500), false, &base)
			file, err := store.EncodeCases(now)
			if err != nil {
				b.Fatal(err)
			}
			if _, _, err := blobs.Put(bytes.NewReader(file), "", 1<<30); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(file))/1e6, "MB")
		}
	})
	b.Run("floor-writing-the-bytes", func(b *testing.B) {
		file, err := store.EncodeCases(base)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, _, err := blobs.Put(bytes.NewReader(file), "", 1<<30); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRead100000Cases(b *testing.B) {
	now, _ := runs()
	file, err := store.EncodeCases(now)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := store.DecodeCases(file); err != nil {
			b.Fatal(err)
		}
	}
}
