package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type planIn struct {
	Programme string `path:"programme"`
	Plan      string `query:"plan" doc:"draft, or the number of a published plan; empty means the draft"`
}

type planOut struct{ Body client.Plan }

type programmeIn struct {
	Programme string `path:"programme"`
}

type planHeadOut struct{ Body client.PlanHead }

type planHeadsOut struct{ Body []client.PlanHead }

type publishIn struct {
	Programme string `path:"programme"`
	Body      client.PublishPlan
}

type previewIn struct {
	Programme string `path:"programme"`
	Body      client.WhatIf
}

type previewOut struct{ Body client.PlanPreview }

type compareIn struct {
	Programme string `path:"programme"`
	From      string `query:"from" doc:"Number of a published plan, or draft; empty means the newest published one"`
	To        string `query:"to" doc:"The same; empty means the draft"`
}

type compareOut struct{ Body client.PlanComparison }

type calendarIn struct {
	Programme string `path:"programme"`
	Plan      string `query:"plan" doc:"draft, or the number of a published plan; empty means the draft"`
	Person    string `query:"person" doc:"Key of a person; empty means everybody"`
}

type fileOut struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

type pinIn struct {
	Programme string `path:"programme"`
	Item      string `path:"item"`
	Body      client.PinItem
}

type pinOut struct{ Body client.PinnedItem }

func (r *room) plans() {
	tags := []string{"Plan"}
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/programmes/{programme}" + path, Summary: summary, Tags: tags}
	}
	register(r, headway.ViewProgramme, op("get-plan", http.MethodGet, "/plan", "A release plan"), r.getPlan)
	register(r, headway.ViewProgramme, op("list-published-plans", http.MethodGet, "/plan/published", "The published plans"),
		func(ctx context.Context, by headway.Actor, in *programmeIn) (*planHeadsOut, error) {
			plans, err := r.app.PublishedPlansView(ctx, by, in.Programme)
			return &planHeadsOut{mapped(plans, planHead)}, err
		})
	register(r, headway.PublishPlan, op("publish-plan", http.MethodPost, "/plan/publish", "Publish the draft as the plan that holds"),
		func(ctx context.Context, by headway.Actor, in *publishIn) (*planHeadOut, error) {
			plan, err := r.app.PublishPlan(ctx, by, in.Programme, app.PublishPlan{Revision: in.Body.Revision, Reason: in.Body.Reason})
			return &planHeadOut{planHead(plan)}, err
		})
	register(r, headway.EditPlan, op("preview-plan", http.MethodPost, "/plan/preview", "What if? Nothing is stored"), r.previewPlan)
	register(r, headway.ViewProgramme, op("compare-plans", http.MethodGet, "/plan/compare", "How two plans differ, and who is hit"),
		func(ctx context.Context, by headway.Actor, in *compareIn) (*compareOut, error) {
			v, err := r.app.PlanComparisonView(ctx, by, in.Programme, in.From, in.To)
			return &compareOut{planComparison(v)}, err
		})
	register(r, headway.ViewProgramme, op("get-plan-calendar", http.MethodGet, "/plan.ics", "A plan as iCalendar"),
		func(ctx context.Context, by headway.Actor, in *calendarIn) (*fileOut, error) {
			b, err := r.app.PlanCalendar(ctx, by, in.Programme, in.Plan, in.Person)
			return &fileOut{"text/calendar; charset=utf-8", `attachment; filename="plan.ics"`, b}, err
		})
	register(r, headway.ViewProgramme, op("get-plan-csv", http.MethodGet, "/plan.csv", "A plan as comma-separated values"),
		func(ctx context.Context, by headway.Actor, in *planIn) (*fileOut, error) {
			b, err := r.app.PlanCSV(ctx, by, in.Programme, in.Plan)
			return &fileOut{"text/csv; charset=utf-8", `attachment; filename="plan.csv"`, b}, err
		})
	r.scenarios(op)
	register(r, headway.EditPlan, op("pin-item", http.MethodPut, "/items/{item}/pin", "Fix when a backlog item starts, or free it"),
		func(ctx context.Context, by headway.Actor, in *pinIn) (*pinOut, error) {
			i, err := r.app.PinItem(ctx, by, in.Programme, app.PinItem{Item: in.Item, Version: in.Body.Version, Start: in.Body.Start})
			return &pinOut{client.PinnedItem{ID: i.ID, Title: i.Title, Start: i.PinnedStart, Version: i.Version}}, err
		})
}

func (r *room) getPlan(ctx context.Context, by headway.Actor, in *planIn) (*planOut, error) {
	d, err := r.app.PlanDocumentView(ctx, by, in.Programme, in.Plan)
	if err != nil {
		return nil, err
	}
	keys := map[string]string{}
	for _, p := range d.People {
		keys[p.ID] = p.Key
	}
	return &planOut{planBody(d.Plan, d.ReleaseName, keys)}, nil
}

func (r *room) previewPlan(ctx context.Context, by headway.Actor, in *previewIn) (*previewOut, error) {
	what, err := whatIf(in.Body)
	if err != nil {
		return nil, err
	}
	v, err := r.app.PreviewPlan(ctx, by, in.Programme, what)
	if err != nil {
		return nil, err
	}
	name := func(id string) string {
		if n := v.Names.Releases[id]; n != "" {
			return n
		}
		return id
	}
	return &previewOut{client.PlanPreview{Plan: planBody(v.Plan, name, v.Names.People), Comparison: planComparison(v.PlanComparison)}}, nil
}

func planHead(p headway.Plan) client.PlanHead {
	return client.PlanHead{Kind: string(p.Kind), Number: p.Number, Revision: p.Revision, Status: p.Status, Reason: p.Reason, By: p.ByName, At: p.At}
}

func planBody(p headway.Plan, release func(id string) string, people map[string]string) client.Plan {
	person := func(id string) string {
		if key := people[id]; key != "" {
			return key
		}
		return id
	}
	return client.Plan{
		PlanHead: planHead(p),
		Placements: mapped(p.Placements, func(q headway.Placement) client.Placement {
			return client.Placement{
				Activity: q.Activity, Item: q.ItemID, ReleaseID: q.ReleaseID, Release: release(q.ReleaseID), Title: q.Title, Kind: q.Kind, Skill: string(q.Skill),
				People: mapped(q.People, person), Environment: q.Environment, Start: q.Start, End: q.End, Why: q.Why, Pinned: q.Pinned, Done: q.Done,
			}
		}),
		Releases: mapped(p.Releases, func(q headway.PlannedRelease) client.PlannedRelease {
			return client.PlannedRelease{ReleaseID: q.ReleaseID, Release: release(q.ReleaseID), Production: q.Production, GapDays: q.GapDays, Band: string(q.Band)}
		}),
		Findings: mapped(p.Findings, func(f headway.Finding) client.Finding { return finding(f, release) }),
	}
}

func finding(f headway.Finding, release func(id string) string) client.Finding {
	out := client.Finding{Rule: f.Rule, Severity: f.Severity, Text: f.Text}
	if f.Release != "" {
		out.Release = release(f.Release)
	}
	for _, r := range f.Repairs {
		out.Repairs = append(out.Repairs, repair(r))
	}
	return out
}

func planComparison(v app.PlanComparison) client.PlanComparison {
	return client.PlanComparison{
		From: planHead(v.From), To: planHead(v.To),
		Changes: mapped(v.Changes, func(c headway.PlanChange) client.PlanChange {
			return client.PlanChange{Activity: c.Activity, Text: c.Text, Days: c.Days}
		}),
		Releases: mapped(v.Releases, func(s app.ReleaseShift) client.ReleaseShift {
			return client.ReleaseShift{Release: s.Release, Team: s.Team, Before: s.Before, After: s.After, Days: s.Days}
		}),
		People: mapped(v.People, func(h app.PersonHit) client.PersonHit {
			return client.PersonHit{Name: h.Name, Moved: h.Moved, Joined: h.Joined, Freed: h.Freed}
		}),
		Teams: mapped(v.Teams, func(h app.TeamHit) client.TeamHit {
			return client.TeamHit{Name: h.Name, Later: h.Later, Earlier: h.Earlier, WorstDays: h.WorstDays}
		}),
	}
}

// mapped converts a list; none is an empty list, not null.
func mapped[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}
