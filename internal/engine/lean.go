package engine

import (
	"slices"

	"headway"
)

// MaxLeanCells bounds the tables of working time of a Lean: slots of the
// horizon times calendars.
const MaxLeanCells = 60_000_000

// Lean places the activities of one problem again and again with other lengths,
// by the one-pass rule of Solve: one by one in order of urgency, each at the
// earliest time that every rule and every resource allows. Everything is looked
// up once and for all; a pass allocates nothing. Lean differs from Solve's first
// pass in this only: where a hard maximum lag, deadline or pin cannot be kept,
// the activity is placed as early as possible all the same and counted as
// broken, because in a simulation time goes on. Published placements do not
// hold anything: they tell the order in which people mean to work.
type Lean struct {
	m       *model
	horizon int
	order   []int32
	act     []leanActivity
	person  []leanPerson
	res     []leanResource
	cals    []*leanCalendar
	index   map[*calendar]int32
	words   int
}

// leanPerson is who can be booked: hours and how rare their skills are.
type leanPerson struct {
	cal    int32
	rarity int
	away   []uint64
}

// leanResource is a capacity; one of a single unit is a bitmap.
type leanResource struct {
	single bool
	taken  []uint64
	free   []int32 // by slot, where more than one unit is there
}

type leanActivity struct {
	dur              int32 // as the problem has it
	earliest, latest int
	deadline, minEnd int
	pin              int
	pinned           []int
	cal              int32 // -1: every slot
	mixed, walled    bool
	windows, frozen  []Span
	demands          []demand
	seats            int
	uses             []use
	ties             []leanTie
	hours            []int32   // distinct calendars of the first pool, where hours differ
	own              []int32   // joint calendar of the activity and each person of the first pool
	crew             [][]int32 // joint calendar by hours × person of the first pool
}

// leanTie is a precedence to an activity that is placed before.
type leanTie struct {
	arc
	other  int32
	cal    int32
	after  bool // this activity is the second of the two
	lo, hi bool // whether it bounds from below, from above
}

// NewLean compiles a problem; it refuses what Solve refuses. Where there are
// published placements, passes go in the order of their starts, and an activity
// that was not published comes right after the last that it waits for.
func NewLean(p Problem) (*Lean, error) {
	if err := Validate(p); err != nil {
		return nil, err
	}
	meant := map[string]int{}
	for _, q := range p.Published {
		meant[q.Activity] = q.Start
	}
	p.Published = nil
	m := compile(&p)
	l := &Lean{m: m, horizon: p.Horizon, index: map[*calendar]int32{}, words: p.Horizon/64 + 1}
	for _, q := range m.person {
		away := make([]uint64, l.words)
		for _, s := range q.away {
			fill(away, max(0, s.From), min(s.To, p.Horizon))
		}
		l.person = append(l.person, leanPerson{l.calendar(q.cal), q.rarity, away})
	}
	l.resources()
	l.arrange(meant)
	placed := make([]bool, len(m.act))
	l.act = make([]leanActivity, len(m.act))
	for _, i := range l.order {
		l.act[i] = l.activity(int(i), placed)
		placed[i] = true
		if len(l.cals)*p.Horizon > MaxLeanCells {
			return nil, headway.Errorf(headway.TooLarge, "%d calendars over %d slots are too many to simulate", len(l.cals), p.Horizon).
				WithHint("plan in longer slots, or over fewer months")
		}
	}
	return l, nil
}

// Index gives the place of an activity in the problem, -1 when it is unknown.
func (l *Lean) Index(activity string) int {
	if i, ok := l.m.actIx[activity]; ok {
		return i
	}
	return -1
}

func (l *Lean) resources() {
	for _, r := range l.m.res {
		c := leanResource{single: r.cap == 1}
		for _, v := range r.prof {
			c.single = c.single && v.Capacity <= 1
		}
		if c.single {
			c.taken = make([]uint64, l.words)
			for _, v := range r.prof {
				if v.Capacity < 1 {
					fill(c.taken, max(0, v.From), min(v.To, l.horizon))
				}
			}
		} else {
			c.free = make([]int32, l.horizon)
			for t := range c.free {
				c.free[t] = int32(r.cap)
			}
			for _, v := range r.prof {
				for t := max(0, v.From); t < min(v.To, l.horizon); t++ {
					c.free[t] = int32(v.Capacity)
				}
			}
		}
		l.res = append(l.res, c)
	}
}

// arrange finds the order of placing: pins, then as published, or by urgency as
// build does. Lengths do not change it, so it is the same in every pass.
func (l *Lean) arrange(meant map[string]int) {
	m := l.m
	n := len(m.act)
	wait, done, key := make([]int, n), make([]bool, n), make([]int, n)
	follows := make([]bool, n) // those it waits for, because no start of its own is published
	for i := range m.act {
		key[i] = m.act[i].late
		if len(meant) > 0 {
			start, known := meant[m.p.Activities[i].ID]
			key[i], follows[i] = start, !known
		}
		for _, a := range m.act[i].in {
			if a.order {
				wait[i]++
			}
		}
	}
	put := func(i int) {
		done[i] = true
		l.order = append(l.order, int32(i))
		for _, o := range m.act[i].out {
			if o.order {
				wait[o.other]--
			}
		}
	}
	for _, i := range (&solver{m: m}).pins() {
		put(i)
	}
	q := queue{key: key, rank: m.rank}
	for i := range n {
		if !done[i] && wait[i] == 0 {
			q.push(i)
		}
	}
	for len(q.item) > 0 {
		i := q.pop()
		if done[i] || wait[i] > 0 {
			continue
		}
		put(i)
		for _, o := range m.act[i].out {
			if !o.order || done[o.other] {
				continue
			}
			if follows[o.other] {
				key[o.other] = max(key[o.other], key[i]+1)
			}
			if o.tight {
				key[o.other] = min(key[o.other], key[i]-1)
			}
			if wait[o.other] == 0 {
				q.push(o.other)
			}
		}
	}
}

func (l *Lean) activity(i int, placed []bool) leanActivity {
	a := &l.m.act[i]
	c := leanActivity{
		dur: int32(a.dur), earliest: a.earliest, latest: a.latest, deadline: a.deadline, minEnd: a.minEnd, pin: a.pin, pinned: a.pinned,
		cal: l.calendar(a.cal), mixed: a.mixed, walled: a.walled, windows: a.windows, frozen: a.frozen, demands: a.demands, uses: a.uses,
	}
	for _, d := range a.demands {
		c.seats += d.n
	}
	for _, o := range a.in {
		if placed[o.other] {
			c.ties = append(c.ties, leanTie{arc: o, other: int32(o.other), cal: l.calendar(o.cal), after: true, lo: true, hi: o.max != never && o.weight == 0})
		}
	}
	for _, o := range a.out {
		if placed[o.other] {
			c.ties = append(c.ties, leanTie{arc: o, other: int32(o.other), cal: l.calendar(o.cal), lo: o.max != never && o.weight == 0, hi: true})
		}
	}
	if a.mixed {
		l.mix(&c, a)
	}
	return c
}

// mix prepares the joint hours for the usual case: one person, or several of one skill.
func (l *Lean) mix(c *leanActivity, a *activity) {
	var hours []*calendar
	for _, d := range a.demands {
		for _, q := range d.pool {
			if h := l.m.person[q].cal; !slices.Contains(hours, h) {
				hours = append(hours, h)
			}
		}
	}
	for _, q := range a.demands[0].pool {
		c.own = append(c.own, l.calendar(l.m.joint(a.cal, l.m.person[q].cal)))
	}
	for _, h := range hours {
		own := l.m.joint(a.cal, h)
		c.hours = append(c.hours, l.calendar(own))
		row := make([]int32, len(a.demands[0].pool))
		for k, q := range a.demands[0].pool {
			row[k] = l.calendar(l.m.joint(own, l.m.person[q].cal))
		}
		c.crew = append(c.crew, row)
	}
}

// calendar gives the table of a calendar, -1 for "every slot".
func (l *Lean) calendar(c *calendar) int32 {
	if c == nil {
		return -1
	}
	if k, ok := l.index[c]; ok {
		return k
	}
	l.index[c] = int32(len(l.cals))
	l.cals = append(l.cals, newLeanCalendar(c, l.horizon))
	return l.index[c]
}
