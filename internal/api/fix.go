package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type fixesIn struct {
	InProgramme
	Team    string `query:"team" doc:"Only one team's, by key"`
	Missing bool   `query:"missing" doc:"Only those that are missing somewhere"`
}

type fixesOut struct{ Body client.FixList }

type newFixIn struct {
	InProgramme
	Body client.NewFix
}

type fixOut struct{ Body client.Fix }

type fixReportIn struct {
	InProgramme
	Body client.FixReport
}

type fixReportOut struct{ Body client.FixesReported }

type fixMarkIn struct {
	InProgramme
	Number int `path:"number" minimum:"1" doc:"3 for F-3"`
	Body   client.FixMark
}

type fixMarkOut struct{ Body client.FixCell }

// maxFixes bounds the fixes of one team in an answer: whoever tells commits
// wants to know all, to look for theirs.
const maxFixes = 2000

func (r *room) fixes() {
	tags := []string{"Fixes"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-fixes", Method: http.MethodGet, Path: "/programmes/{programme}/fixes", Tags: tags,
		Summary: "Which fix is in which release on the shelf, and in trunk",
	}, func(ctx context.Context, by headway.Actor, in *fixesIn) (*fixesOut, error) {
		v, err := r.app.FixListView(ctx, by, in.Programme, app.FixQuery{Team: in.Team, Missing: in.Missing, Most: maxFixes})
		return &fixesOut{client.FixList{Teams: mapped(v.Matrices, fixesFrom)}}, err
	})
	register(r, headway.TriageDefect, huma.Operation{
		OperationID: "note-fix", Method: http.MethodPost, Path: "/programmes/{programme}/fixes", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Note a fix that no commit tells of", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *newFixIn) (*fixOut, error) {
		b := in.Body
		f, err := r.app.NoteFix(ctx, by, in.Programme, app.NoteFix{Team: b.Team, Defect: b.Defect, Title: b.Title, Place: b.Place})
		return &fixOut{fixFrom(f)}, err
	})
	register(r, headway.AddEvidence, huma.Operation{
		OperationID: "report-fixes", Method: http.MethodPost, Path: "/programmes/{programme}/fixes/commits", Tags: tags,
		Summary:     "Tell the commits of a release or of trunk",
		Description: "Fixes are recognised by trailers (Fixes: D-12), lines that git cherry-pick -x and git revert write, the same commit and the same patch id.",
		Errors:      []int{http.StatusRequestEntityTooLarge},
	}, func(ctx context.Context, by headway.Actor, in *fixReportIn) (*fixReportOut, error) {
		b := in.Body
		out, err := r.app.ReportFixes(ctx, by, in.Programme, app.ReportFixes{
			Team: b.Team, Place: b.Place, Head: b.Head,
			Commits: mapped(b.Commits, func(k client.ToldCommit) app.ToldCommit { return app.ToldCommit(k) }),
		})
		return &fixReportOut{client.FixesReported{
			Place: out.Place, Carried: out.Carried, Reverted: out.Reverted,
			Noted:   mapped(out.Noted, headway.Fix.Name),
			Unknown: mapped(out.Unknown, func(n int) string { return fmt.Sprintf("D-%d", n) }),
			Matrix:  fixesFrom(out.Matrix),
		}}, err
	})
	register(r, headway.TriageDefect, huma.Operation{
		OperationID: "mark-fix", Method: http.MethodPut, Path: "/programmes/{programme}/fixes/{number}/places", Tags: tags,
		Summary: "Say that a place holds a fix, lacks it, or needs none",
	}, func(ctx context.Context, by headway.Actor, in *fixMarkIn) (*fixMarkOut, error) {
		m, err := r.app.MarkFix(ctx, by, in.Programme, app.MarkFix{Number: in.Number, Place: in.Body.Place, State: headway.FixState(in.Body.State), Reason: in.Body.Reason})
		return &fixMarkOut{client.FixCell{Place: in.Body.Place, State: string(m.State), Sign: string(m.Sign), Reason: m.Reason, By: m.ByName}}, err
	})
}

func fixesFrom(m app.TeamFixes) client.FixMatrix {
	out := client.FixMatrix{Team: m.Team.Key, Missing: m.Missing, More: m.More}
	out.Places = mapped(m.Places, func(p headway.FixPlace) client.FixPlace {
		if p.ID == headway.Trunk {
			return client.FixPlace{Name: p.Name, Head: p.Told.Head, ToldAt: p.Told.At}
		}
		return client.FixPlace{Name: p.Release.Version, Candidate: p.Name, ReleaseID: p.ID, Head: p.Told.Head, ToldAt: p.Told.At}
	})
	out.Fixes = mapped(m.Rows, func(row headway.FixRow) client.Fix {
		f := fixFrom(row.Fix)
		f.Past = row.Past
		for i, cell := range row.Cells {
			f.Places = append(f.Places, client.FixCell{
				Place: out.Places[i].Name, State: string(cell.State), Sign: string(cell.Sign), Reason: cell.Reason, By: cell.ByName, Asked: cell.Asked,
				Commits: mapped(cell.Commits, func(k headway.FixCommit) client.FixCommit {
					return client.FixCommit{SHA: k.SHA, Subject: k.Subject, Sign: string(k.Sign), PickedFrom: k.PickedFrom(), Reverted: k.Reverted}
				}),
			})
		}
		return f
	})
	return out
}

func fixFrom(f headway.Fix) client.Fix {
	return client.Fix{Number: f.Number, Name: f.Name(), Defect: f.Defect, Title: f.Title, NotedAt: f.NotedAt, NotedBy: f.NotedByName}
}
