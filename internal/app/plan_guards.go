package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/engine"
	"headway/internal/store"
)

// loadGuards reads what the gate asks of the time of a deployment beside
// windows and freezes, and what was waived or overridden for which release: the
// plan keeps to the guards by which its deployments will be judged.
func (f *planFacts) loadGuards(ctx context.Context, q store.Q) error {
	f.soaks, f.early, f.only, f.anyHour = map[string][]headway.SoakRule{}, map[string]bool{}, map[string]string{}, map[string]time.Time{}
	gate, err := q.NewestGate(ctx, f.programme.ID)
	if headway.KindOf(err) == headway.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	var given words
	if given.overrides, err = q.StandingOverrides(ctx, f.programme.ID); err != nil {
		return err
	}
	if given.waivers, err = q.StandingWaivers(ctx, f.programme.ID, f.now); err != nil {
		return err
	}
	all := func(string) bool { return true }
	if err := f.guards(ctx, q, gate, all, given); err != nil {
		return err
	}
	for _, t := range f.trains {
		if err := f.guards(ctx, q, t.Gate(headway.Gate{}), t.Rides, given); err != nil {
			return err
		}
	}
	return nil
}

// words are what people have said against the guards of a programme.
type words struct {
	overrides []headway.Override
	waivers   map[string][]headway.Waiver // by release, for its candidate on the shelf
}

// lifts gives what lifts a criterion for a release.
func (w words) lifts(k headway.Criterion, releaseID string, now time.Time) []headway.Lift {
	own := slices.DeleteFunc(slices.Clone(w.overrides), func(o headway.Override) bool { return o.ReleaseID != releaseID })
	return k.Lifts(w.waivers[releaseID], own, now)
}

// guards notes what the guards of a gate ask of the releases that it holds for.
func (f *planFacts) guards(ctx context.Context, q store.Q, gate headway.Gate, holdsFor func(releaseID string) bool, given words) error {
	for _, k := range gate.Criteria {
		if !k.Kind.IsGuard() || k.Optional {
			continue
		}
		var times []headway.Freeze // that the criterion keeps to
		switch k.Kind {
		case headway.CriterionFreeze:
			times = slices.DeleteFunc(slices.Clone(f.freezes), func(z headway.Freeze) bool { return f.only[z.ID] != "" })
		case headway.CriterionNoDeploy:
			times = k.NoDeploy.Freezes(k.Key, k.Title, f.calendar, headway.Interval{From: f.now, To: f.now.Add(planAhead)})
			f.freezes = append(f.freezes, times...)
		}
		for _, r := range f.releases {
			if !holdsFor(r.ID) {
				if k.Kind == headway.CriterionNoDeploy {
					f.lifts[r.ID] = append(f.lifts[r.ID], k.Key)
				}
				continue
			}
			if err := f.guard(ctx, q, k, r, given.lifts(k, r.ID, f.now), times); err != nil {
				return err
			}
		}
	}
	return nil
}

// guard notes what one guard asks of one release.
func (f *planFacts) guard(ctx context.Context, q store.Q, k headway.Criterion, r headway.Release, lifts []headway.Lift, times []headway.Freeze) error {
	concerned, err := k.When.Holds(f.facts[r.ID])
	if err != nil {
		return err
	}
	switch k.Kind {
	case headway.CriterionFreeze, headway.CriterionNoDeploy:
		if k.Kind == headway.CriterionNoDeploy && !concerned {
			f.lifts[r.ID] = append(f.lifts[r.ID], k.Key)
			return nil
		}
		f.liftTimes(r, times, lifts)
	case headway.CriterionWindow:
		if concerned {
			f.liftWindows(r, lifts)
		}
	case headway.CriterionGap:
		f.early[r.ID] = f.early[r.ID] || len(lifts) > 0
	case headway.CriterionSoak:
		if len(lifts) > 0 || !concerned || r.State.InProduction() {
			return nil
		}
		done, err := f.soaked(ctx, q, k, r)
		if err == nil && !done {
			f.soaks[r.ID] = append(f.soaks[r.ID], *k.Soak)
		}
		return err
	}
	return nil
}

// liftTimes takes freezes off a release. What is left of one that is waived for
// a time is a freeze for that release alone.
func (f *planFacts) liftTimes(r headway.Release, times []headway.Freeze, lifts []headway.Lift) {
	for _, l := range lifts {
		f.lifts[r.ID] = append(f.lifts[r.ID], l.Freezes...)
	}
	for _, z := range headway.Unlifted(times, lifts) {
		if slices.Contains(f.lifts[r.ID], z.Key) {
			z.ID += "@" + r.ID
			z.Key = z.ID
			f.only[z.ID] = r.ID
			f.freezes = append(f.freezes, z)
		}
	}
}

// liftWindows notes until when a release may go outside change windows: as long
// as each rule about them that holds for it is lifted.
func (f *planFacts) liftWindows(r headway.Release, lifts []headway.Lift) {
	until := f.now
	for _, l := range lifts {
		if l.Until.IsZero() {
			l.Until = f.now.Add(planAhead)
		}
		if l.Until.After(until) {
			until = l.Until
		}
	}
	if before, ruled := f.anyHour[r.ID]; ruled && before.Before(until) {
		until = before
	}
	f.anyHour[r.ID] = until
}

// outsideUntil gives until when a release needs no change window, the zero time
// when it always does. A train goes at one time: its members are free together.
func (f *planFacts) outsideUntil(releaseID string) time.Time {
	until := f.anyHour[releaseID]
	t := f.trainFor(releaseID)
	for _, r := range f.releases {
		if other := f.anyHour[r.ID]; t.Rides(r.ID) && r.LiveAt.IsZero() && other.Before(until) {
			until = other
		}
	}
	return until
}

// windowsOf gives the windows that a job on production keeps to. While the rule
// is lifted these are the working hours of those who can do it too.
func (b *problem) windowsOf(j job) string {
	until := b.facts.outsideUntil(j.release.ID)
	free, some := b.axis.span(headway.Interval{From: b.facts.now, To: until})
	if !some {
		return changeWindows
	}
	hours := b.ownHours(j)
	id := fmt.Sprintf("%s+%s/%d", changeWindows, hours, free.To)
	if slices.ContainsFunc(b.Windows, func(s engine.WindowSet) bool { return s.ID == id }) {
		return id
	}
	set := engine.WindowSet{ID: id, Name: b.Windows[0].Name + " or working hours", Spans: slices.Clone(b.Windows[0].Spans)}
	for _, s := range b.calendar(hours) {
		if s.To = min(s.To, free.To); s.From < s.To {
			set.Spans = append(set.Spans, s)
		}
	}
	set.Spans = union(set.Spans)
	b.Windows = append(b.Windows, set)
	return id
}

// opens gives the windows that an activity keeps to; those of the programme
// when it keeps to none.
func (b *problem) opens(activity string) []engine.Span {
	id := changeWindows
	if i := slices.IndexFunc(b.Activities, func(a engine.Activity) bool { return a.ID == activity }); i >= 0 && b.Activities[i].Windows != "" {
		id = b.Activities[i].Windows
	}
	i := slices.IndexFunc(b.Windows, func(s engine.WindowSet) bool { return s.ID == id })
	return b.Windows[i].Spans
}

// soaked tells whether a release's newest candidate has been where it must soak
// for long enough already.
func (f *planFacts) soaked(ctx context.Context, q store.Q, k headway.Criterion, r headway.Release) (bool, error) {
	c, err := q.NewestCandidate(ctx, f.programme.ID, r.ID)
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	stays, err := q.StaysOf(ctx, f.programme.ID, c.ID)
	outcome, _ := headway.JudgeSoak(*k.Soak, stays, f.calendar, headway.Interval{}, f.now)
	return outcome == headway.Pass, err
}

// addSoaks lets each deployment begin no sooner after the installation on the
// environment than the gate asks for.
func (b *problem) addSoaks(jobs []job) {
	for _, from := range jobs {
		if from.item.Kind != headway.KindInstall {
			continue
		}
		place := b.places[from.item.Environment].Key
		for _, rule := range b.facts.soaks[from.release.ID] {
			if rule.Environment != place || place == "" {
				continue
			}
			for _, to := range jobs {
				if to.release.ID != from.release.ID || !to.production() || to.begun {
					continue
				}
				p := engine.Precedence{From: from.id, To: to.id, Reason: "soak on " + place}
				if rule.Hours > 0 {
					p.MinLag = rule.Hours * 60 / b.SlotMinutes
				} else {
					p.MinLag, p.Calendar = rule.WorkingDays, gapDays
				}
				b.Precedences = append(b.Precedences, p)
			}
		}
	}
}
