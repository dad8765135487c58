package app

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway"
	"headway/internal/engine"
	"headway/internal/store"
	"headway/internal/testkit"
)

// finishedBefore adds closed releases of a team with the gaps given, newest last.
func (w *planWorld) finishedBefore(team headway.Team, gaps ...int) {
	w.t.Helper()
	cal, err := w.p.Calendar(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error {
		for n, days := range gaps {
			end := monday.AddDate(0, 0, -30-14*(len(gaps)-n))
			r := headway.Release{
				ID: fmt.Sprintf("old-%s-%d", team.Key, n), ProgrammeID: w.p.ID, TeamID: team.ID, Version: fmt.Sprintf("0.%d.0", n), State: headway.ReleaseClosed,
				SprintEnd: end, ShelvedAt: end.Add(time.Hour), CreatedAt: end,
				LiveAt: cal.AddWorkingDays(headway.DateOf(end), days).At(12*60, cal.Zone).UTC(),
			}
			if err := tx.AddRelease(context.Background(), r); err != nil {
				return err
			}
		}
		return nil
	})
}

// know is what a job knows when it answers a question.
func (w *planWorld) know() *knowledge {
	w.t.Helper()
	k := &knowledge{draft: map[string]headway.PlannedRelease{}}
	if err := w.store.Read(context.Background(), func(q store.Q) error { return k.load(context.Background(), q, w.p, w.app.Now()) }); err != nil {
		w.t.Fatal(err)
	}
	return k
}

// forecast answers as a job does.
func (w *planWorld) forecast(in ForecastIf) (ProgrammeForecast, error) {
	if in.Simulations == 0 {
		in.Simulations = usualSimulations
	}
	return w.app.forecast(context.Background(), w.know(), in)
}

func (w *planWorld) advice(confidence float64) (GapAdvice, error) {
	return w.know().advice(context.Background(), confidence)
}

func (w *planWorld) queue() (QueueView, error) { return w.know().queue(context.Background()) }

func TestForecastsAreSimulatedAndMoveToHistory(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 2, 3)
		fresh, err := w.forecast(ForecastIf{})
		if err != nil {
			t.Fatal(err)
		}
		if len(fresh.Releases) == 0 || fresh.Simulations != usualSimulations || fresh.Placed == 0 {
			t.Fatalf("%d releases of %d simulations", len(fresh.Releases), fresh.Simulations)
		}
		for _, r := range fresh.Releases {
			if r.Gap.Basis != "bottom-up" || r.Weight != 0 {
				t.Errorf("%s rests on %s without any history", r.Name, r.Gap.Basis)
			}
			if r.P85.Before(r.P50) || r.P95.Before(r.P85) || r.P50.Before(headway.DateOf(monday)) || r.Gap.P50 < float64(w.p.Gap.Minimum) {
				t.Errorf("%s: %s %s %s, gap %v", r.Name, r.P50, r.P85, r.P95, r.Gap)
			}
		}
		again, err := w.forecast(ForecastIf{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(fresh.Releases, again.Releases); d != "" {
			t.Errorf("asked again:\n%s", d)
		}
		w.finishedBefore(w.teams[0], 30, 31, 30, 32, 30, 31, 30, 30)
		moved, err := w.forecast(ForecastIf{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range moved.Releases {
			own := r.Release.TeamID == w.teams[0].ID
			if own && (r.Gap.P50 <= r.Simulated.P50 || r.Weight < 0.6 || r.Gap.Own != 8) || !own && r.Weight != 0 {
				t.Errorf("%s: simulated %v, blended %v with weight %.2f", r.Name, r.Simulated.P50, r.Gap.P50, r.Weight)
			}
		}
	})
}

func TestForecastWhatIf(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 3, 3)
	mean := func(in ForecastIf) float64 {
		v, err := w.forecast(in)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, r := range v.Releases {
			sum += r.Simulated.P85
		}
		return sum
	}
	none, much := 0.0, 0.9
	base, clean, dirty := mean(ForecastIf{}), mean(ForecastIf{Again: &none}), mean(ForecastIf{Again: &much})
	disturbed := mean(ForecastIf{SupportDays: 8})
	helped := mean(ForecastIf{WhatIf: headway.WhatIf{People: []headway.WhatIfPerson{{Skills: []headway.Skill{headway.SkillQA, headway.SkillDBA, headway.SkillAppServer, headway.SkillSupport, headway.SkillReleaseManager}, Count: 4}}}})
	if clean > base || dirty <= base || disturbed <= base || helped > base {
		t.Errorf("base %.0f, no rework %.0f, much %.0f, interrupts %.0f, more people %.0f", base, clean, dirty, disturbed, helped)
	}
	bad := math.NaN()
	for name, in := range map[string]ForecastIf{
		"simulations": {Simulations: 1_000_000}, "again": {Again: &bad}, "support": {SupportDays: math.Inf(1)}, "negative": {Simulations: -1},
	} {
		if _, err := w.app.ForecastView(ctx, w.rm, "shop", in); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	stranger := headway.Actor{Kind: headway.ActorPerson, UserID: "x", Roles: map[string][]headway.Role{"other": {headway.Admin}}}
	for name, ask := range map[string]func() error{
		"forecast": func() error { _, err := w.app.ForecastView(ctx, stranger, "shop", ForecastIf{}); return err },
		"advice":   func() error { _, err := w.app.GapAdviceView(ctx, stranger, "shop", 0); return err },
		"queue":    func() error { _, err := w.app.QueueView(ctx, stranger, "shop"); return err },
		"backtest": func() error { _, err := w.app.BacktestView(ctx, stranger, "shop"); return err },
	} {
		if err := ask(); headway.KindOf(err) != headway.NotFound {
			t.Errorf("%s for a stranger: %v", name, err)
		}
	}
}

// What a study makes of a plan is the plan, with what another candidate takes beside it.
func TestStudyKeepsThePlanAndAddsRework(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 2, 2)
	k := w.know()
	s, err := k.facts.study(k.seen)
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.Validate(s.Problem); err != nil {
		t.Fatal(err)
	}
	plain, rework := 0, 0
	for i, a := range s.Problem.Activities {
		if s.Works[i].Rework > 0 {
			rework++
			continue
		}
		plain++
		if strings.Contains(a.ID, "~") {
			t.Errorf("%s is no rework", a.ID)
		}
	}
	if plain != len(s.b.jobs) || rework == 0 {
		t.Errorf("%d activities of %d jobs, %d of rework", plain, len(s.b.jobs), rework)
	}
	s.once()
	s.certain()
	out, err := s.run(ctx, 0, 5)
	if err != nil {
		t.Fatal(err)
	}
	for n, c := range out.Production {
		lo, _ := c.Quantile(0.01)
		hi, ok := c.Quantile(0.99)
		if !ok || lo != hi {
			t.Errorf("release %d without chance lies between %d and %d", n, lo, hi)
		}
	}
}

// Work that is done once may lie between tests that are done again.
func TestReworkGoesRoundWhatIsDoneOnce(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 2, 2)
	k := w.know()
	for i, a := range k.facts.playbook.Activities {
		k.facts.playbook.Activities[i].RerunOnFix = a.Key == "load" || a.Key == "regress"
		if a.Key == "load" { // regression → support briefing → load test
			k.facts.playbook.Activities[i].After = []string{"support"}
		}
	}
	k.seen.again = 0.9
	s, err := k.facts.study(k.seen)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.run(ctx, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	if out.Broken > 0 || out.Candidates == 0 {
		t.Errorf("%d of 100 simulations break a limit, %d further candidates", out.Broken, out.Candidates)
	}
	var ties []string
	for _, p := range s.Problem.Precedences {
		if strings.HasPrefix(p.To, s.releases[0].ID) && strings.Contains(p.From+p.To, "~rc1") && !strings.Contains(p.From+p.To, "2") {
			_, from, _ := strings.Cut(p.From, s.releases[0].ID)
			_, to, _ := strings.Cut(p.To, s.releases[0].ID)
			ties = append(ties, strings.Trim(from, "/")+" → "+strings.Trim(to, "/"))
		}
	}
	slices.Sort(ties)
	want := []string{"load → load~rc1", "load~rc1 → decide", "regress → regress~rc1", "regress~rc1 → decide", "regress~rc1 → deploy", "regress~rc1 → load~rc1", "~fix1 → load~rc1", "~fix1 → regress~rc1"}
	if d := cmp.Diff(want, ties); d != "" {
		t.Error(d)
	}
}

// What a further candidate has done again is what its evidence would not stand for.
func TestAFurtherCandidateRepeatsWhatDoesNotStand(t *testing.T) {
	regress := headway.PlaybookActivity{Key: "regress", Kind: headway.KindRegression}
	load := headway.PlaybookActivity{Key: "load", Kind: headway.KindLoadTest}
	parts := load
	parts.RerunFor = []string{"search"}
	install := headway.PlaybookActivity{Key: "install", Kind: headway.KindInstall, RerunOnFix: true}
	for name, tt := range map[string]struct {
		book []headway.PlaybookActivity
		want []string
	}{
		"nothing is marked: the regression found it": {[]headway.PlaybookActivity{regress, load}, []string{"regress"}},
		"there is no regression":                     {[]headway.PlaybookActivity{load}, []string{"load"}},
		"for every fix, and in doubt for some":       {[]headway.PlaybookActivity{install, regress, parts}, []string{"install", "load", "regress"}},
		"nothing tests":                              {nil, nil},
	} {
		if got := slices.Sorted(maps.Keys(reruns(headway.Playbook{Activities: tt.book}))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// Without chance the simulation comes to the plan: it works in the plan's order.
func TestSimulationFollowsThePlan(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 3, 3)
	w.replan()
	k := w.know()
	s, err := k.facts.study(k.seen)
	if err != nil {
		t.Fatal(err)
	}
	s.once()
	s.certain()
	out, err := s.run(ctx, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for n, r := range s.releases {
		slot, _ := out.Production[n].Quantile(0.5)
		if at, planned := s.b.axis.at(slot), k.draft[r.ID].Production; !at.Equal(planned) {
			t.Errorf("%s: %s, planned %s", r.Version, at, planned)
		}
	}
}

func TestGapAdviceHoldsAndExplains(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		w := newPlanWorld(t, db, monday, 2, 3)
		v, err := w.advice(0.85)
		if err != nil {
			t.Fatal(err)
		}
		if v.Confidence != 0.85 || len(v.Teams) != 2 || v.Programme.Days < v.Policy.Minimum {
			t.Fatalf("%v %d %d", v.Confidence, len(v.Teams), v.Programme.Days)
		}
		for _, a := range append(v.Teams, v.Programme) {
			sum := 0.0
			for _, f := range a.Fills {
				sum += f.Days
			}
			if a.OneWeek > a.TwoWeeks || math.Abs(sum-a.MeanDays) > 2 || len(a.Fills) != 5 {
				t.Errorf("%s: one week %.2f, two weeks %.2f; %.1f days filled of %.1f", a.Team.Key, a.OneWeek, a.TwoWeeks, sum, a.MeanDays)
			}
		}
		low, err := w.advice(0.5)
		if err != nil {
			t.Fatal(err)
		}
		if low.Programme.Days > v.Programme.Days {
			t.Errorf("%d days hold for half, %d for 85 %%", low.Programme.Days, v.Programme.Days)
		}
		if len(v.Curves) == 0 {
			t.Fatal("no curves")
		}
		for _, c := range v.Curves {
			if now := slices.IndexFunc(c.Points, func(p AdvicePoint) bool { return p.Now }); now < 0 {
				t.Errorf("the curve of %s does not know where it stands", c.Name)
			}
		}
		if _, err := w.app.GapAdviceView(ctx, w.rm, "shop", 1.5); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%v", err)
		}
	})
}

func TestTheMinimumGuardIsNeverUndercut(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 1, 2)
	w.p.Gap = headway.GapPolicy{Minimum: 40, Target: 45, Maximum: 50}
	w.write(func(tx *store.Tx) error { return tx.PutProgramme(ctx, w.p) })
	w.finishedBefore(w.teams[0], 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5)
	v, err := w.advice(0.85)
	if err != nil {
		t.Fatal(err)
	}
	if v.Programme.Days < 40 || !v.Programme.Guarded {
		t.Errorf("%d days, guarded %v", v.Programme.Days, v.Programme.Guarded)
	}
}

// Work that needs two at once cannot be simulated with one: it would be planned
// without people, and the gap look shorter.
func TestCurvesOfPeopleBeginWhereTheWorkCanBeDone(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 2, 3)
	k := w.know()
	skill := k.bottleneck().skill
	w.write(func(tx *store.Tx) error {
		b, err := tx.NewestPlaybook(ctx, w.p.ID)
		if err != nil {
			return err
		}
		for i := range b.Activities {
			if b.Activities[i].Skill == skill {
				b.Activities[i].People = 2
			}
		}
		b.ID = "together"
		_, _, err = tx.AddPlaybook(ctx, b)
		return err
	})
	v, err := w.advice(0.85)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range v.Curves {
		if c.Unit == "people" && c.Points[0].X < 2 {
			t.Errorf("%s begins at %v", c.Name, c.Points[0].X)
		}
	}
}

func TestQueueTellsWhetherItSettles(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newPlanWorld(t, db, monday, 2, 4)
		v, err := w.queue()
		if err != nil {
			t.Fatal(err)
		}
		if v.Verdict == "" || len(v.Skills) == 0 || v.Load <= 0 || math.Abs(v.Releases-1) > 1e-9 {
			t.Fatalf("%q, load %v, %v releases a week", v.Verdict, v.Load, v.Releases)
		}
		if len(v.Remedies) < 6 {
			t.Errorf("%d remedies", len(v.Remedies))
		}
		for _, r := range v.Remedies {
			if strings.HasPrefix(r.Name, "One more") && r.Load >= v.Load {
				t.Errorf("one more person leaves the load at %.2f of %.2f", r.Load, v.Load)
			}
			if r.Name == "Half the interrupts" && r.Load > v.Load {
				t.Errorf("fewer interrupts raise the load to %.2f", r.Load)
			}
		}
		for i := 1; i < len(v.Skills); i++ {
			if rank(v.Skills[i].Load) > rank(v.Skills[i-1].Load) {
				t.Error("skills are not in order of their load")
			}
		}
	})
}

func TestAQueueThatCannotSettleIsSaidToBeSo(t *testing.T) {
	ctx := context.Background()
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 2, 3)
	w.write(func(tx *store.Tx) error {
		b, err := tx.NewestPlaybook(ctx, w.p.ID)
		if err != nil {
			return err
		}
		for i := range b.Activities {
			b.Activities[i].Estimate.Hours *= 20
		}
		b.ID = "heavy"
		_, _, err = tx.AddPlaybook(ctx, b)
		return err
	})
	v, err := w.queue()
	if err != nil {
		t.Fatal(err)
	}
	if v.Settles || v.Load < 1 || v.GrowsBy <= 0 || !strings.Contains(v.Verdict, "without end") {
		t.Errorf("load %.2f: %s", v.Load, v.Verdict)
	}
}

func TestNothingOnItsWayIsAnsweredInWords(t *testing.T) {
	w := newPlanWorld(t, testkit.Database{Dir: t.TempDir()}, monday, 0, 1)
	f, err := w.forecast(ForecastIf{})
	if err != nil || len(f.Releases) != 0 {
		t.Errorf("%d releases, %v", len(f.Releases), err)
	}
	g, err := w.advice(0.9)
	if err != nil || g.Simulated != 0 {
		t.Errorf("%+v %v", g.Simulated, err)
	}
	q, err := w.queue()
	if err != nil || q.Why == "" {
		t.Errorf("%q %v", q.Why, err)
	}
	b, err := w.know().backtest()
	if err != nil || b.Why == "" {
		t.Errorf("%q %v", b.Why, err)
	}
}
