package app

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/engine"
)

// proposals derives ways out of a finding from the reasons that it tells: what
// people fixed may be freed, a window opened, a freeze lifted, somebody added, a
// train split, the release may go first or be promised for later.
func (b *problem) proposals(f engine.Finding) []headway.Repair {
	p := proposer{b: b, finding: f}
	for _, id := range f.Activities {
		p.free(id)
	}
	for _, c := range f.Clash {
		switch c.Rule {
		case engine.RulePin:
			p.free(c.Activity)
		case engine.RuleWindow:
			p.window(c)
		case engine.RuleFreeze:
			p.lift(c)
		case engine.RulePerson, engine.RuleAbsence, engine.RuleSkill:
			p.people(c)
		case engine.RuleResource:
			p.double(c)
		}
	}
	p.split()
	p.first()
	p.overtime()
	p.promise()
	return p.out[:min(len(p.out), mostProposals)]
}

type proposer struct {
	b       *problem
	finding engine.Finding
	out     []headway.Repair
}

func (p *proposer) addf(changes headway.WhatIf, format string, args ...any) {
	if !slices.ContainsFunc(p.out, func(r headway.Repair) bool { return reflect.DeepEqual(r.Changes, changes) }) {
		p.out = append(p.out, headway.Repair{Text: fmt.Sprintf(format, args...), Changes: changes})
	}
}

func (p *proposer) activity(id string) (engine.Activity, bool) {
	i := slices.IndexFunc(p.b.Activities, func(a engine.Activity) bool { return a.ID == id })
	if i < 0 {
		return engine.Activity{}, false
	}
	return p.b.Activities[i], true
}

func (p *proposer) free(id string) {
	if a, known := p.activity(id); known && a.Pin != nil {
		p.addf(headway.WhatIf{Pins: []headway.WhatIfPin{{Activity: id}}}, "Free the start of %s", a.Name)
	}
}

// window opens production once more, on the first evening on which the work is
// ready and nothing is frozen; and lifts the freezes that stand between.
func (p *proposer) window(c engine.Clash) {
	a, known := p.activity(c.Activity)
	if !known {
		return
	}
	for _, z := range p.b.facts.freezes {
		if a.Release != "" && z.Span.Overlaps(headway.Interval{From: p.b.axis.at(p.finding.From), To: p.b.axis.at(p.finding.To)}) {
			p.lift(engine.Clash{Activity: c.Activity, Other: z.ID})
		}
	}
	zone, facts, ready := p.b.axis.zone, p.b.facts, p.ready(c.Activity)
	length := max(time.Duration(a.Duration)*p.b.axis.slot, 2*time.Hour)
	for day := headway.DateOf(ready.In(zone)); p.b.axis.floor(day.In(zone)) < p.finding.To; day = day.AddDays(1) {
		start := day.At(facts.calendar.To, zone)
		o := headway.Interval{From: start.UTC(), To: start.Add(length).UTC()}
		frozen := slices.ContainsFunc(facts.freezes, func(z headway.Freeze) bool { return z.Span.Overlaps(o) })
		if facts.calendar.IsWorkingDay(day) && !start.Before(ready) && !frozen {
			p.addf(headway.WhatIf{Windows: []headway.WhatIfWindow{headway.WhatIfWindow(o)}}, "Open a change window more, %s to %s", facts.write(o.From), o.To.In(zone).Format("15:04"))
			return
		}
	}
}

// ready gives when the draft has all done that an activity waits for.
func (p *proposer) ready(activity string) time.Time {
	j := p.b.jobs[activity]
	t := p.b.facts.now
	if j.earliest.After(t) {
		t = j.earliest
	}
	for _, q := range p.b.facts.draft.Placements {
		if slices.Contains(j.after, q.Activity) && q.End.After(t) {
			t = q.End
		}
	}
	return t
}

func (p *proposer) lift(c engine.Clash) {
	release := p.finding.Release
	if a, known := p.activity(c.Activity); known {
		release = a.Release
	}
	var named []string
	for _, z := range p.b.facts.freezes {
		if release != "" && (z.ID == c.Other || c.Other == "") && !slices.Contains(named, z.ID) {
			named = append(named, z.ID)
			p.addf(headway.WhatIf{Lifts: []headway.WhatIfLift{{Freeze: z.Key, ReleaseID: release}}}, "Lift %s for %s", z.Name, p.b.releaseNamed(release))
		}
	}
}

// people adds somebody for the weeks in question.
func (p *proposer) people(c engine.Clash) {
	j, known := p.b.jobs[c.Activity]
	if !known || j.item.Skill == "" {
		return
	}
	from, to := p.days()
	p.addf(headway.WhatIf{People: []headway.WhatIfPerson{{Skills: []headway.Skill{j.item.Skill}, Count: 1, From: from, To: to}}},
		"Have one more %s from %s to %s", j.item.Skill, p.day(from), p.day(to))
}

// days spans two weeks before the finding, but not the past, until its end.
func (p *proposer) days() (from, to headway.Date) {
	zone := p.b.axis.zone
	today := headway.DateOf(p.b.facts.now.In(zone))
	from = headway.DateOf(p.b.axis.at(p.finding.From).In(zone)).AddDays(-14)
	if from.Before(today) {
		from = today
	}
	to = headway.DateOf(p.b.axis.at(min(p.finding.To, p.b.axis.end)).In(zone))
	if limit := from.AddDays(6 * 7); limit.Before(to) {
		to = limit
	}
	if to.Before(from) {
		to = from
	}
	return from, to
}

func (p *proposer) day(d headway.Date) string {
	t := d.In(p.b.axis.zone)
	if t.Year() == p.b.axis.year {
		return t.Format("2 Jan")
	}
	return t.Format("2 Jan 2006")
}

func (p *proposer) double(c engine.Clash) {
	id, _, _ := strings.Cut(c.Other, "!")
	if e, known := p.b.places[id]; known {
		p.addf(headway.WhatIf{Doubles: []string{e.Key}}, "Have a second %s", e.Name)
	}
}

// first lets the finding's release go before the others.
func (p *proposer) first() {
	for _, r := range p.b.facts.releases {
		if r.ID == p.finding.Release && p.b.facts.weight(r) < 9 && len(p.b.facts.releases) > 1 {
			p.addf(headway.WhatIf{Priorities: []headway.WhatIfPriority{{ReleaseID: r.ID, Priority: 9}}}, "Let %s go before the others", p.b.facts.releaseName(r))
		}
	}
}

// overtime lets the people of the finding work on their days off.
func (p *proposer) overtime() {
	var keys, names []string
	for _, id := range p.finding.People {
		if person, known := p.b.people[id]; known && person.Key != "" && !slices.Contains(keys, person.Key) && len(keys) < 4 {
			keys, names = append(keys, person.Key), append(names, person.Name)
		}
	}
	if len(keys) == 0 {
		return
	}
	from, to := p.days()
	p.addf(headway.WhatIf{Overtime: []headway.WhatIfOvertime{{People: keys, From: from, To: to}}},
		"Let %s work on days off from %s to %s", strings.Join(names, ", "), p.day(from), p.day(to))
}

// promise moves the wanted date to when the plan sees production.
func (p *proposer) promise() {
	if p.finding.Rule != engine.RuleDue || p.finding.Release == "" {
		return
	}
	due := headway.DateOf(p.b.axis.at(min(p.finding.To, p.b.axis.end)).In(p.b.axis.zone))
	p.addf(headway.WhatIf{Dues: []headway.WhatIfDue{{ReleaseID: p.finding.Release, Due: due}}}, "Promise %s for %s", p.b.releaseNamed(p.finding.Release), p.day(due))
}

func (b *problem) releaseNamed(id string) string {
	for _, r := range b.facts.releases {
		if r.ID == id {
			return b.facts.releaseName(r)
		}
	}
	return id
}
