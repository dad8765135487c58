package server

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/client"
	"headway/internal/app"
	"headway/internal/ingest"
)

const planSetup = `programme: {key: atlas, name: Atlas, zone: Europe/Berlin, horizon: 2}
teams:
  - {key: web, name: Web, kind: development, priority: 5, cadence: {first: FIRST, days: 14, version: 2.0.0}}
  - {key: ops, name: Operations, kind: operations, priority: 5, cadence: {first: FIRST, days: 14}}
people:
  - {key: dora, name: Dora, team: ops, skills: [dba]}
  - {key: asa, name: Asa, team: ops, skills: [appserver]}
  - {key: quinn, name: Quinn, team: ops, skills: [qa]}
  - {key: quincy, name: Quincy, team: ops, skills: [qa]}
  - {key: sam, name: Sam, team: ops, skills: [support]}
  - {key: rita, name: Rita, team: ops, skills: [release-manager]}
windows:
  - {key: night, name: Night, days: [tue, thu], start: "20:00", minutes: 240}
`

// planned is an instance with a programme whose first draft was computed by
// the background jobs.
func planned(t *testing.T) (*client.Client, client.Plan) {
	t.Helper()
	ctx := context.Background()
	r := serve(t)
	by, err := r.App.ActorByToken(ctx, headway.NewSecret(r.token))
	if err != nil {
		t.Fatal(err)
	}
	first := headway.DateOf(time.Now()).AddDays(-7).String()
	setup, err := ingest.ProgrammeFile(strings.NewReader(strings.ReplaceAll(planSetup, "FIRST", first)), "atlas.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.App.AddProgramme(ctx, by, app.AddProgramme{Key: "atlas", Name: "Atlas", Zone: "Europe/Berlin"}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.App.ApplyProgramme(ctx, by, app.ApplyProgramme{Programme: "atlas", File: setup}); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(r.url, headway.NewSecret(r.token))
	if err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for {
		plan, err := c.Plan(ctx, "atlas", "")
		if err == nil && len(plan.Releases) > 0 {
			return c, plan
		}
		if err != nil && headway.KindOf(err) != headway.NotFound {
			t.Fatal(err)
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("no draft within 20 s: %+v", plan.Findings)
		}
	}
}

func TestPlansThroughTheInterface(t *testing.T) {
	ctx := context.Background()
	c, draft := planned(t)
	head, err := c.PublishPlan(ctx, "atlas", client.PublishPlan{Revision: draft.Revision, Reason: "first plan"})
	if err != nil || head.Number != 1 {
		t.Fatalf("%+v %v, findings %+v", head, err, draft.Findings)
	}
	if _, err := c.PublishPlan(ctx, "atlas", client.PublishPlan{Revision: draft.Revision - 1, Reason: "stale"}); headway.KindOf(err) != headway.Conflict {
		t.Errorf("stale: %v", err)
	}
	if heads, err := c.PublishedPlans(ctx, "atlas"); err != nil || len(heads) != 1 || heads[0].Reason != "first plan" {
		t.Errorf("%+v %v", heads, err)
	}
	if v, err := c.ComparePlans(ctx, "atlas", "1", "draft"); err != nil || len(v.Changes) != 0 {
		t.Errorf("%+v %v", v.Changes, err)
	}
	day := draft.Placements[0].Start.Format(time.DateOnly)
	what := client.WhatIf{Absences: []client.WhatIfAbsence{{Person: draft.Placements[0].People[0], From: day, To: draft.Placements[0].Start.AddDate(0, 0, 4).Format(time.DateOnly)}}}
	if v, err := c.PreviewPlan(ctx, "atlas", what); err != nil || len(v.Comparison.Changes) == 0 || !strings.HasPrefix(v.Plan.Placements[0].Release, "Web ") {
		t.Errorf("%+v %v", v.Comparison, err)
	}
	for name, open := range map[string]func() (io.ReadCloser, error){
		"BEGIN:VEVENT":      func() (io.ReadCloser, error) { return c.PlanCalendar(ctx, "atlas", "quinn") },
		"activity,release,": func() (io.ReadCloser, error) { return c.PlanCSV(ctx, "atlas", "1") },
	} {
		body, err := open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(body)
		if err != nil || !strings.Contains(string(b), name) {
			t.Errorf("%s: %v %.300s", name, err, b)
		}
		if err := body.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := c.PlanCalendar(ctx, "atlas", "nobody"); headway.KindOf(err) != headway.NotFound {
		t.Errorf("calendar of nobody: %v", err)
	}
}

func TestMeasuresThroughTheInterface(t *testing.T) {
	ctx := context.Background()
	c, draft := planned(t)
	g, err := c.Gaps(ctx, "atlas", 0)
	if err != nil || len(g.Forecasts) != len(draft.Releases) || g.Forecasts[0].Gap.Basis != "bottom-up" {
		t.Errorf("%+v %v", g, err)
	}
	if one, err := c.ReleaseGap(ctx, "atlas", draft.Releases[0].ReleaseID); err != nil || one.Release != draft.Releases[0].Release {
		t.Errorf("%+v %v", one, err)
	}
	if all, err := c.Status(ctx, ""); err != nil || len(all) != 1 || all[0].Next == nil {
		t.Errorf("%+v %v", all, err)
	}
	if w, err := c.Work(ctx, "atlas"); err != nil || len(w.Items) != 0 {
		t.Errorf("%+v %v", w, err)
	}
	if err := c.MarkRead(ctx, ""); err != nil {
		t.Error(err)
	}
	if _, err := c.Status(ctx, "none"); headway.KindOf(err) != headway.NotFound {
		t.Error(err)
	}
}

func TestChangesAndScenariosThroughTheInterface(t *testing.T) {
	ctx := context.Background()
	c, draft := planned(t)
	last := draft.Placements[len(draft.Placements)-1]
	pin := client.WhatIf{Pins: []client.WhatIfPin{{Activity: last.Activity, Start: last.Start.AddDate(0, 0, 7)}}}
	kept, err := c.KeepScenario(ctx, "atlas", client.KeepScenario{Name: "A week later", Changes: pin})
	if err != nil || kept.Key != "a-week-later" {
		t.Fatalf("%+v %v", kept, err)
	}
	if all, err := c.Scenarios(ctx, "atlas"); err != nil || len(all) != 1 || len(all[0].Words) != 1 || all[0].Comparison == nil || len(all[0].Comparison.Changes) == 0 {
		t.Fatalf("%+v %v", all, err)
	}
	if s, err := c.SolveScenario(ctx, "atlas", kept.Key); err != nil || s.Status == "" {
		t.Errorf("%+v %v", s, err)
	}
	if s, err := c.TakeScenario(ctx, "atlas", kept.Key); err != nil || s.TakenAt.IsZero() {
		t.Errorf("%+v %v", s, err)
	}
	if err := c.TakeChanges(ctx, "atlas", client.TakeChanges{Changes: pin, Revision: draft.Revision}); headway.KindOf(err) != headway.Conflict {
		t.Errorf("the preview was stale: %v", err)
	}
	if err := c.RemoveScenario(ctx, "atlas", kept.Key); err != nil {
		t.Error(err)
	}
	if err := c.RemoveScenario(ctx, "atlas", kept.Key); headway.KindOf(err) != headway.NotFound {
		t.Errorf("removed twice: %v", err)
	}
	free := client.WhatIf{Pins: []client.WhatIfPin{{Activity: last.Activity}}}
	if err := c.TakeChanges(ctx, "atlas", client.TakeChanges{Changes: free}); err != nil {
		t.Error(err)
	}
	if len(draft.Findings) > 0 {
		if _, err := c.FindingRepairs(ctx, "atlas", 1); err != nil {
			t.Error(err)
		}
	}
	if _, err := c.FindingRepairs(ctx, "atlas", 9999); headway.KindOf(err) != headway.NotFound {
		t.Errorf("a finding that is not there: %v", err)
	}
}
