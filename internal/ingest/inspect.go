package ingest

import (
	"encoding/json"

	headway "headway"
)

// Inspection is what `headway evidence inspect` understood of files. Its JSON
// is a contract with scripts outside.
type Inspection struct{ Report Report }

// Inspect reads files and tells what was understood. It judges nothing beyond
// what the files say themselves.
func Inspect(sources []Source, lim Limits) (Inspection, error) {
	rep, err := ReadAll(sources, lim)
	return Inspection{Report: rep}, err
}

// Outcome is Fail when a case failed or ended in an error, when no case ran,
// or when a threshold that the load tool judged did not hold.
func (i Inspection) Outcome() headway.Outcome {
	if t := i.Report.Tests; t != nil && (t.Failed+t.Errors > 0 || t.Skipped == t.Tests) {
		return headway.Fail
	}
	if l := i.Report.Load; l != nil {
		for _, t := range l.Thresholds {
			if !t.OK {
				return headway.Fail
			}
		}
	}
	return headway.Pass
}

type testsJSON struct {
	Kind     Kind       `json:"kind"`
	Format   string     `json:"format"`
	Suites   int        `json:"suites"`
	Runs     int        `json:"runs"`
	Tests    int        `json:"tests"`
	Passed   int        `json:"passed"`
	Failed   int        `json:"failed"`
	Errors   int        `json:"errors"`
	Skipped  int        `json:"skipped"`
	Flaky    int        `json:"flaky"`
	Duration float64    `json:"duration_s"`
	Partial  bool       `json:"partial,omitempty"`
	Cases    []caseJSON `json:"cases"`
	Notes    []string   `json:"notes"`
}

type caseJSON struct {
	ID       string      `json:"id"`
	Suite    string      `json:"suite,omitempty"`
	Class    string      `json:"class,omitempty"`
	Name     string      `json:"name"`
	Outcome  CaseOutcome `json:"outcome"`
	Flaky    bool        `json:"flaky,omitempty"`
	Runs     int         `json:"runs"`
	Duration float64     `json:"duration_s"`
	Message  string      `json:"message"`
}

type loadJSON struct {
	Kind         Kind          `json:"kind"`
	Format       string        `json:"format"`
	Total        Transaction   `json:"total"`
	Transactions []Transaction `json:"transactions"`
	Thresholds   []Threshold   `json:"thresholds"`
	Start        string        `json:"start,omitempty"`
	End          string        `json:"end,omitempty"`
	Notes        []string      `json:"notes"`
}

// MarshalJSON writes the form of the contract.
func (i Inspection) MarshalJSON() ([]byte, error) {
	if l := i.Report.Load; l != nil {
		out := loadJSON{
			Kind: KindLoad, Format: l.Format, Total: l.Total, Transactions: orEmpty(l.Transactions),
			Thresholds: orEmpty(l.Thresholds), Notes: orEmpty(l.Notes),
		}
		if !l.Start.IsZero() {
			out.Start, out.End = l.Start.Format(instant), l.End.Format(instant)
		}
		return json.Marshal(out)
	}
	t := i.Report.Tests
	if t == nil {
		return []byte("null"), nil
	}
	out := testsJSON{
		Kind: KindTests, Format: t.Format, Suites: t.Suites, Runs: t.Runs, Tests: t.Tests, Passed: t.Passed, Failed: t.Failed,
		Errors: t.Errors, Skipped: t.Skipped, Flaky: t.Flaky, Duration: t.Duration.Seconds(), Partial: t.Partial,
		Cases: make([]caseJSON, len(t.Cases)), Notes: orEmpty(t.Notes),
	}
	for k, c := range t.Cases {
		out.Cases[k] = caseJSON{
			ID: c.ID, Suite: c.Suite, Class: c.Class, Name: c.Name, Outcome: c.Outcome, Flaky: c.Flaky,
			Runs: c.Runs, Duration: c.Duration.Seconds(), Message: c.Message,
		}
	}
	return json.Marshal(out)
}

const instant = "2006-01-02T15:04:05.000Z07:00"

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
