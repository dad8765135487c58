package app

import (
	"context"
	"slices"
	"strings"
	"testing"

	"headway"
	"headway/internal/ingest"
	"headway/internal/testkit"
)

func TestASetupThatWasChangedMeanwhileIsNotOverwritten(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w, ctx := newSetupWorld(t, db), context.Background()
		w.mustApply(atlasSetup)
		before, err := w.app.SetupView(ctx, w.admin, w.p.Key)
		if err != nil {
			t.Fatal(err)
		}
		teams := headway.ProgrammeFile{Programme: headway.ProgrammePart{Key: w.p.Key}, Teams: before.File.Teams}
		seen := teams.Digest()
		rename := func(name, seen string, preview bool) (ProgrammeChanges, error) {
			in := teams
			in.Teams = append([]headway.TeamPart{}, before.File.Teams...)
			in.Teams[0].Name = name
			return w.app.ApplyProgramme(ctx, w.admin, ApplyProgramme{Programme: w.p.Key, File: in, Sections: true, Seen: seen, Preview: preview})
		}
		if c, err := rename("Preview", seen, true); err != nil || len(c.Changed) == 0 {
			t.Fatalf("a preview says %v, %v", c, err)
		}
		if v, _ := w.app.SetupView(ctx, w.admin, w.p.Key); v.File.Teams[0].Name != before.File.Teams[0].Name {
			t.Fatal("a preview changed the setup")
		}
		if _, err := rename("First", seen, false); err != nil {
			t.Fatal(err)
		}
		if _, err := rename("Second", seen, false); headway.KindOf(err) != headway.Conflict {
			t.Fatalf("a stale form: %v", err)
		}
		after, err := w.app.SetupView(ctx, w.admin, w.p.Key)
		if err != nil {
			t.Fatal(err)
		}
		if after.File.Teams[0].Name != "First" || after.Programme.Gap != before.Programme.Gap || after.Programme.Name != before.Programme.Name {
			t.Errorf("now %q, %v, %q", after.File.Teams[0].Name, after.Programme.Gap, after.Programme.Name)
		}
	})
}

func TestProgrammesStartWithAPlaybookOfTheGallery(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w, ctx := newSetupWorld(t, db), context.Background()
		for _, g := range headway.PlaybookGallery() {
			if err := g.Playbook(nil).Check(); err != nil {
				t.Errorf("%s: %v", g.Key, err)
			}
			if _, err := w.app.AddProgramme(ctx, w.admin, AddProgramme{Key: "with-" + g.Key, Name: g.Name, Playbook: g.Key}); err != nil {
				t.Fatal(err)
			}
			v, err := w.app.SetupView(ctx, w.admin, "with-"+g.Key)
			if err != nil || len(v.File.Playbook) != len(g.Playbook(nil).Activities) {
				t.Errorf("%s: %d activities, %v", g.Key, len(v.File.Playbook), err)
			}
			w.applyTo(t, "with-"+g.Key, "programme: {key: with-"+g.Key+", name: X}\nenvironments: [{key: stage, name: S, kind: staging}]\n")
			if v, _ = w.app.SetupView(ctx, w.admin, "with-"+g.Key); len(v.File.Playbook) != len(g.Playbook(nil).Activities) || !slices.ContainsFunc(v.File.Playbook, func(a headway.PlaybookActivity) bool { return a.Environment == "stage" }) {
				t.Errorf("%s was not fitted to the environments: %+v", g.Key, v.File.Playbook)
			}
		}
		_, err := w.app.AddProgramme(ctx, w.admin, AddProgramme{Key: "other", Name: "Other", Playbook: "of-my-own"})
		if headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), "gallery") {
			t.Errorf("an unknown playbook: %v", err)
		}
	})
}

func (w *setupWorld) applyTo(t *testing.T, programme, text string) {
	t.Helper()
	f, err := ingest.ProgrammeFile(strings.NewReader(text), "setup.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.app.ApplyProgramme(context.Background(), w.admin, ApplyProgramme{Programme: programme, File: f}); err != nil {
		t.Fatal(err)
	}
}
