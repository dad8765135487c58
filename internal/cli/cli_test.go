package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"headway"
	"headway/client"
)

// result is what a command line came to.
type result struct {
	code     int
	out, err string
}

func run(t *testing.T, args ...string) result {
	t.Helper()
	return runWith(t, "", args...)
}

func runWith(t *testing.T, in string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := Run(t.Context(), args, Streams{In: strings.NewReader(in), Out: &out, Err: &errs}, "1.2.3")
	return result{code, out.String(), errs.String()}
}

func TestExitCodeOfEveryKindOfError(t *testing.T) {
	unreachable := headway.Errorf(headway.Unavailable, "no answer").Because(client.ErrUnreachable)
	for _, c := range []struct {
		err  error
		code int
	}{
		{nil, 0},
		{judge(headway.Pass), 0},
		{judge(headway.Fail), 1},
		{judge(headway.Waiting), 2},
		{usageError{"wrong", "look"}, 64},
		{headway.Errorf(headway.Invalid, "x"), 65},
		{headway.Errorf(headway.NotFound, "x"), 65},
		{headway.Errorf(headway.Conflict, "x"), 65},
		{headway.Errorf(headway.TooLarge, "x"), 65},
		{unreachable, 69},
		{headway.Errorf(headway.Internal, "x"), 70},
		{errors.New("a plain error"), 70},
		{headway.Errorf(headway.Unavailable, "x"), 75},
		{headway.Errorf(headway.Forbidden, "x"), 77},
		{headway.Errorf(headway.Unauthenticated, "x"), 77},
		{fmt.Errorf("wrapped: %w", headway.Errorf(headway.Forbidden, "x")), 77},
	} {
		if got := exitCode(c.err); got != c.code {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.code)
		}
	}
}

func TestUsageErrors(t *testing.T) {
	for _, args := range [][]string{
		{"no-such-command"},
		{"serve", "--no-such-flag"},
		{"serve", "surplus"},
		{"serve", "--log-level", "loud"},
		{"admin", "bootstrap", "--email", "ada@example.org"},
		{"admin"},
		{"agent", "--programme", "shop"},
	} {
		got := run(t, args...)
		if got.code != 64 || got.out != "" {
			t.Errorf("%q: exit code %d, output %q", args, got.code, got.out)
		}
		if !strings.HasPrefix(got.err, "headway: ") || strings.Count(got.err, "\n") != 1 || !strings.Contains(got.err, "--help)") {
			t.Errorf("%q: the error is not one sentence with the way out: %q", args, got.err)
		}
	}
}

func TestAgentRunsOnlyWhatIsNamedByItsFullPath(t *testing.T) {
	if got := run(t, "agent", "--programme", "shop", "--allow", "kubectl", "--url", "http://127.0.0.1:1"); got.code != 65 || !strings.Contains(got.err, "full path") {
		t.Errorf("%+v", got)
	}
}

func TestErrorsAsJSON(t *testing.T) {
	for _, args := range [][]string{
		{"--json", "no-such-command"},
		{"admin", "bootstrap", "--email", "a@b.c", "--password-file", "/no/such/file", "--token-file", "t", "--json"},
	} {
		got := run(t, args...)
		var doc struct{ Error errorBody }
		if err := json.Unmarshal([]byte(got.err), &doc); err != nil || doc.Error.Kind == "" || doc.Error.Message == "" {
			t.Errorf("%q: %q is no error document: %v", args, got.err, err)
		}
	}
}

func TestHelpOfEveryCommand(t *testing.T) {
	bare := run(t)
	if bare.code != 0 || !strings.Contains(bare.out, "serve") || bare.err != "" {
		t.Errorf("without arguments: %+v", bare)
	}
	var walk func(words []string)
	walk = func(words []string) {
		got := run(t, append(words, "--help")...)
		if got.code != 0 || !strings.Contains(got.out, "Usage: headway") {
			t.Errorf("%q --help: %+v", words, got)
		}
		for next := range strings.FieldsSeq(run(t, append([]string{"completion", "words", "--"}, words...)...).out) {
			if !strings.HasPrefix(next, "-") {
				walk(append(append([]string{}, words...), next))
			}
		}
	}
	walk(nil)
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if got := run(t, "completion", shell); got.code != 0 || !strings.Contains(got.out, "headway completion words") {
			t.Errorf("%s: %+v", shell, got)
		}
	}
	for _, c := range []struct {
		words string
		has   string
		not   string
	}{
		{"", "serve", "words"},
		{"serve", "--listen", "bootstrap"},
		{"admin", "bootstrap", "serve"},
		{"serve --data", "", "--listen"},
		{"serve --log-level", "warn", "--data"},
		{"serve --data x", "--listen", "x"},
	} {
		lines := "\n" + run(t, append([]string{"completion", "words", "--"}, strings.Fields(c.words)...)...).out
		if !strings.Contains(lines, "\n"+c.has) || strings.Contains(lines, "\n"+c.not+"\n") {
			t.Errorf("after %q stand: %q", c.words, lines)
		}
	}
}

func TestVersion(t *testing.T) {
	if got := run(t, "version"); got.code != 0 || !strings.HasPrefix(got.out, "headway 1.2.3 (go") {
		t.Errorf("version: %+v", got)
	}
	var doc map[string]string
	if err := json.Unmarshal([]byte(run(t, "version", "--json").out), &doc); err != nil || doc["version"] != "1.2.3" {
		t.Errorf("version --json: %v, %v", doc, err)
	}
}

func TestBootstrapOnce(t *testing.T) {
	data, place := t.TempDir(), t.TempDir()
	token := filepath.Join(place, "token")
	args := []string{"admin", "bootstrap", "--data", data, "--email", "ada@example.org", "--password-file", "-", "--token-file", token}
	if got := runWith(t, "a long enough password\n", args...); got.code != 0 {
		t.Fatalf("bootstrap: %+v", got)
	}
	first, err := os.ReadFile(token)
	if err != nil || len(strings.TrimSpace(string(first))) < 20 {
		t.Fatalf("the token file holds %q: %v", first, err)
	}
	if info, err := os.Stat(token); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the token file has mode %v: %v", info.Mode(), err)
	}
	if got := runWith(t, "another long password\n", args...); got.code != 65 || !strings.Contains(got.err, "headway: ") {
		t.Errorf("a second bootstrap: %+v", got)
	}
	if again, _ := os.ReadFile(token); !bytes.Equal(first, again) {
		t.Error("a refused bootstrap changed the token file")
	}
	if left, _ := os.ReadDir(place); len(left) != 1 {
		t.Errorf("files were left behind: %v", left)
	}
}

func TestBootstrapRefusesWhatItCannotUse(t *testing.T) {
	args := func(more ...string) []string {
		return append([]string{"admin", "bootstrap", "--data", t.TempDir(), "--email", "ada@example.org"}, more...)
	}
	for name, c := range map[string]struct {
		in   string
		args []string
		says string
	}{
		"no password file":   {"", args("--password-file", "/no/such/file", "--token-file", filepath.Join(t.TempDir(), "t")), "--password-file: /no/such/file cannot be read"},
		"no place for token": {"a long enough password", args("--password-file", "-", "--token-file", "/no/such/dir/token"), "--token-file: /no/such/dir/token cannot be written"},
		"short password":     {"short", args("--password-file", "-", "--token-file", filepath.Join(t.TempDir(), "t")), "password"},
	} {
		got := runWith(t, c.in, c.args...)
		if got.code != 65 || !strings.Contains(got.err, c.says) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestServeRefusesBadSettings(t *testing.T) {
	for _, args := range [][]string{
		{"serve", "--data", t.TempDir(), "--listen", "nonsense"},
		{"serve", "--data", t.TempDir(), "--database-url", "mysql://x"},
		{"serve", "--data", t.TempDir(), "--public-url", "ftp://x"},
	} {
		if got := run(t, args...); got.code != 65 {
			t.Errorf("%q: %+v", args, got)
		}
	}
}

func TestServeDrainsWhenStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out := &notify{done: stop}
	var errs bytes.Buffer
	code := Run(ctx, []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0"}, Streams{In: strings.NewReader(""), Out: out, Err: &errs}, "x")
	if code != 0 || !strings.HasPrefix(out.String(), "ready http://127.0.0.1:") {
		t.Errorf("exit code %d, output %q, errors %q", code, out.String(), errs.String())
	}
}

// notify is an output that calls done at its first write.
type notify struct {
	bytes.Buffer
	done func()
}

func (n *notify) Write(p []byte) (int, error) {
	n.done()
	return n.Buffer.Write(p)
}
