package engine

import "slices"

// busy is a person's time taken, sorted: absences (act -1) and activities.
type busy []booking

type booking struct{ from, to, act int }

// clear reports whether [from, to) is free, else where the trouble ends.
func (b busy) clear(from, to int) (int, bool) {
	k := b.at(from)
	if k == len(b) || b[k].from >= to {
		return 0, true
	}
	return b[k].to, false
}

// at finds the first booking that ends after t.
func (b busy) at(t int) int {
	lo, hi := 0, len(b)
	for lo < hi {
		if mid := (lo + hi) / 2; b[mid].to > t {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

func (b *busy) add(from, to, act int) {
	k := b.at(from)
	*b = slices.Insert(*b, k, booking{from, to, act})
}

func (b *busy) remove(from, act int) {
	k := b.at(from)
	for k < len(*b) && (*b)[k].act != act {
		k++
	}
	if k < len(*b) {
		*b = slices.Delete(*b, k, k+1)
	}
}

// idleBefore is how long the person has been free at t.
func (b busy) idleBefore(t int) int {
	k := b.at(t)
	for k > 0 && b[k-1].to > t {
		k--
	}
	if k == 0 {
		return t
	}
	return t - b[k-1].to
}

// profile is what is free of a capacity over time: at[k] holds from its time
// to the next one's.
type profile []level

type level struct{ at, free int }

func newProfile(r resource) profile {
	p := profile{{-MaxHorizon, r.cap}}
	for _, l := range r.prof {
		if last := &p[len(p)-1]; last.at == l.From {
			last.free = l.Capacity
		} else {
			p = append(p, level{l.From, l.Capacity})
		}
		p = append(p, level{l.To, r.cap})
	}
	return p
}

// index of the level that holds at t.
func (p profile) index(t int) int {
	lo, hi := 0, len(p)
	for lo < hi {
		if mid := (lo + hi) / 2; p[mid].at > t {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo - 1
}

// clear reports whether units are free over [from, to), else where the last
// lack in it ends.
func (p profile) clear(from, to, units int) (int, bool) {
	lack := -1
	k := p.index(from)
	for ; k < len(p) && p[k].at < to; k++ {
		if p[k].free < units {
			lack = k
		}
	}
	if lack < 0 {
		return 0, true
	}
	if lack+1 == len(p) {
		return never, false
	}
	return p[lack+1].at, false
}

// take changes what is free over [from, to) by -units.
func (p *profile) take(from, to, units int) {
	a := p.cut(from)
	b := p.cut(to)
	for k := a; k < b; k++ {
		(*p)[k].free -= units
	}
	p.heal(b)
	p.heal(a)
}

// cut makes sure that a level begins at t.
func (p *profile) cut(t int) int {
	k := p.index(t)
	if (*p)[k].at == t {
		return k
	}
	*p = slices.Insert(*p, k+1, level{t, (*p)[k].free})
	return k + 1
}

// heal joins level k with the one before, if they are the same.
func (p *profile) heal(k int) {
	if k > 0 && (*p)[k].free == (*p)[k-1].free {
		*p = slices.Delete(*p, k, k+1)
	}
}
