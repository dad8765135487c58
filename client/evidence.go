package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
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
	Candidate   string                  `json:"candidate,omitempty" doc:"Name, where evidence is listed"`
	Environment string                  `json:"environment,omitempty"`
	DataGB      float64                 `json:"data_gb,omitempty" doc:"Volume of the data that a load run was made on"`
	Profile     string                  `json:"profile,omitempty" doc:"Load profile of a load run"`
	Tests       *headway.TestSummary    `json:"tests,omitempty"`
	Load        *headway.LoadSummary    `json:"load,omitempty" doc:"Figures that the report does not hold are -1"`
	Detail      *headway.EvidenceDetail `json:"detail,omitempty" doc:"Of a bill of materials, a scan, a coverage report; curves and timeline of a load run"`
	Notes       []string                `json:"notes"`
	Outcome     string                  `json:"outcome" doc:"As judged when it came in: pass, fail or waiting"`
	Reasons     []string                `json:"reasons"`
	AddedAt     time.Time               `json:"added_at"`
	AddedBy     string                  `json:"added_by"`
	Attachments []Attachment            `json:"attachments,omitempty" doc:"Where one piece of evidence is shown"`
}

// Attachment is a file that shows something of a piece of evidence or of a manual case.
type Attachment struct {
	Name   string    `json:"name"`
	SHA256 string    `json:"sha256"`
	Size   int64     `json:"size" doc:"Bytes"`
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

// Comparison tells what of a load run, a bill of materials, a scan or a coverage
// report differs from the release last in production.
type Comparison struct {
	Evidence   Evidence                `json:"evidence"`
	Verdicts   []Verdict               `json:"verdicts" doc:"As judged now"`
	Against    *RunRef                 `json:"against,omitempty" doc:"What it is compared with; none when nothing was released with the same kind"`
	Differs    string                  `json:"differs,omitempty" doc:"In what the two load runs were made differently"`
	Was        *headway.LoadSummary    `json:"was,omitempty" doc:"Of the load run that it is compared with"`
	Trend      []TrendPoint            `json:"trend,omitempty" doc:"Load runs from release to release, this one last"`
	Components []headway.SBOMChange    `json:"components,omitempty"`
	Appeared   []headway.Vulnerability `json:"appeared,omitempty"`
	Gone       []headway.Vulnerability `json:"gone,omitempty"`
	Coverage   *headway.Coverage       `json:"coverage,omitempty" doc:"Of the report that it is compared with"`
}

// TrendPoint is a load run on the way from release to release.
type TrendPoint struct {
	RunRef
	Total headway.LoadFigure `json:"total"`
}

// Compare tells what of a piece of evidence differs from the release last in production.
func (c *Client) Compare(ctx context.Context, programme, evidence string) (Comparison, error) {
	return get[Comparison](ctx, c, path("/programmes/%s/evidence/%s/comparison", programme, evidence), nil)
}

// EvidenceList is the newest evidence of a programme.
type EvidenceList struct {
	Evidence []Evidence `json:"evidence"`
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
	DataGB                                          float64 // volume of the data that a load run was made on; 0: not said
	Profile                                         string  // load profile of a load run
}

// Report hands in a report and gives the verdict.
func (c *Client) Report(ctx context.Context, programme string, about Report, content io.Reader, size int64) (Judged, error) {
	q := url.Values{"team": {about.Team}, "name": {about.FileName}}
	for key, v := range map[string]string{"version": about.Version, "candidate": about.Candidate, "environment": about.Environment, "profile": about.Profile} {
		if v != "" {
			q.Set(key, v)
		}
	}
	if about.DataGB != 0 {
		q.Set("data_gb", strconv.FormatFloat(about.DataGB, 'f', -1, 64))
	}
	return stream[Judged](ctx, c, http.MethodPost, path("/programmes/%s/evidence", programme)+"?"+q.Encode(), content, size, "application/octet-stream")
}

// EvidenceFile downloads the file that a piece of evidence was read from; the caller closes it.
func (c *Client) EvidenceFile(ctx context.Context, programme, id string) (io.ReadCloser, error) {
	return c.download(ctx, path("/programmes/%s/evidence/%s/file", programme, id))
}

// EvidenceList lists the newest evidence, of one kind unless that is empty.
func (c *Client) EvidenceList(ctx context.Context, programme, kind string) (EvidenceList, error) {
	q := url.Values{}
	if kind != "" {
		q.Set("kind", kind)
	}
	return get[EvidenceList](ctx, c, path("/programmes/%s/evidence", programme), q)
}

// Attach attaches a file to a piece of evidence.
func (c *Client) Attach(ctx context.Context, programme, evidence, name string, content io.Reader, size int64) (Attachment, error) {
	return stream[Attachment](ctx, c, http.MethodPost, path("/programmes/%s/evidence/%s/attachments", programme, evidence)+"?"+url.Values{"name": {name}}.Encode(),
		content, size, "application/octet-stream")
}

// EvidenceAttachment downloads a file that is attached to a piece of evidence; the caller closes it.
func (c *Client) EvidenceAttachment(ctx context.Context, programme, evidence, name string) (io.ReadCloser, error) {
	return c.download(ctx, path("/programmes/%s/evidence/%s/attachments/%s", programme, evidence, name))
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
	Freezes   []string  `json:"freezes,omitempty" doc:"Keys, of the criterion freeze; empty: those that stand in the way now. A later one holds"`
}

// Waiver lifts one criterion for one candidate.
type Waiver struct {
	ID          string    `json:"id"`
	CandidateID string    `json:"candidate_id"`
	Criterion   string    `json:"criterion"`
	Freezes     []string  `json:"freezes,omitempty" doc:"That it lifts"`
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
