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

// loadTrains reads the trains that have not arrived.
func (f *planFacts) loadTrains(ctx context.Context, q store.Q) (err error) {
	f.trains, err = q.Trains(ctx, f.programme.ID, headway.TrainOpen, allTrains)
	return err
}

// trainFor gives the open train that a release rides in; its ID is empty when it
// goes by itself, or a what-if lets it.
func (f *planFacts) trainFor(releaseID string) headway.Train {
	for _, t := range f.trains {
		if t.Rides(releaseID) && !f.splits[releaseID] {
			return t
		}
	}
	return headway.Train{}
}

// departs is the first instant at which a release's train may go; the zero time
// when it rides in none, or in one without a day.
func (f *planFacts) departs(releaseID string) time.Time {
	if t := f.trainFor(releaseID); !t.Departs.IsZero() {
		return t.Departs.In(f.calendar.Zone)
	}
	return time.Time{}
}

// rider is a member of a train as the plan sees it.
type rider struct {
	release  headway.Release
	first    []string // what changes production first
	delivery string
	inWindow bool // all of it waits for a change window
}

// riders lists the members of a train whose way to production has not begun, in
// the order in which the plan lets them go: those of the same place one by one.
func (b *problem) riders(t headway.Train, jobs []job) (out []rider) {
	for _, m := range t.Riding() {
		if b.facts.splits[m.ReleaseID] {
			continue
		}
		r := rider{delivery: deliveryOf(jobs, m.ReleaseID), inWindow: true}
		mine := map[string]bool{}
		for _, j := range jobs {
			if j.release.ID == m.ReleaseID && j.production() && j.item.Kind != headway.KindSupport {
				r.release, mine[j.id] = j.release, true
				r.inWindow = r.inWindow && j.item.InWindow && !j.begun && b.pinOf(j).IsZero()
			}
		}
		for _, j := range jobs {
			if mine[j.id] && !slices.ContainsFunc(j.after, func(id string) bool { return mine[id] }) {
				r.first = append(r.first, j.id)
			}
		}
		if len(r.first) > 0 && mine[r.delivery] {
			out = append(out, r)
		}
	}
	return out
}

// addTrains lets the members of each train reach production one after the other
// and, unless loose, within one change window.
func (b *problem) addTrains(jobs []job) {
	for _, t := range b.facts.trains {
		riders := b.riders(t, jobs)
		reason := "the order of the train " + t.Name
		for k := 1; k < len(riders); k++ {
			for _, first := range riders[k].first {
				b.Precedences = append(b.Precedences, engine.Precedence{From: riders[k-1].delivery, To: first, Reason: reason})
			}
		}
		together := slices.DeleteFunc(slices.Clone(riders), func(r rider) bool { return !r.inWindow })
		if b.loose || len(together) == 0 {
			continue
		}
		room := 0
		for _, s := range b.opens(together[0].first[0]) {
			room = max(room, s.To-s.From)
		}
		if room == 0 {
			continue
		}
		for k := 1; k < len(together); k++ {
			b.tied = append(b.tied, together[k].release)
			b.Precedences = append(b.Precedences, engine.Precedence{
				From: together[0].first[0], To: together[k].delivery, Type: engine.StartFinish, MaxLag: new(room), Reason: "the train " + t.Name,
			})
		}
	}
}

// ruleTrainApart is the rule of a finding: a train's members share no window.
const ruleTrainApart = "train-apart"

// apart says of each train that could not be kept together that its members
// reach production in different windows.
func (b *problem) apart(answer engine.Plan) {
	for _, t := range b.facts.trains {
		var first, last engine.Placement
		for _, m := range t.Riding() {
			for _, p := range answer.Placements {
				j := b.jobs[p.Activity]
				if j.release.ID != m.ReleaseID || !j.production() || b.facts.splits[m.ReleaseID] {
					continue
				}
				if first.Activity == "" || p.Start < first.Start {
					first = p
				}
				if last.Activity == "" || p.End > last.End {
					last = p
				}
			}
		}
		if last.Activity == "" || b.sameWindow(first.Activity, first.Start, last.End) {
			continue
		}
		r := b.jobs[last.Activity].release
		b.warnf(ruleTrainApart, severityClash, r.ID, nil, "the members of the train %s do not fit into one change window: %s goes %s, the first goes %s",
			t.Name, b.facts.releaseName(r), b.facts.write(b.axis.at(last.Start)), b.facts.write(b.axis.at(first.Start)))
		f := &b.findings[len(b.findings)-1]
		f.From, f.To = b.axis.at(first.Start), b.axis.at(last.End)
	}
}

func (b *problem) sameWindow(activity string, from, to int) bool {
	return slices.ContainsFunc(b.opens(activity), func(s engine.Span) bool { return s.From <= from && to <= s.To })
}

// solveTogether asks the engine for a plan in which trains are kept together.
// When there is none they are let apart, and a finding says so: one train must
// not take the whole plan away.
func (b *problem) solveTogether(ctx context.Context) (*problem, engine.Plan, error) {
	answer, err := b.ask(ctx)
	if err != nil || len(b.tied) == 0 || answer.Status == engine.Optimal || answer.Status == engine.Feasible {
		return b, answer, err
	}
	apart, err := b.facts.problemOf(true)
	if err != nil {
		return b, answer, err
	}
	second, err := apart.ask(ctx)
	if err != nil || second.Status != engine.Optimal && second.Status != engine.Feasible {
		return b, answer, err
	}
	apart.apart(second)
	return apart, second, nil
}

func (b *problem) ask(ctx context.Context) (engine.Plan, error) {
	answer, err := engine.Solve(ctx, b.Problem, engine.Options{Steps: planSteps(len(b.Activities)), Seed: planSeed})
	if err != nil {
		return answer, fmt.Errorf("plan of %s: %w", b.facts.programme.Key, err)
	}
	return answer, nil
}

// split lets the release of the finding go without the train that keeps it
// waiting, or the last one that is still to come.
func (p *proposer) split() {
	t := p.b.facts.trainFor(p.finding.Release)
	if t.ID == "" {
		return
	}
	p.addf(headway.WhatIf{Splits: []headway.WhatIfSplit{{ReleaseID: p.finding.Release}}}, "Split the train %s: let %s go by itself", t.Name, p.b.releaseNamed(p.finding.Release))
	for _, m := range t.Riding() {
		if m.ReleaseID != p.finding.Release {
			p.addf(headway.WhatIf{Splits: []headway.WhatIfSplit{{ReleaseID: m.ReleaseID}}}, "Split the train %s: let %s go by itself", t.Name, p.b.releaseNamed(m.ReleaseID))
			return
		}
	}
}

// ownFindings gives the findings of ours that proposals can be made for, in the
// engine's form.
func (b *problem) ownFindings() (out []engine.Finding) {
	for _, f := range b.findings {
		if f.Rule == ruleTrainApart {
			out = append(out, engine.Finding{Rule: ruleTrainApart, Release: f.Release, From: b.axis.floor(f.From), To: b.axis.ceil(f.To)})
		}
	}
	return out
}
