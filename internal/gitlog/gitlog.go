package gitlog

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"headway"
)

// Limits of what is read.
const (
	MaxCommits = 5000    // in a range
	maxLine    = 1 << 20 // bytes of one line of a message
	maxKept    = 8 << 10 // bytes kept of one message
)

// Commit is one commit; of its message, the first line and those that may speak
// of fixes.
type Commit struct{ SHA, PatchID, Message string }

// Repository is a directory that git takes for a repository.
type Repository struct{ Dir string }

// git prepares a command that runs nothing that the repository configures.
func (r Repository) git(ctx context.Context, args ...string) *exec.Cmd {
	fixed := []string{"-C", r.Dir, "--no-pager", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "core.quotePath=true"}
	c := exec.CommandContext(ctx, "git", append(fixed, args...)...)
	c.Env = append(os.Environ(), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1")
	return c
}

// run runs git and hands its output to read, which may stop early.
func (r Repository) run(ctx context.Context, read func(io.Reader) error, args ...string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c := r.git(ctx, args...)
	var says bytes.Buffer
	c.Stderr = &limited{&says, 4 << 10}
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return refused(err, "")
	}
	if err := read(out); err != nil {
		stop()
		_ = c.Wait()
		return err
	}
	return refused(c.Wait(), says.String())
}

// refused says in a sentence why git did not answer.
func refused(err error, says string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, exec.ErrNotFound):
		return headway.Invalidf("repo", "git is not installed here").WithHint("install git, or tell the commits by the REST interface")
	}
	line, _, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(says, "fatal: ")), "\n")
	if line == "" {
		line = err.Error()
	}
	return headway.Invalidf("range", "git refuses: %s", headway.Shorten(line, 200)).WithHint("name a repository with --repo, and commits that it has with --range").Because(err)
}

// Head gives the commit at which a range, or a name, ends.
func (r Repository) Head(ctx context.Context, name string) (string, error) {
	if i := strings.LastIndex(name, ".."); i >= 0 {
		name = strings.TrimPrefix(name[i+2:], ".")
	}
	if name == "" {
		name = "HEAD"
	}
	head := ""
	err := r.run(ctx, func(out io.Reader) error {
		b, err := io.ReadAll(io.LimitReader(out, 200))
		head = strings.TrimSpace(string(b))
		return err
	}, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err == nil {
		return head, nil
	}
	if typed := (*headway.Error)(nil); errors.As(err, &typed) && strings.Contains(typed.Error(), "exit status 1") {
		return "", headway.Invalidf("range", "the repository has no commit %q", headway.Shorten(name, 80)).WithHint("fetch it first, or name another")
	}
	return "", err
}

// Commits reads the commits of a range, oldest first, with what they change.
func (r Repository) Commits(ctx context.Context, revisions string) ([]Commit, error) {
	var commits []Commit
	at := map[string]int{}
	err := r.run(ctx, func(out io.Reader) error {
		read := bufio.NewScanner(out)
		read.Buffer(nil, maxLine)
		read.Split(untilNUL)
		for read.Scan() {
			sha, message, _ := strings.Cut(strings.TrimLeft(read.Text(), "\n"), "\n")
			if len(commits) == MaxCommits {
				return headway.Errorf(headway.TooLarge, "the range holds more than %d commits", MaxCommits).At("range").WithHint("name a shorter one, as v2.3.0..v2.4.0")
			}
			at[sha] = len(commits)
			commits = append(commits, Commit{SHA: sha, Message: telling(message)})
		}
		return tooLong(read.Err())
	}, "log", "-z", "--reverse", "--topo-order", "--no-color", "--format=%H%n%B", "--end-of-options", revisions, "--")
	if err != nil || len(commits) == 0 {
		return nil, err
	}
	ids, err := r.patchIDs(ctx, revisions)
	for sha, id := range ids {
		if i, ok := at[sha]; ok {
			commits[i].PatchID = id
		}
	}
	return commits, err
}

// patchIDs tells what each commit of a range changes; merges change nothing of
// their own.
func (r Repository) patchIDs(ctx context.Context, revisions string) (map[string]string, error) {
	ids := map[string]string{}
	err := r.run(ctx, func(patches io.Reader) error {
		c := r.git(ctx, "patch-id", "--stable")
		c.Stdin = patches
		out, err := c.StdoutPipe()
		if err != nil {
			return err
		}
		if err := c.Start(); err != nil {
			return refused(err, "")
		}
		read := bufio.NewScanner(out)
		for read.Scan() {
			if id, sha, ok := strings.Cut(read.Text(), " "); ok {
				ids[sha] = id
			}
		}
		return errors.Join(read.Err(), c.Wait())
	}, "log", "-p", "--no-merges", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color", "--no-notes", "--format=commit %H", "--end-of-options", revisions, "--")
	return ids, err
}

// Holds tells which of some commits, whole or shortened, the history of one holds.
func (r Repository) Holds(ctx context.Context, head string, wanted []string) ([]string, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	byStart := map[string][]string{} // the first seven digits are all that is surely there
	for _, w := range wanted {
		if len(w) >= 7 {
			byStart[w[:7]] = append(byStart[w[:7]], w)
		}
	}
	var held []string
	err := r.run(ctx, func(out io.Reader) error {
		read := bufio.NewScanner(out)
		for read.Scan() {
			sha := read.Text()
			if len(sha) < 7 {
				continue
			}
			for _, w := range byStart[sha[:7]] {
				if strings.HasPrefix(sha, w) {
					held = append(held, sha)
					break
				}
			}
		}
		return read.Err()
	}, "rev-list", "--end-of-options", head, "--")
	return held, err
}

var tellingLine = regexp.MustCompile(`(?i)^\s*(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)[:\s]|^\s*\(cherry picked from commit |^\s*This reverts commit `)

// telling keeps the first line of a message and those that may speak of fixes:
// the rest is nobody's business on the server.
func telling(message string) string {
	var b strings.Builder
	for i, line := range strings.Split(message, "\n") {
		if i > 0 && !tellingLine.MatchString(line) || b.Len()+len(line) > maxKept {
			continue
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

// untilNUL splits at NUL bytes.
func untilNUL(data []byte, atEnd bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEnd && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

func tooLong(err error) error {
	if errors.Is(err, bufio.ErrTooLong) {
		return headway.Errorf(headway.TooLarge, "the message of a commit is longer than %d bytes", maxLine).At("range")
	}
	return err
}

// limited keeps the first bytes of what is written.
type limited struct {
	to   io.Writer
	left int
}

// Write keeps what still fits and drops the rest.
func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	if _, err := l.to.Write(p[:n]); err != nil {
		return 0, fmt.Errorf("keep what git says: %w", err)
	}
	return len(p), nil
}
