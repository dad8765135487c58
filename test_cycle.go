package headway

import (
	"fmt"
	"time"
)

// ManualOutcome is what a person found of a manual case.
type ManualOutcome string

// The outcomes of a manual case; empty: nobody has worked it yet.
const (
	ManualOpen    ManualOutcome = ""
	ManualPassed  ManualOutcome = "passed"
	ManualFailed  ManualOutcome = "failed"
	ManualBlocked ManualOutcome = "blocked" // could not be worked: why stands in the note
	ManualSkipped ManualOutcome = "skipped" // need not be worked this time
)

// CycleStep is one step of a manual case; one of the two may be empty.
type CycleStep struct {
	Action   string `json:"action,omitempty"`
	Expected string `json:"expected,omitempty"`
}

// CycleCase is a manual case of a test cycle with what a person found.
type CycleCase struct {
	Number       int         `json:"-"` // in the cycle, from 1
	Key          string      `json:"key,omitempty"`
	Title        string      `json:"title"`
	Component    string      `json:"component,omitempty"`
	Precondition string      `json:"precondition,omitempty"`
	Priority     string      `json:"priority,omitempty"`
	Steps        []CycleStep `json:"steps,omitempty"`

	Outcome     ManualOutcome `json:"-"`
	Note        string        `json:"-"`
	Attachments []Artifact    `json:"-"`
	At          time.Time     `json:"-"`
	By, ByName  string        `json:"-"`
	Version     int           `json:"-"`
}

// TestCycle is a list of manual cases to be worked through on one candidate.
type TestCycle struct {
	ID, ProgrammeID, CandidateID string
	Title                        string
	CreatedAt                    time.Time
	CreatedByName                string
	Counts                       map[ManualOutcome]int // of its cases
}

// Cases counts the cases of the cycle.
func (c TestCycle) Cases() int {
	n := 0
	for _, k := range c.Counts {
		n += k
	}
	return n
}

// Record sets what a person found. A failure or a block says why.
func (c CycleCase) Record(outcome ManualOutcome, note string) (CycleCase, error) {
	switch outcome {
	case ManualOpen, ManualPassed, ManualSkipped:
	case ManualFailed, ManualBlocked:
		if err := CheckText("note", note, 8<<10); err != nil {
			return c, Invalidf("note", "a case that %s says what was seen", outcome).WithHint("write it into the note")
		}
	default:
		return c, Invalidf("outcome", "%q is no outcome of a manual case", outcome).WithHint("use passed, failed, blocked or skipped")
	}
	if note != "" {
		if err := CheckText("note", note, 8<<10); err != nil {
			return c, err
		}
	}
	c.Outcome, c.Note = outcome, note
	return c, nil
}

// JudgeCycles wants every case of a candidate's test cycles worked, and none
// failed or blocked.
func JudgeCycles(cycles []TestCycle) (Outcome, string) {
	if len(cycles) == 0 {
		return Waiting, "no test cycle has been opened for this candidate"
	}
	total := map[ManualOutcome]int{}
	all := 0
	for _, c := range cycles {
		for o, n := range c.Counts {
			total[o] += n
			all += n
		}
	}
	switch {
	case total[ManualFailed] > 0:
		return Fail, fmt.Sprintf("%d of %d manual cases failed", total[ManualFailed], all)
	case total[ManualBlocked] > 0:
		return Waiting, fmt.Sprintf("%d of %d manual cases are blocked", total[ManualBlocked], all)
	case total[ManualOpen] > 0:
		return Waiting, fmt.Sprintf("%d of %d manual cases are still to be worked", total[ManualOpen], all)
	case total[ManualPassed] == 0:
		return Fail, fmt.Sprintf("no manual case passed: %d were skipped", total[ManualSkipped])
	}
	reason := fmt.Sprintf("%d of %d manual cases passed", total[ManualPassed], all)
	if n := total[ManualSkipped]; n > 0 {
		reason += fmt.Sprintf(", %d skipped", n)
	}
	return Pass, reason
}
