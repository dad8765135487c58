package soak

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/client"
	"headway/internal/testkit/pgtest"
)

const crashes = 6 // of a server, while others work

// TestWhatWasAcknowledgedSurvivesKills lets several people shelve, hand in
// reports, decide and import while their server is killed at random points.
// Afterwards everything that was answered is there, nothing is there by half,
// every file that nobody refers to is one that the sweep finds, and
// `headway verify` finds the whole instance sound.
func TestWhatWasAcknowledgedSurvivesKills(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "headway")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "headway/cmd/headway").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			dir, url := t.TempDir(), ""
			if database == "postgres" {
				url = pgtest.Empty(t)
			}
			n := &node{binary: binary, dir: filepath.Join(dir, "data"), database: url, address: freeAddress(t)}
			n.start(t)
			t.Cleanup(n.kill)
			w := &crashWorld{world: &world{t: t, nodes: []*node{n}, figures: &figures{}, tokens: map[string]string{}}}
			w.setUp(dir, "127.0.0.1:1")
			w.work(t, n)
			w.check(t, n)
			t.Logf("%d kills", crashes+1)
		})
	}
}

// crashWorld is people who note what they were answered.
type crashWorld struct {
	*world
	acks []ack
}

// ack is what one person was answered about one release.
type ack struct {
	version, release, candidate, content string
	evidence, report                     string // id and digest
	decision                             string
	approved                             []string // roles
	imported                             string   // version
}

// work lets four people work while the server is killed.
func (w *crashWorld) work(t *testing.T, n *node) {
	t.Helper()
	rng := rand.New(rand.NewPCG(*seedFlag, 9))
	ctx, end := context.WithCancel(t.Context())
	var people sync.WaitGroup
	for lane := range 4 {
		people.Go(func() {
			for i := 0; ctx.Err() == nil && !t.Failed(); i++ {
				a := w.release(lane, i)
				w.mu.Lock()
				w.acks = append(w.acks, a)
				w.mu.Unlock()
			}
		})
	}
	for range crashes {
		rest(ctx, time.Duration(200+rng.IntN(2500))*time.Millisecond)
		n.kill()
		n.start(t)
	}
	end()
	people.Wait()
}

// release takes one release as far as the answers go. What was not answered
// may have been done or not; the next try says Conflict or does it.
func (w *crashWorld) release(lane, i int) ack {
	a := ack{version: fmt.Sprintf("%d.%d.0", 4+lane, i)}
	a.content = strings.Repeat(a.version+" ", 40_000)
	sha := digestOf(a.content)
	_, err := try(w.world, "developer", func(ctx context.Context, c *client.Client) (client.StoredFile, error) {
		return c.PutArtifact(ctx, "shop", sha, strings.NewReader(a.content), int64(len(a.content)))
	})
	if err != nil {
		w.t.Errorf("artifact of %s: %v", a.version, err)
		return a
	}
	s, err := try(w.world, "developer", func(ctx context.Context, c *client.Client) (client.Shelved, error) {
		return c.Shelve(ctx, "shop", client.NewCandidate{Team: "web", Version: a.version, Artifacts: []client.Artifact{{Name: "web.tgz", SHA256: sha}}})
	})
	if err != nil {
		w.t.Errorf("shelve %s: %v", a.version, err)
		return a
	}
	a.release, a.candidate = s.Release.ID, s.Candidate.ID
	report := fmt.Sprintf(`<testsuite name="%[1]s" tests="1"><testcase classname="a" name="of %[1]s"/></testsuite>`, a.version)
	j, err := try(w.world, "ops", func(ctx context.Context, c *client.Client) (client.Judged, error) {
		return c.Report(ctx, "shop", client.Report{Team: "web", Version: a.version, FileName: "junit.xml"}, strings.NewReader(report), int64(len(report)))
	})
	if err != nil {
		w.t.Errorf("report of %s: %v", a.version, err)
		return a
	}
	a.evidence, a.report = j.Evidence.ID, digestOf(report)
	w.decide(&a)
	csv := fmt.Sprintf("series,team,deliverable,model,version,released_at\nold,past,past-%[1]d,cycle-with-rc,%[2]d.0.0.0rc1,2021-09-16T12:00:00+00:00\nold,past,past-%[1]d,cycle-with-rc,%[2]d.0.0,2021-10-06T10:00:00+00:00\n", lane, 1+i)
	if _, err := try(w.world, "release-manager", func(ctx context.Context, c *client.Client) (client.ImportSummary, error) {
		return c.ImportReleases(ctx, "shop", "old.csv", strings.NewReader(csv), int64(len(csv)), func(int64, int64) {})
	}); err == nil {
		a.imported = fmt.Sprintf("%d.0.0", 1+i)
	} else {
		w.t.Errorf("import: %v", err)
	}
	return a
}

func (w *crashWorld) decide(a *ack) {
	_, err := try(w.world, "release-manager", func(ctx context.Context, c *client.Client) (client.Waiver, error) {
		return c.Waive(ctx, "shop", client.NewWaiver{Team: "web", Version: a.version, Criterion: "gap", Reason: "a test", Expires: time.Now().AddDate(0, 0, 7)})
	})
	if err != nil {
		w.t.Errorf("waive %s: %v", a.version, err)
		return
	}
	d, err := try(w.world, "release-manager", func(ctx context.Context, c *client.Client) (client.Decision, error) {
		d, err := c.OpenDecision(ctx, "shop", client.NewDecision{Team: "web", Version: a.version, Environment: "lane-0", From: time.Now()})
		if headway.KindOf(err) == headway.Conflict { // done, and not answered
			return c.DecisionOf(ctx, "shop", "web", a.version)
		}
		return d, err
	})
	if err != nil {
		w.t.Errorf("open %s: %v", a.version, err)
		return
	}
	a.decision = d.ID
	for _, role := range []string{"product-owner", "ops"} {
		_, err := try(w.world, role, func(ctx context.Context, c *client.Client) (client.Decision, error) {
			return c.Approve(ctx, "shop", d.ID, headway.Approve, client.Voice{Digest: d.Digest})
		})
		if err != nil && headway.KindOf(err) != headway.Conflict {
			w.t.Errorf("approve %s: %v", a.version, err)
			return
		}
		a.approved = append(a.approved, role)
	}
}

// check reads everything back after one more kill.
func (w *crashWorld) check(t *testing.T, n *node) {
	t.Helper()
	n.kill()
	n.start(t)
	c := w.as("release-manager", 0)
	whole := func(what, want string, r io.ReadCloser, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		defer func() { _ = r.Close() }()
		b, err := io.ReadAll(r)
		if err != nil || digestOf(string(b)) != want {
			t.Errorf("%s is not what was handed in: %d bytes, %v", what, len(b), err)
		}
	}
	old, err := c.Releases(t.Context(), "shop", client.ReleaseFilter{Team: "past"})
	if err != nil {
		t.Fatal(err)
	}
	imported := map[string]bool{}
	for page := old; ; {
		for _, r := range page.Releases {
			imported[r.Version] = true
		}
		if page.Next == "" {
			break
		}
		if page, err = c.Releases(t.Context(), "shop", client.ReleaseFilter{Team: "past", After: page.Next}); err != nil {
			t.Fatal(err)
		}
	}
	goes := 0
	for _, a := range w.acks {
		if a.candidate == "" {
			continue
		}
		r, err := c.Artifact(t.Context(), "shop", a.candidate, "web.tgz")
		whole("the artifact of "+a.version, digestOf(a.content), r, err)
		story, err := c.Release(t.Context(), "shop", a.release)
		if err != nil || len(story.Candidates) != 1 || len(story.Items) == 0 || len(story.Evidence) != 1 || len(story.Decisions) != 1 {
			t.Errorf("%s: %d candidates, %d items, %d reports, %d go/no-gos: %v", a.version, len(story.Candidates), len(story.Items), len(story.Evidence), len(story.Decisions), err)
		}
		r, err = c.EvidenceFile(t.Context(), "shop", a.evidence)
		whole("the report of "+a.version, a.report, r, err)
		if a.imported != "" && !imported[a.imported] {
			t.Errorf("the import of %s was answered and is not there", a.imported)
		}
		if len(a.approved) < 2 {
			continue
		}
		d, err := c.Decision(t.Context(), "shop", a.decision)
		if err != nil || len(d.Approvals) != 2 || d.State != string(headway.DecisionGo) || d.Record == "" || len(d.Missing) > 0 {
			t.Errorf("%s: %d approvals, %s: %v", a.version, len(d.Approvals), d.State, err)
			continue
		}
		goes++
	}
	n.kill()
	tmp := w.files(t, n)
	cmd := exec.CommandContext(t.Context(), n.binary, "verify", n.dir)
	cmd.Env = append(os.Environ(), "HEADWAY_DATABASE_URL="+n.database)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
	t.Logf("seed %d: %d releases answered for, %d with both approvals, %d uploads cut; %s", *seedFlag, len(w.acks), goes, tmp, strings.TrimSpace(string(out)))
	if goes == 0 {
		t.Error("nobody came to a go")
	}
}

// files wants each file of the store to be one that the sweep looks at, and
// counts those of uploads that were cut.
func (w *crashWorld) files(t *testing.T, n *node) (cut int) {
	t.Helper()
	swept := regexp.MustCompile(`^(tmp/put-[0-9]+|([0-9a-f]{2})/[0-9a-f]{64})$`)
	blobs := filepath.Join(n.dir, "blobs")
	err := filepath.WalkDir(blobs, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(blobs, path)
		if !swept.MatchString(filepath.ToSlash(name)) {
			t.Errorf("nobody collects %s", name)
		}
		if strings.HasPrefix(name, "tmp") {
			cut++
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return cut
}

func digestOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}
