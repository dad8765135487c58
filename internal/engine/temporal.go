package engine

// temporal propagates lags, calendars, windows and freezes, but no resource,
// until nothing moves: es[i] is a time before which activity i cannot start in
// any plan. Each bound remembers what set it, so that a contradiction can be
// told as the chain of rules that leads to it.
type temporal struct {
	m      *model
	es     []int
	cause  []cause
	queued []bool
	queue  []int
	left   int // relaxations left
	broken int // activity whose bound contradicts, -1: none
	cyclic bool
	hits   []int
}

// cause of a bound: a precedence (from ≥ 0) or the activity's own rule.
type cause struct {
	from int // activity, -1: own rule
	rule Rule
	at   int // lag or slot
}

// propagate runs to the fixed point. decided is false if that took too long.
func propagate(m *model) (t *temporal, decided bool) {
	n := len(m.act)
	t = &temporal{m: m, es: make([]int, n), cause: make([]cause, n), queued: make([]bool, n), hits: make([]int, n), broken: -1}
	t.left = 2_000_000 + 60*n
	for i := range m.act {
		a := &m.act[i]
		t.es[i], t.cause[i] = a.earliest, cause{-1, RuleEarliest, a.earliest}
		if a.pin >= 0 {
			t.es[i], t.cause[i] = a.pin, cause{-1, RulePin, a.pin}
		} else {
			t.settle(i)
		}
	}
	for _, i := range m.byRank() {
		t.push(i)
	}
	for len(t.queue) > 0 && t.broken < 0 {
		i := t.queue[0]
		t.queue = t.queue[1:]
		t.queued[i] = false
		if t.left--; t.left < 0 {
			return t, false
		}
		t.check(i)
		t.relax(i)
	}
	return t, true
}

func (t *temporal) push(i int) {
	if !t.queued[i] {
		t.queued[i] = true
		t.queue = append(t.queue, i)
	}
}

// end is the earliest end of i.
func (t *temporal) end(i int) int {
	a := &t.m.act[i]
	if a.dur == 0 {
		return t.es[i]
	}
	return a.cal.end(a.cal.next(t.es[i]), a.dur)
}

// settle moves a bound on to where the activity's own rules let it start.
func (t *temporal) settle(i int) {
	a := &t.m.act[i]
	for t.es[i] < never {
		at := t.es[i]
		if a.dur > 0 {
			at = a.cal.next(at)
		}
		end := a.cal.end(at, a.dur)
		next, rule := at, RuleCalendar
		switch k := spanAfter(a.frozen, at); {
		case at >= never || end >= never:
			next = never
		case end < a.minEnd:
			next, rule = max(at+1, a.cal.back(a.minEnd, a.dur)), RuleGapMin
		case a.walled && !within(a.windows, at, end):
			next, rule = nextWindow(a.windows, at), RuleWindow
		case k < len(a.frozen) && a.frozen[k].From < max(end, at+1):
			next, rule = a.frozen[k].To, RuleFreeze
		}
		if next == t.es[i] {
			return
		}
		if rule != RuleCalendar || next >= never {
			t.cause[i] = cause{t.cause[i].from, rule, next}
		}
		t.es[i] = next
	}
}

func within(spans []Span, from, to int) bool {
	k := spanAfter(spans, from)
	return k < len(spans) && spans[k].From <= from && to <= spans[k].To
}

func nextWindow(spans []Span, at int) int {
	k := spanAfter(spans, at)
	if k < len(spans) && spans[k].From <= at {
		k++
	}
	if k >= len(spans) {
		return never
	}
	return spans[k].From
}

// check compares a bound with what the activity may take at the latest.
func (t *temporal) check(i int) {
	a := &t.m.act[i]
	if t.es[i] > a.latest || t.es[i] >= never || t.end(i) > a.deadline || a.pin >= 0 && t.es[i] > a.pin {
		t.broken = i
		t.cyclic = t.m.plainTimes() && t.circular(i)
		return
	}
	if t.hits[i]++; t.hits[i] >= 32 && t.hits[i]&(t.hits[i]-1) == 0 && t.m.plainTimes() && t.circular(i) {
		t.broken, t.cyclic = i, true
	}
}

// plainTimes reports whether no calendar, window or freeze bends time, so that
// a bound that depends on itself grows for ever.
func (m *model) plainTimes() bool {
	for i := range m.act {
		if a := &m.act[i]; a.cal != nil || a.mixed || a.walled || len(a.frozen) > 0 {
			return false
		}
	}
	return true
}

func (t *temporal) circular(i int) bool {
	slow, fast := i, i
	for {
		for range 2 {
			if fast = t.cause[fast].from; fast < 0 {
				return false
			}
		}
		if slow = t.cause[slow].from; slow == fast {
			return true
		}
	}
}

// relax passes i's bound on along its precedences, both ways.
func (t *temporal) relax(i int) {
	a := &t.m.act[i]
	start, end := t.es[i], t.end(i)
	for k := range a.out {
		o := &a.out[k]
		fromEnd, toEnd := ends(o.typ)
		lo, _ := o.after(pick(start, end, fromEnd))
		t.raise(o.other, lo, toEnd, cause{i, RulePredecessor, o.min})
	}
	for k := range a.in {
		o := &a.in[k]
		if o.max == never || o.weight > 0 {
			continue
		}
		fromEnd, toEnd := ends(o.typ)
		if b := &t.m.act[o.other]; fromEnd && b.mixed {
			continue // its length is not known, so neither is its start
		}
		lo, _ := o.before(pick(start, end, toEnd))
		t.raise(o.other, lo, fromEnd, cause{i, RuleMaxLag, o.max})
	}
}

// raise lifts the bound of j to start (or end) no earlier than lo.
func (t *temporal) raise(j, lo int, end bool, why cause) {
	if lo >= never {
		t.es[j], t.cause[j], t.broken = never, why, j
		return
	}
	if end {
		a := &t.m.act[j]
		if a.mixed || t.end(j) >= lo {
			return
		}
		lo = a.cal.back(lo, a.dur)
	}
	if lo <= t.es[j] {
		return
	}
	t.es[j], t.cause[j] = lo, why
	if t.m.act[j].pin < 0 {
		t.settle(j)
	}
	t.push(j)
}

// clash tells the chain of rules that leads to the contradiction.
func (t *temporal) clash() []Clash {
	p, i := t.m.p, t.broken
	a := &t.m.act[i]
	var out []Clash
	name := func(k int) string { return p.Activities[k].ID }
	if !t.cyclic {
		switch {
		case a.pin >= 0 && t.es[i] > a.pin:
			out = append(out, Clash{RulePin, name(i), "", a.pin})
		case t.es[i] > a.latest:
			out = append(out, Clash{RuleLatestStart, name(i), "", a.latest})
		case a.deadline < p.Horizon:
			out = append(out, Clash{RuleDeadline, name(i), "", a.deadline})
		default:
			out = append(out, Clash{RuleHorizon, name(i), "", p.Horizon})
		}
	} else { // step into the circle itself
		for range len(t.es) {
			i = t.cause[i].from
		}
	}
	seen := map[int]bool{}
	for !seen[i] {
		seen[i] = true
		c := t.cause[i]
		if c.rule != RulePredecessor && c.rule != RuleMaxLag {
			out = append(out, Clash{c.rule, name(i), t.m.ruleName(i, c.rule), min(c.at, p.Horizon)})
			if c.from < 0 {
				return out
			}
			c.rule = RulePredecessor
		}
		out = append(out, Clash{c.rule, name(i), name(c.from), c.at})
		i = c.from
	}
	return out
}

// ruleName is the window set of an activity, for clashes over windows.
func (m *model) ruleName(i int, r Rule) string {
	if r == RuleWindow {
		return m.p.Activities[i].Windows
	}
	return ""
}
