package rcpsp

import (
	"math/bits"
	"slices"
)

// builder makes schedules from activity lists. Time runs from either end of the
// project: side 0 from its start, side 1 from its end, so that to push a
// schedule to the right is to build it on the other side.
//
// What is free in a slot is packed into words, a lane for each capacity with a
// guard bit on top: one subtraction asks for all of them whether they suffice.
type builder struct {
	p     *project
	h     int // columns
	w     int // words a column
	guard uint64
	free  []uint64 // time × word
	empty []uint64 // the same with nothing scheduled
	need  []uint64 // task × word
	in    [2][][]half
	from  [2][]int // earliest starts
	topo  [2][]int
	start []int // on the side built last
	key   []int // ends on that side
	heads []int // of sort
	count int   // schedules built
	used  int   // columns that differ from empty lie before it
	short bool  // some lag is shorter than what it follows: ends are no order
}

func newBuilder(p *project) *builder {
	b := &builder{p: p, start: make([]int, p.n), key: make([]int, p.n), topo: [2][]int{p.topo, make([]int, p.n)}}
	total := 1
	for i, d := range p.Dur {
		total += d
		b.topo[1][p.n-1-i] = p.topo[i]
	}
	if b.from[1] = make([]int, p.n); p.Earliest != nil {
		b.from[0] = p.Earliest
		total += slices.Max(p.Earliest)
	} else {
		b.from[0] = b.from[1]
	}
	b.in = [2][][]half{p.in, make([][]half, p.n)}
	for i := range p.out {
		for _, h := range p.out[i] {
			b.in[1][i] = append(b.in[1][i], half{h.other, h.lag - p.Dur[i] + p.Dur[h.other]})
			total += max(0, h.lag-p.Dur[i])
			b.short = b.short || h.lag < p.Dur[i]
		}
	}
	b.h = min(total, p.Horizon) + 1
	b.heads = make([]int, b.h+1)
	b.pack()
	return b
}

// pack lays the capacities out in lanes. One that all tasks together do not
// exceed binds nothing and is left out.
func (b *builder) pack() {
	var binding []int
	most := 0
	for r, c := range b.p.Cap {
		sum := 0
		for i, d := range b.p.Dur {
			if d > 0 {
				sum += min(b.p.units(i, r), c)
			}
		}
		if sum > c {
			binding, most = append(binding, r), max(most, c)
		}
	}
	width := bits.Len(uint(most)) + 1
	lanes := 64 / width
	b.w = max(1, (len(binding)+lanes-1)/lanes)
	column := make([]uint64, b.w)
	b.need = make([]uint64, b.p.n*b.w)
	for k, r := range binding {
		word, shift := k/lanes, k%lanes*width
		column[word] |= (uint64(b.p.Cap[r]) | 1<<(width-1)) << shift
		b.guard |= 1 << (shift + width - 1)
		for i, d := range b.p.Dur {
			if d > 0 {
				b.need[i*b.w+word] |= uint64(b.p.units(i, r)) << shift
			}
		}
	}
	b.empty = make([]uint64, 0, b.h*b.w)
	for range b.h {
		for _, c := range column {
			b.empty = append(b.empty, c|b.guard)
		}
	}
	b.free = slices.Clone(b.empty)
}

// clear takes everything out: nothing lies behind the last end.
func (b *builder) clear() {
	to := min(len(b.free), b.used*b.w)
	copy(b.free[:to], b.empty[:to])
	b.used = 0
}

// fits finds the first start at or after t, or -1.
func (b *builder) fits(i, t int) int {
	d := b.p.Dur[i]
	if b.w > 1 {
		return b.fitsWide(i, t)
	}
	need, guard := b.need[i], b.guard
	for t+d <= b.h {
		slots := b.free[t : t+d]
		x := len(slots) - 1
		for x >= 0 && (slots[x]-need)&guard == guard {
			x--
		}
		if x < 0 {
			return t
		}
		t += x + 1
	}
	return -1
}

// fitsWide is fits where a column has several words.
func (b *builder) fitsWide(i, t int) int {
	d := b.p.Dur[i] * b.w
	need := b.need[i*b.w : (i+1)*b.w]
	for t*b.w+d <= len(b.free) {
		slots := b.free[t*b.w : t*b.w+d]
		x := d - 1
		for k := b.w - 1; x >= 0 && (slots[x]-need[k])&b.guard == b.guard; x-- {
			if k--; k < 0 {
				k = b.w - 1
			}
		}
		if x < 0 {
			return t
		}
		t += x/b.w + 1
	}
	return -1
}

func (b *builder) put(i, t int) {
	end := t + b.p.Dur[i]
	b.start[i] = t
	b.used = max(b.used, end)
	if b.w == 1 {
		need := b.need[i]
		slots := b.free[t:end]
		for x := range slots {
			slots[x] -= need
		}
		return
	}
	for x := t; x < end; x++ {
		for k := range b.w {
			b.free[x*b.w+k] -= b.need[i*b.w+k]
		}
	}
}

// build schedules a list whose order respects the arcs of a side; -1: does not fit.
func (b *builder) build(list []int, side int) int {
	b.clear()
	b.count++
	end := 0
	in, from := b.in[side], b.from[side]
	for _, i := range list {
		t := from[i]
		for _, h := range in[i] {
			t = max(t, b.start[h.other]+h.lag)
		}
		if t = b.fits(i, t); t < 0 {
			return -1
		}
		b.put(i, t)
		end = max(end, t+b.p.Dur[i])
	}
	return end
}

// turn makes the list of the schedule built last for the other side: the latest
// end first. Ties go by the other side's arcs.
func (b *builder) turn(list []int, side int) {
	for i, t := range b.start {
		b.key[i] = t + b.p.Dur[i]
		if side == 0 && b.short {
			b.key[i] = t
		}
	}
	b.sort(list, b.topo[1-side])
}

// byStart makes the list of the schedule built last, for the same side.
func (b *builder) byStart(list []int) {
	last := slices.Max(b.start)
	for i, t := range b.start {
		b.key[i] = last - t
	}
	b.sort(list, b.topo[0])
}

// sort counts how many tasks have each key; the biggest key comes first, tasks
// of one key in the order of topo.
func (b *builder) sort(list, topo []int) {
	top := 0
	for _, k := range b.key {
		top = max(top, k)
	}
	heads := b.heads[:top+1]
	clear(heads)
	for _, k := range b.key {
		heads[k]++
	}
	at := 0
	for k := top; k >= 0; k-- {
		at, heads[k] = at+heads[k], at
	}
	for _, i := range topo {
		k := b.key[i]
		list[heads[k]] = i
		heads[k]++
	}
}

// justify builds a schedule found elsewhere again from its ends and then from
// its starts, and returns its length; -1: does not fit. list is scratch.
func (b *builder) justify(start, list []int) int {
	copy(b.start, start)
	b.turn(list, 0)
	if b.build(list, 1) < 0 {
		return -1
	}
	b.turn(list, 1)
	return b.build(list, 0)
}
