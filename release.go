package headway

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// ReleaseState is where a release stands between sprint and production.
type ReleaseState string

// The states of a release.
const (
	ReleasePlanned    ReleaseState = "planned"     // its sprint has not put a candidate on the shelf
	ReleaseShelved    ReleaseState = "shelved"     // a candidate waits on the shelf
	ReleaseProving    ReleaseState = "proving"     // operations work on it or evidence has come in
	ReleaseApproved   ReleaseState = "approved"    // go has been decided
	ReleaseDeploying  ReleaseState = "deploying"   // its runbook runs
	ReleaseLive       ReleaseState = "live"        // in production, hypercare may go on
	ReleaseClosed     ReleaseState = "closed"      // hypercare over, gap measured
	ReleaseRolledBack ReleaseState = "rolled-back" // was taken out of production
	ReleaseWithdrawn  ReleaseState = "withdrawn"   // will not be released
)

// ReleaseStates lists every state in the order of a release's life.
func ReleaseStates() []ReleaseState {
	return []ReleaseState{ReleasePlanned, ReleaseShelved, ReleaseProving, ReleaseApproved, ReleaseDeploying, ReleaseLive, ReleaseClosed, ReleaseRolledBack, ReleaseWithdrawn}
}

// Terminal tells whether the state never moves again.
func (s ReleaseState) Terminal() bool { return s == ReleaseClosed || s == ReleaseWithdrawn }

// InProduction tells whether a release in this state has reached production.
func (s ReleaseState) InProduction() bool { return s == ReleaseLive || s == ReleaseClosed }

var releaseMoves = map[ReleaseState][]ReleaseState{
	ReleasePlanned:    {ReleaseShelved, ReleaseWithdrawn},
	ReleaseShelved:    {ReleaseProving, ReleaseApproved, ReleaseWithdrawn},
	ReleaseProving:    {ReleaseShelved, ReleaseApproved, ReleaseWithdrawn},
	ReleaseApproved:   {ReleaseDeploying, ReleaseProving, ReleaseShelved, ReleaseWithdrawn},
	ReleaseDeploying:  {ReleaseLive, ReleaseRolledBack, ReleaseProving},
	ReleaseLive:       {ReleaseClosed, ReleaseRolledBack},
	ReleaseRolledBack: {ReleaseShelved, ReleaseProving, ReleaseWithdrawn},
}

// Move gives an error unless the release may go from its state to another.
func (r Release) Move(to ReleaseState) error {
	if slices.Contains(releaseMoves[r.State], to) {
		return nil
	}
	return Conflictf("release %s is %s and cannot become %s", r.Version, r.State, to)
}

// Release is one version of one team's product.
type Release struct {
	ID, ProgrammeID, TeamID string
	SprintID                string // empty for imported history without sprints
	Version                 string
	State                   ReleaseState
	SprintEnd               time.Time // when the gap starts to count: end of the sprint's last day
	Due                     Date      // wanted date of production, may be zero
	Priority                int       // 1–9; 0 means the team's
	Series                  string    // of imported history: the cycle it belongs to
	Component               string    // of imported history: the deliverable
	ShelvedAt               time.Time // first candidate on the shelf
	LiveAt                  time.Time // in production
	ClosedAt                time.Time
	Hotfix                  bool
	Mends                   string // id of the release in production whose trouble it mends: a roll-forward; empty: none
	CreatedAt               time.Time
}

// MayMend gives an error unless the release may be the roll-forward of another,
// which has reached production or was on its way there.
func (r Release) MayMend(other Release) error {
	switch {
	case r.ID == other.ID:
		return Invalidf("mends", "release %s cannot mend itself", r.Version).WithHint("shelve the fix as the next version")
	case r.Mends != "" && r.Mends != other.ID:
		return Conflictf("release %s mends another release already", r.Version).At("mends")
	case !other.State.InProduction() && other.State != ReleaseRolledBack && other.State != ReleaseDeploying:
		return Conflictf("release %s is %s and was not in production: there is nothing to roll forward", other.Version, other.State).At("mends").
			WithHint("shelve its next candidate instead")
	}
	return nil
}

// Version is a semantic version without build metadata (semver.org 2.0.0,
// where a missing minor or patch number is 0 and further numbers are kept).
type Version struct {
	Major, Minor, Patch int
	Pre                 string
}

var versionPattern = regexp.MustCompile(`^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?:-([0-9A-Za-z.-]{1,64}))?$`)

// ParseVersion reads a version such as 2.4.0 or 2.4.0-rc.1.
func ParseVersion(s string) (Version, error) {
	m := versionPattern.FindStringSubmatch(s)
	if m == nil {
		return Version{}, Invalidf("version", "%q is no version", s).WithHint("write it as 2.4.0")
	}
	n := func(s string) int { v, _ := strconv.Atoi(s); return v }
	return Version{n(m[1]), n(m[2]), n(m[3]), m[4]}, nil
}

// Compare orders versions by number, a pre-release before its version.
func (v Version) Compare(o Version) int {
	if c := cmp.Or(cmp.Compare(v.Major, o.Major), cmp.Compare(v.Minor, o.Minor), cmp.Compare(v.Patch, o.Patch)); c != 0 {
		return c
	}
	switch {
	case v.Pre == o.Pre:
		return 0
	case v.Pre == "":
		return 1
	case o.Pre == "":
		return -1
	}
	return cmp.Compare(v.Pre, o.Pre)
}
