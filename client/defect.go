package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Defect is a fault found in a candidate.
type Defect struct {
	Number      int       `json:"number"`
	Name        string    `json:"name" doc:"As D-12"`
	Title       string    `json:"title"`
	Detail      string    `json:"detail,omitempty"`
	Severity    string    `json:"severity"`
	State       string    `json:"state"`
	Team        string    `json:"team,omitempty" doc:"Key of the team that caused it"`
	Release     string    `json:"release,omitempty" doc:"Version"`
	ReleaseID   string    `json:"release_id"`
	Candidate   string    `json:"candidate,omitempty" doc:"Name of the candidate it was found in"`
	CandidateID string    `json:"candidate_id"`
	FixedIn     string    `json:"fixed_in,omitempty" doc:"Name or id of the candidate that fixes it"`
	Case        string    `json:"case,omitempty" doc:"Failing test case"`
	Component   string    `json:"component,omitempty"`
	Source      string    `json:"source,omitempty" doc:"regression, load, person or incident"`
	SourceRef   string    `json:"source_ref,omitempty" doc:"The criterion or the incident that showed it"`
	Blocks      bool      `json:"blocks" doc:"It holds the gate"`
	EffortHours float64   `json:"effort_hours,omitempty" doc:"Working hours that its repair took"`
	Reason      string    `json:"reason,omitempty"`
	FoundBy     string    `json:"found_by"`
	FoundAt     time.Time `json:"found_at"`
	ClosedAt    time.Time `json:"closed_at,omitzero"`
}

// NewDefect tells of a fault that a person found.
type NewDefect struct {
	Team      string `json:"team" doc:"Key of the team that caused it"`
	Version   string `json:"version,omitempty" doc:"Its newest candidate"`
	Candidate string `json:"candidate,omitempty" doc:"As 2.4.0-rc.1, in place of the version"`
	Title     string `json:"title" minLength:"1" maxLength:"300"`
	Detail    string `json:"detail,omitempty"`
	Severity  string `json:"severity" enum:"blocker,major,minor"`
	Component string `json:"component,omitempty" maxLength:"100" doc:"Part of the product that it lies in"`
	Cause     string `json:"cause,omitempty" doc:"Key of the team that caused it; empty: the candidate's"`
	Incident  string `json:"incident,omitempty" maxLength:"300" doc:"That showed it in production"`
	Joins     int    `json:"joins,omitempty" minimum:"0" doc:"Number of an open defect that this is one more sign of"`
}

// Triage decides what becomes of a defect.
type Triage struct {
	Decision    string  `json:"decision" enum:"fix-now,next-release,accept,invalid,fixed"`
	Severity    string  `json:"severity,omitempty" enum:"blocker,major,minor" doc:"As it is when empty"`
	Reason      string  `json:"reason,omitempty" doc:"Needed but for fix-now"`
	Cause       string  `json:"cause,omitempty" doc:"Key of the team that caused it; as it is when empty"`
	EffortHours float64 `json:"effort_hours,omitempty" minimum:"0" maximum:"1000" doc:"Working hours that its repair took"`
}

// DefectFilter narrows a list of defects; empty fields do not.
type DefectFilter struct {
	Team, State, Severity string
	Before                int
}

// DefectList is one page of defects, newest first.
type DefectList struct {
	Defects []Defect `json:"defects"`
	Next    int      `json:"next,omitempty" doc:"Ask for the next page with before=…"`
}

// Defects lists defects.
func (c *Client) Defects(ctx context.Context, programme string, f DefectFilter) (DefectList, error) {
	q := url.Values{}
	for key, v := range map[string]string{"team": f.Team, "state": f.State, "severity": f.Severity} {
		if v != "" {
			q.Set(key, v)
		}
	}
	if f.Before > 0 {
		q.Set("before", strconv.Itoa(f.Before))
	}
	return get[DefectList](ctx, c, path("/programmes/%s/defects", programme), q)
}

// ReportDefect opens a defect.
func (c *Client) ReportDefect(ctx context.Context, programme string, in NewDefect) (Defect, error) {
	return do[Defect](ctx, c, http.MethodPost, path("/programmes/%s/defects", programme), in)
}

// TriageDefect decides what becomes of a defect.
func (c *Client) TriageDefect(ctx context.Context, programme string, number int, in Triage) (Defect, error) {
	return do[Defect](ctx, c, http.MethodPost, path("/programmes/%s/defects/%s/triage", programme, number), in)
}
