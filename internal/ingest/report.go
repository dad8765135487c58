package ingest

import (
	"encoding/json"
	"math"
	"time"
)

// Kind says which of the normal forms a report has.
type Kind string

// The kinds of report.
const (
	KindTests           Kind = "tests"
	KindLoad            Kind = "load"
	KindSBOM            Kind = "sbom"
	KindVulnerabilities Kind = "vulnerabilities"
	KindCoverage        Kind = "coverage"
)

// isRun tells reports of something that was run and judged itself.
func (k Kind) isRun() bool { return k == KindTests || k == KindLoad }

// Report is what was read: exactly one of its parts is set, as Kind says.
type Report struct {
	Kind            Kind
	Tests           *TestReport
	Load            *LoadReport
	SBOM            *SBOMReport
	Vulnerabilities *VulnerabilityReport
	Coverage        *CoverageReport
}

// CaseOutcome is how one test case ended.
type CaseOutcome string

// The outcomes of a case. A failure is an assertion that did not hold; an
// error is anything else that stopped the case.
const (
	CasePassed  CaseOutcome = "passed"
	CaseFailed  CaseOutcome = "failed"
	CaseError   CaseOutcome = "error"
	CaseSkipped CaseOutcome = "skipped"
)

// Bad tells whether the outcome is a failure or an error.
func (o CaseOutcome) Bad() bool { return o == CaseFailed || o == CaseError }

// Case is one test case after its repeats were merged: the last run that was
// not skipped decides.
type Case struct {
	ID       string // stable over runs: see CaseID
	Suite    string // nested suites joined by " > "
	Class    string
	Name     string // with its parameters
	Outcome  CaseOutcome
	Flaky    bool // passed after failing
	Runs     int  // how often it ran, 1 without repeats
	Duration time.Duration
	Message  string   // of the last failure, error or skip; capped
	File     string   // in which it stands; of cases that failed, when the report says so
	Labels   []string // its tags and categories; of cases that failed
}

// TestReport is the normal form of a regression run. Tests = Passed + Failed +
// Errors + Skipped; Flaky is a part of Passed. All are counted from the cases,
// never taken from what the file declares.
type TestReport struct {
	Format   string
	Suites   int
	Runs     int // before merging repeats
	Tests    int
	Passed   int
	Failed   int // assertion failures
	Errors   int
	Skipped  int
	Flaky    int
	Duration time.Duration // sum over all runs
	Cases    []Case        // in the order of first appearance; at most Limits.KeepCases that passed
	Partial  bool          // Cases does not hold every case: counts are right, comparisons are not
	Notes    []string
}

// Figure is a measured number that a report may lack: NaN means not known,
// which JSON shows as null.
type Figure float64

// Unknown is the Figure that a report does not have.
func Unknown() Figure { return Figure(math.NaN()) }

// Known tells whether there is a number.
func (f Figure) Known() bool { return !math.IsNaN(float64(f)) }

// MarshalJSON writes null for an unknown figure.
func (f Figure) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

// UnmarshalJSON reads null as an unknown figure.
func (f *Figure) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*f = Unknown()
		return nil
	}
	var v float64
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*f = Figure(v)
	return nil
}

// Transaction holds the figures of one named request or step of a load run.
// Percentiles are by nearest rank: the smallest value that at least that share
// of the samples does not exceed.
type Transaction struct {
	Name       string  `json:"name,omitempty"`
	Count      int64   `json:"count"` // -1 when the report does not tell it, which JSON shows as null
	Errors     int64   `json:"errors"`
	ErrorRate  Figure  `json:"error_rate"` // 0–1
	Throughput Figure  `json:"throughput"` // per second
	MeanMS     Figure  `json:"mean_ms"`
	P50MS      Figure  `json:"p50_ms"`
	P90MS      Figure  `json:"p90_ms"`
	P95MS      Figure  `json:"p95_ms"`
	P99MS      Figure  `json:"p99_ms"`
	MaxMS      Figure  `json:"max_ms"`
	Group      bool    `json:"group,omitempty"` // made of other samples (a JMeter transaction): not counted in the total
	hist       *sketch // nil when the file held figures only
}

// MarshalJSON writes null for a count that is not known.
func (t Transaction) MarshalJSON() ([]byte, error) {
	type figures Transaction
	known := func(n int64) *int64 {
		if n < 0 {
			return nil
		}
		return &n
	}
	return json.Marshal(struct {
		Name   string `json:"name,omitempty"`
		Count  *int64 `json:"count"`
		Errors *int64 `json:"errors"`
		figures
	}{t.Name, known(t.Count), known(t.Errors), figures(t)})
}

// Threshold is a criterion that the load tool itself judged.
type Threshold struct {
	Expr string `json:"expr"`
	OK   bool   `json:"ok"`
}

// LoadReport is the normal form of a load run.
type LoadReport struct {
	Format       string
	Total        Transaction
	Transactions []Transaction // by name
	Thresholds   []Threshold
	Start, End   time.Time // of the first and after the last sample; zero when the file does not say
	Notes        []string
	times        timeline
}
