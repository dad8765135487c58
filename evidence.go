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

// JudgedEvidence lists the kinds that criteria look at.
func JudgedEvidence() []EvidenceKind {
	return []EvidenceKind{RegressionRun, LoadRun, BillOfMaterials, VulnerabilityScan, CoverageRun}
}

// Evidence is a report about one candidate, kept by digest with what was read from it.
type Evidence struct {
	ID, ProgrammeID, CandidateID string
	Kind                         EvidenceKind
	Format                       string // as told by internal/ingest
	FileName                     string
	SHA256                       string
	Size                         int64
	Environment                  string // key, may be empty
	Conditions                   RunConditions
	Tests                        *TestSummary
	Load                         *LoadSummary
	Attachments                  []Attachment    // only where one piece of evidence is looked at
	Normal                       string          // digest of the file that holds its cases or components, empty when there is none
	Detail                       *EvidenceDetail // figures of the further kinds
	Notes                        []string        // what the reader noticed, lies included
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
	Muted     int           `json:"muted,omitempty"` // of those that did not pass: known failures when it came in
	Duration  time.Duration `json:"duration"`
	NotPassed []CaseResult  `json:"not_passed,omitempty"` // failing cases, capped
}

// CaseResult is one test case that did not pass.
type CaseResult struct {
	ID        string   `json:"id"`
	Outcome   string   `json:"outcome"`
	Message   string   `json:"message,omitempty"`
	File      string   `json:"file,omitempty"`      // in which it stands, when the report says so
	Labels    []string `json:"labels,omitempty"`    // its tags and categories
	Muted     bool     `json:"muted,omitempty"`     // a known failure when it came in: it opened no defect
	Team      string   `json:"team,omitempty"`      // key of the team that it belongs to, when rules say so
	Component string   `json:"component,omitempty"` // pattern of the rule that says so
}

// EvidenceDetail holds the figures of evidence that is neither a regression nor
// a load run: one part is set.
type EvidenceDetail struct {
	SBOM     *SBOMSummary         `json:"sbom,omitempty"`
	Scan     *VulnerabilityReport `json:"scan,omitempty"`
	Coverage *Coverage            `json:"coverage,omitempty"`
	Load     *LoadDetail          `json:"load,omitempty"` // beside the summary of a load run
}

// SBOMSummary counts the components of a bill of materials.
type SBOMSummary struct {
	Subject    string         `json:"subject,omitempty"`
	Components int            `json:"components"`
	Licences   map[string]int `json:"licences,omitempty"` // the most frequent ones; empty text: not known
}

// VulnerabilityReport counts what a scanner found, and names the worst.
type VulnerabilityReport struct {
	Scanner    string              `json:"scanner,omitempty"`
	Counts     VulnerabilityCounts `json:"counts"`
	Worst      []Vulnerability     `json:"worst,omitempty"`      // capped
	Incomplete bool                `json:"incomplete,omitempty"` // the scanner did not get through
}

// LoadDetail is what pages draw of a load run: of the total and of the largest
// transactions.
type LoadDetail struct {
	Start    time.Time    `json:"start,omitzero"`
	Seconds  float64      `json:"seconds,omitempty"`
	Curves   []LoadCurve  `json:"curves,omitempty"`
	Timeline []LoadMoment `json:"timeline,omitempty"`
}

// LoadCurve is the distribution of one transaction's times: its value at each
// of LoadQuantiles, in milliseconds.
type LoadCurve struct {
	Name string    `json:"name,omitempty"` // empty: the total
	MS   []float64 `json:"ms"`
}

// LoadMoment is one span of equal length of a load run.
type LoadMoment struct {
	Second float64 `json:"second"` // since the start
	Span   float64 `json:"span"`   // seconds that it lasts
	Count  int64   `json:"count"`
	Errors int64   `json:"errors"`
	MeanMS float64 `json:"mean_ms"`
	MaxMS  float64 `json:"max_ms"`
}

// LoadQuantiles are the shares at which a LoadCurve is known.
func LoadQuantiles() []float64 {
	return []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999, 1}
}

// LoadSummary is the measured result of a load run.
type LoadSummary struct {
	Total        LoadFigure   `json:"total"`
	Transactions []LoadFigure `json:"transactions,omitempty"`
}

// LoadFigure holds the figures of one transaction or of the total. Times are
// milliseconds; a figure or count that the report does not have is -1.
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
