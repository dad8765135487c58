//go:build linux

package soak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"headway"
	"headway/client"
	"headway/internal/testkit/pgtest"
)

const (
	diskSize = 48 << 20 // of the server
	atMost   = 400      // writes until a full disk refuses: the log has room of its own
	inARow   = 5        // refusals after which nothing finds room any more
)

var approvers = []string{"product-owner", "ops"} // of the gate

// TestAFullDiskRefusesWritesAndGoesOn fills the disk of a running server. What
// writes is refused and says where to look, what reads is answered, nothing
// that was answered is lost, and with room again all goes on without a restart.
func TestAFullDiskRefusesWritesAndGoesOn(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "headway")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "headway/cmd/headway").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	dir := t.TempDir()
	n := &node{binary: binary, dir: smallDisk(t, dir), address: freeAddress(t)}
	n.start(t)
	t.Cleanup(n.kill)
	w := &outage{crashWorld: &crashWorld{world: &world{t: t, nodes: []*node{n}, figures: &figures{}, tokens: map[string]string{}}}}
	w.setUp(dir, "127.0.0.1:1")
	w.prepare()
	ballast := filepath.Join(n.dir, "ballast")
	fill(t, ballast)
	full := func() int { return w.untilRefused(func() { fill(t, ballast) }, "disk") }
	refused := full()
	w.writesAreRefused("disk", full)
	w.reads(http.StatusOK)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	w.goesOn()
	w.check(t, n)
	t.Logf("%d writes refused, %d answered on the way to it", refused, len(w.waived))
}

// TestADatabaseThatIsAwayRefusesAndComesBack takes PostgreSQL away from a running
// server, which cannot read then either: it is alive, not ready, answers
// everything with an error that says so, and goes on when the database is back.
func TestADatabaseThatIsAwayRefusesAndComesBack(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "headway")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "headway/cmd/headway").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	dir := t.TempDir()
	n := &node{binary: binary, dir: filepath.Join(dir, "data"), database: pgtest.Empty(t), address: freeAddress(t)}
	n.start(t)
	t.Cleanup(n.kill)
	w := &outage{crashWorld: &crashWorld{world: &world{t: t, nodes: []*node{n}, figures: &figures{}, tokens: map[string]string{}}}}
	w.setUp(dir, "127.0.0.1:1")
	w.prepare()
	gone, back := context.WithCancel(t.Context())
	var outside sync.WaitGroup
	outside.Go(func() { away(gone, t, n.database, time.Hour) })
	t.Cleanup(func() { back(); outside.Wait() })
	refused := w.untilRefused(func() {}, "try again")
	w.writesAreRefused("try again", func() int { return 0 })
	w.reads(http.StatusServiceUnavailable)
	back()
	outside.Wait()
	for range 200 {
		if status, _, _ := w.ask(http.MethodGet, "/readyz", "", "", nil); status == http.StatusOK {
			break
		}
		rest(t.Context(), 50*time.Millisecond)
	}
	w.reads(http.StatusOK)
	w.goesOn()
	w.check(t, n)
	t.Logf("%d writes refused, %d answered", refused, len(w.waived))
}

// smallDisk mounts a disk that is soon full, for the data directory.
func smallDisk(t *testing.T, dir string) string {
	t.Helper()
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, fmt.Sprintf("size=%d", diskSize)); err != nil {
		t.Skipf("a small disk cannot be mounted here, that takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(data, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return data
}

// fill takes what room there is, to the last byte.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it holds nothing that anybody reads
	for block := make([]byte, 1<<20); len(block) > 0; {
		_, err := f.Write(block)
		if errors.Is(err, syscall.ENOSPC) {
			block = block[:len(block)/2]
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// outage is a server that cannot write for a while, and who notes what it answered.
type outage struct {
	*crashWorld
	browser  *http.Client
	open     client.Decision // a go/no-go that waits for its approvals
	approved []string        // roles whose approval of it was answered
	proved   ack
	waived   []string // criteria's reasons that were answered
	n        int
}

// prepare takes one release to its go, another to the approvals, and signs somebody in.
func (w *outage) prepare() {
	w.t.Helper()
	w.proved = w.release(0, 0)
	w.acks = append(w.acks, w.proved)
	sha := digestOf("waits")
	ctx, dev := w.t.Context(), w.as("developer", 0)
	if _, err := dev.PutArtifact(ctx, "shop", sha, strings.NewReader("waits"), 5); err != nil {
		w.t.Fatal(err)
	}
	if _, err := dev.Shelve(ctx, "shop", client.NewCandidate{Team: "web", Version: "3.0.0", Artifacts: []client.Artifact{{Name: "web.tgz", SHA256: sha}}}); err != nil {
		w.t.Fatal(err)
	}
	if err := w.write(); err != nil {
		w.t.Fatal(err)
	}
	d, err := w.as("release-manager", 0).OpenDecision(ctx, "shop", client.NewDecision{Team: "web", Version: "3.0.0", Environment: "lane-1", From: time.Now()})
	if err != nil {
		w.t.Fatal(err)
	}
	w.open = d
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.browser = &http.Client{Jar: jar, Timeout: 20 * time.Second}
	form := url.Values{"email": {"release-manager@example.org"}, "password": {"correct horse battery"}}
	if status, body, _ := w.ask(http.MethodPost, "/sign-in", "application/x-www-form-urlencoded", form.Encode(), nil); status != http.StatusOK {
		w.t.Fatalf("sign in: %d %s", status, body)
	}
}

// write changes something small, and notes it when it was answered.
func (w *outage) write() error {
	w.n++
	reason := fmt.Sprintf("reason %d", w.n)
	_, err := w.as("release-manager", 0).Waive(w.t.Context(), "shop", client.NewWaiver{
		Team: "web", Version: "3.0.0", Criterion: "gap", Reason: reason, Expires: time.Now().AddDate(0, 0, 7),
	})
	if err == nil {
		w.waived = append(w.waived, reason)
	}
	return err
}

// untilRefused writes until nothing finds room, and tells how often that was refused.
func (w *outage) untilRefused(fill func(), hint string) (refused int) {
	w.t.Helper()
	row := 0
	for range atMost {
		fill()
		err := w.write()
		if err == nil {
			row = 0
			continue
		}
		w.isRefusal("a waiver", err, hint)
		refused, row = refused+1, row+1
		if row == inARow {
			return refused
		}
	}
	w.t.Fatalf("%d writes and nothing is refused for good", atMost)
	return 0
}

// isRefusal wants an error that says the server cannot write, and where to look.
func (w *outage) isRefusal(what string, err error, hint string) {
	w.t.Helper()
	var e *headway.Error
	if !errors.As(err, &e) || e.Kind != headway.Unavailable || !strings.Contains(e.Hint, hint) || errors.Is(err, client.ErrUnreachable) {
		w.t.Errorf("%s is answered with %v", what, err)
	}
}

// isRefused writes, on a disk that is filled again before, until it is refused.
// The log of a database that was just written back starts over and has room for
// a write or two: what is answered then counts, and the next try is another one.
func (w *outage) isRefused(what, hint string, full func() int, write func(try int) error) {
	w.t.Helper()
	const tries = 4
	for i := range tries {
		full()
		if err := write(i); err != nil {
			w.isRefusal(what, err, hint)
			return
		}
	}
	w.t.Errorf("%s was answered %d times", what, tries)
}

// writesAreRefused tries what matters most; full takes what room came free.
func (w *outage) writesAreRefused(hint string, full func() int) {
	w.t.Helper()
	ctx, dev := w.t.Context(), w.as("developer", 0)
	w.isRefused("an upload", hint, full, func(try int) error {
		content := strings.Repeat(fmt.Sprintf("more %d ", try), 100_000)
		_, err := dev.PutArtifact(ctx, "shop", digestOf(content), strings.NewReader(content), int64(len(content)))
		return err
	})
	w.isRefused("shelving", hint, full, func(try int) error {
		_, err := dev.Shelve(ctx, "shop", client.NewCandidate{Team: "web", Version: fmt.Sprintf("3.%d.0", 1+try), Artifacts: []client.Artifact{{Name: "web.tgz", SHA256: digestOf("waits")}}})
		return err
	})
	w.approvalIsRefused(hint, full, func(role string) error {
		_, err := w.as(role, 0).Approve(ctx, "shop", w.open.ID, headway.Approve, client.Voice{Digest: w.open.Digest})
		return err
	})
	w.approvalIsRefused(hint, full, func(role string) error {
		status, body, header := w.ask(http.MethodPost, "/api/v1/programmes/shop/decisions/"+w.open.ID+"/approve", "application/json",
			fmt.Sprintf(`{"digest":%q}`, w.open.Digest), map[string]string{"Authorization": "Bearer " + w.tokens[role]})
		if status == http.StatusOK {
			return nil
		}
		if status != http.StatusServiceUnavailable || header.Get("Content-Type") != "application/problem+json" {
			return fmt.Errorf("%d, %s: %s", status, header.Get("Content-Type"), body)
		}
		return &headway.Error{Kind: headway.Unavailable, Hint: body}
	})
}

// approvalIsRefused lets those approve who have not, until one is refused.
func (w *outage) approvalIsRefused(hint string, full func() int, approve func(role string) error) {
	w.t.Helper()
	for _, role := range approvers {
		if slices.Contains(w.approved, role) {
			continue
		}
		full()
		if err := approve(role); err != nil {
			w.isRefusal("an approval", err, hint)
			return
		}
		w.approved = append(w.approved, role)
	}
	w.t.Errorf("no approval was refused: %v were answered", w.approved)
}

// reads looks at pages and interface, which are answered with a status.
func (w *outage) reads(want int) {
	w.t.Helper()
	for _, path := range []string{
		"/", "/p/shop/plan", "/p/shop/shelf", "/p/shop/board", "/p/shop/releases", "/p/shop/releases/" + w.proved.release,
		"/p/shop/decisions", "/p/shop/decisions/" + w.open.ID, "/p/shop/candidates/" + w.proved.candidate + "/artifacts/web.tgz", "/readyz",
	} {
		if status, body, _ := w.ask(http.MethodGet, path, "", "", nil); status != want {
			w.t.Errorf("%s is answered with %d: %.300s", path, status, body)
		}
	}
	d, err := w.as("ops", 0).Decision(w.t.Context(), "shop", w.open.ID)
	if want == http.StatusOK && (err != nil || len(d.Approvals) != len(w.approved)) {
		w.t.Errorf("the go/no-go that waits has %d approvals, %v were answered: %v", len(d.Approvals), w.approved, err)
	}
	if want != http.StatusOK && headway.KindOf(err) != headway.Unavailable {
		w.t.Errorf("the go/no-go is answered with %v", err)
	}
	probe := *w
	probe.browser = &http.Client{} // what watches a process is nobody
	if status, body, _ := probe.ask(http.MethodGet, "/livez", "", "", nil); status != http.StatusOK {
		w.t.Errorf("the server is not alive: %d %s", status, body)
	}
}

// goesOn does what was refused, and a whole release more.
func (w *outage) goesOn() {
	w.t.Helper()
	if err := w.write(); err != nil {
		w.t.Errorf("a waiver after it: %v", err)
	}
	for _, role := range approvers {
		if slices.Contains(w.approved, role) {
			continue
		}
		_, err := w.as(role, 0).Approve(w.t.Context(), "shop", w.open.ID, headway.Approve, client.Voice{Digest: w.open.Digest})
		if err != nil && headway.KindOf(err) == headway.Conflict { // the waivers changed what is approved
			var d client.Decision
			if d, err = w.as(role, 0).Decision(w.t.Context(), "shop", w.open.ID); err == nil {
				_, err = w.as(role, 0).Approve(w.t.Context(), "shop", d.ID, headway.Approve, client.Voice{Digest: d.Digest})
			}
		}
		if err != nil {
			w.t.Errorf("an approval after it: %v", err)
		}
	}
	w.acks = append(w.acks, w.release(0, 1))
	story, err := w.as("ops", 0).Release(w.t.Context(), "shop", w.proved.release)
	if err != nil || len(story.Candidates) != 1 {
		w.t.Errorf("the release before it: %d candidates: %v", len(story.Candidates), err)
	}
}

// ask sends a request as the browser does, and reads the answer whole.
func (w *outage) ask(method, path, media, body string, header map[string]string) (int, string, http.Header) {
	w.t.Helper()
	base := "http://" + w.nodes[0].address
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Origin", base)
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := w.browser.Do(req)
	if err != nil {
		w.t.Errorf("%s is not answered: %v", path, err)
		return 0, "", nil
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Errorf("%s is answered by half: %v", path, err)
	}
	return resp.StatusCode, string(text), resp.Header
}
