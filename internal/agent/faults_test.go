package agent_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/client"
	"headway/internal/agent"
)

// faulty is a server that misbehaves after the effect: each fault once.
type faulty struct {
	server
	fault   string
	reports int
}

func (f *faulty) ClaimCommand(ctx context.Context, programme string, in client.Claim) (client.Claimed, error) {
	cmd, err := f.server.ClaimCommand(ctx, programme, in)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fault == "the claim's answer is lost" && cmd.Step != "" {
		return client.Claimed{}, headway.Errorf(headway.Unavailable, "connection reset")
	}
	if f.fault == "the claim's answer is lost" {
		f.end()
	}
	return cmd, err
}

func (f *faulty) BeatCommand(ctx context.Context, programme, step string, in client.Beat) (client.Lease, error) {
	if f.fault == "heartbeats hang" {
		<-ctx.Done()
		return client.Lease{}, ctx.Err()
	}
	return f.server.BeatCommand(ctx, programme, step, in)
}

func (f *faulty) FinishCommand(ctx context.Context, programme, step string, in client.CommandResult) error {
	f.reports++
	if f.fault == "500 after the outcome was taken" && f.reports == 1 {
		return headway.Errorf(headway.Internal, "it broke")
	}
	if f.fault == "the outcome is refused" {
		f.end()
		return headway.Conflictf("the lease of this command is lost")
	}
	return f.server.FinishCommand(ctx, programme, step, in)
}

// TestAServerThatMisbehavesStartsNothingTwice counts what the program did.
func TestAServerThatMisbehavesStartsNothingTwice(t *testing.T) {
	for name, c := range map[string]struct {
		runs, reports int
		killed        bool
	}{
		"nothing":                         {1, 1, false},
		"the claim's answer is lost":      {0, 0, false}, // the server finds the lease gone and shows the step as unknown
		"500 after the outcome was taken": {1, 2, false},
		"the outcome is refused":          {1, 1, false},
		"heartbeats hang":                 {1, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ledger := filepath.Join(t.TempDir(), "ledger")
			script := "echo ran >> " + ledger
			if c.killed {
				script += "; sleep 60"
			}
			allow, err := agent.ReadAllowed([]string{"/bin/sh"})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			f := &faulty{fault: name, server: server{end: cancel, cmd: client.Claimed{Step: "s", Token: "t", Command: []string{"/bin/sh", "-c", script}, Timeout: 60, Beat: 1}}}
			a := agent.Agent{Server: f, Programme: "p", Name: "a", Allow: allow, Every: time.Millisecond, Log: slog.New(slog.DiscardHandler)}
			if err := a.Run(ctx); err != nil {
				t.Fatal(err)
			}
			wrote, err := os.ReadFile(ledger)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if runs := strings.Count(string(wrote), "ran"); runs != c.runs || f.reports != c.reports {
				t.Errorf("it ran %d times and was reported %d times, want %d and %d", runs, f.reports, c.runs, c.reports)
			}
			if c.killed && (f.result == nil || !f.result.Killed) {
				t.Errorf("without a lease the program went on: %+v", f.result)
			}
		})
	}
}
