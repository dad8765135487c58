package store

import (
	"crypto/sha256"
	"encoding/hex"
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
// at the draft, and reading and decoding one of 10,000 activities takes longer
// than all else. A body is known by its digest, so none that is out of date is
// ever given.
type planCache struct {
	mu    sync.Mutex
	kept  []cachedPlan // used last first
	bytes int
}

type cachedPlan struct {
	digest string
	size   int
	body   planBody
}

// bodyDigest names the body of a plan.
func bodyDigest(stored string) string {
	sum := sha256.Sum256([]byte(stored))
	return hex.EncodeToString(sum[:])
}

// decode gives the body that a text holds, and keeps it.
func (c *planCache) decode(stored string) (planBody, error) {
	digest := bodyDigest(stored)
	if b, ok := c.known(digest); ok {
		return b, nil
	}
	var b planBody
	if err := untext(stored, &b); err != nil {
		return b, err
	}
	c.keep(digest, len(stored), b)
	return b.lent(), nil
}

// lent gives a body to a reader: findings are the reader's own, for repairs are
// written into them; the long lists are shared, and can only be appended to.
func (b planBody) lent() planBody {
	b.Placements, b.Releases, b.Findings = slices.Clip(b.Placements), slices.Clip(b.Releases), slices.Clone(b.Findings)
	return b
}

// known gives the body of a digest, if it is kept.
func (c *planCache) known(digest string) (planBody, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.kept, func(p cachedPlan) bool { return p.digest == digest })
	if i < 0 {
		return planBody{}, false
	}
	p := c.kept[i]
	c.kept = slices.Insert(slices.Delete(c.kept, i, i+1), 0, p)
	return p.body.lent(), true
}

func (c *planCache) keep(digest string, size int, b planBody) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept, c.bytes = slices.Insert(c.kept, 0, cachedPlan{digest, size, b}), c.bytes+size
	for last := len(c.kept) - 1; len(c.kept) > 1 && (len(c.kept) > maxCachedPlans || c.bytes > maxCachedPlanBytes); last-- {
		c.bytes -= c.kept[last].size
		c.kept = slices.Delete(c.kept, last, last+1)
	}
}
