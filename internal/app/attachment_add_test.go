package app

import (
	"io"
	"strings"
	"testing"

	"headway"
)

func TestFilesAreAttachedToEvidence(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		s.shelve(t, s.candidate(t, "one"))
		run := s.report(t, AddEvidence{FileName: "one.xml"}, junit(3))
		attach := func(by headway.Actor, evidence, name, content string) error {
			_, err := s.AttachToEvidence(s.ctx, by, "shop", evidence, name, strings.NewReader(content))
			return err
		}
		for range 2 { // the same file again changes nothing
			if err := attach(s.ci, run.Evidence.ID, "server.log", "lines"); err != nil {
				t.Fatal(err)
			}
		}
		wantKind(t, "another of the name", attach(s.ci, run.Evidence.ID, "server.log", "other lines"), headway.Conflict)
		wantKind(t, "an empty file", attach(s.ci, run.Evidence.ID, "empty.log", ""), headway.Invalid)
		wantKind(t, "a path", attach(s.ci, run.Evidence.ID, "a/b", "x"), headway.Invalid)
		wantKind(t, "no such evidence", attach(s.ci, "none", "a.log", "x"), headway.NotFound)
		wantKind(t, "a viewer", attach(s.viewer, run.Evidence.ID, "a.log", "x"), headway.Forbidden)
		wantKind(t, "other programme", attach(s.other, run.Evidence.ID, "a.log", "x"), headway.NotFound)

		e, err := s.EvidenceStoryView(s.ctx, s.viewer, "shop", run.Evidence.ID)
		if err != nil || len(e.Attachments) != 1 || e.Attachments[0].Size != 5 || e.Attachments[0].AddedByName == "" {
			t.Errorf("%+v, %v", e.Attachments, err)
		}
		if removed, err := s.SweepFiles(s.ctx); err != nil || removed != 0 {
			t.Errorf("%d swept, %v", removed, err)
		}
		_, r, err := s.EvidenceAttachment(s.ctx, s.viewer, "shop", run.Evidence.ID, "server.log")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if b, err := io.ReadAll(r); err != nil || string(b) != "lines" {
			t.Errorf("%q, %v", b, err)
		}
		_, _, err = s.EvidenceAttachment(s.ctx, s.viewer, "shop", run.Evidence.ID, "client.log")
		wantKind(t, "no such attachment", err, headway.NotFound)
		for n := range headway.MaxAttachments - 1 {
			if err := attach(s.ci, run.Evidence.ID, strings.Repeat("x", n+1), "x"); err != nil {
				t.Fatal(err)
			}
		}
		wantKind(t, "one more than the most", attach(s.ci, run.Evidence.ID, "last", "x"), headway.Invalid)
	})
}
