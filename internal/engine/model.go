package engine

import (
	"slices"
	"sort"
)

// model is a problem with indices for ids and everything looked up once.
type model struct {
	p      *Problem
	obj    Objective
	joined map[[2]*calendar]*calendar
	cals   map[string]*calendar
	actIx  map[string]int
	perIx  map[string]int
	resIx  map[string]int
	act    []activity
	person []person
	res    []resource
	rel    []release
	rank   []int // topological, over order arcs
}

type activity struct {
	dur, earliest, latest int // latest start
	deadline              int
	minEnd                int // from the minimum gap
	due, weight           int // due never: none
	cal                   *calendar
	mixed                 bool // its people's hours differ: cal is without theirs
	demands               []demand
	uses                  []use
	pin                   int // -1: none
	pinned                []int
	windows, frozen       []Span // windows nil: anywhere
	walled                bool
	in, out               []arc
	late                  int // latest start that keeps what is behind in time
	prior                 int // published start, -1: none
	priorPeople           []int
	priorSeats            []int32 // priorPeople by demand, nil when they no longer match
	release               int     // index, -1: none
	delivers              int     // release whose delivery it is, -1: none
}

type demand struct {
	skill string
	n     int
	pool  []int32 // people, in order of preference
}

type use struct{ res, units int }

// arc is one side of a precedence, held at both activities.
type arc struct {
	other    int
	typ      Relation
	min, max int // max never: none
	weight   int // of a soft maximum, 0: hard
	cal      *calendar
	order    bool // its From is placed before its To
	tight    bool // a maximum lag leaves so little time that To should follow From at once
}

type person struct {
	id     string
	skills int
	cal    *calendar
	away   []Span
	rarity int
}

type resource struct {
	id   string
	cap  int
	cal  *calendar
	prof []Level
}

type release struct {
	delivery, weight, due, sprintEnd int // due never, sprintEnd and delivery -1: none
	gap                              Gap
	cal                              *calendar
}

// compile looks everything up; the problem must be valid.
func compile(p *Problem) *model {
	m := &model{p: p, obj: p.Objective, cals: map[string]*calendar{}}
	if m.obj == (Objective{}) {
		m.obj = DefaultObjective()
	}
	m.compileCalendars()
	m.compilePeople()
	m.compileActivities()
	m.compileReleases()
	m.compilePrecedences()
	m.compilePublished()
	m.order()
	m.urgency()
	return m
}

// compileCalendars shares calendars that are the same under different ids, so
// that people with the same hours are seen to have them.
func (m *model) compileCalendars() {
	m.joined = map[[2]*calendar]*calendar{}
	same := map[uint64][]*calendar{}
	for _, c := range m.p.Calendars {
		h := uint64(14695981039346656037)
		for _, s := range c.Working {
			h = (h ^ uint64(s.From)) * 1099511628211
			h = (h ^ uint64(s.To)) * 1099511628211
		}
		k := slices.IndexFunc(same[h], func(o *calendar) bool { return slices.Equal(o.spans, c.Working) })
		if k < 0 {
			k = len(same[h])
			same[h] = append(same[h], newCalendar(c.Working))
		}
		m.cals[c.ID] = same[h][k]
	}
}

// joint is both, remembered.
func (m *model) joint(a, b *calendar) *calendar {
	if a == nil || a == b {
		return b
	}
	if b == nil {
		return a
	}
	key := [2]*calendar{a, b}
	if c, ok := m.joined[key]; ok {
		return c
	}
	m.joined[key] = both(a, b)
	return m.joined[key]
}

func (m *model) compilePeople() {
	m.perIx, m.resIx = make(map[string]int, len(m.p.People)), map[string]int{}
	m.person = make([]person, len(m.p.People))
	holders := map[string]int{}
	for k, q := range m.p.People {
		m.perIx[q.ID] = k
		away := make([]Span, len(q.Absences))
		for j, a := range q.Absences {
			away[j] = a.Span
		}
		m.person[k] = person{id: q.ID, skills: len(q.Skills), cal: m.cals[q.Calendar], away: merge(away)}
		for _, s := range q.Skills {
			holders[s]++
		}
	}
	for k, q := range m.p.People {
		for _, s := range q.Skills {
			m.person[k].rarity += 1_000_000 / holders[s]
		}
	}
	m.res = make([]resource, len(m.p.Resources))
	for k, r := range m.p.Resources {
		m.resIx[r.ID] = k
		m.res[k] = resource{id: r.ID, cap: r.Capacity, cal: m.cals[r.Calendar], prof: r.Profile}
	}
}

// pools lists, for each skill, the people who have it, those who can do
// little else first.
func (m *model) pools() map[string][]int32 {
	pools := map[string][]int32{}
	for k, q := range m.p.People {
		for _, s := range slices.Compact(slices.Sorted(slices.Values(q.Skills))) {
			pools[s] = append(pools[s], int32(k))
		}
	}
	for _, pool := range pools {
		sort.SliceStable(pool, func(i, j int) bool {
			a, b := m.person[pool[i]], m.person[pool[j]]
			if a.skills != b.skills {
				return a.skills < b.skills
			}
			return a.rarity < b.rarity
		})
	}
	return pools
}

func (m *model) compileActivities() {
	pools := m.pools()
	windows := map[string][]Span{}
	for _, w := range m.p.Windows {
		windows[w.ID] = merge(w.Spans)
	}
	frozen := m.frozen()
	relIx := make(map[string]int, len(m.p.Releases))
	for k, r := range m.p.Releases {
		relIx[r.ID] = k
	}
	m.actIx = make(map[string]int, len(m.p.Activities))
	m.act = make([]activity, len(m.p.Activities))
	for i := range m.p.Activities {
		a := &m.p.Activities[i]
		m.actIx[a.ID] = i
		c := activity{
			dur: a.Duration, earliest: max(a.Earliest, 0), latest: never, deadline: m.p.Horizon, due: never, weight: max(a.Weight, 1),
			cal: m.cals[a.Calendar], pin: -1, prior: -1, release: -1, delivers: -1, frozen: frozen(a.Kind),
		}
		if a.LatestStart != nil {
			c.latest = *a.LatestStart
		}
		if a.Deadline != nil {
			c.deadline = min(c.deadline, *a.Deadline)
		}
		if a.Due != nil {
			c.due = *a.Due
		}
		if a.Windows != "" {
			c.windows, c.walled = windows[a.Windows], true
		}
		if k, ok := relIx[a.Release]; ok {
			c.release = k
		}
		if a.Pin != nil {
			c.pin, c.pinned = a.Pin.Start, m.peopleOf(a.Pin.People)
		}
		m.compileDemands(&c, a, pools)
		m.act[i] = c
	}
}

// compileDemands adds demands and uses, and the hours they leave.
func (m *model) compileDemands(c *activity, a *Activity, pools map[string][]int32) {
	if a.Duration == 0 {
		return
	}
	for _, u := range a.Uses {
		if u.Units > 0 {
			k := m.resIx[u.Resource]
			c.uses = append(c.uses, use{k, u.Units})
			c.cal = m.joint(c.cal, m.res[k].cal)
		}
	}
	for _, d := range a.Demands {
		if d.People == 0 {
			continue
		}
		if k := slices.IndexFunc(c.demands, func(e demand) bool { return e.skill == d.Skill }); k >= 0 {
			c.demands[k].n += d.People
			continue
		}
		c.demands = append(c.demands, demand{d.Skill, d.People, pools[d.Skill]})
	}
	sort.SliceStable(c.demands, func(i, j int) bool { return len(c.demands[i].pool) < len(c.demands[j].pool) })
	var hours *calendar
	for k, d := range c.demands {
		for j, q := range d.pool {
			if k == 0 && j == 0 {
				hours = m.person[q].cal
			} else if m.person[q].cal != hours {
				c.mixed = true
			}
		}
	}
	if !c.mixed && len(c.demands) > 0 {
		c.cal = m.joint(c.cal, hours)
	}
}

// frozen gives the times closed to a kind of activity.
func (m *model) frozen() func(kind string) []Span {
	known := map[string][]Span{}
	return func(kind string) []Span {
		if len(m.p.Freezes) == 0 {
			return nil
		}
		if s, ok := known[kind]; ok {
			return s
		}
		var spans []Span
		for _, f := range m.p.Freezes {
			if len(f.Kinds) == 0 || slices.Contains(f.Kinds, kind) {
				spans = append(spans, f.Spans...)
			}
		}
		known[kind] = merge(spans)
		return known[kind]
	}
}

func (m *model) peopleOf(as []Assignment) []int {
	var out []int
	for _, a := range as {
		if k, ok := m.perIx[a.Person]; ok {
			out = append(out, k)
		}
	}
	return out
}
