package headway

import (
	"fmt"
	"time"
)

// ShelveVersion reads the version that a candidate is shelved for: a number
// without pre-release, because Headway numbers the candidates itself.
func ShelveVersion(s string) (string, error) {
	v, err := ParseVersion(s)
	if err != nil {
		return "", err
	}
	if v.Pre != "" {
		return "", Invalidf("version", "%q names a pre-release", s).
			WithHint("shelve %d.%d.%d: candidates are numbered by Headway", v.Major, v.Minor, v.Patch)
	}
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch), nil
}

// Shelve gives the release and the candidate as they are once the candidate
// lies on the shelf. newest is the release's candidate before, nil for the first.
func (r Release) Shelve(c Candidate, newest *Candidate, now time.Time) (Release, Candidate, error) {
	switch r.State {
	case ReleasePlanned, ReleaseShelved, ReleaseProving, ReleaseApproved, ReleaseRolledBack:
	case ReleaseDeploying:
		return r, c, Conflictf("release %s is being deployed and takes no new candidate", r.Version).
			WithHint("stop the deployment first, or shelve the next version")
	default:
		return r, c, Conflictf("release %s is %s and takes no new candidate", r.Version, r.State).WithHint("shelve the next version")
	}
	c.RC, c.State, c.ShelvedAt = 1, CandidateShelved, now
	if newest != nil {
		c.RC, c.Supersedes = newest.RC+1, newest.ID
	}
	c.Name = CandidateName(r.Version, c.RC)
	r.State = ReleaseShelved
	if r.ShelvedAt.IsZero() {
		r.ShelvedAt = now
	}
	return r, c, nil
}
