package headway

import "time"

// Scenario is a named what-if: changes to the facts of a programme, and the
// plan that they would give. It is never published; taking it makes its
// changes facts.
type Scenario struct {
	ID, ProgrammeID string
	Key, Name       string
	Note            string
	Changes         WhatIf
	Plan            Plan // as computed last, of Plan.Revision
	By, ByName      string
	At              time.Time
	TakenAt         time.Time // zero while it is only an idea
	Version         int64
}

// ScenarioLimit is how many scenarios a programme keeps.
const ScenarioLimit = 50

// Check refuses scenarios without a name or with nothing to try.
func (s Scenario) Check() error {
	if err := CheckKey("scenario.key", s.Key); err != nil {
		return err
	}
	if err := CheckName("scenario.name", s.Name); err != nil {
		return err
	}
	if len(s.Note) > 1000 {
		return Invalidf("scenario.note", "the note has %d bytes, at most 1,000 fit", len(s.Note))
	}
	if s.Changes.Count() == 0 {
		return Invalidf("scenario.changes", "a scenario without a change is the plan itself").WithHint("try at least one change")
	}
	return s.Changes.Check()
}
