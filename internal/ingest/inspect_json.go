package ingest

import headway "headway"

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

func testsForm(t *TestReport) testsJSON {
	out := testsJSON{
		Kind: KindTests, Format: t.Format, Suites: t.Suites, Runs: t.Runs, Tests: t.Tests, Passed: t.Passed, Failed: t.Failed,
		Errors: t.Errors, Skipped: t.Skipped, Flaky: t.Flaky, Duration: t.Duration.Seconds(), Partial: t.Partial,
		Cases: make([]caseJSON, len(t.Cases)), Notes: orEmpty(t.Notes),
	}
	for k := range t.Cases {
		out.Cases[k] = caseForm(&t.Cases[k])
	}
	return out
}

func caseForm(c *Case) caseJSON {
	return caseJSON{
		ID: c.ID, Suite: c.Suite, Class: c.Class, Name: c.Name, Outcome: c.Outcome, Flaky: c.Flaky,
		Runs: c.Runs, Duration: c.Duration.Seconds(), Message: c.Message,
	}
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

func loadForm(l *LoadReport) loadJSON {
	out := loadJSON{
		Kind: KindLoad, Format: l.Format, Total: l.Total, Transactions: orEmpty(l.Transactions),
		Thresholds: orEmpty(l.Thresholds), Notes: orEmpty(l.Notes),
	}
	if !l.Start.IsZero() {
		out.Start, out.End = l.Start.Format(instant), l.End.Format(instant)
	}
	return out
}

type sbomJSON struct {
	Kind       Kind                `json:"kind"`
	Format     string              `json:"format"`
	Subject    string              `json:"subject"`
	Components int                 `json:"components"` // after merging repeats
	Listed     int                 `json:"listed"`     // before
	Licences   map[string]int      `json:"licences"`   // "" counts those that are not known
	Parts      []headway.Component `json:"parts"`
	Notes      []string            `json:"notes"`
}

func sbomForm(s *SBOMReport) sbomJSON {
	return sbomJSON{
		Kind: KindSBOM, Format: s.Format, Subject: s.SBOM.Subject, Components: len(s.SBOM.Components), Listed: s.Listed,
		Licences: s.SBOM.LicenceCounts(), Parts: orEmpty(s.SBOM.Components), Notes: orEmpty(s.Notes),
	}
}

type vulnerabilitiesJSON struct {
	Kind    Kind   `json:"kind"`
	Format  string `json:"format"`
	Scanner string `json:"scanner"`
	headway.VulnerabilityCounts
	Incomplete bool                    `json:"incomplete,omitempty"`
	Findings   []headway.Vulnerability `json:"findings"`
	Notes      []string                `json:"notes"`
}

func vulnerabilitiesForm(v *VulnerabilityReport) vulnerabilitiesJSON {
	return vulnerabilitiesJSON{
		Kind: KindVulnerabilities, Format: v.Format, Scanner: v.Scanner, VulnerabilityCounts: v.Counts,
		Incomplete: v.Incomplete, Findings: orEmpty(v.Findings), Notes: orEmpty(v.Notes),
	}
}

type coverageJSON struct {
	Kind       Kind          `json:"kind"`
	Format     string        `json:"format"`
	Of         string        `json:"of"` // what rate speaks of: statements or lines
	Rate       Figure        `json:"rate"`
	Statements coveredJSON   `json:"statements"`
	Lines      coveredJSON   `json:"lines"`
	Branches   coveredJSON   `json:"branches"`
	Functions  coveredJSON   `json:"functions"`
	Files      int           `json:"files"`
	Parts      []coveredPart `json:"parts"`
	Notes      []string      `json:"notes"`
}

type coveredJSON struct {
	headway.Covered
	Rate Figure `json:"rate"` // 0–1, null when the report does not speak of it
}

type coveredPart struct {
	Name string `json:"name"`
	coveredJSON
}

func coveredForm(c headway.Covered) coveredJSON {
	out := coveredJSON{Covered: c, Rate: Unknown()}
	if rate, ok := c.Rate(); ok {
		out.Rate = Figure(rate)
	}
	return out
}

func coverageForm(c *CoverageReport) coverageJSON {
	main, of := c.Main()
	out := coverageJSON{
		Kind: KindCoverage, Format: c.Format, Of: of, Rate: coveredForm(main).Rate,
		Statements: coveredForm(c.Statements), Lines: coveredForm(c.Lines), Branches: coveredForm(c.Branches), Functions: coveredForm(c.Functions),
		Files: c.Files, Parts: make([]coveredPart, len(c.Parts)), Notes: orEmpty(c.Notes),
	}
	for i, p := range c.Parts {
		out.Parts[i] = coveredPart{p.Name, coveredForm(p.Covered)}
	}
	return out
}

const instant = "2006-01-02T15:04:05.000Z07:00"

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
