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

// MarshalJSON writes the form of the contract.
func (i Inspection) MarshalJSON() ([]byte, error) {
	switch r := i.Report; {
	case r.Tests != nil:
		return json.Marshal(testsForm(r.Tests))
	case r.Load != nil:
		return json.Marshal(loadForm(r.Load))
	case r.SBOM != nil:
		return json.Marshal(sbomForm(r.SBOM))
	case r.Vulnerabilities != nil:
		return json.Marshal(vulnerabilitiesForm(r.Vulnerabilities))
	case r.Coverage != nil:
		return json.Marshal(coverageForm(r.Coverage))
	}
	return []byte("null"), nil
}
