// Package e2e tests the product as its users use it: scripts through the real
// binary (testdata/script/*.txtar) and a real browser.
package e2e

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"headway/internal/testkit/pgtest"
)

// binary builds the program once for all tests of this package.
func binary(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "headway")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", path, "headway/cmd/headway")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// TestScripts runs every script on SQLite, and again on PostgreSQL.
func TestScripts(t *testing.T) {
	program := binary(t)
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			if database == "postgres" {
				pgtest.Empty(t) // skips or fails here, once, when PostgreSQL is missing
			}
			testscript.Run(t, testscript.Params{
				Dir:                 "testdata/script",
				RequireExplicitExec: true,
				RequireUniqueNames:  true,
				Setup:               func(e *testscript.Env) error { return setup(e, program, database) },
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"headway": headwayCmd,
					"start":   startCmd,
					"stop":    stopCmd,
					"token":   tokenCmd,
					"fill":    fillCmd,
					"take":    takeCmd,
				},
			})
		})
	}
}

// setup prepares a script's environment: a data directory, and a database.
func setup(e *testscript.Env, program, database string) error {
	e.Setenv("HEADWAY_BINARY", program)
	e.Setenv("HEADWAY_DATA", filepath.Join(e.WorkDir, "data"))
	if shared, err := filepath.Abs("../../shared"); err == nil {
		e.Setenv("SHARED", shared)
	}
	if database == "postgres" {
		e.Setenv("HEADWAY_DATABASE_URL", pgtest.Empty(e.T().(testing.TB)))
	}
	e.Setenv("THREE_WEEKS_AGO", time.Now().UTC().AddDate(0, 0, -21).Format(time.DateOnly))
	e.Setenv("NEXT_WEEK", time.Now().UTC().AddDate(0, 0, 7).Format(time.DateOnly))
	e.Values[runningKey{}] = map[string]*instance{}
	return nil
}

type runningKey struct{}

// instance is a server that a script started.
type instance struct {
	cmd    *exec.Cmd
	errs   *bytes.Buffer
	output io.ReadCloser
}

// headwayCmd runs one command: headway [-code N] ARGS. Standard output and
// error are kept for the commands stdout and stderr; the exit code must be N,
// or 0, or with ! anything else.
func headwayCmd(ts *testscript.TestScript, neg bool, args []string) {
	want := "0"
	if len(args) > 1 && args[0] == "-code" {
		want, args = args[1], args[2:]
	}
	err := ts.Exec(ts.Getenv("HEADWAY_BINARY"), args...)
	code := "0"
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = strconv.Itoa(exit.ExitCode())
	} else if err != nil {
		ts.Fatalf("headway: %v", err)
	}
	if neg == (code == want) {
		ts.Fatalf("headway %s: exit code %s, want %s\n%s", strings.Join(args, " "), code, want, ts.ReadFile("stderr"))
	}
}

// startCmd starts a server and sets HEADWAY_URL: start NAME [ARGS of serve].
func startCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: start NAME [ARGS]")
	}
	command := append([]string{"serve", "--listen", "127.0.0.1:0"}, args[1:]...)
	i := &instance{errs: &bytes.Buffer{}}
	i.cmd = exec.CommandContext(context.Background(), ts.Getenv("HEADWAY_BINARY"), command...)
	i.cmd.Stderr = i.errs
	i.cmd.Dir = ts.Getenv("WORK")
	i.cmd.Env = append(os.Environ(), "HEADWAY_DATA="+ts.Getenv("HEADWAY_DATA"), "HEADWAY_DATABASE_URL="+ts.Getenv("HEADWAY_DATABASE_URL"))
	out, err := i.cmd.StdoutPipe()
	ts.Check(err)
	i.output = out
	ts.Check(i.cmd.Start())
	running := ts.Value(runningKey{}).(map[string]*instance)
	running[args[0]] = i
	ts.Defer(func() {
		if i.cmd.ProcessState == nil {
			_ = i.cmd.Process.Kill()
			_ = i.cmd.Wait()
		}
	})
	address, err := readyLine(out)
	if err != nil {
		_ = i.cmd.Process.Kill()
		_ = i.cmd.Wait()
		ts.Fatalf("the server did not start: %v\n%s", err, i.errs)
	}
	ts.Setenv("HEADWAY_URL", address)
}

// readyLine waits for the line "ready http://…", for a minute at most.
func readyLine(out io.Reader) (string, error) {
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		var line []byte
		b := make([]byte, 1)
		for {
			if _, err := out.Read(b); err != nil {
				got <- answer{string(line), err}
				return
			}
			if b[0] == '\n' {
				if address, ok := strings.CutPrefix(string(line), "ready "); ok {
					got <- answer{address, nil}
					return
				}
				line = nil
				continue
			}
			line = append(line, b[0])
		}
	}()
	select {
	case a := <-got:
		return a.line, a.err
	case <-time.After(time.Minute):
		return "", errors.New("no ready line for a minute")
	}
}

// stopCmd ends a server by SIGTERM, which must drain it and exit 0, or with
// -kill at once: stop [-kill] NAME.
func stopCmd(ts *testscript.TestScript, neg bool, args []string) {
	kill := len(args) > 1 && args[0] == "-kill"
	if kill {
		args = args[1:]
	}
	running := ts.Value(runningKey{}).(map[string]*instance)
	if neg || len(args) != 1 || running[args[0]] == nil {
		ts.Fatalf("usage: stop [-kill] NAME of a server that was started")
	}
	i := running[args[0]]
	if kill {
		ts.Check(i.cmd.Process.Kill())
		_ = i.cmd.Wait()
		return
	}
	ts.Check(i.cmd.Process.Signal(syscall.SIGTERM))
	if err := i.cmd.Wait(); err != nil {
		ts.Fatalf("the server did not end well: %v\n%s", err, i.errs)
	}
}

// tokenCmd signs the next commands in: token FILE.
func tokenCmd(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: token FILE")
	}
	ts.Setenv("HEADWAY_TOKEN", strings.TrimSpace(ts.ReadFile(args[0])))
}

// fillCmd replaces ${VARIABLES} in a file: fill FILE.
func fillCmd(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: fill FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(os.Expand(ts.ReadFile(args[0]), ts.Getenv)), 0o600))
}

// takeCmd keeps what a pattern's group finds in the last standard output: take PATTERN VARIABLE.
func takeCmd(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: take PATTERN VARIABLE")
	}
	found := regexp.MustCompile(args[0]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("no %q in the standard output", args[0])
	}
	ts.Setenv(args[1], found[1])
}
