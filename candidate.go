package headway

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// CandidateState is where a candidate stands on the shelf.
type CandidateState string

// The states of a candidate.
const (
	CandidateShelved    CandidateState = "shelved"
	CandidateSuperseded CandidateState = "superseded" // a later candidate took its place
	CandidateReleased   CandidateState = "released"   // reached production
	CandidateWithdrawn  CandidateState = "withdrawn"
)

// Candidate is what a team puts on the shelf: immutable once shelved. (The
// shelf is ITIL's Definitive Media Library.)
type Candidate struct {
	ID, ProgrammeID, ReleaseID string
	RC                         int // 1, 2, …
	Name                       string
	Commit                     string
	Notes                      string // markdown
	Facts                      Facts
	Artifacts                  []Artifact
	Digest                     string // of everything above but ids: see Seal
	State                      CandidateState
	Supersedes                 string // id of the candidate it replaces
	Reason                     string // why it replaces it
	ShelvedAt                  time.Time
	ShelvedBy                  string // user id
	ShelvedByName              string
}

// Artifact is one file of a candidate, stored by digest.
type Artifact struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // lower-case hex
	Size   int64  `json:"size"`   // bytes
}

// CandidateName gives the name of release candidate rc of a version, as in 2.4.0-rc.1.
func CandidateName(version string, rc int) string { return fmt.Sprintf("%s-rc.%d", version, rc) }

// Check refuses a candidate that could not be proved or found again.
func (c Candidate) Check() error {
	if len(c.Artifacts) == 0 {
		return Invalidf("artifacts", "a candidate needs at least one artifact").WithHint("name files with --artifact FILE")
	}
	if len(c.Artifacts) > 200 {
		return Invalidf("artifacts", "%d artifacts are more than 200", len(c.Artifacts))
	}
	seen := map[string]bool{}
	for _, a := range c.Artifacts {
		if err := CheckFileName("artifacts", a.Name); err != nil {
			return err
		}
		if seen[a.Name] {
			return Invalidf("artifacts", "two artifacts are named %q", a.Name)
		}
		seen[a.Name] = true
		if raw, err := hex.DecodeString(a.SHA256); err != nil || len(raw) != sha256.Size {
			return Invalidf("artifacts", "%q has no SHA-256 digest", a.Name)
		}
	}
	if len(c.Commit) > 200 || len(c.Notes) > 256<<10 {
		return Errorf(TooLarge, "the notes or the commit are too long").WithHint("notes up to 256 KiB, commit up to 200 characters")
	}
	if !isPlainText(c.Notes, true) || !isPlainText(c.Commit, false) || !isPlainText(c.Reason, true) || len(c.Reason) > 2000 {
		return Invalidf("notes", "notes, commit and reason are plain text without control characters").WithHint("write them in UTF-8")
	}
	return c.Facts.Check()
}

// Seal gives the digest of the candidate's content: version, commit, notes,
// facts and artifacts in a canonical form. Shelving the same content twice has the same seal.
func (c Candidate) Seal(version string) string {
	h := sha256.New()
	field := func(s string) { fmt.Fprintf(h, "%d:%s\n", len(s), s) }
	field("candidate/1")
	field(version)
	field(c.Commit)
	field(c.Notes)
	for _, k := range slices.Sorted(maps.Keys(c.Facts)) {
		field(k)
		field(c.Facts[k])
	}
	arts := slices.SortedFunc(slices.Values(c.Artifacts), func(a, b Artifact) int { return strings.Compare(a.Name, b.Name) })
	for _, a := range arts {
		field(a.Name)
		field(a.SHA256)
		field(fmt.Sprint(a.Size))
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
