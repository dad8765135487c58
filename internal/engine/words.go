package engine

import "fmt"

// Speaker turns reasons, findings and repairs into sentences in the
// programme's own words.
type Speaker struct {
	clock func(slot int) string
	names map[string]string
	max   int
}

// NewSpeaker speaks about a problem; clock writes a slot as people read it.
func NewSpeaker(p Problem, clock func(slot int) string) Speaker {
	s := Speaker{clock: clock, names: map[string]string{}, max: p.Horizon}
	for _, a := range p.Activities {
		s.names["a/"+a.ID] = named(a.Name, a.ID)
	}
	for _, q := range p.People {
		s.names["p/"+q.ID] = named(q.Name, q.ID)
	}
	for _, r := range p.Resources {
		s.names["r/"+r.ID] = named(r.Name, r.ID)
	}
	for _, w := range p.Windows {
		s.names["r/"+w.ID] = named(w.Name, w.ID)
	}
	for _, f := range p.Freezes {
		s.names["r/"+f.ID] = named(f.Name, f.ID)
	}
	for _, r := range p.Releases {
		s.names["l/"+r.ID] = named(r.Name, r.ID)
	}
	return s
}

func (s Speaker) name(kind, id string) string {
	if n, ok := s.names[kind+"/"+id]; ok {
		return n
	}
	return id
}

func (s Speaker) until(slot int) string { return s.clock(min(slot, s.max)) }

// Why says why a placement does not start earlier.
func (s Speaker) Why(w Why) string {
	switch w.Rule {
	case RuleOrigin:
		return "starts as early as the plan begins"
	case RuleEarliest:
		return "may not start before " + s.until(w.Until)
	case RulePredecessor:
		return fmt.Sprintf("waits for %s until %s", s.name("a", w.Activity), s.until(w.Until))
	case RuleMaxLag:
		return fmt.Sprintf("must not lie further ahead of %s: not before %s", s.name("a", w.Activity), s.until(w.Until))
	case RuleCalendar:
		return "nobody who could do it works before " + s.until(w.Until)
	case RulePerson:
		return fmt.Sprintf("%s (%s) is busy with %s until %s", s.name("p", w.Person), w.Skill, s.name("a", w.Activity), s.until(w.Until))
	case RuleAbsence:
		text := fmt.Sprintf("%s (%s) is away until %s", s.name("p", w.Person), w.Skill, s.until(w.Until))
		if w.Note != "" {
			text += ": " + w.Note
		}
		return text
	case RuleResource:
		if w.Activity != "" {
			return fmt.Sprintf("%s is taken by %s until %s", s.name("r", w.Resource), s.name("a", w.Activity), s.until(w.Until))
		}
		return fmt.Sprintf("%s has no room until %s", s.name("r", w.Resource), s.until(w.Until))
	case RuleWindow:
		return fmt.Sprintf("%s opens %s", s.name("r", w.Resource), s.until(w.Until))
	case RuleFreeze:
		return fmt.Sprintf("%s freezes until %s", s.name("r", w.Resource), s.until(w.Until))
	case RuleGapMin:
		return "the minimum gap lasts until " + s.until(w.Until)
	case RulePin:
		return "is fixed at " + s.until(w.Until)
	case RulePublished:
		return "is kept where the published plan has it"
	}
	return "could start earlier, but this is better for the whole"
}

// Clash says one rule of a clashing set.
func (s Speaker) Clash(c Clash) string {
	a := s.name("a", c.Activity)
	switch c.Rule {
	case RuleDeadline:
		return fmt.Sprintf("%s must end by %s", a, s.until(c.At))
	case RuleLatestStart:
		return fmt.Sprintf("%s must start by %s", a, s.until(c.At))
	case RuleHorizon:
		return fmt.Sprintf("%s must end before the plan does, %s", a, s.until(c.At))
	case RulePin:
		if c.Other != "" {
			return fmt.Sprintf("%s is fixed at %s with %s", a, s.until(c.At), s.name("p", c.Other))
		}
		return fmt.Sprintf("%s is fixed at %s", a, s.until(c.At))
	case RuleEarliest:
		return fmt.Sprintf("%s may not start before %s", a, s.until(c.At))
	case RulePredecessor:
		return fmt.Sprintf("%s comes after %s", a, s.name("a", c.Other))
	case RuleMaxLag:
		return fmt.Sprintf("%s must stay within its maximum lag to %s", a, s.name("a", c.Other))
	case RuleWindow:
		return fmt.Sprintf("%s must lie inside %s", a, s.name("r", c.Other))
	case RuleFreeze:
		return fmt.Sprintf("%s may not run in %s", a, named(s.name("r", c.Other), "a freeze"))
	case RuleSkill:
		return fmt.Sprintf("%s needs %d %s", a, c.At, c.Other)
	case RuleResource:
		return fmt.Sprintf("%s needs room in %s", a, s.name("r", c.Other))
	case RulePerson:
		return fmt.Sprintf("%s does %s from %s", s.name("p", c.Other), a, s.until(c.At))
	case RuleAbsence:
		return fmt.Sprintf("%s is away until %s", s.name("p", c.Other), s.until(c.At))
	case RuleOrigin:
		return a + " starts as early as the plan begins"
	case RulePublished, RuleChoice:
		return a + " could start earlier"
	case RuleCalendar:
		return fmt.Sprintf("nobody works on %s before %s", a, s.until(c.At))
	case RuleGapMin:
		return a + " must keep the minimum gap"
	}
	return fmt.Sprintf("%s: %s", a, c.Rule)
}

// Finding says what does not fit.
func (s Speaker) Finding(f Finding) string {
	about := s.name("l", f.Release)
	if about == "" && len(f.Activities) > 0 {
		about = s.name("a", f.Activities[0])
	}
	switch f.Rule {
	case RuleDue:
		return fmt.Sprintf("%s reaches production %s, due %s", about, s.until(f.To), s.until(f.From))
	case RuleGapMax:
		return fmt.Sprintf("%s reaches production %s, beyond its maximum gap, %s", about, s.until(f.To), s.until(f.From))
	case RuleCycle:
		for _, c := range f.Clash {
			if c.Rule == RuleMaxLag {
				return about + ": its minimum and maximum lags contradict each other"
			}
		}
		return about + ": the order of its activities goes round in a circle"
	}
	if about == "" {
		about = "this"
	}
	return about + " cannot be planned: " + hindrance(f.Rule)
}

// hindrance says what kind of rule stands in the way of a plan.
func hindrance(r Rule) string {
	switch r {
	case RuleSkill:
		return "too few people have the skill"
	case RuleResource:
		return "there is no room for what it uses"
	case RuleLatestStart:
		return "it would start too late"
	case RuleDeadline:
		return "it would end too late"
	case RuleHorizon:
		return "it would end after the plan does"
	case RulePin:
		return "what is fixed clashes"
	case RuleMaxLag:
		return "a maximum lag cannot be kept"
	case RuleWindow:
		return "it fits into no window"
	case RuleFreeze:
		return "a freeze leaves no time for it"
	case RuleCalendar, RuleAbsence:
		return "nobody is at work long enough"
	case RuleGapMin:
		return "the minimum gap leaves no time for it"
	}
	return "rule " + string(r)
}

// Repair says what a repair changes and what it does.
func (s Speaker) Repair(r Repair) (text, effect string) {
	from, to := s.until(r.Span.From), s.until(r.Span.To)
	switch r.Kind {
	case AddPerson:
		text = fmt.Sprintf("add a person of skill %s from %s to %s", r.Skill, from, to)
	case AddCapacity:
		text = fmt.Sprintf("add a unit of %s from %s to %s", s.name("r", r.Resource), from, to)
	case MoveWindow:
		text = fmt.Sprintf("open %s from %s to %s", s.name("r", r.Resource), from, to)
	case Overtime:
		text = fmt.Sprintf("allow work outside hours from %s to %s", from, to)
	case ShiftDue:
		text = fmt.Sprintf("promise %s for %s", s.name("a", r.Activity), to)
	case RelaxLag:
		text = fmt.Sprintf("allow %d slots more of maximum lag before %s", r.By, s.name("a", r.Activity))
	case LiftFreeze:
		text = fmt.Sprintf("lift %s for %s", s.name("r", r.Resource), s.name("a", r.Activity))
	case SplitTrain:
		text = fmt.Sprintf("split the train: let %s go by itself", s.name("l", r.Release))
	default:
		text = fmt.Sprintf("let %s go before the others", s.name("l", r.Release))
	}
	e := r.Effect
	effect = fmt.Sprintf("%d slots late instead of %d; %d releases late; %d activities move", e.LateAfter, e.LateBefore, e.LateReleases, e.Moved)
	switch {
	case e.Status == Infeasible || e.Status == Unknown:
		effect = "still no plan"
	case e.CostBefore == 0:
		effect = fmt.Sprintf("makes a plan possible; %d releases late", e.LateReleases)
	}
	return text, effect
}
