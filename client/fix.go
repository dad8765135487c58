package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Trunk is the place that later releases are built from.
const Trunk = "trunk"

// FixList is the fixes of a programme.
type FixList struct {
	Teams []FixMatrix `json:"teams"`
}

// FixMatrix is one team's fixes over the places that need them.
type FixMatrix struct {
	Team    string     `json:"team" doc:"Key"`
	Places  []FixPlace `json:"places" doc:"Releases that are not in production yet, by version, then trunk"`
	Fixes   []Fix      `json:"fixes" doc:"Those that are missing somewhere first, then the newest"`
	Missing int        `json:"missing" doc:"Fixes that are missing somewhere"`
	More    int        `json:"more,omitempty" doc:"Fixes that are not listed"`
}

// FixPlace is a column of the matrix.
type FixPlace struct {
	Name      string    `json:"name" doc:"Version of the release, or trunk"`
	Candidate string    `json:"candidate,omitempty" doc:"Newest one of the release"`
	ReleaseID string    `json:"release_id,omitempty"`
	Head      string    `json:"head,omitempty" doc:"Commit until which its commits were told"`
	ToldAt    time.Time `json:"told_at,omitzero" doc:"When its commits were told last"`
}

// Fix is the mending of a fault, and where it is.
type Fix struct {
	Number  int       `json:"number"`
	Name    string    `json:"name" doc:"As F-3 (D-12)"`
	Defect  int       `json:"defect,omitempty" doc:"Number of the defect that it mends"`
	Title   string    `json:"title"`
	NotedAt time.Time `json:"noted_at"`
	NotedBy string    `json:"noted_by"`
	Past    []string  `json:"past,omitempty" doc:"Versions in production that hold it"`
	Places  []FixCell `json:"places,omitempty" doc:"In the order of the matrix's places"`
}

// FixCell is a fix in one place.
type FixCell struct {
	Place   string      `json:"place"`
	State   string      `json:"state" enum:"in,missing,not-needed,earlier" doc:"earlier: the release is older than the fix"`
	Sign    string      `json:"sign,omitempty" doc:"By what it is known: trailer, cherry-pick, same-commit, patch-id, shelved, trunk or hand"`
	Reason  string      `json:"reason,omitempty"`
	By      string      `json:"by,omitempty"`
	Asked   bool        `json:"asked,omitempty" doc:"Missing, and the place has told its commits since the fix was noted"`
	Commits []FixCommit `json:"commits,omitempty"`
}

// FixCommit is a commit that carries a fix.
type FixCommit struct {
	SHA        string `json:"sha"`
	Subject    string `json:"subject,omitempty"`
	Sign       string `json:"sign"`
	PickedFrom string `json:"picked_from,omitempty"`
	Reverted   string `json:"reverted,omitempty" doc:"Commit that took it out again"`
}

// FixReport tells the commits of a place.
type FixReport struct {
	Team    string       `json:"team" doc:"Key"`
	Place   string       `json:"place" doc:"Version of a release, or trunk"`
	Head    string       `json:"head,omitempty" doc:"Commit until which is told, by its whole SHA"`
	Commits []ToldCommit `json:"commits" maxItems:"5000" doc:"Oldest first"`
}

// ToldCommit is one commit.
type ToldCommit struct {
	SHA     string `json:"sha" doc:"Whole"`
	PatchID string `json:"patch_id,omitempty" doc:"As git patch-id --stable tells"`
	Message string `json:"message,omitempty" maxLength:"16384" doc:"Its lines that name defects, picks and reverts are read, and the first"`
}

// FixesReported is what a report came to.
type FixesReported struct {
	Place    string    `json:"place"`
	Carried  int       `json:"carried" doc:"Commits that carry a fix"`
	Reverted int       `json:"reverted" doc:"Commits known before that were taken out again, or brought back"`
	Noted    []string  `json:"noted,omitempty" doc:"Fixes noted for the first time"`
	Unknown  []string  `json:"unknown,omitempty" doc:"Defects that messages name and nobody knows"`
	Matrix   FixMatrix `json:"matrix"`
}

// NewFix notes a fix by hand.
type NewFix struct {
	Team   string `json:"team" doc:"Key"`
	Defect int    `json:"defect,omitempty" minimum:"0" doc:"Number of the defect that it mends"`
	Title  string `json:"title,omitempty" maxLength:"300" doc:"The defect's when left out"`
	Place  string `json:"place,omitempty" doc:"Version of a release that holds it, or trunk"`
}

// FixMark says of a fix in a place what no commit tells.
type FixMark struct {
	Place  string `json:"place" doc:"Version of a release, or trunk"`
	State  string `json:"state" enum:"in,missing,not-needed"`
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Needed for not-needed"`
}

// Fixes lists fixes and where they are; team may be empty.
func (c *Client) Fixes(ctx context.Context, programme, team string, missing bool) (FixList, error) {
	q := url.Values{}
	if team != "" {
		q.Set("team", team)
	}
	if missing {
		q.Set("missing", "true")
	}
	return get[FixList](ctx, c, path("/programmes/%s/fixes", programme), q)
}

// ReportFixes tells the commits of a place.
func (c *Client) ReportFixes(ctx context.Context, programme string, in FixReport) (FixesReported, error) {
	return do[FixesReported](ctx, c, http.MethodPost, path("/programmes/%s/fixes/commits", programme), in)
}

// NoteFix notes a fix by hand.
func (c *Client) NoteFix(ctx context.Context, programme string, in NewFix) (Fix, error) {
	return do[Fix](ctx, c, http.MethodPost, path("/programmes/%s/fixes", programme), in)
}

// MarkFix says of a fix in a place what no commit tells.
func (c *Client) MarkFix(ctx context.Context, programme string, number int, in FixMark) (FixCell, error) {
	return do[FixCell](ctx, c, http.MethodPut, path("/programmes/%s/fixes/%s/places", programme, number), in)
}
