package store

import (
	"errors"
	"io"
	"slices"
	"sync"

	"headway"
)

// maxCachedCases bounds the cases kept in memory: a few of the largest runs,
// or the runs of a day of ordinary ones.
const maxCachedCases = 600_000

// caseCache keeps the cases of the runs read last. A run is known by the digest
// of its file, so it never changes.
type caseCache struct {
	blobs *Blobs
	mu    sync.Mutex
	kept  []cachedRun // used last first
	cases int
}

type cachedRun struct {
	sha string
	run *headway.CaseRun
}

// CaseRun reads the cases of a regression run by the digest of their file. The
// run is shared: nobody may change it.
func (q Q) CaseRun(sha string) (*headway.CaseRun, error) { return q.cases.get(sha) }

func (c *caseCache) get(sha string) (*headway.CaseRun, error) {
	if run := c.known(sha); run != nil {
		return run, nil
	}
	f, size, err := c.blobs.Open(sha)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, min(size+1, maxCaseFile))
	b, err = readInto(b, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	run, err := DecodeCases(b)
	if err != nil {
		return nil, err
	}
	c.keep(sha, &run)
	return &run, nil
}

// readInto reads to the end, where a damaged file fails.
func readInto(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = slices.Grow(b, 1<<16)
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (c *caseCache) known(sha string) *headway.CaseRun {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, k := range c.kept {
		if k.sha == sha {
			copy(c.kept[1:i+1], c.kept[:i])
			c.kept[0] = k
			return k.run
		}
	}
	return nil
}

func (c *caseCache) keep(sha string, run *headway.CaseRun) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = slices.Insert(c.kept, 0, cachedRun{sha, run})
	c.cases += len(run.Cases) + 100
	for c.cases > maxCachedCases && len(c.kept) > 1 {
		last := len(c.kept) - 1
		c.cases -= len(c.kept[last].run.Cases) + 100
		c.kept = c.kept[:last]
	}
}
