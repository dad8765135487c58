package ingest

import "strconv"

// tapLevel is the file or a subtest.
type tapLevel struct {
	up        *tapLevel
	name      string
	todo      bool
	plan      int // -1 without one
	points    int
	cases     int
	bad       int
	seen      map[string]int // how often a description was used: points are never repeats of each other
	announced string         // by the comment before a subtest, or before its point
	child     *tapLevel      // a subtest whose point has not come
	opened    *tapPoint      // the point of child, where it comes first: node-tap's braces
}

type tapCase struct {
	at  *tapLevel
	run caseRun
}

func newTapLevel(up *tapLevel) *tapLevel {
	return &tapLevel{up: up, plan: -1, seen: map[string]int{}}
}

func (l *tapLevel) path() []byte {
	if l.up == nil {
		return nil
	}
	path := l.up.path()
	if len(path) > 0 {
		path = append(path, " > "...)
	}
	if l.name == "" {
		return append(path, "subtest"...)
	}
	return append(path, l.name...)
}

func (l *tapLevel) depth() int {
	if l.up == nil {
		return 0
	}
	return l.up.depth() + 1
}

// missing counts the points of a plan that never came.
func (t *tap) missing(l *tapLevel) error {
	switch {
	case l.plan >= 0 && l.points > l.plan:
		t.sink.notes.addf("the plan declares %d points, counted were %d", l.plan, l.points)
	case l.points+tapMissing < l.plan && t.bailed:
		t.sink.notes.addf("the plan declares %d points, %d came before the run bailed out", l.plan, l.points)
		return nil
	case l.points+tapMissing < l.plan:
		return t.src.refuse("the plan declares %d points, the file has %d: it is truncated", l.plan, l.points)
	}
	for n := l.points + 1; n <= l.plan; n++ {
		run := caseRun{name: strconv.AppendInt([]byte("missing point "), int64(n), 10), outcome: CaseError, message: []byte("the plan names this point and it never came")}
		if err := t.emit(l, run); err != nil {
			return err
		}
	}
	return nil
}
