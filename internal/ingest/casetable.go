package ingest

import (
	"bytes"
	"math/bits"
	"time"
)

// caseTable remembers how each case ended, by the hash of its identity: eight
// bytes a case and no pointers, so that a million cases take 16 MB and cost the
// garbage collector nothing. It is cut into shards so that growing copies a
// small part at a time.
type caseTable struct {
	shards [1 << shardBits]caseShard
	n      int
}

// caseShard is a hash table with open addressing, a power of two long; 0 is free.
type caseShard struct {
	slots []caseSlot
	n     int
}

const shardBits = 6

// caseSlot holds, from the highest bit on, 52 bits of the hash, 8 of the number
// of the file in which the case was last seen, whether it is kept, whether it
// failed before, and its outcome.
type caseSlot uint64

const (
	slotHash    = ^caseSlot(0xfff)
	slotFile    = caseSlot(0xff) << 4
	slotKept    = caseSlot(8)
	slotFailed  = caseSlot(4)
	slotOutcome = caseSlot(3)
)

// hashOf gives the part of a hash that slots hold; never 0.
func hashOf(full uint64) caseSlot {
	if h := caseSlot(full) & slotHash; h != 0 {
		return h
	}
	return 1 << 12
}

func (s caseSlot) outcome() CaseOutcome { return outcomes[s&slotOutcome] }
func (s caseSlot) failedBefore() bool   { return s&slotFailed != 0 }
func (s caseSlot) kept() bool           { return s&slotKept != 0 }
func (s caseSlot) file() uint8          { return uint8((s & slotFile) >> 4) }

// set writes all but the hash.
func (s *caseSlot) set(o CaseOutcome, failedBefore, kept bool, file uint8) {
	*s = *s&slotHash | caseSlot(file)<<4 | caseSlot(outcomeIndex(o))
	if failedBefore {
		*s |= slotFailed
	}
	if kept {
		*s |= slotKept
	}
}

// find gives the slot of a hash, and whether it was there already; it is valid
// until the next call.
func (t *caseTable) find(hash caseSlot) (s *caseSlot, seen bool) {
	h := t.shard(hash)
	if h.n*4 >= len(h.slots)*3 {
		h.grow()
	}
	s = h.place(hash)
	if *s != 0 {
		return s, true
	}
	t.n++
	h.n++
	*s = hash
	return s, false
}

func (t *caseTable) shard(hash caseSlot) *caseShard { return &t.shards[hash>>(64-shardBits)] }

// all gives each case.
func (t *caseTable) all(yield func(caseSlot) bool) {
	for i := range t.shards {
		for _, s := range t.shards[i].slots {
			if s != 0 && !yield(s) {
				return
			}
		}
	}
}

// place gives the slot that has a hash, or the free one for it.
func (h *caseShard) place(hash caseSlot) *caseSlot {
	mask := len(h.slots) - 1
	i := int(hash << shardBits >> (64 - bits.Len(uint(mask))))
	for h.slots[i] != 0 && h.slots[i]&slotHash != hash {
		i = (i + 1) & mask
	}
	return &h.slots[i]
}

func (h *caseShard) grow() {
	const first = 1 << 5
	old := h.slots
	h.slots = make([]caseSlot, max(first, 2*len(old)))
	for _, s := range old {
		if s != 0 {
			*h.place(s & slotHash) = s
		}
	}
}

// keptCase is a Case in few bytes while the report is being read; what most
// cases do not have stands beside.
type keptCase struct {
	id           string
	hash         caseSlot
	took         time.Duration
	suite, class uint32 // in keptCases.names
	nameLen      uint32 // the name is the end of the id
	runs         uint32
}

// keptCases holds the cases that will be listed, in chunks, so that growing
// copies none.
type keptCases struct {
	chunks   [][]keptCase
	n        int
	names    []string // of suites and classes
	messages map[int]string
	places   map[int]casePlace
	oddNames map[int]string   // names that are not the end of their id
	byHash   map[caseSlot]int // made when a case is met again
}

const chunkBits = 12

func (l *keptCases) at(i int) *keptCase { return &l.chunks[i>>chunkBits][i&(1<<chunkBits-1)] }

func (l *keptCases) add(c keptCase) int {
	if l.n>>chunkBits == len(l.chunks) {
		l.chunks = append(l.chunks, make([]keptCase, 0, 1<<chunkBits))
	}
	last := len(l.chunks) - 1
	l.chunks[last] = append(l.chunks[last], c)
	if l.byHash != nil {
		l.byHash[c.hash] = l.n
	}
	l.n++
	return l.n - 1
}

// find gives the index of a kept case by its hash.
func (l *keptCases) find(hash caseSlot) int {
	if l.byHash == nil {
		l.byHash = make(map[caseSlot]int, l.n)
		for i := range l.n {
			l.byHash[l.at(i).hash] = i
		}
	}
	return l.byHash[hash]
}

func (l *keptCases) say(i int, message string) {
	if message == "" {
		return
	}
	if l.messages == nil {
		l.messages = map[int]string{}
	}
	l.messages[i] = message
}

// casePlace tells where a case that failed stands, and how it is labelled.
type casePlace struct {
	file   string
	labels []string
}

const (
	maxPlace  = 1000 // bytes of a file's name, or of a label
	maxLabels = 30
)

// place notes it for a case that failed: whose it is matters then.
func (l *keptCases) place(i int, c *caseRun) {
	if !c.outcome.Bad() || len(c.file)+len(c.labels) == 0 {
		return
	}
	where := casePlace{file: clip(c.file, maxPlace)}
	for label := range bytes.Lines(c.labels) {
		if label = bytes.TrimSpace(label); len(label) > 0 && len(where.labels) < maxLabels {
			where.labels = append(where.labels, clip(label, maxPlace))
		}
	}
	if l.places == nil {
		l.places = map[int]casePlace{}
	}
	l.places[i] = where
}

func (l *keptCases) keepName(i int, name string) {
	if l.oddNames == nil {
		l.oddNames = map[int]string{}
	}
	l.oddNames[i] = name
}

// name gives the index of a name; that of the case before is common.
func (l *keptCases) name(b []byte, last uint32) uint32 {
	if int(last) < len(l.names) && l.names[last] == string(b) {
		return last
	}
	l.names = append(l.names, string(b))
	return uint32(len(l.names) - 1)
}

// take gives all cases as they are listed and lets go of them. The table says
// how they ended, and is let go of as well.
func (l *keptCases) take(t *caseTable) []Case {
	ended := make([]caseSlot, l.n)
	for i := range ended {
		hash := l.at(i).hash
		ended[i] = *t.shard(hash).place(hash)
	}
	*t, l.byHash = caseTable{n: t.n}, nil
	all := make([]Case, 0, l.n)
	for n, chunk := range l.chunks {
		for k := range chunk {
			c, s, i := &chunk[k], ended[len(all)], len(all)
			name, odd := l.oddNames[i]
			if !odd {
				name = c.id[len(c.id)-int(c.nameLen):]
			}
			all = append(all, Case{
				ID: c.id, Suite: l.names[c.suite], Class: l.names[c.class], Name: name, Outcome: s.outcome(),
				Flaky: s.outcome() == CasePassed && s.failedBefore(), Runs: int(c.runs), Duration: c.took, Message: l.messages[i],
				File: l.places[i].file, Labels: l.places[i].labels,
			})
		}
		l.chunks[n] = nil
	}
	return all
}
