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
