package headway

import (
	"math"
	"testing"
	"time"
)

func TestMeasuresOfASpanAndTheOneBefore(t *testing.T) {
	day := func(n float64) time.Time {
		return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(n * 24 * float64(time.Hour)))
	}
	slice := func(from, to float64, c GapCause) GapSlice {
		return GapSlice{Span: Interval{day(from), day(to)}, Cause: c}
	}
	f := MeasureFacts{
		Days: func(s Interval) float64 { return math.Max(0, s.To.Sub(s.From).Hours()/24) },
		Attempts: []Attempt{
			{ReleaseID: "old", At: day(-5), Committed: day(-25), Live: true},
			{ReleaseID: "a", At: day(2), Committed: day(-8), Live: true},
			{ReleaseID: "b", At: day(5), FailedAt: day(5), RecoveredAt: day(5.5)},
			{ReleaseID: "b", At: day(8), Committed: day(-12), Live: true, FailedAt: day(9), RecoveredAt: day(10.5)},
			{ReleaseID: "c", At: day(12), Committed: day(-18), Live: true, Unplanned: true},
			{ReleaseID: "later", At: day(14), Live: true}, // the span's end is not in it
		},
		Releases: []Delivered{
			{ReleaseID: "old", SprintEnd: day(-20), LiveAt: day(-5), Candidates: 1},
			{
				ReleaseID: "a", SprintEnd: day(-4), ShelvedAt: day(-3), LiveAt: day(2), Candidates: 1, Promised: day(4),
				Gap: []GapSlice{slice(-4, -3, GapShelving), slice(-3, 0, GapWorking), slice(0, 2, GapWaitingWindow)},
			},
			{
				ReleaseID: "b", SprintEnd: day(-2), ShelvedAt: day(-1), LiveAt: day(8), Candidates: 3, Escaped: 2, Promised: day(1),
				Gap: []GapSlice{slice(-2, 0, GapShelving), slice(0, 4, GapWorking), slice(4, 8, GapRework)},
			},
			{
				ReleaseID: "c", ShelvedAt: day(11), LiveAt: day(12), Candidates: 1,
				Gap: []GapSlice{slice(11, 12, GapWaitingPeople)},
			}, // nobody recorded any work: it says nothing of flow
			{ReleaseID: "going", SprintEnd: day(1)},
		},
	}
	want := map[string]float64{
		"deployment-frequency": 1.5, "change-lead-time": 20, "change-fail-rate": 50, "failed-deployment-recovery-time": 24,
		"deployment-rework-rate": 25, "gap": 8, "shelf-age": 5, "candidates": 5.0 / 3, "escaped-defects": 2.0 / 3,
		"rework-rate": 20, "flow-efficiency": (50 + 40) / 2, "plan-stability": 50,
	}
	got := Measures(f, Interval{day(0), day(14)})
	if len(got) != len(want) {
		t.Errorf("%d measures, not %d", len(got), len(want))
	}
	for _, m := range got {
		if w, known := want[m.Key]; !known || !m.Now.Known || math.Abs(m.Now.Value-w) > 1e-9 {
			t.Errorf("%s: %+v, not %v", m.Key, m.Now, w)
		}
		if m.Now.N != len(m.Samples) {
			t.Errorf("%s: %d samples of %d", m.Key, len(m.Samples), m.Now.N)
		}
		switch m.Key {
		case "gap":
			if m.Before != (MeasureValue{15, true, 1}) {
				t.Errorf("gap before: %+v", m.Before)
			}
		case "failed-deployment-recovery-time", "flow-efficiency", "plan-stability":
			if m.Before.Known {
				t.Errorf("%s before: %+v, though nothing says it", m.Key, m.Before)
			}
		}
	}
	for _, m := range Measures(MeasureFacts{Days: f.Days}, Interval{day(0), day(14)}) {
		if m.Now.Known || math.IsNaN(m.Now.Value) {
			t.Errorf("%s of nothing: %+v", m.Key, m.Now)
		}
	}
}

// TestMeasuresAtTheirEdges has what nearly counts: a commit after its deployment,
// a failure that goes on, plans that moved by just what they may, and by a day more.
func TestMeasuresAtTheirEdges(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, 2+n, 0, 0, 0, 0, time.UTC) }
	f := MeasureFacts{
		Days: func(s Interval) float64 { return math.Max(0, s.To.Sub(s.From).Hours()/24) },
		Attempts: []Attempt{
			{ReleaseID: "a", At: day(2), Committed: day(3), Live: true},
			{ReleaseID: "b", At: day(4), FailedAt: day(4)},
		},
		Releases: []Delivered{
			{ReleaseID: "a", LiveAt: day(6), Promised: day(4), Gap: []GapSlice{
				{Span: Interval{day(2), day(3)}, Cause: GapWorking},
				{Span: Interval{day(3), day(5)}, Cause: GapWaitingWindow},
				{Span: Interval{day(5), day(6)}, Cause: GapDeploying},
			}},
			{ReleaseID: "b", LiveAt: day(6), Promised: day(3), Candidates: 2},
			{ReleaseID: "c", LiveAt: day(6), Promised: day(9)},
		},
	}
	unknown := MeasureValue{}
	want := map[string]MeasureValue{
		"deployment-frequency": {0.5, true, 1}, "change-lead-time": unknown, "change-fail-rate": {50, true, 2}, "failed-deployment-recovery-time": unknown,
		"deployment-rework-rate": {0, true, 2}, "candidates": {2, true, 1}, "flow-efficiency": {50, true, 1}, "plan-stability": {100.0 / 3, true, 3},
	}
	for _, m := range Measures(f, Interval{day(0), day(14)}) {
		if w, asked := want[m.Key]; asked && (m.Now.Known != w.Known || m.Now.N != w.N || math.Abs(m.Now.Value-w.Value) > 1e-9) {
			t.Errorf("%s: %+v, want %+v", m.Key, m.Now, w)
		}
	}
}

func TestTroublesOfADeployment(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC) }
	for name, tt := range map[string]struct {
		by            []Trouble
		failed, mends time.Time
		why           string
	}{
		"none":             {},
		"one":              {[]Trouble{{"I-1", at(3), at(4)}}, at(3), at(4), "I-1"},
		"overlapping":      {[]Trouble{{"I-2", at(4), at(9)}, {"I-1", at(3), at(5)}, {"D-1", at(9), at(10)}}, at(3), at(10), "I-1, I-2, D-1"},
		"apart":            {[]Trouble{{"I-1", at(3), at(4)}, {"I-2", at(8), at(9)}}, at(3), at(4), "I-1, I-2"},
		"still going on":   {[]Trouble{{"I-1", at(3), at(5)}, {"I-2", at(4), time.Time{}}}, at(3), time.Time{}, "I-1, I-2"},
		"a later one open": {[]Trouble{{"I-1", at(3), at(5)}, {"I-2", at(6), time.Time{}}}, at(3), at(5), "I-1, I-2"},
	} {
		a := Attempt{Live: true}.Troubled(tt.by)
		if !a.FailedAt.Equal(tt.failed) || !a.RecoveredAt.Equal(tt.mends) || a.Failure != tt.why || !a.Live {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestCumulativeFlowNeverCountsBackwards(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, 2+n, 0, 0, 0, 0, time.UTC) }
	releases := []Delivered{
		{SprintEnd: day(0), ShelvedAt: day(1), ApprovedAt: day(3), LiveAt: day(4)},
		{SprintEnd: day(0), ShelvedAt: day(2)},
		{LiveAt: day(2)}, // of imported history: only its production is known
		{SprintEnd: day(9)},
	}
	want := []FlowPoint{{day(0), 2, 0, 0, 0}, {day(2), 3, 3, 1, 1}, {day(5), 3, 3, 2, 2}}
	got := CumulativeFlow(releases, []time.Time{day(0), day(2), day(5)})
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, not %+v", got[i], want[i])
		}
	}
}
