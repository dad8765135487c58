package rcpsp

// Instance is a project. Lags may be negative: a maximum lag seen from the
// other side.
type Instance struct {
	Dur      []int
	Use      [][]Use // by task
	Cap      []int
	Arcs     []Arc
	Earliest []int // earliest starts, nil: 0
	Latest   []int // latest starts, nil: none
	Horizon  int   // nothing ends later

	taken [][]int // by resource and slot: what is in use already; nil: nothing
}

// Use is a number of units of a resource.
type Use struct{ Res, Units int }

// Arc says start[To] ≥ start[From] + Lag.
type Arc struct{ From, To, Lag int }

// project is an instance prepared for search.
type project struct {
	*Instance
	n    int
	in   [][]half
	out  [][]half
	dag  bool  // no arc goes backward in topo: no maximum lags
	topo []int // order in which arcs of lag ≥ 0 point forward
	es   []int // temporal earliest starts
	tail []int // from start to the end of the project at least
}

type half struct{ other, lag int }

// prepare computes temporal bounds; ok is false when the lags contradict
// each other or a task can never fit.
func prepare(in *Instance) (*project, bool) {
	p := &project{Instance: in, n: len(in.Dur)}
	p.in, p.out = make([][]half, p.n), make([][]half, p.n)
	for _, a := range in.Arcs {
		p.out[a.From] = append(p.out[a.From], half{a.To, a.Lag})
		p.in[a.To] = append(p.in[a.To], half{a.From, a.Lag})
	}
	for i, us := range in.Use {
		for _, u := range us {
			if u.Units > in.Cap[u.Res] && in.Dur[i] > 0 {
				return p, false
			}
		}
	}
	p.sort()
	p.es, p.tail = make([]int, p.n), make([]int, p.n)
	for i := range p.es {
		if in.Earliest != nil {
			p.es[i] = in.Earliest[i]
		}
		p.tail[i] = in.Dur[i]
	}
	if !settle(p.es, p.out) || !settle(p.tail, p.in) {
		return p, false
	}
	for i := range p.es {
		if p.es[i]+p.tail[i] > in.Horizon || in.Latest != nil && p.es[i] > in.Latest[i] {
			return p, false
		}
	}
	return p, true
}

// settle raises bounds along arcs to the fixed point; false: a circle.
func settle(at []int, out [][]half) bool {
	for sweep := 0; sweep <= len(at); sweep++ {
		changed := false
		for i := range at {
			for _, h := range out[i] {
				if at[i]+h.lag > at[h.other] {
					at[h.other] = at[i] + h.lag
					changed = true
				}
			}
		}
		if !changed {
			return true
		}
	}
	return false
}

// sort ranks tasks along arcs of lag ≥ 0, and sees whether that is all there is.
func (p *project) sort() {
	wait := make([]int, p.n)
	p.dag = p.Latest == nil
	for _, a := range p.Arcs {
		if a.Lag >= 0 {
			wait[a.To]++
		} else {
			p.dag = false
		}
	}
	for i, w := range wait {
		if w == 0 {
			p.topo = append(p.topo, i)
		}
	}
	for k := 0; k < len(p.topo); k++ {
		for _, h := range p.out[p.topo[k]] {
			if h.lag < 0 {
				continue
			}
			if wait[h.other]--; wait[h.other] == 0 {
				p.topo = append(p.topo, h.other)
			}
		}
	}
	p.dag = p.dag && len(p.topo) == p.n
}

// cpm is the bound of the longest chain.
func (p *project) cpm() int {
	most := 0
	for i := range p.es {
		most = max(most, p.es[i]+p.tail[i])
	}
	return most
}

func (p *project) length(start []int) int {
	span := 0
	for i, s := range start {
		span = max(span, s+p.Dur[i])
	}
	return span
}

// work is an energy bound: for every resource, from the r-th head to the q-th
// tail, what must be worked in between takes so long.
func (p *project) work() int {
	best := 0
	for r, c := range p.Cap {
		if c <= 0 {
			continue
		}
		for _, head := range p.heads(r) {
			for _, tail := range p.tails(r) {
				sum := 0
				for i := range p.Dur {
					if p.es[i] >= head && p.tail[i]-p.Dur[i] >= tail {
						sum += p.Dur[i] * p.units(i, r)
					}
				}
				if sum > 0 {
					best = max(best, head+(sum+c-1)/c+tail)
				}
			}
		}
	}
	return best
}

func (p *project) units(i, r int) int {
	for _, u := range p.Use[i] {
		if u.Res == r {
			return u.Units
		}
	}
	return 0
}

// heads and tails are samples of the distinct values, the smallest first.
func (p *project) heads(r int) []int {
	return p.distinct(r, func(i int) int { return p.es[i] })
}

func (p *project) tails(r int) []int {
	return p.distinct(r, func(i int) int { return p.tail[i] - p.Dur[i] })
}

func (p *project) distinct(r int, of func(int) int) []int {
	seen := map[int]bool{}
	var out []int
	for i := range p.Dur {
		if v := of(i); p.units(i, r) > 0 && !seen[v] && len(out) < 60 {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}
