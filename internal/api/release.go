package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type releasesIn struct {
	InProgramme
	Team   string `query:"team" doc:"Only those of a team, by key"`
	Series string `query:"series" doc:"Only those of a cycle of imported history"`
	State  string `query:"state" doc:"Only those in a state"`
	Order  string `query:"order" enum:"newest,nearest" default:"newest" doc:"newest: newest sprint first; nearest: what is not over first, nearest sprint end first, then what is over, newest first"`
	After  string `query:"after" doc:"Go on after next of the page before in the same order"`
}

type releasesOut struct{ Body client.ReleaseList }

type releaseIn struct {
	InProgramme
	Release string `path:"release" doc:"Id, or team/version with the slash as %2F"`
}

type storyOut struct{ Body client.ReleaseStory }

type shelfOut struct{ Body client.Shelf }

func (r *room) releases() {
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-releases", Method: http.MethodGet, Path: "/programmes/{programme}/releases", Tags: []string{"Releases"},
		Summary: "List releases",
	}, func(ctx context.Context, by headway.Actor, in *releasesIn) (*releasesOut, error) {
		v, err := r.app.ReleaseListView(ctx, by, in.Programme, app.ReleaseQuery{
			Team: in.Team, Series: in.Series, State: headway.ReleaseState(in.State), After: in.After, Nearest: in.Order == "nearest",
		})
		if err != nil {
			return nil, err
		}
		out := client.ReleaseList{Releases: []client.Release{}, Total: v.Total}
		for _, rel := range v.Releases {
			team, _ := v.Team(rel.TeamID)
			out.Releases = append(out.Releases, releaseFrom(rel, team.Key))
		}
		if v.More {
			out.Next = v.Releases[len(v.Releases)-1].ID
		}
		return &releasesOut{out}, nil
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-release", Method: http.MethodGet, Path: "/programmes/{programme}/releases/{release}", Tags: []string{"Releases"},
		Summary: "Everything of one release",
	}, func(ctx context.Context, by headway.Actor, in *releaseIn) (*storyOut, error) {
		v, err := r.app.ReleaseStoryView(ctx, by, in.Programme, in.Release)
		if err != nil {
			return nil, err
		}
		return &storyOut{storyFrom(v)}, nil
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-shelf", Method: http.MethodGet, Path: "/programmes/{programme}/shelf", Tags: []string{"Shelf"},
		Summary: "What waits between development and production",
	}, func(ctx context.Context, by headway.Actor, in *InProgramme) (*shelfOut, error) {
		v, err := r.app.ShelfView(ctx, by, in.Programme)
		if err != nil {
			return nil, err
		}
		return &shelfOut{shelfFrom(v)}, nil
	})
}

func storyFrom(v app.ReleaseStory) client.ReleaseStory {
	team, _ := v.Team(v.Release.TeamID)
	names := map[string]string{}
	out := client.ReleaseStory{
		Release: releaseFrom(v.Release, team.Key), Candidates: []client.Candidate{}, Evidence: []client.Evidence{}, Items: []client.Item{},
		Defects: []client.Defect{}, Verdicts: verdictsFrom(v.Verdicts), Planned: plannedFrom(v.Planned), Published: plannedFrom(v.Published),
		GapDays: v.GapDays, Gap: []client.GapSlice{}, Events: []client.Happening{}, Expected: expectedFrom(v.Expected),
	}
	for _, c := range v.Candidates {
		names[c.ID] = c.Name
		out.Candidates = append(out.Candidates, candidateFrom(c))
	}
	out.Decisions = decidedFrom(v, names)
	if p := plannedFrom(v.Promise.Release); p != nil {
		out.Promise = &client.Promise{Planned: *p, Plan: v.Promise.Plan.Number, PublishedAt: v.Promise.Plan.At}
	}
	if n := v.Needs; n.P50 > 0 {
		out.Needs = &client.RunLength{P50Minutes: n.P50.Minutes(), P85Minutes: n.P85.Minutes(), Source: n.Source}
	}
	for _, e := range v.Evidence {
		out.Evidence = append(out.Evidence, evidenceFrom(e))
	}
	for _, i := range v.Items {
		item := itemFrom(i)
		item.Team, item.ReleaseName, item.Candidate, item.AssigneeNames = team.Key, v.Release.Version, names[i.CandidateID], v.Names(i.Assignees)
		out.Items = append(out.Items, item)
	}
	for _, d := range v.Defects {
		c := defectFrom(d)
		c.Team, c.Release, c.Candidate, c.FixedIn = team.Key, v.Release.Version, names[d.CandidateID], names[d.FixedIn]
		out.Defects = append(out.Defects, c)
	}
	for _, g := range v.Slices {
		out.Gap = append(out.Gap, client.GapSlice{From: g.Span.From, To: g.Span.To, Cause: string(g.Cause), Who: g.Who})
	}
	for _, e := range v.Events {
		out.Events = append(out.Events, client.Happening{Seq: e.Seq, At: e.At, By: e.ActorName, Kind: string(e.Kind), Text: e.Text})
	}
	return out
}

// decidedFrom lists the go/no-gos of a release; names are of candidates by id.
func decidedFrom(v app.ReleaseStory, names map[string]string) []client.Decided {
	out := []client.Decided{}
	for _, d := range v.Decisions {
		if d.State == headway.DecisionRehearsal {
			continue
		}
		out = append(out, client.Decided{
			ID: d.ID, Candidate: names[d.CandidateID], State: string(d.State), OpenedBy: d.OpenedByName, OpenedAt: d.OpenedAt, Reason: d.Reason,
			Approvals: approvalsFrom(v.Approvals[d.ID]),
		})
	}
	return out
}

// plannedFrom gives nothing for a release that the plan does not hold.
func plannedFrom(p headway.PlannedRelease) *client.Planned {
	if p.Production.IsZero() {
		return nil
	}
	return &client.Planned{Production: p.Production, GapDays: p.GapDays, Band: string(p.Band)}
}

func shelfFrom(v app.Shelf) client.Shelf {
	out := client.Shelf{Rows: []client.ShelfRow{}, Depth: mapped(v.Depth, func(d headway.ShelfDay) client.ShelfDay {
		return client.ShelfDay{Day: d.Day.String(), Depth: d.Depth, Oldest: d.Oldest}
	})}
	for _, row := range v.Rows {
		team, _ := v.Team(row.Release.TeamID)
		r := client.ShelfRow{
			Release: releaseFrom(row.Release, team.Key), Candidate: candidateFrom(row.Candidate), Evidence: []client.Evidence{}, Blockers: row.Blockers,
			Defects: row.Defects, Done: row.Done, Items: row.All, Blocked: titles(row.Blocked), Doing: titles(row.Doing), Next: titles(row.Next),
			AgeDays: row.AgeDays, GapSoFar: row.GapSoFar, Planned: plannedFrom(row.Planned), Expected: expectedFrom(row.Expected),
			Decision: string(row.Decision), Lineage: []client.Ancestor{},
		}
		for _, c := range row.Lineage {
			r.Lineage = append(r.Lineage, client.Ancestor{ID: c.ID, Name: c.Name, Reason: c.Reason, ShelvedAt: c.ShelvedAt})
			if c.ID == row.Candidate.Supersedes {
				r.Supersedes = c.Name
			}
		}
		for _, e := range row.Evidence {
			r.Evidence = append(r.Evidence, evidenceFrom(e))
		}
		out.Rows = append(out.Rows, r)
	}
	return out
}

func titles(items []headway.BacklogItem) []string {
	return mapped(items, func(i headway.BacklogItem) string { return i.Title })
}

// expectedFrom gives nothing where nothing can be said.
func expectedFrom(f app.ReleaseForecast) *client.Expected {
	if f.Gap.Basis == "" {
		return nil
	}
	return &client.Expected{P50: f.P50.String(), P85: f.P85.String(), P95: f.P95.String(), Basis: string(f.Gap.Basis)}
}
