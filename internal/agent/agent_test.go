package agent_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/client"
	"headway/internal/agent"
)

// server gives one command, then ends the agent.
type server struct {
	mu     sync.Mutex
	cmd    client.Claimed
	beat   error // answer to heartbeats
	end    context.CancelFunc
	result *client.CommandResult
	claims int
}

func (s *server) ClaimCommand(context.Context, string, client.Claim) (client.Claimed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.claims++
	cmd := s.cmd
	s.cmd = client.Claimed{}
	return cmd, nil
}

func (s *server) BeatCommand(context.Context, string, string, client.Beat) (client.Lease, error) {
	return client.Lease{}, s.beat
}

func (s *server) FinishCommand(_ context.Context, _, _ string, in client.CommandResult) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.result = &in
	s.end()
	return nil
}

func TestCommands(t *testing.T) {
	lost := headway.Conflictf("the lease of this command is lost")
	tests := map[string]struct {
		command []string
		allow   string
		timeout int
		beat    error
		want    client.CommandResult
		says    string
	}{
		"succeeds":             {[]string{"/bin/sh", "-c", `echo "$HEADWAY_VERSION$HEADWAY_TOKEN$KEPT"`}, "", 60, nil, client.CommandResult{Started: true}, "2.0.0kept\n"},
		"no shell":             {[]string{"/bin/echo", "$HOME; ls"}, "", 60, nil, client.CommandResult{Started: true}, "$HOME; ls\n"},
		"fails":                {[]string{"/bin/sh", "-c", "echo no >&2; exit 3"}, "", 60, nil, client.CommandResult{Started: true, ExitCode: 3}, "no\n"},
		"is not there":         {[]string{"/no/such/program"}, "", 60, nil, client.CommandResult{}, "not started"},
		"is not allowed":       {[]string{"/bin/echo"}, "/bin/true", 60, nil, client.CommandResult{}, "not allowed to run /bin/echo"},
		"is allowed so":        {[]string{"/bin/echo", "rollout", "all"}, "/bin/echo rollout", 60, nil, client.CommandResult{Started: true}, "rollout all\n"},
		"is not allowed so":    {[]string{"/bin/echo", "delete", "all"}, "/bin/echo rollout", 60, nil, client.CommandResult{}, "not allowed to run /bin/echo delete all"},
		"is too short":         {[]string{"/bin/echo"}, "/bin/echo rollout", 60, nil, client.CommandResult{}, "not allowed"},
		"runs out of time":     {[]string{"/bin/sh", "-c", "sleep 60 & wait"}, "", 1, nil, client.CommandResult{Started: true, ExitCode: -1, Killed: true}, "ended by the agent"},
		"loses its lease":      {[]string{"/bin/sleep", "60"}, "", 60, lost, client.CommandResult{Started: true, ExitCode: -1, Killed: true}, "ended by the agent"},
		"is killed by another": {[]string{"/bin/sh", "-c", "kill -9 $$"}, "", 60, nil, client.CommandResult{Started: true, ExitCode: -1, Killed: true}, "signal"},
		"says a lot":           {[]string{"/bin/sh", "-c", "yes 0123456789 | head -c 1000000; echo end"}, "", 60, nil, client.CommandResult{Started: true}, "end\n"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.allow == "" {
				c.allow = c.command[0]
			}
			allow, err := agent.ReadAllowed([]string{c.allow})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			s := &server{end: cancel, beat: c.beat, cmd: client.Claimed{
				Step: "s", Token: "t", Command: c.command, Timeout: c.timeout, Beat: 1, Env: map[string]string{"HEADWAY_VERSION": "2.0.0"},
			}}
			a := agent.Agent{Server: s, Programme: "p", Name: "a", Allow: allow, Every: time.Millisecond, Environ: []string{"KEPT=kept", "PATH=/usr/bin:/bin"}, Log: slog.Default()}
			if err := a.Run(ctx); err != nil {
				t.Fatal(err)
			}
			got := s.result
			if got == nil {
				t.Fatal("nothing was reported")
			}
			if got.Started != c.want.Started || got.ExitCode != c.want.ExitCode || got.Killed != c.want.Killed || got.Token != "t" || !strings.Contains(got.Output, c.says) || len(got.Output) > 20_000 {
				t.Errorf("reported %+v; want %+v with %q", got, c.want, c.says)
			}
		})
	}
}

func TestRefusedAgentStops(t *testing.T) {
	a := agent.Agent{Server: refusing{}, Programme: "p", Name: "a", Allow: []agent.Allowed{{"/bin/true"}}, Log: slog.Default()}
	if err := a.Run(t.Context()); headway.KindOf(err) != headway.Forbidden {
		t.Errorf("%v", err)
	}
}

type refusing struct{ agent.Server }

func (refusing) ClaimCommand(context.Context, string, client.Claim) (client.Claimed, error) {
	return client.Claimed{}, headway.Errorf(headway.Forbidden, "no")
}
