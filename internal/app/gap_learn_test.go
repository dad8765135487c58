package app

import (
	"fmt"
	"testing"
	"time"

	"headway/internal/forecast"
)

func finishedGaps(n int) []forecast.Finished {
	var out []forecast.Finished
	for k := range n {
		shelved := monday.AddDate(0, 0, 14*k)
		out = append(out, forecast.Finished{
			Cycle: fmt.Sprint("cycle ", k/6), Component: fmt.Sprint("part ", k%3), Version: fmt.Sprint("1.", k),
			Shelved: shelved, Live: shelved.AddDate(0, 0, 7+k%5), Gap: float64(5 + k%5),
		})
	}
	return out
}

func TestWhatIsKnownOfGapsIsWhatIsLearntAnew(t *testing.T) {
	history := finishedGaps(40)
	anew, learnt := forecast.Learn(history)
	if !learnt {
		t.Fatal("nothing learnt")
	}
	var known learntModels
	for range 2 { // told for the first time, and from memory
		m := known.of(history)
		for _, component := range []string{"part 0", "part 2", "unheard of"} {
			if got, want := m.expect(component, 0), anew.For(component); got != want {
				t.Errorf("%s: %+v, want %+v", component, got, want)
			}
			if got, want := m.expect(component, 8), anew.Beyond(component, 8); got != want || got.P50 < 8 {
				t.Errorf("%s after 8 days: %+v, want %+v", component, got, want)
			}
		}
	}
	if known.of(nil) != nil {
		t.Error("something learnt from nothing")
	}
}

// A model is of its history alone: whatever differs makes another one.
func TestEveryFactOfAHistoryCounts(t *testing.T) {
	var known learntModels
	first := known.of(finishedGaps(12))
	if known.of(finishedGaps(12)) != first {
		t.Fatal("the same history was learnt twice")
	}
	for name, edit := range map[string]func(*forecast.Finished){
		"cycle":     func(f *forecast.Finished) { f.Cycle += "x" },
		"component": func(f *forecast.Finished) { f.Component = "part 1" },
		"version":   func(f *forecast.Finished) { f.Version = "2" },
		"shelved":   func(f *forecast.Finished) { f.Shelved = f.Shelved.Add(time.Hour) },
		"live":      func(f *forecast.Finished) { f.Live = f.Live.Add(time.Hour) },
		"gap":       func(f *forecast.Finished) { f.Gap++ },
		"borders":   func(f *forecast.Finished) { f.Cycle, f.Component = f.Cycle+"p", f.Component[1:] },
	} {
		history := finishedGaps(12)
		edit(&history[3])
		if known.of(history) == first {
			t.Errorf("another %s is taken for the same history", name)
		}
	}
	if known.of(finishedGaps(11)) == first {
		t.Error("a shorter history is taken for the same")
	}
}

func TestOnlyAFewHistoriesAndForecastsAreKept(t *testing.T) {
	var known learntModels
	first := known.of(finishedGaps(3))
	for n := range mostLearnt {
		known.of(finishedGaps(4 + n))
	}
	if len(known.kept) != mostLearnt || known.of(finishedGaps(3)) == first {
		t.Errorf("%d are kept, the oldest too: %v", len(known.kept), known.of(finishedGaps(3)) == first)
	}
	for n := range mostTold + 10 {
		first.expect("part 0", n)
	}
	if len(first.told) > mostTold {
		t.Errorf("%d forecasts are kept", len(first.told))
	}
}
