package app

import (
	"fmt"
	"strings"

	"headway"
)

// wordsOf tells what changes are, one sentence each.
func (f *planFacts) wordsOf(w headway.WhatIf) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	release := f.speech().releases
	for _, p := range w.Pins {
		name := f.activityName(p.Activity)
		if p.Start.IsZero() {
			say("the plan chooses when %s starts", name)
		} else {
			say("%s starts %s", name, f.write(p.Start))
		}
	}
	for _, d := range w.Dues {
		say("%s is wanted by %s", release[d.ReleaseID], d.Due)
	}
	for _, p := range w.Priorities {
		say("%s has priority %d", release[p.ReleaseID], p.Priority)
	}
	for _, a := range w.Absences {
		say("%s is away from %s to %s", a.Person, a.From, a.To)
	}
	for _, s := range w.Shifts {
		say("%s comes to operations %+d days", release[s.ReleaseID], s.Days)
	}
	for _, p := range w.People {
		span := ""
		if !p.To.IsZero() {
			span = fmt.Sprintf(" from %s to %s", p.From, p.To)
		}
		say("%d more with %s%s", p.Count, joinSkills(p.Skills), span)
	}
	for _, o := range w.Overtime {
		say("%s work on days off from %s to %s", strings.Join(o.People, ", "), o.From, o.To)
	}
	for _, o := range w.Windows {
		say("a change window more, %s to %s", f.write(o.From), f.write(o.To))
	}
	for _, l := range w.Lifts {
		say("the freeze %s is lifted for %s", l.Freeze, release[l.ReleaseID])
	}
	for _, s := range w.Splits {
		say("%s goes without its train", release[s.ReleaseID])
	}
	for _, key := range w.Doubles {
		say("a second %s", key)
	}
	return out
}

func joinSkills(skills []headway.Skill) string {
	words := make([]string, len(skills))
	for k, s := range skills {
		words[k] = string(s)
	}
	return strings.Join(words, ", ")
}

// activityName names an activity of the draft for people.
func (f *planFacts) activityName(id string) string {
	for _, p := range f.draft.Placements {
		if p.Activity == id {
			return p.Title + " (" + f.speech().releases[p.ReleaseID] + ")"
		}
	}
	return id
}
