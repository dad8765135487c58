package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"headway"
)

// Evidence is a report about a candidate with what was read from it.
type Evidence struct {
	ID          string                  `json:"id"`
	CandidateID string                  `json:"candidate_id"`
	Kind        string                  `json:"kind" doc:"regression, load, sbom, vulnerabilities or coverage"`
	Format      string                  `json:"format"`
	FileName    string                  `json:"file_name"`
	SHA256      string                  `json:"sha256"`
	Size        int64                   `json:"size"`
	Environment string                  `json:"environment,omitempty"`
	Tests       *headway.TestSummary    `json:"tests,omitempty"`
	Load        *headway.LoadSummary    `json:"load,omitempty" doc:"Figures that the report does not hold are -1"`
	Detail      *headway.EvidenceDetail `json:"detail,omitempty" doc:"Of a bill of materials, a scan, a coverage report; curves and timeline of a load run"`
	Notes       []string                `json:"notes"`
	Outcome     string                  `json:"outcome" doc:"As judged when it came in: pass, fail or waiting"`
	Reasons     []string                `json:"reasons"`
	AddedAt     time.Time               `json:"added_at"`
	AddedBy     string                  `json:"added_by"`
}

// Judged is a report that was taken in, and what it means.
type Judged struct {
	Created   bool      `json:"created" doc:"false: the same file was handed in before"`
	Outcome   string    `json:"outcome" doc:"pass, fail or waiting"`
	Release   Release   `json:"release"`
	Candidate string    `json:"candidate" doc:"Name"`
	Evidence  Evidence  `json:"evidence"`
	Verdicts  []Verdict `json:"verdicts"`
	Opened    []Defect  `json:"opened" doc:"Defects that it opened"`
	Joined    []Defect  `json:"joined" doc:"Open defects whose case failed again"`
	Voided    []string  `json:"voided" doc:"Ids of go/no-gos that no longer hold"`
}

// Report says what a report is about.
type Report struct {
	Team, Version, Candidate, Environment, FileName string
}

// Report hands in a report and gives the verdict.
func (c *Client) Report(ctx context.Context, programme string, about Report, content io.Reader, size int64) (Judged, error) {
	q := url.Values{"team": {about.Team}, "name": {about.FileName}}
	for key, v := range map[string]string{"version": about.Version, "candidate": about.Candidate, "environment": about.Environment} {
		if v != "" {
			q.Set(key, v)
		}
	}
	return stream[Judged](ctx, c, http.MethodPost, path("/programmes/%s/evidence", programme)+"?"+q.Encode(), content, size, "application/octet-stream")
}

// EvidenceFile downloads the file that a piece of evidence was read from; the caller closes it.
func (c *Client) EvidenceFile(ctx context.Context, programme, id string) (io.ReadCloser, error) {
	return c.download(ctx, path("/programmes/%s/evidence/%s/file", programme, id))
}

// NewWaiver lifts one criterion for one candidate.
type NewWaiver struct {
	Team      string    `json:"team" doc:"Key"`
	Version   string    `json:"version,omitempty" doc:"Its newest candidate"`
	Candidate string    `json:"candidate,omitempty" doc:"As 2.4.0-rc.1, in place of the version"`
	Criterion string    `json:"criterion" doc:"Key"`
	Role      string    `json:"role,omitempty" doc:"Of yours; empty: the first that may"`
	Reason    string    `json:"reason" minLength:"1" maxLength:"2000"`
	Expires   time.Time `json:"expires" doc:"Within 90 days"`
}

// Waiver lifts one criterion for one candidate.
type Waiver struct {
	ID          string    `json:"id"`
	CandidateID string    `json:"candidate_id"`
	Criterion   string    `json:"criterion"`
	Role        string    `json:"role"`
	By          string    `json:"by"`
	Reason      string    `json:"reason"`
	At          time.Time `json:"at"`
	Expires     time.Time `json:"expires"`
}

// Waive lifts a criterion of the gate.
func (c *Client) Waive(ctx context.Context, programme string, in NewWaiver) (Waiver, error) {
	return do[Waiver](ctx, c, http.MethodPost, path("/programmes/%s/waivers", programme), in)
}
