package web

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"headway"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

func (s *Site) releasePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "releases", "Release")
	if err != nil {
		return err
	}
	v, err := s.app.ReleaseStoryView(r.Context(), p.actor, p.Programme.Key, r.PathValue("release"))
	if err != nil {
		return err
	}
	p.Title = teamName(v.Cast, v.Release.TeamID) + " " + v.Release.Version
	return p.show(releaseBody(p.Page, v))
}

// artifactFile streams one artifact; uploads are always attachments.
func (s *Site) artifactFile(w http.ResponseWriter, r *http.Request) error {
	a, content, err := s.app.Artifact(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("candidate"), r.PathValue("name"))
	if err != nil {
		return err
	}
	return attach(w, a.Name, a.Size, content)
}

// evidenceFile streams the report that a piece of evidence was read from.
func (s *Site) evidenceFile(w http.ResponseWriter, r *http.Request) error {
	e, content, err := s.app.EvidenceFile(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("evidence"))
	if err != nil {
		return err
	}
	return attach(w, e.FileName, e.Size, content)
}

func attach(w http.ResponseWriter, name string, size int64, content io.ReadCloser) error {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	_, err := io.Copy(w, content)
	if closing := content.Close(); err == nil {
		err = closing
	}
	return err
}

// evidenceFigures says in one line what a report came to.
func evidenceFigures(e headway.Evidence) string {
	switch {
	case e.Tests != nil:
		t := e.Tests
		s := fmt.Sprintf("%d tests, %d passed", t.Tests, t.Passed)
		if n := t.Failed + t.Errors; n > 0 {
			s += fmt.Sprintf(", %d failed", n)
		}
		if t.Flaky > 0 {
			s += fmt.Sprintf(", %d flaky", t.Flaky)
		}
		return s
	case e.Load != nil:
		return loadFigures(e.Load.Total)
	case e.Detail == nil:
	case e.Detail.SBOM != nil:
		return ui.Count(e.Detail.SBOM.Components, "component")
	case e.Detail.Scan != nil:
		n := e.Detail.Scan.Counts
		return fmt.Sprintf("%s, %d critical, %d high", ui.Count(n.Total, "finding"), n.Critical, n.High)
	case e.Detail.Coverage != nil:
		main, what := e.Detail.Coverage.Main()
		return coveredShare(main) + " of " + what + " covered"
	}
	return kindLabel(e.Kind)
}

func loadFigures(f headway.LoadFigure) string {
	s := fmt.Sprintf("%d requests", f.Count)
	if f.P95MS >= 0 {
		s += fmt.Sprintf(", p95 %.0f ms", f.P95MS)
	}
	if f.ErrorRate >= 0 {
		s += fmt.Sprintf(", %.2f %% errors", f.ErrorRate*100)
	}
	return s
}

// spent tells estimate against actual.
func spent(i headway.BacklogItem, now time.Time) string {
	switch {
	case i.State == headway.ItemDone && i.Spent > 0:
		return fmt.Sprintf("%s of %s", ui.Hours(i.Spent), ui.Hours(i.Estimate))
	case !i.StartedAt.IsZero() && i.State != headway.ItemDone:
		return fmt.Sprintf("%s, started %s ago", ui.Hours(i.Estimate), ui.Duration(now.Sub(i.StartedAt)))
	}
	return ui.Hours(i.Estimate)
}
