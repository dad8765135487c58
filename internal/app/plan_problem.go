package app

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"headway"
	"headway/internal/engine"
)

// Names that the problem uses beside ids of ours.
const (
	gapDays        = "gap-days"   // calendar: one slot for each working day
	officeHours    = "office"     // calendar: hours of the programme
	changeWindows  = "windows"    // set of all change windows
	productionKind = "production" // kind of what changes production: freezes forbid it
	assignedSkill  = "only:"      // skill of those who are assigned to an item
)

// job is one activity of the plan with what its placement tells.
type job struct {
	id       string
	release  headway.Release
	item     headway.BacklogItem // its ID is empty while foreseen
	earliest time.Time
	duration time.Duration
	after    []string // ids of jobs
	begun    bool
}

func (j job) production() bool { return j.item.InWindow || j.item.Kind == headway.KindDeployment }

// problem is what the engine is asked, with what is needed to read its answer.
type problem struct {
	engine.Problem
	facts    *planFacts
	axis     axis
	jobs     map[string]job
	done     []headway.Placement // what is done already stands beside the problem
	findings []headway.Finding   // that need no engine
	people   map[string]headway.Person
	places   map[string]headway.Environment
	room     map[string]int           // environment → activities at once; 0: there is no bound
	plain    map[string][]engine.Span // working slots by person, without windows
	free     map[string][]string      // release → ids of the freezes that do not hold for it
	loose    bool                     // trains need not be kept together
	tied     []headway.Release        // that a train keeps together with its first member
	short    []shortage
}

// problem states the plan's question for the engine.
func (f *planFacts) problem() (*problem, error) { return f.problemOf(false) }

// problemOf states the question; loose lets the members of trains go in
// different change windows.
func (f *planFacts) problemOf(loose bool) (*problem, error) {
	x := f.newAxis()
	b := &problem{facts: f, axis: x, loose: loose, jobs: map[string]job{}, people: map[string]headway.Person{}, places: map[string]headway.Environment{}, plain: map[string][]engine.Span{}}
	b.SlotMinutes, b.Horizon, b.Now = int(x.slot/time.Minute), x.end, max(0, x.ceil(f.now))
	// Gaps are counted in days here, so their prices are those of a working day of 16 slots.
	b.Objective = engine.DefaultObjective()
	b.Objective.Gap, b.Objective.GapMax, b.Objective.Near = 160, 1600, 14*24*60/b.SlotMinutes
	b.Calendars = append(b.Calendars,
		engine.Calendar{ID: gapDays, Working: x.days(f.calendar)},
		engine.Calendar{ID: officeHours, Working: x.hours(f.calendar, headway.Person{Percent: 100})})
	b.addWindows()
	jobs, err := f.jobs(b)
	if err != nil {
		return nil, err
	}
	b.addFreezes(jobs)
	b.addPeople(jobs)
	b.addEnvironments(jobs)
	for _, j := range jobs {
		b.addJob(j)
	}
	b.tellShort()
	b.addReleases(jobs)
	b.addSoaks(jobs)
	b.addTrains(jobs)
	b.addCalm()
	return b, nil
}

// warnf adds a finding of ours.
func (b *problem) warnf(rule, severity, release string, items []string, format string, args ...any) {
	b.findings = append(b.findings, headway.Finding{Rule: rule, Severity: severity, Release: release, Items: items, Text: fmt.Sprintf(format, args...)})
}

// Severities of findings.
const (
	severityClash   = "clash"
	severityWarning = "warning"
)

func (b *problem) addWindows() {
	whole := headway.Interval{From: b.axis.origin, To: b.axis.at(b.axis.end)}
	set := engine.WindowSet{ID: changeWindows, Name: "the change window"}
	if len(b.facts.windows) == 1 {
		set.Name = b.facts.windows[0].Name
	}
	for _, w := range b.facts.windows {
		for _, o := range w.Openings(whole, b.facts.calendar.Zone) {
			if s, ok := b.axis.span(o); ok {
				set.Spans = append(set.Spans, s)
			}
		}
	}
	for _, o := range b.facts.openings {
		if s, ok := b.axis.span(o); ok {
			set.Spans = append(set.Spans, s)
		}
	}
	set.Spans = union(set.Spans)
	b.Windows = append(b.Windows, set)
}

// productionOf is the kind of what changes production for a release that some
// freeze does not hold for.
func productionOf(release string) string { return productionKind + ":" + release }

// addFreezes hands over every freeze with all its times, and which releases it
// holds for.
func (b *problem) addFreezes(jobs []job) {
	b.free = map[string][]string{}
	targets := b.targets(jobs)
	for _, z := range b.facts.freezes {
		for _, r := range b.facts.releases {
			if !z.Concerns(b.facts.teams[r.TeamID].Key, targets[r.ID]) || slices.Contains(b.facts.lifts[r.ID], z.Key) ||
				b.facts.only[z.ID] != "" && b.facts.only[z.ID] != r.ID {
				b.free[r.ID] = append(b.free[r.ID], z.ID)
			}
		}
	}
	at := map[string]int{}
	for _, z := range b.facts.freezes {
		s, ok := b.axis.around(z.Span)
		if !ok {
			continue
		}
		i, known := at[z.ID]
		if !known {
			i = len(b.Freezes)
			at[z.ID] = i
			b.Freezes = append(b.Freezes, engine.Freeze{ID: z.ID, Name: z.Name, Kinds: []string{productionKind}})
			for _, release := range slices.Sorted(maps.Keys(b.free)) {
				if !slices.Contains(b.free[release], z.ID) {
					b.Freezes[i].Kinds = append(b.Freezes[i].Kinds, productionOf(release))
				}
			}
		}
		b.Freezes[i].Spans = union(append(b.Freezes[i].Spans, s))
	}
}

// targets gives the environments that each release's work on production is to
// change: those that its items name, else all of production.
func (b *problem) targets(jobs []job) map[string][]headway.Environment {
	out := map[string][]headway.Environment{}
	for _, j := range jobs {
		i := slices.IndexFunc(b.facts.environments, func(e headway.Environment) bool { return e.ID == j.item.Environment })
		if i >= 0 && j.production() && b.facts.environments[i].Kind == headway.EnvProduction {
			out[j.release.ID] = append(out[j.release.ID], b.facts.environments[i])
		}
	}
	for _, r := range b.facts.releases {
		if len(out[r.ID]) == 0 {
			out[r.ID] = productionTargets(b.facts.environments, "")
		}
	}
	return out
}

// addPeople gives everybody their hours and absences. Who may be needed inside
// a change window also works while one is open; other work keeps to the plain
// hours through its own calendar (see addJob).
func (b *problem) addPeople(jobs []job) {
	atWindows := map[headway.Skill]bool{}
	assigned := map[string][]string{} // person → items
	for _, j := range jobs {
		if j.production() {
			atWindows[j.item.Skill] = true
		}
		for _, p := range j.item.Assignees {
			assigned[p] = append(assigned[p], j.id)
		}
	}
	calendars := map[string]bool{}
	for _, p := range b.facts.people {
		b.people[p.ID] = p
		wide := slices.ContainsFunc(p.Skills, func(s headway.Skill) bool { return atWindows[s] })
		key, more := fmt.Sprintf("%s/%d/%d", p.Zone, p.Percent, p.Reserve), b.facts.overtime[p.ID]
		if len(more) > 0 {
			key += "/" + p.ID
		}
		if !calendars[key] {
			calendars[key] = true
			b.Calendars = append(b.Calendars, engine.Calendar{ID: key, Working: b.axis.hours(b.facts.calendar, p, more...)})
		}
		b.plain[p.ID] = b.calendar(key)
		if wide {
			plain := b.plain[p.ID]
			if key += "/windows"; !calendars[key] {
				calendars[key] = true
				b.Calendars = append(b.Calendars, engine.Calendar{ID: key, Working: union(plain, b.Windows[0].Spans)})
			}
		}
		e := engine.Person{ID: p.ID, Name: p.Name, Calendar: key, Absences: b.absencesOf(p)}
		for _, s := range p.Skills {
			e.Skills = append(e.Skills, string(s))
		}
		for _, item := range assigned[p.ID] {
			e.Skills = append(e.Skills, assignedSkill+item)
		}
		b.People = append(b.People, e)
	}
}

func (b *problem) calendar(id string) []engine.Span {
	for _, c := range b.Calendars {
		if c.ID == id {
			return c.Working
		}
	}
	return nil
}

func (b *problem) absencesOf(p headway.Person) []engine.Absence {
	zone := b.facts.calendar.Zone
	if z, err := time.LoadLocation(p.Zone); err == nil && p.Zone != "" {
		zone = z
	}
	var out []engine.Absence
	if v, visits := b.facts.visits[p.ID]; visits {
		if s := b.axis.ceil(v.from.In(zone)); s > 0 {
			out = append(out, engine.Absence{Span: engine.Span{From: 0, To: s}, Reason: "not there yet"})
		}
		if s := max(0, b.axis.floor(v.to.AddDays(1).In(zone))); s < b.axis.end {
			out = append(out, engine.Absence{Span: engine.Span{From: s, To: b.axis.end}, Reason: "gone again"})
		}
	}
	for _, a := range b.facts.absences {
		if a.PersonID != p.ID {
			continue
		}
		if s, ok := b.axis.around(headway.Interval{From: a.From.In(zone), To: a.To.AddDays(1).In(zone)}); ok {
			out = append(out, engine.Absence{Span: s, Reason: a.Reason})
		}
	}
	return out
}

func (b *problem) addJob(j job) {
	a := engine.Activity{
		ID: j.id, Name: j.item.Title + " (" + b.facts.releaseName(j.release) + ")", Kind: string(j.item.Kind), Release: j.release.ID,
		Duration: b.axis.slots(j.duration), Earliest: max(0, b.axis.ceil(j.earliest)),
	}
	a.Demands = b.demands(j)
	if j.production() {
		a.Kind = productionKind
		if len(b.free[j.release.ID]) > 0 {
			a.Kind = productionOf(j.release.ID)
		}
	}
	switch {
	case j.item.InWindow && !j.begun && len(b.Windows[0].Spans) > 0:
		a.Windows = b.windowsOf(j)
	case !j.production() && !j.begun:
		a.Calendar = b.ownHours(j)
	}
	if len(a.Demands) == 0 && a.Calendar == "" && a.Windows == "" {
		a.Calendar = officeHours
	}
	a.Uses = b.uses(j)
	if j.begun { // goes on as soon as it can
		a.Due, a.Weight = new(a.Earliest+a.Duration), 9
	}
	if pin := b.pinOf(j); !pin.IsZero() {
		a.Pin = &engine.Pin{Start: b.axis.floor(pin)}
	}
	b.jobs[j.id] = j
	b.Activities = append(b.Activities, a)
	for _, before := range j.after {
		b.Precedences = append(b.Precedences, engine.Precedence{From: before, To: j.id})
	}
}

// pinOf gives the start that people fixed, the zero time when there is none. A
// pin that has passed binds no longer, and a finding says so.
func (b *problem) pinOf(j job) time.Time {
	pin, wanted := b.facts.pins[j.id]
	if !wanted {
		pin = j.item.PinnedStart
	}
	switch {
	case pin.IsZero() || j.begun:
		return time.Time{}
	case pin.Before(b.facts.now) || pin.After(b.axis.at(b.axis.end)):
		b.warnf("pin", severityWarning, j.release.ID, itemIDs(j), "%s (%s) was fixed at %s, but has not begun: it is planned anew",
			j.item.Title, b.facts.releaseName(j.release), writeTime(pin, b.axis.zone, b.axis.year))
		return time.Time{}
	}
	return pin
}

func itemIDs(j job) []string {
	if j.item.ID == "" {
		return nil
	}
	return []string{j.item.ID}
}

// demands asks for those assigned, and for the rest of the people by skill.
// What cannot be staffed at all is planned without people, with a finding: one
// missing skill must not take the whole plan away.
func (b *problem) demands(j job) []engine.Demand {
	able, named := 0, 0
	for _, p := range b.facts.people {
		switch {
		case slices.Contains(j.item.Assignees, p.ID):
			named++
		case slices.Contains(p.Skills, j.item.Skill):
			able++
		}
	}
	var out []engine.Demand
	want := max(1, j.item.People)
	if n := min(named, want); n > 0 {
		out = append(out, engine.Demand{Skill: assignedSkill + j.id, People: n})
		want -= n
	}
	if want == 0 || j.item.Skill == "" {
		return out
	}
	if able < want {
		b.addShortage(shortage{title: j.item.Title, skill: j.item.Skill, want: want, able: able}, j)
		want = able
	}
	if want > 0 {
		out = append(out, engine.Demand{Skill: string(j.item.Skill), People: want})
	}
	return out
}

// ownHours gives the calendar that keeps ordinary work inside the plain hours
// of those who could do it.
func (b *problem) ownHours(j job) string {
	id := "skill:" + string(j.item.Skill)
	if len(j.item.Assignees) > 0 {
		id = "for:" + j.id
	}
	if b.calendar(id) != nil {
		return id
	}
	var hours [][]engine.Span
	for _, p := range b.facts.people {
		if slices.Contains(p.Skills, j.item.Skill) || slices.Contains(j.item.Assignees, p.ID) {
			hours = append(hours, b.plain[p.ID])
		}
	}
	if len(hours) == 0 {
		return officeHours
	}
	b.Calendars = append(b.Calendars, engine.Calendar{ID: id, Working: union(hours...)})
	return id
}

// addReleases tells the engine what delivers each release, and the gap policy.
func (b *problem) addReleases(jobs []job) {
	for _, r := range b.facts.releases {
		delivery := deliveryOf(jobs, r.ID)
		e := engine.Release{ID: r.ID, Name: b.facts.releaseName(r), Weight: b.facts.weight(r), Delivery: delivery}
		if !r.Due.IsZero() {
			e.Due = new(max(0, b.axis.floor(r.Due.AddDays(1).In(b.axis.zone))))
		}
		if end := b.facts.sprintEnd(r); !end.IsZero() && delivery != "" {
			e.SprintEnd = new(max(0, b.axis.ceil(headway.DateOf(end.In(b.axis.zone)).AddDays(1).In(b.axis.zone))))
			g := b.facts.programme.Gap
			e.Gap = engine.Gap{Min: g.Minimum, Target: g.Target, Max: g.Maximum, Calendar: gapDays}
			if r.Hotfix || b.facts.early[r.ID] {
				e.Gap.Min = 0
			}
		}
		b.Releases = append(b.Releases, e)
	}
}

// weight is what a release weighs when dates clash: its priority or its
// team's, and for a hot fix as many times that as the programme lets yield.
func (f *planFacts) weight(r headway.Release) int {
	w := r.Priority
	if w == 0 {
		w = f.teams[r.TeamID].Priority
	}
	if r.Hotfix {
		w *= f.programme.Hotfix.Weight()
	}
	return max(1, w)
}

// sprintEnd is when a release's gap begins, moved by a what-if.
func (f *planFacts) sprintEnd(r headway.Release) time.Time {
	if r.SprintEnd.IsZero() {
		return r.SprintEnd
	}
	return r.SprintEnd.AddDate(0, 0, f.shifts[r.ID])
}

// deliveryOf finds the job whose end is production: the last deployment, else
// the last work that is no support.
func deliveryOf(jobs []job, release string) string {
	found := ""
	for _, deployment := range []bool{true, false} {
		for _, j := range jobs {
			if j.release.ID == release && j.release.LiveAt.IsZero() && (j.item.Kind == headway.KindDeployment) == deployment && j.item.Kind != headway.KindSupport {
				found = j.id
			}
		}
		if found != "" {
			return found
		}
	}
	return found
}

// addCalm hands over where the plan before had what has not begun.
func (b *problem) addCalm() {
	for _, p := range b.facts.calm().Placements {
		j, known := b.jobs[p.Activity]
		if !known || p.Done || j.begun || p.Start.Before(b.facts.now) {
			continue
		}
		e := engine.Placement{Activity: p.Activity, Start: b.axis.floor(p.Start), End: b.axis.ceil(p.End)}
		for _, id := range p.People {
			if _, here := b.people[id]; !here {
				continue
			}
			skill := string(j.item.Skill)
			if slices.Contains(j.item.Assignees, id) {
				skill = assignedSkill + j.id
			}
			e.People = append(e.People, engine.Assignment{Skill: skill, Person: id})
		}
		b.Published = append(b.Published, e)
	}
}
