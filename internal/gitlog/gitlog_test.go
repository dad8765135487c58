package gitlog

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"headway"
)

// repo is a repository of the test's own.
type repo struct {
	t *testing.T
	Repository
}

func newRepo(t *testing.T) repo {
	t.Helper()
	r := repo{t, Repository{t.TempDir()}}
	r.git("init", "-q", "-b", "main")
	r.write("price.txt", "one\ntwo\nthree\n")
	r.commit("Begin")
	return r
}

func (r repo) git(args ...string) string {
	r.t.Helper()
	c := exec.CommandContext(r.t.Context(), "git", append([]string{"-C", r.Dir, "-c", "user.name=A", "-c", "user.email=a@example.org"}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null")
	out, err := c.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r repo) write(name, content string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.Dir, name), []byte(content), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func (r repo) commit(message string) string {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "-m", message)
	return r.git("rev-parse", "HEAD")
}

func TestCommitsOfARange(t *testing.T) {
	r, ctx := newRepo(t), context.Background()
	base := r.git("rev-parse", "HEAD")
	r.git("checkout", "-q", "-b", "release")
	r.git("checkout", "-q", "main")
	r.write("price.txt", "one\ntwo point five\nthree\n")
	fix := r.commit("Round prices\n\nA secret plan.\n\nFixes: D-12")
	r.write("other.txt", "x\n")
	r.commit("Other work")
	r.git("checkout", "-q", "release")
	r.git("cherry-pick", "-x", fix)
	picked := r.git("rev-parse", "HEAD")

	main, err := r.Commits(ctx, base+"..main")
	if err != nil || len(main) != 2 || main[0].SHA != fix || main[0].Message != "Round prices\nFixes: D-12" || main[1].Message != "Other work" {
		t.Fatalf("%+v, %v", main, err)
	}
	rel, err := r.Commits(ctx, base+"..release")
	if err != nil || len(rel) != 1 || rel[0].SHA != picked || !strings.Contains(rel[0].Message, "(cherry picked from commit "+fix+")") {
		t.Fatalf("%+v, %v", rel, err)
	}
	if rel[0].PatchID == "" || rel[0].PatchID != main[0].PatchID || main[0].PatchID == main[1].PatchID {
		t.Errorf("patch ids: %q, %q and %q", rel[0].PatchID, main[0].PatchID, main[1].PatchID)
	}
	if head, err := r.Head(ctx, base+"..release"); err != nil || head != picked {
		t.Errorf("head %q, %v", head, err)
	}
	held, err := r.Holds(ctx, "main", []string{fix[:10], picked, base})
	if err != nil || len(held) != 2 || held[0] != fix || held[1] != base {
		t.Errorf("main holds %v, %v", held, err)
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	r, ctx := newRepo(t), context.Background()
	for name, tt := range map[string]struct {
		dir, revisions, says string
	}{
		"no repository":        {t.TempDir(), "HEAD", "not a git repository"},
		"no such commit":       {r.Dir, "v9..main", "git refuses"},
		"an option is none":    {r.Dir, "--output=/tmp/owned", "git refuses"},
		"a shell is none":      {r.Dir, "main;touch owned", "git refuses"},
		"a path is no commit":  {r.Dir, "price.txt", "git refuses"},
		"nothing is no commit": {r.Dir, "", "git refuses"},
	} {
		_, err := Repository{tt.dir}.Commits(ctx, tt.revisions)
		if headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.Head(ctx, "main..nowhere"); headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("an unknown head: %v", err)
	}
	if list, err := os.ReadDir(r.Dir); err != nil || len(list) != 2 {
		t.Errorf("the directory holds %v, %v", list, err)
	}
}

// What a repository configures must not run.
func TestNothingThatTheRepositoryConfiguresRuns(t *testing.T) {
	r, ctx := newRepo(t), context.Background()
	trap := filepath.Join(r.Dir, "trap.sh")
	if err := os.WriteFile(trap, []byte("#!/bin/sh\ntouch "+filepath.Join(r.Dir, "owned")+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	r.write(".gitattributes", "*.txt diff=trap\n")
	for _, key := range []string{"diff.external", "diff.trap.command", "diff.trap.textconv", "core.fsmonitor", "core.pager", "pager.log"} {
		r.git("config", key, trap)
	}
	r.write("price.txt", "one\n")
	r.git("-c", "core.fsmonitor=false", "add", "-A")
	r.git("-c", "core.fsmonitor=false", "commit", "-q", "-m", "Cut")
	_ = os.Remove(filepath.Join(r.Dir, "owned"))
	if _, err := r.Commits(ctx, "main"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Holds(ctx, "main", []string{"0123456789"}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(r.Dir, "owned")); err == nil {
		t.Error("a program that the repository configures was run")
	}
}
