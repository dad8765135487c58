package forecast

// Counts says how often something fell on each slot. Counts of parts of the
// simulations add up to those of the whole, exactly.
type Counts struct {
	N     []uint32 `json:"n"` // by slot
	Never uint32   `json:"never"`
}

func newCounts(slots int) Counts { return Counts{N: make([]uint32, slots)} }

func (c *Counts) add(slot int, ok bool) {
	if !ok || slot >= len(c.N) {
		c.Never++
		return
	}
	c.N[max(0, slot)]++
}

// Merge adds what was counted elsewhere.
func (c *Counts) Merge(o Counts) {
	if len(o.N) > len(c.N) {
		c.N = append(c.N, make([]uint32, len(o.N)-len(c.N))...)
	}
	for k, n := range o.N {
		c.N[k] += n
	}
	c.Never += o.Never
}

// Total is how many were counted.
func (c Counts) Total() int {
	sum := int(c.Never)
	for _, n := range c.N {
		sum += int(n)
	}
	return sum
}

// Quantile gives the first slot by which the share q has fallen; ok is false
// when nothing was counted or that lies beyond the horizon.
func (c Counts) Quantile(q float64) (slot int, ok bool) {
	all := c.Total()
	if all == 0 {
		return 0, false
	}
	sum := 0
	for k, n := range c.N {
		if sum += int(n); sum > 0 && float64(sum) >= q*float64(all)-1e-9 {
			return k, true
		}
	}
	return 0, false
}

// Share gives the share that fell on a slot or before.
func (c Counts) Share(slot int) float64 {
	all := c.Total()
	if all == 0 {
		return 0
	}
	sum := 0
	for k := 0; k < len(c.N) && k <= slot; k++ {
		sum += int(c.N[k])
	}
	return float64(sum) / float64(all)
}

// Mean gives the mean slot of what fell within the horizon, 0 when nothing did.
func (c Counts) Mean() float64 {
	sum, all := 0.0, 0.0
	for k, n := range c.N {
		sum += float64(k) * float64(n)
		all += float64(n)
	}
	if all == 0 {
		return 0
	}
	return sum / all
}
