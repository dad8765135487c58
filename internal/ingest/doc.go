// Package ingest turns bytes that come in into values: test reports, load
// results and release histories that other tools wrote.
//
// It is pure: no file is opened, no clock is asked. Readers stream in constant
// memory, tell formats apart by content and never by file name, and refuse what
// is truncated, ambiguous or larger than Limits with a headway.Error that names
// file, line and reason, and a way out. What they pass on was counted: a count
// that a file declares is compared and, when it lies, becomes a note.
//
// The normal forms: TestReport (suites, runs, cases after merging repeats),
// LoadReport (transactions with percentiles), SBOMReport (components),
// VulnerabilityReport (findings) and CoverageReport. Read takes one stream,
// ReadAll several files or archives merged into one report, Inspect gives
// what `headway evidence inspect --json` prints and its verdict. ManualCases
// reads test cases for people from CSV, Owners an attribution file.
//
// Terms. A run is one execution of a test case; a case is what its runs add up
// to: the last run that was not skipped decides, and a case that passed after
// failing is flaky. A case is known again in the next release by its CaseID.
//
// Release histories: Releases(r, name) yields the rows of a CSV file with the
// columns series, team, deliverable, model, version, released_at (and type), in
// any order:
//
//	for row, err := range ingest.Releases(file, "releases.csv") {
//		if err != nil { return err } // names file:line; nothing follows it
//		switch row.Version.Stage {
//		case ingest.StageFinal:     // row.Version.Release went to production at row.ReleasedAt
//		case ingest.StageCandidate: // candidate row.Version.Number of row.Version.Release was shelved
//		case ingest.StageBeta, ingest.StageTag: // neither
//		}
//	}
package ingest
