package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/client"
	"headway/internal/app"
	"headway/internal/config"
	"headway/internal/ingest"
	"headway/internal/testkit"
)

const shopFile = `programme: {key: shop, name: Shop, zone: Europe/Berlin, horizon: 3}
teams:
  - {key: web, name: Web, kind: development, cadence: {first: 2026-11-02, days: 14, version: 2.0.0}}
  - {key: ops, name: Operations, kind: operations, cadence: {first: 2026-11-04, days: 14}}
people:
  - {key: dana, name: Dana, team: ops, skills: [dba, appserver]}
  - {key: quinn, name: Quinn, team: ops, skills: [qa]}
environments:
  - {key: test, name: Test, kind: test}
  - {key: prod, name: Production, kind: production}
`

// served is an instance that answers on loopback, with a client for CI.
type served struct {
	dir    string
	url    string
	app    *app.App
	ci     *client.Client
	person *client.Client // administrator and release manager
}

func serveShop(t *testing.T, db testkit.Database) *served {
	t.Helper()
	ctx := context.Background()
	i, err := Open(ctx, config.Config{Dir: db.Dir, Listen: "127.0.0.1:0", DatabaseURL: headway.NewSecret(db.URL)}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close() })
	closing := make(chan struct{})
	h, err := i.handler(ctx, closing)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	s := &served{dir: db.Dir, url: srv.URL, app: i.App}
	u, err := i.App.Bootstrap(ctx, app.NewUser{Email: "ann@example.org", Name: "Ann", Password: headway.NewSecret("correct horse")})
	if err != nil {
		t.Fatal(err)
	}
	admin := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name, Admin: true}
	if _, err := i.App.AddProgramme(ctx, admin, app.AddProgramme{Key: "shop", Name: "Shop", Zone: "Europe/Berlin"}); err != nil {
		t.Fatal(err)
	}
	f, err := ingest.ProgrammeFile(strings.NewReader(shopFile), "shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.App.ApplyProgramme(ctx, admin, app.ApplyProgramme{Programme: "shop", File: f}); err != nil {
		t.Fatal(err)
	}
	s.ci = s.token(t, admin, headway.ViewProgramme, headway.ShelveCandidate, headway.AddEvidence)
	s.person = s.token(t, admin, headway.ViewProgramme, headway.WorkBacklog, headway.ReportDefect, headway.TriageDefect)
	return s
}

func (s *served) token(t *testing.T, by headway.Actor, scopes ...headway.Action) *client.Client {
	t.Helper()
	_, secret, err := s.app.AddToken(context.Background(), by, app.NewToken{Name: "test", Programme: "shop", Scopes: scopes, Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(s.url, secret)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (s *served) handIn(t *testing.T, content string) client.Artifact {
	t.Helper()
	sum := sha256.Sum256([]byte(content))
	sha := hex.EncodeToString(sum[:])
	stored, err := s.ci.PutArtifact(context.Background(), "shop", sha, strings.NewReader(content), int64(len(content)))
	if err != nil || stored.Size != int64(len(content)) {
		t.Fatalf("%+v, %v", stored, err)
	}
	return client.Artifact{Name: "web.war", SHA256: sha}
}

func TestShelveAndProveOverHTTP(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		ctx := context.Background()
		s := serveShop(t, db)
		content := strings.Repeat("web archive ", 100_000)
		in := client.NewCandidate{Team: "web", Version: "2.0.0", Notes: "<script>alert(1)</script>", Commit: "4f1c0de", Facts: map[string]string{"data-gb": "120"}, Artifacts: []client.Artifact{s.handIn(t, content)}}
		first, err := s.ci.Shelve(ctx, "shop", in)
		if err != nil || !first.Created || first.Candidate.Name != "2.0.0-rc.1" || len(first.Items) == 0 {
			t.Fatalf("%+v, %v", first, err)
		}
		again, err := s.ci.Shelve(ctx, "shop", in)
		if err != nil || again.Created || again.Candidate.ID != first.Candidate.ID {
			t.Errorf("again: %+v, %v", again, err)
		}
		r, err := s.ci.Artifact(ctx, "shop", first.Candidate.ID, "web.war")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != content {
			t.Errorf("downloaded %d bytes of %d, %v", len(got), len(content), err)
		}
		_ = r.Close()

		report := `<testsuite><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuite>`
		judged, err := s.ci.Report(ctx, "shop", client.Report{Team: "web", Version: "2.0.0", FileName: "TEST.xml"}, strings.NewReader(report), -1)
		if err != nil || judged.Outcome != "fail" || len(judged.Opened) != 1 || judged.Opened[0].Name != "D-1" {
			t.Fatalf("%+v, %v", judged, err)
		}
		moved, err := s.person.MoveItem(ctx, "shop", first.Items[0].Item.ID, client.ItemMove{To: "doing", Version: 1})
		if err != nil || moved.Item.State != "doing" || moved.Item.Version != 2 {
			t.Errorf("%+v, %v", moved, err)
		}
		if _, err := s.person.MoveItem(ctx, "shop", first.Items[0].Item.ID, client.ItemMove{To: "done", Version: 1}); headway.KindOf(err) != headway.Conflict {
			t.Errorf("a stale move: %v", err)
		}
		if d, err := s.person.TriageDefect(ctx, "shop", 1, client.Triage{Decision: "accept", Reason: "known"}); err != nil || d.State != "accepted" {
			t.Errorf("%+v, %v", d, err)
		}
		if shelf, err := s.person.Shelf(ctx, "shop"); err != nil || len(shelf.Rows) != 1 || shelf.Rows[0].Candidate.Name != "2.0.0-rc.1" || shelf.Rows[0].Evidence[0].Outcome != "fail" {
			t.Errorf("shelf: %+v, %v", shelf, err)
		}
		board, err := s.person.Board(ctx, "shop", client.BoardFilter{})
		if err != nil || len(board.Columns) != 4 || board.Columns[1].Count != 1 || board.Columns[1].Items[0].Team != "web" {
			t.Errorf("board: %+v, %v", board, err)
		}
		list, err := s.person.Releases(ctx, "shop", client.ReleaseFilter{Team: "web"})
		if err != nil || list.Total == 0 || list.Releases[0].Team != "web" {
			t.Errorf("releases: %+v, %v", list, err)
		}
		story, err := s.person.Release(ctx, "shop", "web/2.0.0")
		if err != nil || len(story.Candidates) != 1 || len(story.Defects) != 1 || len(story.Evidence) != 1 || len(story.Items) != len(first.Items) || len(story.Verdicts) == 0 {
			t.Errorf("release: %+v, %v", story, err)
		}
		defects, err := s.person.Defects(ctx, "shop", client.DefectFilter{State: "accepted"})
		if err != nil || len(defects.Defects) != 1 || defects.Defects[0].Candidate != "2.0.0-rc.1" {
			t.Errorf("defects: %+v, %v", defects, err)
		}
		if _, err := s.person.Shelve(ctx, "shop", in); headway.KindOf(err) != headway.Forbidden {
			t.Errorf("a token without the scope: %v", err)
		}
		in.Artifacts[0].SHA256 = strings.Repeat("0", 64)
		if _, err := s.ci.Shelve(ctx, "shop", in); headway.KindOf(err) != headway.Invalid {
			t.Errorf("a file that was not handed in: %v", err)
		}
	})
}

func TestDamagedFileNeverArrivesComplete(t *testing.T) {
	ctx := context.Background()
	s := serveShop(t, testkit.Database{Dir: t.TempDir()})
	for _, size := range []int{3, 256 << 10, 1 << 20} {
		content := strings.Repeat("x", size)
		a := s.handIn(t, content)
		out, err := s.ci.Shelve(ctx, "shop", client.NewCandidate{Team: "web", Version: "2.0.0", Artifacts: []client.Artifact{a}})
		if err != nil {
			t.Fatal(err)
		}
		damaged := bytes.Repeat([]byte("x"), size)
		damaged[0] = 'y'
		if err := os.WriteFile(filepath.Join(s.dir, "blobs", a.SHA256[:2], a.SHA256), damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := s.ci.Artifact(ctx, "shop", out.Candidate.ID, "web.war")
		if err != nil {
			continue // broken off before the header
		}
		got, err := io.ReadAll(r)
		if err == nil || len(got) == size {
			t.Errorf("%d bytes of a damaged file of %d arrived, %v", len(got), size, err)
		}
		_ = r.Close()
	}
}

// TestHalfAnUpload shows that an upload that breaks off leaves nothing to refer to.
func TestHalfAnUpload(t *testing.T) {
	s := serveShop(t, testkit.Database{Dir: t.TempDir()})
	sum := sha256.Sum256([]byte("whole"))
	sha := hex.EncodeToString(sum[:])
	body, w := io.Pipe()
	go func() {
		_, _ = w.Write([]byte("who"))
		_ = w.CloseWithError(errors.New("cut"))
	}()
	if _, err := s.ci.PutArtifact(context.Background(), "shop", sha, body, 5); err == nil {
		t.Error("half a file was taken")
	}
	_, err := s.ci.Shelve(context.Background(), "shop", client.NewCandidate{Team: "web", Version: "2.0.0", Artifacts: []client.Artifact{{Name: "web.war", SHA256: sha}}})
	if headway.KindOf(err) != headway.Invalid {
		t.Errorf("shelved with half a file: %v", err)
	}
	if _, err := s.ci.PutArtifact(context.Background(), "shop", sha, strings.NewReader("other"), 5); headway.KindOf(err) != headway.Invalid {
		t.Errorf("other content than announced: %v", err)
	}
}

// TestDownloadsAreAttachments keeps what was handed in from being shown as a page of ours.
func TestDownloadsAreAttachments(t *testing.T) {
	s := serveShop(t, testkit.Database{Dir: t.TempDir()})
	a := s.handIn(t, "<html><script>alert(1)</script>")
	a.Name = `index "quoted" ü.html`
	out, err := s.ci.Shelve(context.Background(), "shop", client.NewCandidate{Team: "web", Version: "2.0.0", Artifacts: []client.Artifact{a}})
	if err != nil {
		t.Fatal(err)
	}
	cookie, err := s.app.SignIn(context.Background(), app.Credentials{Email: "ann@example.org", Password: headway.NewSecret("correct horse")})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodGet, s.url+"/api/v1/programmes/shop/candidates/"+out.Candidate.ID+"/artifacts/index%20%22quoted%22%20%C3%BC.html", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "headway_session", Value: cookie.Reveal()})
	res, err := (&http.Client{Timeout: 10 * time.Second}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	h := res.Header
	if res.StatusCode != http.StatusOK || h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
		h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s %v", res.Status, h)
	}
}
