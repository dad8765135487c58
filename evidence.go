package headway

import "time"

// EvidenceKind says what a piece of evidence proves.
type EvidenceKind string

// The kinds of evidence.
const (
	RegressionRun EvidenceKind = "regression"
	LoadRun       EvidenceKind = "load"
	ManualResult  EvidenceKind = "manual"
)

// Evidence is a report about one candidate, kept by digest with what was read from it.
type Evidence struct {
	ID, ProgrammeID, CandidateID string
	Kind                         EvidenceKind
	Format                       string // as told by internal/ingest
	FileName                     string
	SHA256                       string
	Size                         int64
	Environment                  string // key, may be empty
	Tests                        *TestSummary
	Load                         *LoadSummary
	Notes                        []string // what the reader noticed, lies included
	Outcome                      Outcome
	Reasons                      []string
	AddedAt                      time.Time
	AddedBy                      string
	AddedByName                  string
}

// TestSummary counts the cases of a regression run after merging repeats.
type TestSummary struct {
	Tests     int           `json:"tests"`
	Passed    int           `json:"passed"`
	Failed    int           `json:"failed"`
	Errors    int           `json:"errors"`
	Skipped   int           `json:"skipped"`
	Flaky     int           `json:"flaky"`
	Runs      int           `json:"runs"`
	Duration  time.Duration `json:"duration"`
	NotPassed []CaseResult  `json:"not_passed,omitempty"` // failing cases, capped
}

// CaseResult is one test case that did not pass.
type CaseResult struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
	Message string `json:"message,omitempty"`
}

// LoadSummary is the measured result of a load run.
type LoadSummary struct {
	Total        LoadFigure   `json:"total"`
	Transactions []LoadFigure `json:"transactions,omitempty"`
}

// LoadFigure holds the figures of one transaction or of the total. Times are
// milliseconds; a figure that the report does not have is -1.
type LoadFigure struct {
	Name       string  `json:"name,omitempty"`
	Count      int64   `json:"count"`
	Errors     int64   `json:"errors"`
	ErrorRate  float64 `json:"error_rate"` // 0–1
	Throughput float64 `json:"throughput"` // per second
	MeanMS     float64 `json:"mean_ms"`
	P50MS      float64 `json:"p50_ms"`
	P90MS      float64 `json:"p90_ms"`
	P95MS      float64 `json:"p95_ms"`
	P99MS      float64 `json:"p99_ms"`
	MaxMS      float64 `json:"max_ms"`
}

// activityOf says which kind of operations work makes a kind of evidence.
func activityOf(k EvidenceKind) ActivityKind {
	switch k {
	case RegressionRun:
		return KindRegression
	case LoadRun:
		return KindLoadTest
	}
	return KindTask
}

// CountingEvidence finds the newest evidence of a kind that counts for a
// candidate: its own, or of an earlier candidate of the release when the
// playbook has such work and does not want it again for a fix. given is all
// evidence of the release, newest first; nil means there is none.
func CountingEvidence(given []Evidence, c Candidate, book Playbook, kind EvidenceKind) *Evidence {
	var earlier *Evidence
	for i, e := range given {
		switch {
		case e.Kind != kind:
		case e.CandidateID == c.ID:
			return &given[i]
		case earlier == nil:
			earlier = &given[i]
		}
	}
	if book.RunsAgain(activityOf(kind)) {
		return nil
	}
	return earlier
}

// RunsAgain tells whether work of a kind must be done again for a fix; work
// that the playbook does not hold must be.
func (p Playbook) RunsAgain(kind ActivityKind) bool {
	known := false
	for _, a := range p.Activities {
		if a.Kind == kind {
			known = true
			if a.RerunOnFix {
				return true
			}
		}
	}
	return !known
}
