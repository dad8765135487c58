package headway

import (
	"slices"
	"strings"
	"time"
)

// CaseOutcome is how one test case ended in one run, as a letter, so that its
// history is a word.
type CaseOutcome byte

// The outcomes of a case.
const (
	CasePassed  CaseOutcome = 'p'
	CaseFlaky   CaseOutcome = '~' // passed after failing in the same run
	CaseFailed  CaseOutcome = 'f' // an assertion did not hold
	CaseError   CaseOutcome = 'e' // anything else stopped it
	CaseSkipped CaseOutcome = 's'
	CaseAbsent  CaseOutcome = '-' // not in the run
)

// Bad tells whether the outcome is a failure or an error.
func (o CaseOutcome) Bad() bool { return o == CaseFailed || o == CaseError }

// Good tells whether the case passed, at last or at once.
func (o CaseOutcome) Good() bool { return o == CasePassed || o == CaseFlaky }

// String gives the outcome as a word.
func (o CaseOutcome) String() string {
	switch o {
	case CasePassed:
		return "passed"
	case CaseFlaky:
		return "flaky"
	case CaseFailed:
		return "failed"
	case CaseError:
		return "error"
	case CaseSkipped:
		return "skipped"
	case CaseAbsent:
		return "absent"
	}
	return "unknown"
}

// SplitCaseID takes the id of a case apart; the class is the suite when the id
// names one of them only.
func SplitCaseID(id string) (suite, class, name string) {
	parts := strings.Split(id, " :: ")
	switch n := len(parts); n {
	case 1:
		return "", "", id
	case 2:
		return parts[0], parts[0], parts[1]
	default:
		return parts[0], parts[n-2], parts[n-1]
	}
}

// HistoryDepth is over how many runs the history of a case goes back.
const HistoryDepth = 24

// RunRef names a regression run and the candidate that it was about.
type RunRef struct {
	Evidence    string    `json:"evidence"` // id
	CandidateID string    `json:"candidate_id"`
	Candidate   string    `json:"candidate"` // name
	At          time.Time `json:"at"`
}

// RunCase is a case of a regression run. Its id is the same over runs: suite,
// class and name with its parameters.
type RunCase struct {
	ID       string
	History  string // outcomes of this run and of those before it, newest first
	Duration time.Duration
	Message  string   // of the last failure or error
	File     string   // in which it stands; of cases that failed, when the report says so
	Labels   []string // its tags and categories; of cases that failed
}

// Outcome is that of the run itself.
func (c RunCase) Outcome() CaseOutcome {
	if c.History == "" {
		return CaseAbsent
	}
	return CaseOutcome(c.History[0])
}

// CaseRun is every case of a regression run with what became of it in the runs
// of the same team before. Cases that this run lacks stay, as absent, for as
// long as their history remembers them.
type CaseRun struct {
	Runs    []RunRef  // what the letters of a history stand for: the run itself is first
	Cases   []RunCase // by id, each once
	Partial bool      // the report names more cases than are kept: what lacks may not be missing
}

// NewCaseRun makes the run of cases whose histories hold only the present
// outcome, and continues the histories of the run before it; nil when there is
// none. It sorts the cases that it is given.
func NewCaseRun(ref RunRef, cases []RunCase, partial bool, before *CaseRun) CaseRun {
	byID := func(a, b RunCase) int { return strings.Compare(a.ID, b.ID) }
	if !slices.IsSortedFunc(cases, byID) {
		slices.SortStableFunc(cases, byID)
	}
	cases = worstOfEach(cases)
	run := CaseRun{Runs: []RunRef{ref}, Partial: partial}
	if before == nil {
		run.Cases = cases
		return run
	}
	run.Runs = append(run.Runs, before.Runs[:min(len(before.Runs), HistoryDepth-1)]...)
	run.Cases = make([]RunCase, 0, max(len(cases), len(before.Cases)))
	words := histories{}
	old := before.Cases
	unknown := strings.Repeat(string(CaseAbsent), len(run.Runs)-1)
	for _, c := range cases {
		for len(old) > 0 && old[0].ID < c.ID {
			run.absent(words, old[0])
			old = old[1:]
		}
		if len(old) > 0 && old[0].ID == c.ID {
			c.History = words.add(c.Outcome(), old[0].History)
			old = old[1:]
		} else {
			c.History = words.add(c.Outcome(), unknown)
		}
		run.Cases = append(run.Cases, c)
	}
	for _, o := range old {
		run.absent(words, o)
	}
	return run
}

// absent keeps a case that the run lacks while anything of it is remembered.
func (r *CaseRun) absent(words histories, old RunCase) {
	h := words.add(CaseAbsent, old.History)
	if strings.Trim(h, string(CaseAbsent)) != "" {
		r.Cases = append(r.Cases, RunCase{ID: old.ID, History: h, Duration: old.Duration})
	}
}

// worstOfEach leaves one case of each id: a failure is not hidden by a
// namesake that passed.
func worstOfEach(cases []RunCase) []RunCase {
	out := cases[:0]
	for _, c := range cases {
		last := len(out) - 1
		switch {
		case last < 0 || out[last].ID != c.ID:
			out = append(out, c)
		case !out[last].Outcome().Bad():
			out[last] = c
		}
	}
	return out
}

// histories shares equal words: most cases pass in every run.
type histories map[string]string

func (h histories) add(o CaseOutcome, before string) string {
	var word [HistoryDepth]byte
	word[0] = byte(o)
	n := 1 + copy(word[1:], before)
	if known, ok := h[string(word[:n])]; ok {
		return known
	}
	s := string(word[:n])
	h[s] = s
	return s
}

// Find gives the case with an id; nil when the run does not know it.
func (r *CaseRun) Find(id string) *RunCase {
	i, ok := slices.BinarySearchFunc(r.Cases, id, func(c RunCase, id string) int { return strings.Compare(c.ID, id) })
	if !ok {
		return nil
	}
	return &r.Cases[i]
}

// FailingFor counts the candidates in a row, back from this run, in which a
// case failed whenever it ran.
func (r *CaseRun) FailingFor(c RunCase) int {
	n, last := 0, ""
	for i := range min(len(c.History), len(r.Runs)) {
		switch o := CaseOutcome(c.History[i]); {
		case o.Good():
			return n
		case o.Bad() && r.Runs[i].CandidateID != last:
			last = r.Runs[i].CandidateID
			n++
		}
	}
	return n
}

// Flakes counts the runs in which a case ran, and those of them in which it was
// flaky: passed after failing, or ended otherwise than in another run of the
// same candidate.
func (r *CaseRun) Flakes(c RunCase) (flaky, ran int) {
	h := c.History[:min(len(c.History), len(r.Runs))]
	for i := range h {
		o := CaseOutcome(h[i])
		if !o.Good() && !o.Bad() {
			continue
		}
		ran++
		differs := o == CaseFlaky
		for j := range h {
			other := CaseOutcome(h[j])
			if r.Runs[j].CandidateID == r.Runs[i].CandidateID && (o.Good() && other.Bad() || o.Bad() && other.Good()) {
				differs = true
			}
		}
		if differs {
			flaky++
		}
	}
	return flaky, ran
}
