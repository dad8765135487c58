package store_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headway"
	"headway/internal/store"
)

func drawnRun(seed uint64, n int) headway.CaseRun {
	r := rand.New(rand.NewPCG(seed, 7))
	run := headway.CaseRun{Runs: []headway.RunRef{{Evidence: "e1", CandidateID: "c1", Candidate: "1.0.0-rc.1", At: noon}}, Partial: seed%2 == 0}
	var cases []headway.RunCase
	for i := range n {
		c := headway.RunCase{ID: fmt.Sprintf("suite %d :: Class%d :: case %d ü", r.IntN(9), r.IntN(30), i), History: string("pfes~"[r.IntN(5)]), Duration: time.Duration(r.IntN(1e6)) * time.Microsecond}
		if c.Outcome().Bad() {
			c.Message = strings.Repeat("expected 3 ", r.IntN(20))
			if r.IntN(2) == 0 {
				c.File = fmt.Sprintf("src/%d/a_test.go", r.IntN(9))
			}
			for n := range r.IntN(3) {
				c.Labels = append(c.Labels, fmt.Sprintf("label %d", n))
			}
		}
		cases = append(cases, c)
	}
	before := run
	before.Cases = []headway.RunCase{{ID: "gone :: x", History: "p"}}
	return headway.NewCaseRun(run.Runs[0], cases, run.Partial, &before)
}

func TestCasesComeBackAsTheyWere(t *testing.T) {
	for seed := range uint64(30) {
		run := drawnRun(seed, int(seed*seed))
		b, err := store.EncodeCases(run)
		if err != nil {
			t.Fatal(err)
		}
		got, err := store.DecodeCases(b)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if d := cmp.Diff(run, got, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("seed %d: %s", seed, d)
		}
	}
}

// A run that was stored before files and labels were kept is read as it was.
func TestCasesOfTheFirstFormAreRead(t *testing.T) {
	header := `{"runs":[],"partial":false,"words":["f","p"],"cases":2,"ids":6,"messages":1,"text":6}`
	var b bytes.Buffer
	b.WriteString("headway-cases/1\n" + string(rune(len(header))) + header)
	b.WriteString("\x00\x03abc\x00\x05" + "\x02\x01d\x01\x07") // shared, length, rest, history, microseconds
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte("\x00\x04boom"))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := store.DecodeCases(b.Bytes())
	if err != nil || len(got.Cases) != 2 || got.Cases[0].Message != "boom" || got.Cases[1].ID != "abd" || got.Cases[1].History != "p" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestMessagesBeyondTheLimitAreLeftOut(t *testing.T) {
	run := headway.CaseRun{}
	for i := range 40 {
		run.Cases = append(run.Cases, headway.RunCase{ID: fmt.Sprintf("c%02d", i), History: "f", Message: strings.Repeat("x", 1<<20)})
	}
	b, err := store.EncodeCases(run)
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.DecodeCases(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Cases) != 40 || got.Cases[0].Message == "" || got.Cases[39].Message != "" {
		t.Errorf("%d cases, messages of %d and %d bytes", len(got.Cases), len(got.Cases[0].Message), len(got.Cases[39].Message))
	}
}

func FuzzDecodeCases(f *testing.F) {
	b, err := store.EncodeCases(drawnRun(3, 20))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add(bytes.Replace(b, []byte(`"cases":`), []byte(`"cases":9`), 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		run, err := store.DecodeCases(b)
		if err != nil {
			return
		}
		again, err := store.EncodeCases(run)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := store.DecodeCases(again); err != nil || len(got.Cases) != len(run.Cases) {
			t.Fatalf("%d cases became %d: %v", len(run.Cases), len(got.Cases), err)
		}
	})
}
