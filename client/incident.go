package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Incident is trouble in production that a release brought.
type Incident struct {
	Number        int       `json:"number"`
	Name          string    `json:"name" doc:"As I-3"`
	Title         string    `json:"title"`
	Detail        string    `json:"detail,omitempty"`
	Severity      string    `json:"severity" doc:"blocker, major or minor"`
	State         string    `json:"state" doc:"open, mitigated or closed"`
	Team          string    `json:"team" doc:"Key"`
	Release       string    `json:"release" doc:"Version"`
	ReleaseID     string    `json:"release_id"`
	Candidate     string    `json:"candidate,omitempty" doc:"Name of the candidate that was deployed"`
	Defect        string    `json:"defect,omitempty" doc:"That it came from, as D-12"`
	Hypercare     bool      `json:"hypercare,omitempty" doc:"It began while the release was watched"`
	Mitigation    string    `json:"mitigation,omitempty" doc:"What ended the trouble"`
	Reason        string    `json:"reason,omitempty" doc:"Of its closing: what was learnt"`
	OpenedBy      string    `json:"opened_by"`
	StartedAt     time.Time `json:"started_at" doc:"When production began to hurt"`
	OpenedAt      time.Time `json:"opened_at"`
	MitigatedAt   time.Time `json:"mitigated_at,omitzero"`
	ClosedAt      time.Time `json:"closed_at,omitzero"`
	LastedMinutes float64   `json:"lasted_minutes" doc:"So far, or until it was mitigated"`
}

// NewIncident tells of trouble in production.
type NewIncident struct {
	Release   string    `json:"release" doc:"In production: id, or team/version"`
	Title     string    `json:"title" minLength:"1" maxLength:"300"`
	Detail    string    `json:"detail,omitempty"`
	Severity  string    `json:"severity" enum:"blocker,major,minor"`
	StartedAt time.Time `json:"started_at,omitzero" doc:"When production began to hurt; left out: now"`
}

// Mitigation says what ended the trouble.
type Mitigation struct {
	How string    `json:"how" minLength:"1" maxLength:"2000"`
	At  time.Time `json:"at,omitzero" doc:"Left out: now"`
}

// Blame says what fault an incident came from.
type Blame struct {
	Joins     int    `json:"joins,omitempty" minimum:"0" doc:"Number of an open defect of the release; left out: a new one"`
	Severity  string `json:"severity,omitempty" enum:"blocker,major,minor" doc:"Left out: the incident's"`
	Component string `json:"component,omitempty" maxLength:"100"`
	Cause     string `json:"cause,omitempty" doc:"Key of the team that caused it; left out: the release's"`
}

// IncidentFilter narrows a list of incidents; empty fields do not.
type IncidentFilter struct {
	State, Release string
	Before         int
}

// IncidentList is one page of incidents, newest first.
type IncidentList struct {
	Incidents []Incident `json:"incidents"`
	Next      int        `json:"next,omitempty" doc:"Ask for the next page with before=…"`
}

// Incidents lists incidents.
func (c *Client) Incidents(ctx context.Context, programme string, f IncidentFilter) (IncidentList, error) {
	q := url.Values{}
	for key, v := range map[string]string{"state": f.State, "release": f.Release} {
		if v != "" {
			q.Set(key, v)
		}
	}
	if f.Before > 0 {
		q.Set("before", strconv.Itoa(f.Before))
	}
	return get[IncidentList](ctx, c, path("/programmes/%s/incidents", programme), q)
}

// OpenIncident tells of trouble in production.
func (c *Client) OpenIncident(ctx context.Context, programme string, in NewIncident) (Incident, error) {
	return do[Incident](ctx, c, http.MethodPost, path("/programmes/%s/incidents", programme), in)
}

// MitigateIncident says what ended the trouble.
func (c *Client) MitigateIncident(ctx context.Context, programme string, number int, in Mitigation) (Incident, error) {
	return do[Incident](ctx, c, http.MethodPost, path("/programmes/%s/incidents/%s/mitigate", programme, number), in)
}

// CloseIncident ends an incident with what was learnt.
func (c *Client) CloseIncident(ctx context.Context, programme string, number int, in Because) (Incident, error) {
	return do[Incident](ctx, c, http.MethodPost, path("/programmes/%s/incidents/%s/close", programme, number), in)
}

// BlameIncident makes an incident a defect, or one more sign of an open one.
func (c *Client) BlameIncident(ctx context.Context, programme string, number int, in Blame) (Incident, error) {
	return do[Incident](ctx, c, http.MethodPost, path("/programmes/%s/incidents/%s/defect", programme, number), in)
}
