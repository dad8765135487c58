package engine

// state is a partial schedule that activities are put into and taken out of.
type state struct {
	m      *model
	at     []place
	people []busy
	diary  [][]uint64 // people's time as bits; nil: too large
	eager  bool       // every maximum lag counts as tight
	light  bool       // people is not kept: only the diary is asked
	crews  [][]int32  // of a light state: room for the people of each activity
	res    []profile
	floor  []int                      // earliest start learnt in this pass
	joined map[[2]*calendar]*calendar // as model.joined, which searches side by side may only read
	loose  []bool                     // not to be put back where it was published
	wait   []int                      // order predecessors that are out
	log    []undo
	logged bool
	queue  queue
	key    []int
	spent  int     // placements tried
	undone int     // activities taken out for a maximum lag
	able   []int32 // scratch: people free for the demand at hand
	firsts []int   // scratch: when each can first
	limit  int     // build gives up beyond this cost of lateness; 0: never
	late   int     // cost of lateness built so far, where there is a limit
	taken  []bool  // scratch: people already chosen for the activity at hand
	picks  []int32
}

// place is where an activity lies; start is -1 while it is out.
type place struct {
	start, end int
	people     []int32 // in the order of the demands
}

func newState(m *model) *state {
	s := &state{
		m: m, at: make([]place, len(m.act)), people: make([]busy, len(m.person)), res: make([]profile, len(m.res)),
		floor: make([]int, len(m.act)), wait: make([]int, len(m.act)), loose: make([]bool, len(m.act)), key: make([]int, len(m.act)), taken: make([]bool, len(m.person)),
	}
	for i := range s.at {
		s.at[i].start = -1
		for k := range m.act[i].in {
			if m.act[i].in[k].order {
				s.wait[i]++
			}
		}
	}
	for k, q := range m.person {
		s.people[k] = make(busy, 0, len(q.away)+8)
		for _, a := range q.away {
			s.people[k] = append(s.people[k], booking{a.From, a.To, -1})
		}
	}
	s.diary = newDiaries(m)
	for k, r := range m.res {
		s.res[k] = newProfile(r)
	}
	return s
}

// joint is both, remembered by this state.
func (s *state) joint(a, b *calendar) *calendar {
	if a == nil || a == b {
		return b
	}
	if b == nil {
		return a
	}
	key := [2]*calendar{a, b}
	if c, ok := s.m.joined[key]; ok {
		return c
	}
	if c, ok := s.joined[key]; ok {
		return c
	}
	if s.joined == nil {
		s.joined = map[[2]*calendar]*calendar{}
	}
	s.joined[key] = both(a, b)
	return s.joined[key]
}

// put books an activity.
func (s *state) put(i int, p place) {
	s.note(i)
	s.at[i] = p
	for k := range s.m.act[i].out {
		if o := &s.m.act[i].out[k]; o.order {
			s.wait[o.other]--
		}
	}
	if p.start == p.end {
		return
	}
	s.book(p, i)
	for _, u := range s.m.act[i].uses {
		s.res[u.res].take(p.start, p.end, u.units)
	}
}

// take takes an activity out again.
func (s *state) take(i int) {
	s.note(i)
	p := s.at[i]
	s.at[i] = place{start: -1}
	for k := range s.m.act[i].out {
		if o := &s.m.act[i].out[k]; o.order {
			s.wait[o.other]++
		}
	}
	if p.start == p.end {
		return
	}
	s.strike(p, i)
	for _, u := range s.m.act[i].uses {
		s.res[u.res].take(p.start, p.end, -u.units)
	}
}
