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

type incidentsIn struct {
	InProgramme
	State   string `query:"state" doc:"Only those in a state"`
	Release string `query:"release" doc:"Only those of a release: id, or team/version"`
	Before  int    `query:"before" minimum:"0" doc:"Go on before next of the page before"`
}

type newIncidentIn struct {
	InProgramme
	Body client.NewIncident
}

// InIncident is embedded in the input of operations about one incident; it is exported because huma fills only exported fields.
type InIncident struct {
	InProgramme
	Number int `path:"number" minimum:"1" doc:"3 for I-3"`
}

type mitigateIn struct {
	InIncident
	Body client.Mitigation
}

type closeIncidentIn struct {
	InIncident
	Body client.Because
}

type blameIn struct {
	InIncident
	Body client.Blame
}

type incidentsOut struct{ Body client.IncidentList }

type incidentOut struct{ Body client.Incident }

func (r *room) incidents() {
	tags := []string{"Incidents"}
	const one = "/programmes/{programme}/incidents/{number}"
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-incidents", Method: http.MethodGet, Path: "/programmes/{programme}/incidents", Tags: tags,
		Summary: "List incidents, newest first",
	}, func(ctx context.Context, by headway.Actor, in *incidentsIn) (*incidentsOut, error) {
		v, err := r.app.IncidentsView(ctx, by, in.Programme, app.IncidentQuery{State: headway.IncidentState(in.State), Release: in.Release, Before: in.Before})
		out := client.IncidentList{Incidents: []client.Incident{}}
		for _, row := range v.Rows {
			out.Incidents = append(out.Incidents, incidentFrom(row, v.Cast))
		}
		if v.More {
			out.Next = v.Rows[len(v.Rows)-1].Number
		}
		return &incidentsOut{out}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-incident", Method: http.MethodGet, Path: one, Tags: tags, Summary: "Show an incident",
	}, func(ctx context.Context, by headway.Actor, in *InIncident) (*incidentOut, error) {
		return r.incidentBody(ctx, by, in.Programme, headway.Incident{Number: in.Number}, nil)
	})
	register(r, headway.ReportDefect, huma.Operation{
		OperationID: "open-incident", Method: http.MethodPost, Path: "/programmes/{programme}/incidents", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Tell of trouble in production that a release brought", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *newIncidentIn) (*incidentOut, error) {
		b := in.Body
		i, err := r.app.OpenIncident(ctx, by, in.Programme, app.OpenIncident{Release: b.Release, Title: b.Title, Detail: b.Detail, Severity: headway.Severity(b.Severity), StartedAt: b.StartedAt})
		return r.incidentBody(ctx, by, in.Programme, i, err)
	})
	register(r, headway.TriageDefect, huma.Operation{
		OperationID: "mitigate-incident", Method: http.MethodPost, Path: one + "/mitigate", Tags: tags,
		Summary: "Say what ended the trouble, and when", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *mitigateIn) (*incidentOut, error) {
		i, err := r.app.MitigateIncident(ctx, by, in.Programme, in.Number, in.Body.How, in.Body.At)
		return r.incidentBody(ctx, by, in.Programme, i, err)
	})
	register(r, headway.TriageDefect, huma.Operation{
		OperationID: "close-incident", Method: http.MethodPost, Path: one + "/close", Tags: tags,
		Summary: "End an incident with what was learnt", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *closeIncidentIn) (*incidentOut, error) {
		i, err := r.app.CloseIncident(ctx, by, in.Programme, in.Number, in.Body.Reason)
		return r.incidentBody(ctx, by, in.Programme, i, err)
	})
	register(r, headway.TriageDefect, huma.Operation{
		OperationID: "blame-incident", Method: http.MethodPost, Path: one + "/defect", Tags: tags,
		Summary: "Make an incident a defect of the deployed candidate, or one more sign of an open one", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *blameIn) (*incidentOut, error) {
		b := in.Body
		i, _, err := r.app.BlameIncident(ctx, by, in.Programme, app.IncidentDefect{Number: in.Number, Joins: b.Joins, Severity: headway.Severity(b.Severity), Component: b.Component, Cause: b.Cause})
		return r.incidentBody(ctx, by, in.Programme, i, err)
	})
}

// incidentBody answers with how an incident stands after a verb.
func (r *room) incidentBody(ctx context.Context, by headway.Actor, programme string, i headway.Incident, err error) (*incidentOut, error) {
	if err != nil {
		return nil, err
	}
	row, cast, err := r.app.IncidentView(ctx, by, programme, i.Number)
	return &incidentOut{incidentFrom(row, cast)}, err
}

func incidentFrom(row app.IncidentRow, cast app.Cast) client.Incident {
	team, _ := cast.Team(row.Release.TeamID)
	out := client.Incident{
		Number: row.Number, Name: row.Name(), Title: row.Title, Detail: row.Detail, Severity: string(row.Severity), State: string(row.State),
		Team: team.Key, Release: row.Release.Version, ReleaseID: row.ReleaseID, Candidate: row.Candidate.Name, Hypercare: row.Hypercare,
		Mitigation: row.Mitigation, Reason: row.Reason, OpenedBy: row.OpenedByName, StartedAt: row.StartedAt, OpenedAt: row.OpenedAt,
		MitigatedAt: row.MitigatedAt, ClosedAt: row.ClosedAt, LastedMinutes: row.Lasted.Minutes(),
	}
	if row.Defect.Number > 0 {
		out.Defect = fmt.Sprintf("D-%d", row.Defect.Number)
	}
	return out
}
