package engine

import "math/bits"

// leanCalendar answers what calendar answers, by tables instead of searches.
// The nil leanCalendar works always.
type leanCalendar struct {
	before []int32 // working slots before each slot
	at     []int32 // the working slots
}

func newLeanCalendar(c *calendar, horizon int) *leanCalendar {
	l := &leanCalendar{before: make([]int32, horizon+1)}
	t := 0
	for _, s := range c.spans {
		for ; t < min(s.From, horizon); t++ {
			l.before[t] = int32(len(l.at))
		}
		for ; t < min(s.To, horizon); t++ {
			l.before[t] = int32(len(l.at))
			l.at = append(l.at, int32(t))
		}
	}
	for ; t <= horizon; t++ {
		l.before[t] = int32(len(l.at))
	}
	return l
}

func (c *leanCalendar) count(t int) int {
	if c == nil {
		return t
	}
	if t >= len(c.before) {
		return len(c.at)
	}
	return int(c.before[max(t, 0)])
}

func (c *leanCalendar) next(t int) int {
	if c == nil {
		return t
	}
	if t < len(c.before) {
		if k := int(c.before[t]); k < len(c.at) {
			return int(c.at[k])
		}
	}
	return never
}

// end is where n working slots from t end, or never.
func (c *leanCalendar) end(t, n int) int {
	if c == nil || n == 0 {
		return t + n
	}
	if t < len(c.before) {
		if k := int(c.before[t]) + n; k <= len(c.at) {
			return int(c.at[k-1]) + 1
		}
	}
	return never
}

func (c *leanCalendar) atLeast(n int) int {
	if c == nil || n <= 0 {
		return max(n, 0)
	}
	if n > len(c.at) {
		return never
	}
	return int(c.at[n-1]) + 1
}

func (c *leanCalendar) atMost(n int) int {
	if c == nil || n < 0 {
		return max(n, -1)
	}
	if n >= len(c.at) {
		return never
	}
	return int(c.at[n])
}

func (c *leanCalendar) back(t, n int) int {
	if c == nil || n == 0 {
		return t - n
	}
	m := c.count(t) - n
	if m < 0 {
		return -1
	}
	return c.next(c.atMost(m))
}

// fill sets the bits of [from, to).
func fill(b []uint64, from, to int) {
	if from >= to {
		return
	}
	first, last := from>>6, (to-1)>>6
	head, tail := ^uint64(0)<<(from&63), ^uint64(0)>>(63-(to-1)&63)
	if first == last {
		b[first] |= head & tail
		return
	}
	b[first] |= head
	for k := first + 1; k < last; k++ {
		b[k] = ^uint64(0)
	}
	b[last] |= tail
}

// lastSet finds the last bit set in [from, to), -1 when there is none.
func lastSet(b []uint64, from, to int) int {
	if from >= to {
		return -1
	}
	first, k := from>>6, (to-1)>>6
	w := b[k] & (^uint64(0) >> (63 - (to-1)&63))
	for ; k > first; k-- {
		if w != 0 {
			return k<<6 + 63 - bits.LeadingZeros64(w)
		}
		w = b[k-1]
	}
	if w &= ^uint64(0) << (from & 63); w != 0 {
		return first<<6 + 63 - bits.LeadingZeros64(w)
	}
	return -1
}
