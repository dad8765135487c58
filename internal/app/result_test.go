package app

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// results finds what is kept of questions, by key; of the usual ones when none is named.
func (w *planWorld) results(asked ...question) map[string]headway.Result {
	w.t.Helper()
	if len(asked) == 0 {
		usual := ForecastIf{Simulations: usualSimulations}
		asked = []question{{Kind: askForecast, If: &usual}, {Kind: askForecast, If: &unanswerable}, {Kind: askAdvice, Confidence: 0.85}, {Kind: askQueue}, {Kind: askBacktest}}
	}
	out := map[string]headway.Result{}
	for _, ask := range asked {
		text, err := encode(ask)
		w.must(err)
		key := digest([]byte(text))
		w.must(w.store.Read(context.Background(), func(q store.Q) error {
			r, err := q.Result(context.Background(), w.p.ID, key)
			if headway.KindOf(err) == headway.NotFound && err != nil {
				return nil
			}
			out[key] = r
			return err
		}))
	}
	return out
}

// unanswerable cannot be answered: it promises a release that there is not.
var unanswerable = ForecastIf{Simulations: usualSimulations, WhatIf: headway.WhatIf{Dues: []headway.WhatIfDue{{ReleaseID: "nobody's", Due: headway.DateOf(monday)}}}}

// work does the jobs of all questions that wait, and tells whether any had to
// wait on for the plan.
func (w *planWorld) work() (waited bool) {
	w.t.Helper()
	for key, r := range w.results() {
		if r.Wanted == "" {
			continue
		}
		wait, err := w.app.ComputeResult(context.Background(), ResultJob{w.p.ID, key})
		if err != nil {
			w.t.Fatal(err)
		}
		waited = waited || wait
	}
	return waited
}

func (w *planWorld) touch() {
	w.t.Helper()
	w.write(func(tx *store.Tx) error { _, err := tx.TouchProgramme(context.Background(), w.p.ID); return err })
}

// answered counts the answers that were told of.
func (w *planWorld) answered() (n int) {
	for _, e := range w.events() {
		if e.Kind == ResultComputed {
			n++
		}
	}
	return n
}

// A view that simulated would have an answer where no job has worked, and
// another where facts have changed since one has.
func TestViewsShowWhatAJobComputedAndNeverSimulate(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 2, 2)
		w.replan()
		views := map[string]func() (Computed, any){
			askForecast: func() (Computed, any) {
				v, err := w.app.ForecastView(ctx, w.rm, "shop", ForecastIf{})
				w.must(err)
				return v.Computed, v.Releases
			},
			askAdvice: func() (Computed, any) {
				v, err := w.app.GapAdviceView(ctx, w.rm, "shop", 0)
				w.must(err)
				return v.Computed, v.Curves
			},
			askQueue: func() (Computed, any) {
				v, err := w.app.QueueView(ctx, w.rm, "shop")
				w.must(err)
				return v.Computed, v.Remedies
			},
			askBacktest: func() (Computed, any) {
				v, err := w.app.BacktestView(ctx, w.rm, "shop")
				w.must(err)
				return v.Computed, v.Why
			},
		}
		for name, view := range views {
			for range 2 {
				if c, _ := view(); !c.None() || !c.Computing || c.Failure != "" {
					t.Errorf("%s: there is an answer before a job has worked: %+v", name, c)
				}
			}
		}
		w.work()
		if n := w.answered(); n != len(views) {
			t.Errorf("%d answers were told of, not %d", n, len(views))
		}
		before := map[string]any{}
		for name, view := range views {
			c, v := view()
			if c.None() || c.Stale || c.Computing || !c.AsOf.Equal(w.app.Now()) || fmt.Sprint(v) == "[]" || v == "" {
				t.Errorf("%s: after the job it is %+v: %v", name, c, v)
			}
			before[name] = v
		}
		f, err := w.app.ForecastView(ctx, w.rm, "shop", ForecastIf{})
		fresh, err2 := w.forecast(ForecastIf{})
		if err != nil || err2 != nil || cmp.Diff(fresh.Releases, f.Releases) != "" || cmp.Diff(fresh.Explained, f.Explained) != "" || f.Programme.Key != "shop" {
			t.Errorf("what is kept is not what was computed: %v %v\n%s", err, err2, cmp.Diff(fresh.Releases, f.Releases))
		}
		w.finishedBefore(w.teams[0], 30, 31, 30, 32, 30, 31, 30, 30)
		w.touch()
		for name, view := range views {
			if c, v := view(); c.None() || !c.Stale || !c.Computing || cmp.Diff(before[name], v) != "" {
				t.Errorf("%s: facts have changed, and it says %+v", name, c)
			}
		}
		if !w.work() {
			t.Error("answered although the plan does not know the new facts yet")
		}
		w.replan()
		for _, view := range views {
			view()
		}
		w.work()
		for name, view := range views {
			if c, v := view(); c.Stale || c.Computing || name == askForecast && cmp.Diff(before[name], v) == "" {
				t.Errorf("%s: with the new history it is %+v", name, c)
			}
		}
		w.clock.Advance(24 * time.Hour)
		if c, _ := views[askQueue](); !c.Stale {
			t.Error("a day has passed, and the answer is said to be of today")
		}
	})
}

func (w *planWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestAPlanThatNeverComesIsNotWaitedForAndAQuestionIsAnsweredOnce(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 2)
	w.replan()
	w.touch()
	ask := func() Computed {
		v, err := w.app.QueueView(ctx, w.rm, "shop")
		w.must(err)
		return v.Computed
	}
	if ask(); !w.work() {
		t.Error("it does not wait for the plan")
	}
	w.clock.Advance(planPatience)
	if w.work() || ask().None() {
		t.Error("it waits for a plan that never comes")
	}
	for key := range w.results() {
		if wait, err := w.app.ComputeResult(ctx, ResultJob{w.p.ID, key}); wait || err != nil {
			t.Error(wait, err)
		}
	}
	if n := w.answered(); n != 1 {
		t.Errorf("answered %d times", n)
	}
	if wait, err := w.app.ComputeResult(ctx, ResultJob{w.p.ID, "gone"}); wait || err != nil {
		t.Errorf("a question that gave way: %v %v", wait, err)
	}
}

func TestWhatCannotBeComputedIsSaidAndTriedAgain(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 1, 2)
		ask := func() Computed {
			v, err := w.app.ForecastView(ctx, w.rm, "shop", unanswerable)
			w.must(err)
			return v.Computed
		}
		ask()
		w.work()
		if c := ask(); !c.None() || c.Computing || !strings.Contains(c.Failure, "nobody's") || !c.FailedAt.Equal(w.app.Now()) {
			t.Errorf("it failed, and it says %+v", c)
		}
		w.clock.Advance(time.Minute)
		if c := ask(); !c.Computing {
			t.Errorf("a minute later it is not tried again: %+v", c)
		}
	})
}

func TestAProgressIsToldAndTheEndOfTheProgramIsNoFailure(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 2)
	_, err := w.app.ForecastView(ctx, w.rm, "shop", ForecastIf{})
	w.must(err)
	for key, r := range w.results() {
		w.app.beats(ctx, r)(512, 2500)
		if v, err := w.app.ForecastView(ctx, w.rm, "shop", ForecastIf{}); err != nil || v.Done != 512 || v.Total != 2500 || !v.Computing {
			t.Errorf("%+v %v", v.Computed, err)
		}
		ended, end := context.WithCancel(ctx)
		end()
		if err := w.app.compute(ended, r, w.know(), basis{digest: "x"}); err == nil {
			t.Error("the job was done although the program ended")
		}
		if r := w.results()[key]; r.Failed != "" || r.Basis != "" {
			t.Errorf("the end of the program is kept as %+v", r)
		}
	}
}

func TestOnlySoManyAnswersAreKept(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 0, 1)
		var asked []question
		for n := range headway.ResultsKept + 10 {
			ask := question{Kind: askAdvice, Confidence: 0.5 + float64(n)/100}
			asked = append(asked, ask)
			_, err := w.app.GapAdviceView(ctx, w.rm, "shop", ask.Confidence)
			w.must(err)
			w.clock.Advance(time.Second)
		}
		if n := len(w.results(asked[10:]...)); n != headway.ResultsKept {
			t.Errorf("%d of those asked last are kept, not %d", n, headway.ResultsKept)
		}
		if n := len(w.results(asked[:10]...)); n != 0 {
			t.Errorf("%d of those asked first are kept", n)
		}
		for n := range 2 * mostAnswers {
			w.app.answers.keep(decodedAnswer{headway.Result{Key: fmt.Sprint(n)}, n})
		}
		if n := len(w.app.answers.kept); n != mostAnswers {
			t.Errorf("%d decoded answers are kept", n)
		}
	})
}
