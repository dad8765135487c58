package client

import (
	"context"
	"io"
	"net/http"
	"time"
)

// Artifact is one file of a candidate.
type Artifact struct {
	Name   string `json:"name" minLength:"1" maxLength:"255"`
	SHA256 string `json:"sha256" minLength:"64" maxLength:"64" doc:"Hexadecimal digest of a file handed in before"`
	Size   int64  `json:"size,omitempty" doc:"Bytes; counted by the server"`
}

// NewCandidate asks to put a candidate on the shelf.
type NewCandidate struct {
	Team      string            `json:"team" doc:"Key"`
	Version   string            `json:"version" doc:"As 2.4.0; the candidate's number is given by the server"`
	Commit    string            `json:"commit,omitempty" maxLength:"200"`
	Notes     string            `json:"notes,omitempty" doc:"Release notes in markdown, up to 256 KiB"`
	Facts     map[string]string `json:"facts,omitempty" doc:"What it changes and how big it is, as data-gb: 120"`
	Artifacts []Artifact        `json:"artifacts,omitempty" maxItems:"200" doc:"At least one; none in a preview: those of the release's newest candidate"`
	Fixes     []string          `json:"fixes,omitempty" maxItems:"200" doc:"Numbers of the defects that it fixes, as D-12"`
	Reason    string            `json:"reason,omitempty" doc:"Why it takes the place of the candidate before"`
	Hotfix    bool              `json:"hotfix,omitempty" doc:"Of a version that is not known yet"`
	Mends     string            `json:"mends,omitempty" doc:"Release in production whose trouble it mends: id, or team/version"`
	Preview   bool              `json:"preview,omitempty" doc:"Say what would happen, and store nothing"`
}

// HotfixOwed is what a candidate under test owes to a hot fix once that is live.
type HotfixOwed struct {
	Version   string   `json:"version" doc:"Of the team's release under test"`
	Candidate string   `json:"candidate" doc:"Name"`
	Rebase    bool     `json:"rebase" doc:"It must be rebased onto the hot fix"`
	Rerun     []string `json:"rerun" doc:"Activities of the playbook that are done again"`
}

// Candidate is what lies on the shelf.
type Candidate struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	RC         int               `json:"rc"`
	State      string            `json:"state"`
	Commit     string            `json:"commit,omitempty"`
	Notes      string            `json:"notes,omitempty"`
	Facts      map[string]string `json:"facts"`
	Artifacts  []Artifact        `json:"artifacts"`
	Digest     string            `json:"digest"`
	Supersedes string            `json:"supersedes,omitempty" doc:"Id of the candidate before"`
	Reason     string            `json:"reason,omitempty"`
	ShelvedAt  time.Time         `json:"shelved_at"`
	ShelvedBy  string            `json:"shelved_by"`
}

// ItemChange is what shelving did to an item of the operations backlog.
type ItemChange struct {
	Fate   string `json:"fate" doc:"added, rebound, stands, withdrawn or past"`
	Item   Item   `json:"item"`
	Reason string `json:"reason,omitempty" doc:"Why work that was done stands, or is done again"`
}

// FactChange is a fact that is declared otherwise than before.
type FactChange struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// Named is something with a key.
type Named struct {
	Key    string `json:"key"`
	Title  string `json:"title"`
	Reason string `json:"reason,omitempty" doc:"Why earlier evidence stands, or does not"`
}

// Shelved is what shelving did, or would do.
type Shelved struct {
	Created      bool                  `json:"created" doc:"false: the same content was on the shelf already"`
	Preview      bool                  `json:"preview,omitempty"`
	NewRelease   bool                  `json:"new_release,omitempty" doc:"The version was unknown and belongs to the current sprint now"`
	Release      Release               `json:"release"`
	Candidate    Candidate             `json:"candidate"`
	Superseded   string                `json:"superseded,omitempty" doc:"Name of the candidate it took the place of"`
	Items        []ItemChange          `json:"items" doc:"What became of the operations backlog"`
	Rerun        []Named               `json:"rerun" doc:"Criteria that want evidence about this candidate"`
	Stands       []Named               `json:"stands" doc:"Criteria for which earlier evidence still counts"`
	Fixed        []string              `json:"fixed" doc:"Defects that it fixes"`
	OpenDefects  []string              `json:"open_defects" doc:"Defects that are still open in this release"`
	MissingFixes []string              `json:"missing_fixes,omitempty" doc:"Fixes that it lacks, and its own that later releases or trunk lack, each in a sentence"`
	Voided       []string              `json:"voided" doc:"Ids of go/no-gos that no longer hold"`
	ChangedFacts map[string]FactChange `json:"changed_facts,omitempty"`
	Impact       *PlanImpact           `json:"impact,omitempty" doc:"Of a preview: what the plan becomes"`
	Owed         []HotfixOwed          `json:"owed" doc:"Of a hot fix: what candidates under test owe to it once it is live"`
}

// StoredFile is a file that was handed in.
type StoredFile struct {
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// PutArtifact hands in a file by its digest, for a candidate that names it.
func (c *Client) PutArtifact(ctx context.Context, programme, sha256 string, content io.Reader, size int64) (StoredFile, error) {
	return stream[StoredFile](ctx, c, http.MethodPut, path("/programmes/%s/artifacts/%s", programme, sha256), content, size, "application/octet-stream")
}

// Shelve puts a candidate on the shelf.
func (c *Client) Shelve(ctx context.Context, programme string, in NewCandidate) (Shelved, error) {
	return do[Shelved](ctx, c, http.MethodPost, path("/programmes/%s/candidates", programme), in)
}

// Artifact downloads a file of a candidate; the caller closes it.
func (c *Client) Artifact(ctx context.Context, programme, candidateID, name string) (io.ReadCloser, error) {
	return c.download(ctx, path("/programmes/%s/candidates/%s/artifacts/%s", programme, candidateID, name))
}

// ShelfRow is one candidate that waits on the shelf.
type ShelfRow struct {
	Release    Release    `json:"release"`
	Candidate  Candidate  `json:"candidate"`
	Supersedes string     `json:"supersedes,omitempty" doc:"Name of the candidate before"`
	Lineage    []Ancestor `json:"lineage" doc:"All candidates of the release, oldest first"`
	Evidence   []Evidence `json:"evidence" doc:"Newest of each kind"`
	Blockers   int        `json:"blockers" doc:"Open blocking defects"`
	Defects    int        `json:"defects" doc:"All open ones"`
	Done       int        `json:"items_done"`
	Items      int        `json:"items"`
	Blocked    []string   `json:"blocked" doc:"Titles of blocked items"`
	Doing      []string   `json:"doing" doc:"Titles of items that are worked on"`
	Next       []string   `json:"next" doc:"Titles of items that could be taken on now"`
	AgeDays    int        `json:"age_days" doc:"Working days on the shelf"`
	GapSoFar   int        `json:"gap_days" doc:"Working days since the end of the sprint"`
	Planned    *Planned   `json:"planned,omitempty"`
	Expected   *Expected  `json:"expected,omitempty" doc:"Absent when nothing can be said"`
	Decision   string     `json:"decision,omitempty" doc:"open or go, when there is a go/no-go"`
}

// Ancestor is one candidate in the line of a release.
type Ancestor struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Reason    string    `json:"reason,omitempty" doc:"Why it took the place of the one before"`
	ShelvedAt time.Time `json:"shelved_at"`
}

// Expected is when a release is to be expected in production, by the gaps of
// finished releases and how long it is on its way already.
type Expected struct {
	P50   string `json:"p50" doc:"Day by which it is there in half of the cases"`
	P85   string `json:"p85"`
	P95   string `json:"p95"`
	Basis string `json:"basis" doc:"own history, programme history or bottom-up"`
}

// ShelfDay is how much lay on the shelf when a day ended.
type ShelfDay struct {
	Day    string `json:"day"`
	Depth  int    `json:"releases"`
	Oldest int    `json:"oldest_days" doc:"Working days that the oldest had waited"`
}

// Shelf is what waits between development and production, oldest first.
type Shelf struct {
	Rows  []ShelfRow `json:"rows"`
	Depth []ShelfDay `json:"depth" doc:"Of the last 13 weeks, day by day"`
}

// Shelf lists the candidates on the shelf.
func (c *Client) Shelf(ctx context.Context, programme string) (Shelf, error) {
	return get[Shelf](ctx, c, path("/programmes/%s/shelf", programme), nil)
}

// PlanImpact is what a candidate would do to the project-wide plan.
type PlanImpact struct {
	Status     string         `json:"status" doc:"Of the plan with it"`
	Comparison PlanComparison `json:"comparison"`
	Before     time.Time      `json:"before,omitzero" doc:"Production of its release as planned now"`
	After      time.Time      `json:"after,omitzero" doc:"Production of its release with it"`
	Bookings   []BookingMove  `json:"bookings"`
	Findings   []Finding      `json:"findings" doc:"That the plan now does not have"`
}

// BookingMove is an environment that would be held at another time.
type BookingMove struct {
	Environment string    `json:"environment"`
	Title       string    `json:"title"`
	Release     string    `json:"release"`
	BeforeFrom  time.Time `json:"before_from,omitzero"`
	BeforeTo    time.Time `json:"before_to,omitzero"`
	AfterFrom   time.Time `json:"after_from,omitzero"`
	AfterTo     time.Time `json:"after_to,omitzero"`
}
