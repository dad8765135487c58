package engine

import (
	"fmt"
	"sort"
)

// Check says which hard rules a plan breaks. It shares no code with Solve: it
// reads the problem anew and counts working slots span by span. Soft rules
// (due dates, gaps beyond the target, soft lags) are not violations.
func Check(p Problem, plan Plan) []Violation {
	c := checker{p: p, at: map[string]Placement{}, act: map[string]Activity{}, cal: map[string][]Span{}, person: map[string]Person{}}
	for _, k := range p.Calendars {
		c.cal[k.ID] = k.Working
	}
	for _, q := range p.People {
		c.person[q.ID] = q
	}
	for _, a := range p.Activities {
		c.act[a.ID] = a
	}
	for _, q := range plan.Placements {
		if _, twice := c.at[q.Activity]; twice {
			c.addf(RuleMissing, q.Activity, "", q.Start, "%s is placed twice", q.Activity)
		}
		if _, known := c.act[q.Activity]; !known {
			c.addf(RuleMissing, q.Activity, "", q.Start, "%s is not in the problem", q.Activity)
		}
		c.at[q.Activity] = q
	}
	for _, a := range p.Activities {
		c.activity(a)
	}
	for _, r := range p.Precedences {
		c.precedence(r)
	}
	for _, r := range p.Releases {
		c.gap(r)
	}
	c.people()
	c.resources()
	return c.out
}

type checker struct {
	p      Problem
	at     map[string]Placement
	act    map[string]Activity
	cal    map[string][]Span
	person map[string]Person
	out    []Violation
}

func (c *checker) addf(r Rule, activity, other string, at int, format string, args ...any) {
	c.out = append(c.out, Violation{r, activity, other, at, fmt.Sprintf(format, args...)})
}

// works reports whether slot t is working time of a calendar.
func (c *checker) works(cal string, t int) bool {
	if cal == "" {
		return true
	}
	spans := c.cal[cal]
	k := sort.Search(len(spans), func(k int) bool { return t < spans[k].To })
	return k < len(spans) && spans[k].From <= t
}

func (c *checker) activity(a Activity) {
	q, ok := c.at[a.ID]
	if !ok {
		c.addf(RuleMissing, a.ID, "", 0, "%s is not placed", a.ID)
		return
	}
	if q.Start < 0 || q.End < q.Start || q.End > c.p.Horizon {
		c.addf(RuleHorizon, a.ID, "", q.Start, "%s at %d to %d leaves the horizon", a.ID, q.Start, q.End)
		return
	}
	c.duration(a, q)
	if a.Pin != nil {
		if q.Start != a.Pin.Start {
			c.addf(RulePin, a.ID, "", q.Start, "%s starts at %d, pinned at %d", a.ID, q.Start, a.Pin.Start)
		}
	} else {
		c.place(a, q)
	}
	if a.LatestStart != nil && q.Start > *a.LatestStart {
		c.addf(RuleLatestStart, a.ID, "", q.Start, "%s starts at %d, at the latest %d", a.ID, q.Start, *a.LatestStart)
	}
	if a.Deadline != nil && q.End > *a.Deadline {
		c.addf(RuleDeadline, a.ID, "", q.End, "%s ends at %d, after its deadline %d", a.ID, q.End, *a.Deadline)
	}
	c.crew(a, q)
}

// place checks what a pin would override.
func (c *checker) place(a Activity, q Placement) {
	if q.Start < a.Earliest {
		c.addf(RuleEarliest, a.ID, "", q.Start, "%s starts at %d, before %d", a.ID, q.Start, a.Earliest)
	}
	for _, w := range c.p.Windows {
		if w.ID != a.Windows || a.Windows == "" {
			continue
		}
		covered := q.Start
		spans := append([]Span(nil), w.Spans...)
		sort.Slice(spans, func(i, j int) bool { return spans[i].From < spans[j].From })
		inside := false
		for _, s := range spans {
			if s.From <= covered && s.To > covered || s.From <= covered && s.To == covered && q.End == q.Start {
				covered, inside = s.To, true
			}
			if inside && covered >= q.End {
				break
			}
		}
		if !inside || covered < q.End {
			c.addf(RuleWindow, a.ID, w.ID, q.Start, "%s at %d to %d is not inside a window of %s", a.ID, q.Start, q.End, w.ID)
		}
	}
	for _, f := range c.p.Freezes {
		applies := len(f.Kinds) == 0
		for _, k := range f.Kinds {
			applies = applies || k == a.Kind
		}
		for _, s := range f.Spans {
			if applies && q.Start < s.To && max(q.End, q.Start+1) > s.From {
				c.addf(RuleFreeze, a.ID, f.ID, q.Start, "%s at %d to %d runs in the freeze %s", a.ID, q.Start, q.End, f.ID)
			}
		}
	}
}

// duration counts, slot by slot, the time in which the activity, its people
// and its resources all work.
func (c *checker) duration(a Activity, q Placement) {
	if a.Duration == 0 {
		if q.End != q.Start {
			c.addf(RuleDuration, a.ID, "", q.Start, "the milestone %s lasts from %d to %d", a.ID, q.Start, q.End)
		}
		return
	}
	cals := map[string]bool{a.Calendar: true}
	for _, as := range q.People {
		cals[c.person[as.Person].Calendar] = true
	}
	for _, u := range a.Uses {
		for _, r := range c.p.Resources {
			if r.ID == u.Resource && u.Units > 0 {
				cals[r.Calendar] = true
			}
		}
	}
	worked, first, last := 0, -1, -1
	for t := q.Start; t < q.End; t++ {
		all := true
		for k := range cals {
			all = all && c.works(k, t)
		}
		if all {
			worked++
			last = t
			if first < 0 {
				first = t
			}
		}
	}
	if worked != a.Duration {
		c.addf(RuleDuration, a.ID, "", q.Start, "%s has %d working slots from %d to %d, it needs %d", a.ID, worked, q.Start, q.End, a.Duration)
		return
	}
	if last != q.End-1 || first != q.Start && a.Pin == nil {
		c.addf(RuleCalendar, a.ID, "", q.Start, "%s from %d to %d begins or ends outside working time", a.ID, q.Start, q.End)
	}
}

// crew checks that the people named can do what is asked, one seat each.
func (c *checker) crew(a Activity, q Placement) {
	want := map[string]int{}
	if a.Duration > 0 {
		for _, d := range a.Demands {
			want[d.Skill] += d.People
		}
	}
	pinned := a.Pin != nil && len(a.Pin.People) > 0
	seen := map[string]bool{}
	for _, as := range q.People {
		person, known := c.person[as.Person]
		if !known || seen[as.Person] {
			c.addf(RuleSkill, a.ID, as.Person, q.Start, "%s has %s twice or does not know them", a.ID, as.Person)
			continue
		}
		seen[as.Person] = true
		able := false
		for _, s := range person.Skills {
			able = able || s == as.Skill
		}
		if !able && !pinned {
			c.addf(RuleSkill, a.ID, as.Person, q.Start, "%s has %s for %s, which they do not have", a.ID, as.Person, as.Skill)
		}
		want[as.Skill]--
	}
	for s, n := range want {
		if n != 0 && !pinned {
			c.addf(RuleSkill, a.ID, s, q.Start, "%s lacks or exceeds %s by %d", a.ID, s, n)
		}
	}
}

// lag counts the slots of a calendar from a to b, negative backwards.
func (c *checker) lag(cal string, a, b int) int {
	if cal == "" {
		return b - a
	}
	if b < a {
		return -c.lag(cal, b, a)
	}
	n := 0
	for _, s := range c.cal[cal] {
		n += max(0, min(b, s.To)-max(a, s.From))
	}
	return n
}

func (c *checker) precedence(r Precedence) {
	x, ok1 := c.at[r.From]
	y, ok2 := c.at[r.To]
	if !ok1 || !ok2 {
		return
	}
	a, b := x.End, y.Start
	switch r.Type {
	case StartStart:
		a = x.Start
	case FinishFinish:
		b = y.End
	case StartFinish:
		a, b = x.Start, y.End
	}
	lag := c.lag(r.Calendar, a, b)
	if lag < r.MinLag || r.MinLag >= 0 && b < a {
		c.addf(RulePredecessor, r.To, r.From, y.Start, "%s to %s: lag %d is less than %d", r.From, r.To, lag, r.MinLag)
	}
	if r.MaxLag != nil && r.MaxWeight == 0 && lag > *r.MaxLag {
		c.addf(RuleMaxLag, r.To, r.From, y.Start, "%s to %s: lag %d is more than %d", r.From, r.To, lag, *r.MaxLag)
	}
}

func (c *checker) gap(r Release) {
	q, ok := c.at[r.Delivery]
	if !ok || r.SprintEnd == nil || r.Gap.Min == 0 {
		return
	}
	if c.act[r.Delivery].Pin != nil {
		return
	}
	if gap := c.lag(r.Gap.Calendar, max(*r.SprintEnd, 0), q.End); gap < r.Gap.Min {
		c.addf(RuleGapMin, r.Delivery, r.ID, q.End, "%s reaches production %d slots after its sprint, at least %d are asked", r.ID, gap, r.Gap.Min)
	}
}
