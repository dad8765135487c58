package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type newDefectIn struct {
	InProgramme
	Body client.NewDefect
}

type triageIn struct {
	InProgramme
	Number int `path:"number" minimum:"1" doc:"12 for D-12"`
	Body   client.Triage
}

type defectsIn struct {
	InProgramme
	Team     string `query:"team" doc:"Only those of a team, by key"`
	State    string `query:"state" doc:"Only those in a state"`
	Severity string `query:"severity" doc:"Only those of a severity"`
	Before   int    `query:"before" minimum:"0" doc:"Go on before next of the page before"`
}

type defectsOut struct{ Body client.DefectList }

type defectOut struct{ Body client.Defect }

func (r *room) defects() {
	tags := []string{"Defects"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-defects", Method: http.MethodGet, Path: "/programmes/{programme}/defects", Tags: tags,
		Summary: "List defects, newest first",
	}, func(ctx context.Context, by headway.Actor, in *defectsIn) (*defectsOut, error) {
		v, err := r.app.DefectListView(ctx, by, in.Programme, app.DefectQuery{
			State: headway.DefectState(in.State), Severity: headway.Severity(in.Severity), Team: in.Team, Before: in.Before,
		})
		if err != nil {
			return nil, err
		}
		out := client.DefectList{Defects: []client.Defect{}}
		for _, d := range v.Defects {
			team, _ := v.Team(d.TeamID)
			c := defectFrom(d)
			c.Team, c.Release, c.Candidate, c.FixedIn = team.Key, v.Releases[d.ReleaseID].Version, v.Candidates[d.CandidateID].Name, v.Candidates[d.FixedIn].Name
			out.Defects = append(out.Defects, c)
		}
		if v.More {
			out.Next = v.Defects[len(v.Defects)-1].Number
		}
		return &defectsOut{out}, nil
	})
	register(r, headway.ReportDefect, huma.Operation{
		OperationID: "report-defect", Method: http.MethodPost, Path: "/programmes/{programme}/defects", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Tell of a fault found in a candidate",
	}, func(ctx context.Context, by headway.Actor, in *newDefectIn) (*defectOut, error) {
		b := in.Body
		d, err := r.app.ReportDefect(ctx, by, in.Programme, app.ReportDefect{
			Team: b.Team, Version: b.Version, Candidate: b.Candidate, Title: b.Title, Detail: b.Detail, Severity: headway.Severity(b.Severity),
			Component: b.Component, Cause: b.Cause, Incident: b.Incident, Joins: b.Joins,
		})
		return &defectOut{defectFrom(d)}, err
	})
	register(r, headway.TriageDefect, huma.Operation{
		OperationID: "triage-defect", Method: http.MethodPost, Path: "/programmes/{programme}/defects/{number}/triage", Tags: tags,
		Summary: "Decide what becomes of a defect", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *triageIn) (*defectOut, error) {
		b := in.Body
		d, err := r.app.TriageDefect(ctx, by, in.Programme, app.TriageDefect{
			Number: in.Number, Decision: headway.Triage(b.Decision), Severity: headway.Severity(b.Severity), Reason: b.Reason,
			Cause: b.Cause, Effort: time.Duration(b.EffortHours * float64(time.Hour)).Truncate(time.Minute),
		})
		return &defectOut{defectFrom(d)}, err
	})
}

func defectFrom(d headway.Defect) client.Defect {
	return client.Defect{
		Number: d.Number, Name: fmt.Sprintf("D-%d", d.Number), Title: d.Title, Detail: d.Detail, Severity: string(d.Severity), State: string(d.State),
		ReleaseID: d.ReleaseID, CandidateID: d.CandidateID, FixedIn: d.FixedIn, Case: d.CaseID, Reason: d.Reason, FoundBy: d.FoundByName,
		FoundAt: d.FoundAt, ClosedAt: d.ClosedAt, Component: d.Component, Source: string(d.Source), SourceRef: d.SourceRef,
		Blocks: d.Blocks(), EffortHours: d.Effort.Hours(),
	}
}
