package app

import (
	"fmt"
	"strings"
	"time"

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
		say("%s is wanted by %s", release[d.ReleaseID], f.day(d.Due))
	}
	for _, p := range w.Priorities {
		say("%s has priority %d", release[p.ReleaseID], p.Priority)
	}
	for _, a := range w.Absences {
		say("%s is away from %s to %s", f.personName(a.Person), f.day(a.From), f.day(a.To))
	}
	for _, s := range w.Shifts {
		say("%s comes to operations %+d days", release[s.ReleaseID], s.Days)
	}
	for _, p := range w.People {
		span := ""
		if !p.To.IsZero() {
			span = fmt.Sprintf(" from %s to %s", f.day(p.From), f.day(p.To))
		}
		say("%d more for %s%s", p.Count, joinSkills(p.Skills), span)
	}
	for _, o := range w.Overtime {
		names := make([]string, len(o.People))
		for k, key := range o.People {
			names[k] = f.personName(key)
		}
		say("%s: work on days off from %s to %s", strings.Join(names, ", "), f.day(o.From), f.day(o.To))
	}
	for _, o := range w.Windows {
		say("a change window more, %s to %s", f.write(o.From), f.write(o.To))
	}
	for _, l := range w.Lifts {
		name := l.Freeze
		for _, z := range f.freezes {
			if z.Key == l.Freeze {
				name = z.Name
			}
		}
		say("the freeze %s is lifted for %s", name, release[l.ReleaseID])
	}
	for _, s := range w.Splits {
		say("%s goes without its train", release[s.ReleaseID])
	}
	for _, key := range w.Doubles {
		name := key
		for _, e := range f.environments {
			if e.Key == key {
				name = e.Name
			}
		}
		say("a second %s", name)
	}
	return out
}

func joinSkills(skills []headway.Skill) string {
	words := make([]string, len(skills))
	for k, s := range skills {
		words[k] = s.Name()
	}
	return strings.Join(words, ", ")
}

// personName names somebody by key.
func (f *planFacts) personName(key string) string {
	for _, p := range f.people {
		if p.Key == key {
			return p.Name
		}
	}
	return key
}

// day writes a day as people do, with the year where it is not this one.
func (f *planFacts) day(d headway.Date) string {
	if d.Year == f.now.In(f.calendar.Zone).Year() {
		return d.In(time.UTC).Format("Mon 2 Jan")
	}
	return d.In(time.UTC).Format("Mon 2 Jan 2006")
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
