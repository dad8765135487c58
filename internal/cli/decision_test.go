package cli

import (
	"testing"

	"headway"
	"headway/client"
)

func TestWhatAGoNoGoComesTo(t *testing.T) {
	for _, c := range []struct {
		state, gate string
		want        int
	}{
		{"open", "pass", exitDone},
		{"open", "waiting", exitWaiting},
		{"open", "fail", exitFailed},
		{"go", "fail", exitFailed},
		{"no-go", "pass", exitFailed},
		{"void", "pass", exitWaiting},
		{"void", "fail", exitWaiting},
		{"deployed", "fail", exitDone},
	} {
		d := client.Decision{}
		d.State, d.Outcome = c.state, c.gate
		if got := exitCode(judge(standing(d))); got != c.want {
			t.Errorf("%s, gate %s: exit code %d, want %d", c.state, c.gate, got, c.want)
		}
	}
	if standing(client.Decision{State: string(headway.DecisionGo), Outcome: "pass"}) != headway.Pass {
		t.Error("a go is no go")
	}
}
