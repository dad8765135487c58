package agent_test

import (
	"testing"

	"headway"
	"headway/internal/agent"
)

func TestAllowListIsReadOrRefused(t *testing.T) {
	got, err := agent.ReadAllowed([]string{"/opt/switch", " /usr/bin/kubectl  rollout status"})
	if err != nil || len(got) != 2 || len(got[1]) != 3 || got[1][2] != "status" {
		t.Errorf("%q, %v", got, err)
	}
	for name, lines := range map[string][]string{
		"none": nil, "blank": {" "}, "found by PATH": {"kubectl"}, "relative": {"./switch"}, "climbs": {"/opt/../bin/sh"}, "one of two": {"/bin/true", "sh"},
	} {
		if got, err := agent.ReadAllowed(lines); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestAgentWithoutAllowListDoesNotStart(t *testing.T) {
	s := &server{}
	a := agent.Agent{Server: s, Programme: "p", Name: "a"}
	if err := a.Run(t.Context()); headway.KindOf(err) != headway.Invalid || s.claims != 0 {
		t.Errorf("%v after %d claims", err, s.claims)
	}
}
