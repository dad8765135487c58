package app

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"headway"
	"headway/internal/forecast"
)

// Simulations that are made for each question of an advice.
const (
	adviceSimulations = 300
	curveSimulations  = 100 // for each point: it is drawn by whole days
)

// enough is how many simulations tell of all releases together what n do of a
// hundred; never less than a fifth, because releases of one simulation share
// their luck.
func (k *knowledge) enough(n int) int {
	return max(n/5, min(n, 100*n/max(1, len(k.facts.releases))))
}

// GapAdvice is the shortest gap that holds, for a programme and each team.
type GapAdvice struct {
	Cast       `json:"-"`
	Computed   `json:"-"`
	Policy     headway.GapPolicy
	Confidence float64 // 0.5–0.99
	Programme  TeamAdvice
	Teams      []TeamAdvice
	Curves     []AdviceCurve
	Simulated  int // releases on their way that were simulated
	Finished   int
}

// TeamAdvice is the advice for one team, or for the programme.
type TeamAdvice struct {
	Team       headway.Team // its Key is empty for the programme
	Days       int          // working days: the shortest gap that holds, never below the minimum
	Needed     float64      // what simulation and history ask for
	Simulated  float64      // by simulation alone
	History    float64      // by finished releases alone, 0 without any
	Own        int          // finished releases
	Guarded    bool         // the minimum of the policy is longer than needed
	Band       headway.GapBand
	OneWeek    float64 // probability that five working days hold
	TwoWeeks   float64 // and ten
	AtTarget   float64 // and the policy's target
	Fills      []GapFill
	Releases   int // simulated
	MeanDays   float64
	Unfinished float64 // share that did not reach production in the horizon
}

// GapFill is what a part of the mean gap goes to.
type GapFill struct {
	Name string
	Days float64
}

// What fills a gap, as an advice tells it.
const (
	fillWork      = "the work itself"
	fillWindow    = "waiting for a change window"
	fillQueue     = "waiting for people and environments"
	fillUncertain = "estimates that do not hold, and illness"
	fillFaster    = "work that is done faster than estimated"
	fillRework    = "further candidates"
)

// AdviceCurve is how the advice depends on one thing.
type AdviceCurve struct {
	Name, Unit string
	Points     []AdvicePoint
}

// AdvicePoint is the gap that holds when the thing is at X.
type AdvicePoint struct {
	X, Days float64
	Now     bool
}

// GapAdviceView says how long the gap has to be at least for a share of
// releases to keep it (confidence), what fills it, and on what it depends: as it
// was computed last, and asked for anew when that is not of today's facts.
func (a *App) GapAdviceView(ctx context.Context, by headway.Actor, programme string, confidence float64) (GapAdvice, error) {
	if confidence == 0 {
		confidence = 0.85
	}
	if !(confidence >= 0.5 && confidence <= 0.99) {
		return GapAdvice{}, headway.Invalidf("confidence", "a confidence of %v is outside 0.5–0.99", confidence).WithHint("write 0.85 for 85 %%")
	}
	v, c, say, err := answer[GapAdvice](ctx, a, by, programme, question{Kind: askAdvice, Confidence: confidence})
	v.Cast, v.Computed, v.Confidence = c, say, confidence
	return v, err
}

func (k *knowledge) advice(ctx context.Context, confidence float64) (GapAdvice, error) {
	v := GapAdvice{Policy: k.facts.programme.Gap, Confidence: confidence, Finished: len(k.history)}
	s, err := k.facts.study(k.seen)
	if err != nil {
		return v, err
	}
	v.Simulated = len(s.Deliveries)
	if v.Simulated == 0 {
		return v, nil
	}
	curves := k.curves()
	k.total = k.enough(usualSimulations) + peels*k.enough(adviceSimulations)
	for _, c := range curves {
		k.total += len(c.Points) * k.enough(curveSimulations)
	}
	out, err := k.run(ctx, s, k.enough(usualSimulations))
	if err != nil {
		return v, err
	}
	steps, err := k.peel(ctx)
	if err != nil {
		return v, err
	}
	v.Programme = v.advise(k, s, out, steps, headway.Team{})
	for _, t := range k.cast.Teams {
		if slices.ContainsFunc(s.releases, func(r headway.Release) bool { return r.TeamID == t.ID }) {
			v.Teams = append(v.Teams, v.advise(k, s, out, steps, t))
		}
	}
	for _, c := range curves {
		for i := range c.Points {
			if c.Points[i].Days, err = k.needs(ctx, c.facts[i], confidence); err != nil {
				return v, err
			}
		}
		v.Curves = append(v.Curves, c.AdviceCurve)
	}
	return v, nil
}

// peeled is the mean gap by release after one trouble more is taken away.
type peeled struct {
	name string
	mean map[string]float64
}

// peels is how many times a trouble more is taken away, the first time none.
const peels = 5

// peel takes one trouble after another away and keeps the mean gaps in between.
func (k *knowledge) peel(ctx context.Context) ([]peeled, error) {
	var out []peeled
	var done []func(*study)
	for _, step := range [peels]struct {
		name string
		do   func(*study)
	}{
		{"", func(*study) {}},
		{fillRework, (*study).once},
		{fillUncertain, (*study).certain},
		{fillQueue, (*study).endless},
		{fillWindow, (*study).open},
	} {
		s, err := k.facts.study(k.seen)
		if err != nil {
			return nil, err
		}
		done = append(done, step.do)
		for _, do := range done {
			do(s)
		}
		got, err := k.run(ctx, s, k.enough(adviceSimulations))
		if err != nil {
			return nil, err
		}
		p := peeled{step.name, map[string]float64{}}
		for n, r := range s.releases {
			p.mean[r.ID] = s.gaps(n, got.Production[n]).Mean()
		}
		out = append(out, p)
	}
	return out, nil
}

func (v GapAdvice) advise(k *knowledge, s *study, out forecast.Outcome, steps []peeled, t headway.Team) TeamAdvice {
	a := TeamAdvice{Team: t}
	var all forecast.Counts
	means := make([]float64, len(steps))
	for n, r := range s.releases {
		if t.ID != "" && r.TeamID != t.ID {
			continue
		}
		a.Releases++
		all.Merge(s.gaps(n, out.Production[n]))
		for i, p := range steps {
			means[i] += p.mean[r.ID]
		}
	}
	a.Simulated = float64(len(all.N) - 1)
	if d, ok := all.Quantile(v.Confidence); ok {
		a.Simulated = float64(d)
	}
	a.Needed = a.Simulated
	if past := k.pastGaps(t); len(past) > 0 {
		a.Own = len(past)
		a.History = past[min(len(past)-1, int(math.Ceil(v.Confidence*float64(len(past))))-1)]
		w := forecast.Weight(a.Own)
		a.Needed = w*a.History + (1-w)*a.Simulated
	}
	a.Days = int(math.Ceil(a.Needed - 1e-9))
	if a.Guarded = a.Days < v.Policy.Minimum; a.Guarded {
		a.Days = v.Policy.Minimum
	}
	a.Band = v.Policy.Band(a.Days)
	a.OneWeek, a.TwoWeeks, a.AtTarget = k.holds(t, all, 5), k.holds(t, all, 10), k.holds(t, all, v.Policy.Target)
	a.Unfinished = float64(all.Never) / float64(max(1, all.Total()))
	for i := 1; i < len(steps); i++ {
		f := GapFill{steps[i].name, (means[i-1] - means[i]) / float64(a.Releases)}
		if f.Name == fillUncertain && f.Days < 0 {
			f.Name = fillFaster
		}
		a.Fills = append(a.Fills, f)
	}
	a.Fills = append(a.Fills, GapFill{fillWork, means[len(means)-1] / float64(a.Releases)})
	a.MeanDays = means[0] / float64(a.Releases)
	slices.SortStableFunc(a.Fills, func(x, y GapFill) int { return cmp.Compare(y.Days, x.Days) })
	return a
}

// recentGaps is how many finished releases an advice looks at.
const recentGaps = 40

// pastGaps gives the newest gaps of a team, or of all, in rising order.
func (k *knowledge) pastGaps(t headway.Team) []float64 {
	var out []float64
	for _, g := range k.gaps {
		if len(out) < recentGaps && (t.ID == "" || g.Release.TeamID == t.ID) {
			out = append(out, float64(g.Days))
		}
	}
	slices.Sort(out)
	return out
}

// holds is the probability that a gap of so many days is kept.
func (k *knowledge) holds(t headway.Team, c forecast.Counts, days int) float64 {
	simulated := c.Share(days)
	past := k.pastGaps(t)
	if len(past) == 0 {
		return simulated
	}
	n, _ := slices.BinarySearch(past, float64(days)+0.5)
	w := forecast.Weight(len(past))
	return w*float64(n)/float64(len(past)) + (1-w)*simulated
}

// openCurve is a curve whose points are still to be simulated, each on its facts.
type openCurve struct {
	AdviceCurve
	facts []*planFacts
}

func (c *openCurve) at(x float64, now bool, f *planFacts) {
	c.Points, c.facts = append(c.Points, AdvicePoint{X: x, Now: now}), append(c.facts, f)
}

// curves are what tells how the simulated gap depends on facts and people.
func (k *knowledge) curves() []openCurve {
	var out []openCurve
	for _, name := range k.sizingFacts() {
		c := openCurve{AdviceCurve: AdviceCurve{Name: name, Unit: "times what is declared"}}
		for _, x := range []float64{0.25, 0.5, 1, 2, 4} {
			f := k.facts.altered()
			f.scaleFact(name, x)
			c.at(x, x == 1, f)
		}
		out = append(out, c)
	}
	skill := k.bottleneck().skill
	if skill == "" {
		return out
	}
	c := openCurve{AdviceCurve: AdviceCurve{Name: "people with " + string(skill), Unit: "people"}}
	have := 0
	for _, p := range k.facts.people {
		if slices.Contains(p.Skills, skill) {
			have++
		}
	}
	for n := max(1, have-2, k.atOnce(skill)); n <= have+3; n++ {
		f := k.facts.altered()
		for have := have; have < n; have++ {
			f.addPerson(skill)
		}
		f.removePeople(skill, have-n)
		c.at(float64(n), n == have, f)
	}
	return append(out, c)
}

// atOnce is how many people of a skill some work needs together: with fewer it
// would be planned without them, and the gap look shorter than it is.
func (k *knowledge) atOnce(skill headway.Skill) int {
	most := 1
	for _, a := range k.facts.playbook.Activities {
		if a.Skill == skill {
			most = max(most, a.People)
		}
	}
	for _, items := range k.facts.items {
		for _, i := range items {
			if i.Skill == skill && i.State != headway.ItemDone {
				most = max(most, i.People)
			}
		}
	}
	return most
}

// removePeople takes the skill from the last of those who have it.
func (f *planFacts) removePeople(skill headway.Skill, n int) {
	for i := len(f.people) - 1; i >= 0 && n > 0; i-- {
		if k := slices.Index(f.people[i].Skills, skill); k >= 0 {
			f.people[i].Skills = slices.Delete(f.people[i].Skills, k, k+1)
			n--
		}
	}
}

// sizingFacts are the facts that the playbook sizes work by, those that are declared.
func (k *knowledge) sizingFacts() []string {
	var out []string
	for _, a := range k.facts.playbook.Activities {
		for name := range a.Estimate.PerFact {
			declared := false
			for _, f := range k.facts.facts {
				n, err := f.Number(name)
				declared = declared || err == nil && n > 0
			}
			if declared && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out[:min(len(out), 3)]
}

// needs is the simulated gap that a share of the releases keeps.
func (k *knowledge) needs(ctx context.Context, f *planFacts, confidence float64) (float64, error) {
	s, err := f.study(k.seen)
	if err != nil {
		return 0, err
	}
	out, err := k.run(ctx, s, k.enough(curveSimulations))
	if err != nil {
		return 0, err
	}
	var all forecast.Counts
	for n := range s.releases {
		all.Merge(s.gaps(n, out.Production[n]))
	}
	if d, ok := all.Quantile(confidence); ok {
		return float64(d), nil
	}
	return float64(max(0, len(all.N)-1)), nil
}

// Words says an advice in one sentence.
func (a TeamAdvice) Words(confidence float64) string {
	if a.Releases == 0 {
		return "nothing is on its way to simulate"
	}
	s := fmt.Sprintf("%d working days hold for %.0f of 100 releases", a.Days, 100*confidence)
	if a.Guarded {
		s += fmt.Sprintf("; %.0f would be enough, but the policy's minimum stands", math.Ceil(a.Needed))
	}
	return s
}
