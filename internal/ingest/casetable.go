package ingest

// caseTable finds the entry of a case by the hash of its identity. It grows
// without copying entries and holds no pointers, so that a million cases take
// about 30 MB and cost the garbage collector nothing.
type caseTable struct {
	slots  []uint32 // index of an entry + 1; open addressing, a power of two long
	chunks [][]caseEntry
	n      int
}

const chunkBits = 12

func (t *caseTable) at(i int) *caseEntry { return &t.chunks[i>>chunkBits][i&(1<<chunkBits-1)] }

// find gives the entry with a hash, and whether it was there already; a new one is empty.
func (t *caseTable) find(hash uint64) (e *caseEntry, seen bool) {
	if t.n*4 >= len(t.slots)*3 {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	i := hash & mask
	for ; t.slots[i] != 0; i = (i + 1) & mask {
		if e := t.at(int(t.slots[i] - 1)); e.hash == hash {
			return e, true
		}
	}
	if t.n>>chunkBits == len(t.chunks) {
		t.chunks = append(t.chunks, make([]caseEntry, 1<<chunkBits))
	}
	t.n++
	t.slots[i] = uint32(t.n)
	e = t.at(t.n - 1)
	e.hash = hash
	return e, false
}

func (t *caseTable) grow() {
	t.slots = make([]uint32, max(1<<chunkBits, 2*len(t.slots)))
	mask := uint64(len(t.slots) - 1)
	for k := range t.n {
		i := t.at(k).hash & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = uint32(k + 1)
	}
}

// caseList keeps cases in chunks, so that growing copies none.
type caseList struct {
	chunks [][]Case
	n      int
}

func (l *caseList) at(i int32) *Case { return &l.chunks[i>>chunkBits][i&(1<<chunkBits-1)] }

func (l *caseList) add(c Case) int32 {
	if l.n>>chunkBits == len(l.chunks) {
		l.chunks = append(l.chunks, make([]Case, 0, 1<<chunkBits))
	}
	last := len(l.chunks) - 1
	l.chunks[last] = append(l.chunks[last], c)
	l.n++
	return int32(l.n - 1)
}

// take gives all cases in one slice and lets go of the chunks.
func (l *caseList) take() []Case {
	if len(l.chunks) == 1 {
		return l.chunks[0]
	}
	all := make([]Case, 0, l.n)
	for i, c := range l.chunks {
		all = append(all, c...)
		l.chunks[i] = nil
	}
	return all
}
