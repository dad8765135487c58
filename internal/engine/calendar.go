package engine

import "sort"

// never lies after every horizon.
const never = 1 << 40

// calendar answers questions on working time. The nil calendar works always.
type calendar struct {
	spans  []Span
	before []int // working slots before spans[k]
	total  int
}

func newCalendar(spans []Span) *calendar {
	c := &calendar{spans: spans, before: make([]int, len(spans))}
	for k, s := range spans {
		c.before[k] = c.total
		c.total += s.To - s.From
	}
	return c
}

// span finds the first span that ends after t.
func (c *calendar) span(t int) int {
	return spanAfter(c.spans, t)
}

// next is the first working slot at or after t, or never.
func (c *calendar) next(t int) int {
	if c == nil {
		return t
	}
	k := c.span(t)
	if k == len(c.spans) {
		return never
	}
	return max(t, c.spans[k].From)
}

// count is the number of working slots before t.
func (c *calendar) count(t int) int {
	if c == nil {
		return t
	}
	k := c.span(t)
	if k == len(c.spans) {
		return c.total
	}
	return c.before[k] + max(0, t-c.spans[k].From)
}

// end is where n working slots from the working slot t end, or never.
func (c *calendar) end(t, n int) int {
	if c == nil || n == 0 {
		return t + n
	}
	k := c.span(t)
	if k == len(c.spans) {
		return never
	}
	if t = max(t, c.spans[k].From); t+n <= c.spans[k].To {
		return t + n
	}
	return c.atLeast(c.before[k] + t - c.spans[k].From + n)
}

// atLeast is the earliest time before which n slots work, or never.
func (c *calendar) atLeast(n int) int {
	if c == nil {
		return max(n, 0)
	}
	if n <= 0 {
		return 0
	}
	if n > c.total {
		return never
	}
	k := sort.SearchInts(c.before, n) - 1
	return c.spans[k].From + n - c.before[k]
}

// atMost is the latest time before which no more than n slots work, or -1.
func (c *calendar) atMost(n int) int {
	if c == nil {
		return n
	}
	if n < 0 {
		return -1
	}
	if n >= c.total {
		return never
	}
	k := sort.SearchInts(c.before, n+1) - 1
	return c.spans[k].From + n - c.before[k]
}

// back is the latest start whose n working slots end no later than t.
func (c *calendar) back(t, n int) int {
	if c == nil || n == 0 {
		return t - n
	}
	m := c.count(t) - n
	if m < 0 {
		return -1
	}
	return c.next(c.atMost(m))
}

// both is the time in which both calendars work.
func both(a, b *calendar) *calendar {
	if a == nil || a == b {
		return b
	}
	if b == nil {
		return a
	}
	var out []Span
	for i, j := 0, 0; i < len(a.spans) && j < len(b.spans); {
		x, y := a.spans[i], b.spans[j]
		if from, to := max(x.From, y.From), min(x.To, y.To); from < to {
			out = append(out, Span{from, to})
		}
		if x.To < y.To {
			i++
		} else {
			j++
		}
	}
	return newCalendar(out)
}

// merge sorts spans and joins those that touch.
func merge(spans []Span) []Span {
	out := make([]Span, 0, len(spans))
	sorted := append([]Span(nil), spans...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i].From < sorted[j].From })
	for _, s := range sorted {
		if k := len(out) - 1; k >= 0 && s.From <= out[k].To {
			out[k].To = max(out[k].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}
