//go:build unix

package agent

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"headway/client"
)

const (
	outputKept = 16 << 10
	endsWithin = 5 * time.Second // after its pipes are left open by a program of its own
)

// run runs a program in a process group of its own, which is killed as a whole
// when the context ends.
func run(ctx context.Context, command, environ []string) client.CommandResult {
	var out tail
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Env, c.Stdout, c.Stderr = environ, &out, &out
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = endsWithin
	if err := c.Start(); err != nil {
		return client.CommandResult{Output: "not started: " + err.Error()}
	}
	err := c.Wait()
	res := client.CommandResult{Started: true, ExitCode: c.ProcessState.ExitCode(), Output: out.String()}
	switch {
	case ctx.Err() != nil && res.ExitCode != 0:
		res.Killed = true
		res.Output += "\nended by the agent: its time or its lease was over"
	case errors.Is(err, exec.ErrWaitDelay):
		res.Output += "\nleft programs of its own running"
	case res.ExitCode < 0: // ended by a signal: who knows how far it came
		res.Killed = true
		res.Output += "\nended by a signal: " + c.ProcessState.String()
	}
	return res
}

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
	cut bool
}

// Write keeps the end.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - outputKept; over > 0 {
		t.buf, t.cut = append(t.buf[:0], t.buf[over:]...), true
	}
	return len(p), nil
}

// String gives what was kept as valid text.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := strings.ToValidUTF8(strings.ReplaceAll(string(t.buf), "\x00", "�"), "�")
	if t.cut {
		s = "…" + s
	}
	return s
}
