package engine

// maxDiary bounds the memory of diaries: words of 64 slots, over all people.
const maxDiary = 1 << 20

// newDiaries gives each person a bit for every slot of the horizon that is
// taken: whether somebody is free is asked far more often than booked. Nil where
// that would take too much room; then the sorted bookings answer.
func newDiaries(m *model) [][]uint64 {
	words := m.p.Horizon/64 + 1
	if words*len(m.person) > maxDiary {
		return nil
	}
	all := make([]uint64, words*len(m.person))
	out := make([][]uint64, len(m.person))
	for k, q := range m.person {
		out[k] = all[k*words : (k+1)*words : (k+1)*words]
		for _, a := range q.away {
			fill(out[k], max(0, a.From), min(a.To, m.p.Horizon))
		}
	}
	return out
}

// free reports whether a person has [from, to) free, else a time up to which
// trouble lasts: no start before it is of use.
func (s *state) free(q int32, from, to int) (int, bool) {
	if s.diary == nil {
		return s.people[q].clear(from, to)
	}
	k := lastSet(s.diary[q], from, min(to, s.m.p.Horizon))
	return k + 1, k < 0
}

// idle is how long a person has been free at t.
func (s *state) idle(q int32, t int) int {
	if s.diary == nil {
		return s.people[q].idleBefore(t)
	}
	return t - 1 - lastSet(s.diary[q], 0, min(t, s.m.p.Horizon))
}

// book enters an activity in the diary of whoever does it.
func (s *state) book(p place, act int) {
	for _, q := range p.people {
		if s.diary != nil {
			fill(s.diary[q], max(0, p.start), min(p.end, s.m.p.Horizon))
		}
		if !s.light {
			s.people[q].add(p.start, p.end, act)
		}
	}
}

// strike takes an activity out of the diaries.
func (s *state) strike(p place, act int) {
	for _, q := range p.people {
		if s.diary != nil {
			wipe(s.diary[q], max(0, p.start), min(p.end, s.m.p.Horizon))
		}
		if !s.light {
			s.people[q].remove(p.start, act)
		}
	}
}

// wipe clears the bits of [from, to).
func wipe(b []uint64, from, to int) {
	if from >= to {
		return
	}
	first, last := from>>6, (to-1)>>6
	head, tail := ^uint64(0)<<(from&63), ^uint64(0)>>(63-(to-1)&63)
	if first == last {
		b[first] &^= head & tail
		return
	}
	b[first] &^= head
	clear(b[first+1 : last])
	b[last] &^= tail
}
