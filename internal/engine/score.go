package engine

// The terms of the objective, in the order in which a lexicographic
// comparison takes them.
const (
	termTardiness = iota
	termSoftLag
	termGapMax
	termGap
	termMove
	termPerson
	termMakespan
	terms
)

var termNames = [terms]string{"tardiness", "soft-lag", "gap-max", "gap", "move", "person", "makespan"}

// cost holds the amounts of the terms.
type cost [terms]int

func (o Objective) prices() [terms]int {
	return [terms]int{o.Tardiness, o.SoftLag, o.GapMax, o.Gap, o.Move, o.Person, o.Makespan}
}

func (o Objective) total(c cost) int {
	sum := 0
	for k, price := range o.prices() {
		sum += price * c[k]
	}
	return sum
}

// less compares two costs as the objective says.
func (o Objective) less(a, b cost) bool {
	if o.Lexicographic {
		for k, price := range o.prices() {
			if price > 0 && a[k] != b[k] {
				return a[k] < b[k]
			}
		}
		return false
	}
	return o.total(a) < o.total(b)
}

func (c *cost) add(o cost, sign int) {
	for k := range c {
		c[k] += sign * o[k]
	}
}

// costOf is what one placed activity adds to the cost; each term but the
// makespan is a sum of these. Lags count at their second activity.
func (s *state) costOf(i int) cost {
	var c cost
	a, p := &s.m.act[i], &s.at[i]
	if p.start < 0 {
		return c
	}
	s.m.lateness(i, p.end, &c)
	for k := range a.in {
		if o := &a.in[k]; o.weight > 0 && o.max != never {
			if q := &s.at[o.other]; q.start >= 0 {
				fromEnd, toEnd := ends(o.typ)
				lag := o.cal.count(pick(p.start, p.end, toEnd)) - o.cal.count(pick(q.start, q.end, fromEnd))
				c[termSoftLag] += o.weight * max(0, lag-o.max)
			}
		}
	}
	s.moveCost(i, &c)
	return c
}

// lateCost is the part of costOf that the end of i alone decides.
func (m *model) lateCost(i, end int) int {
	a := &m.act[i]
	if end <= a.due && a.delivers < 0 {
		return 0
	}
	var c cost
	m.lateness(i, end, &c)
	return m.obj.total(c)
}

func (m *model) lateness(i, end int, c *cost) {
	a := &m.act[i]
	if end > a.due {
		c[termTardiness] += a.weight * (end - a.due)
	}
	if a.delivers >= 0 {
		r := &m.rel[a.delivers]
		late, _, beyond, over := r.fare(end)
		c[termTardiness] += r.weight * late
		c[termGap] += r.weight * beyond
		c[termGapMax] += r.weight * over
	}
}

// moveCost prices a move against the published plan: one, and up to one more
// when it was to begin within Near slots of Now (amounts are in hundredths).
func (s *state) moveCost(i int, c *cost) {
	a, p := &s.m.act[i], &s.at[i]
	if a.prior < 0 {
		return
	}
	if p.start != a.prior {
		c[termMove] += s.m.movePrice(a.prior)
	}
	for _, q := range a.priorPeople {
		here := false
		for _, x := range p.people {
			here = here || int(x) == q
		}
		if !here {
			c[termPerson]++
		}
	}
}

// movePrice is 1 far from Now, 2 at it; in between it is rounded up.
func (m *model) movePrice(prior int) int {
	if ahead := prior - m.p.Now; m.obj.Near > 0 && ahead < m.obj.Near/2 {
		return 2
	}
	return 1
}

// fare says how a release fares when it reaches production at end.
func (r *release) fare(end int) (late, gap, beyond, over int) {
	gap = -1
	if r.due != never {
		late = max(0, end-r.due)
	}
	if r.sprintEnd >= 0 {
		gap = r.cal.count(end) - r.cal.count(r.sprintEnd)
		if r.gap.Target > 0 {
			beyond = max(0, gap-r.gap.Target)
		}
		if r.gap.Max > 0 {
			over = max(0, gap-r.gap.Max)
		}
	}
	return late, gap, beyond, over
}

// cost is the whole cost of a complete schedule.
func (s *state) cost() cost {
	var c cost
	for i := range s.at {
		c.add(s.costOf(i), 1)
	}
	c[termMakespan] = s.makespan()
	return c
}

func (s *state) makespan() int {
	end := 0
	for i := range s.at {
		end = max(end, s.at[i].end)
	}
	return end
}

// score writes the cost out for people.
func (s *state) score() Score {
	c := s.cost()
	sc := Score{Lexicographic: s.m.obj.Lexicographic, Total: s.m.obj.total(c), Makespan: c[termMakespan]}
	for k, price := range s.m.obj.prices() {
		sc.Terms = append(sc.Terms, Term{Name: termNames[k], Amount: c[k], Price: price, Cost: price * c[k]})
	}
	for k := range s.m.rel {
		r := &s.m.rel[k]
		rs := ReleaseScore{Release: s.m.p.Releases[k].ID, Production: -1, Gap: -1}
		if r.delivery >= 0 {
			rs.Production = s.at[r.delivery].end
			rs.Late, rs.Gap, rs.BeyondGap, rs.BeyondMax = r.fare(rs.Production)
			rs.Cost = r.weight * (s.m.obj.Tardiness*rs.Late + s.m.obj.Gap*rs.BeyondGap + s.m.obj.GapMax*rs.BeyondMax)
		}
		sc.Releases = append(sc.Releases, rs)
	}
	return sc
}
