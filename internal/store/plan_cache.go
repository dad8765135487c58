package store

import (
	"slices"
	"sync"
)

// maxCachedPlans and maxCachedPlanBytes bound the plans kept in memory: those
// of a few programmes, by the size of their stored bodies.
const (
	maxCachedPlans     = 16
	maxCachedPlanBytes = 32 << 20
)

// planCache keeps the bodies of the plans read last, decoded: every page looks
// at the draft, and decoding one of 10,000 activities takes longer than all else.
// A body is known by its text, so none that is out of date is ever given.
type planCache struct {
	mu    sync.Mutex
	kept  []cachedPlan // used last first
	bytes int
}

type cachedPlan struct {
	text string
	body planBody
}

// decode gives the body that a text holds. Lists are the caller's own; what
// their elements refer to is shared, and nobody changes it.
func (c *planCache) decode(stored string) (planBody, error) {
	if b, ok := c.known(stored); ok {
		return b.copied(), nil
	}
	var b planBody
	if err := untext(stored, &b); err != nil {
		return b, err
	}
	c.keep(stored, b)
	return b.copied(), nil
}

func (b planBody) copied() planBody {
	b.Placements, b.Releases, b.Findings = slices.Clone(b.Placements), slices.Clone(b.Releases), slices.Clone(b.Findings)
	return b
}

func (c *planCache) known(stored string) (planBody, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.kept, func(p cachedPlan) bool { return p.text == stored })
	if i < 0 {
		return planBody{}, false
	}
	p := c.kept[i]
	c.kept = slices.Insert(slices.Delete(c.kept, i, i+1), 0, p)
	return p.body, true
}

func (c *planCache) keep(stored string, b planBody) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept, c.bytes = slices.Insert(c.kept, 0, cachedPlan{stored, b}), c.bytes+len(stored)
	for last := len(c.kept) - 1; len(c.kept) > 1 && (len(c.kept) > maxCachedPlans || c.bytes > maxCachedPlanBytes); last-- {
		c.bytes -= len(c.kept[last].text)
		c.kept = slices.Delete(c.kept, last, last+1)
	}
}
