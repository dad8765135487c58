package headway_test

import (
	"strings"
	"testing"

	"headway"
)

// What the lists of kinds offer, the rules know: no kind may be refused as none.
func TestEveryKindThatIsListedIsKnownToItsRule(t *testing.T) {
	known := func(what string, err error) {
		t.Helper()
		if err != nil && strings.Contains(err.Error(), "is no kind of") {
			t.Errorf("%s is listed and refused: %v", what, err)
		}
	}
	for _, k := range headway.CriterionKinds() {
		known(string(k), headway.Gate{Criteria: []headway.Criterion{{Key: "a", Title: "A", Kind: k}}}.Check())
	}
	for _, k := range headway.StepKinds() {
		known(string(k), headway.Runbook{Steps: []headway.RunbookStep{{Key: "a", Title: "A", Phase: headway.PhaseDeploy, Kind: k}}}.Check())
	}
	for _, k := range headway.ActivityKinds() {
		known(string(k), headway.Playbook{Activities: []headway.PlaybookActivity{{Key: "a", Title: "A", Kind: k, Skill: headway.SkillQA, People: 1}}}.Check())
	}
	for _, k := range headway.EnvironmentKinds() {
		known(string(k), headway.Environment{Key: "a", Name: "A", Kind: k}.Check())
	}
	if err := (headway.Environment{Key: "a", Name: "A", Kind: "moon"}).Check(); err == nil || !strings.Contains(err.Error(), "is no kind of") {
		t.Errorf("an unknown kind: %v", err)
	}
}
