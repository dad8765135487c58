package headway

import (
	"fmt"
	"time"
)

// Cadence is the rhythm of a team's sprints.
type Cadence struct {
	First   Date   // first day of sprint 1
	Days    int    // length of a sprint in calendar days
	Version string // version of sprint 1's release, for example 2.0.0; each sprint raises the minor number. Empty: no releases
}

// IsZero tells whether a team has no cadence: it plans no sprints, as teams of
// imported history.
func (c Cadence) IsZero() bool { return c == Cadence{} }

// Check refuses a cadence that never ends a sprint.
func (c Cadence) Check() error {
	if c.IsZero() {
		return nil
	}
	if c.First.IsZero() {
		return Invalidf("cadence.first", "the first day of sprint 1 is missing")
	}
	if c.Days < 1 || c.Days > 90 {
		return Invalidf("cadence.days", "a sprint of %d days is outside 1–90", c.Days)
	}
	if c.Version != "" {
		if _, err := ParseVersion(c.Version); err != nil {
			return err
		}
	}
	return nil
}

// Sprint is one iteration of a team; Start and End are its first and last day.
type Sprint struct {
	ID, TeamID string
	Number     int
	Start, End Date
}

// Sprint gives sprint n (from 1) of the cadence, without id.
func (c Cadence) Sprint(n int) Sprint {
	start := c.First.AddDays((n - 1) * c.Days)
	return Sprint{Number: n, Start: start, End: start.AddDays(c.Days - 1)}
}

// SprintOn gives the number of the sprint that holds a day; 0 or less lies before sprint 1.
// Without a cadence it is 0.
func (c Cadence) SprintOn(d Date) int {
	if c.Days < 1 {
		return 0
	}
	days := c.First.DaysUntil(d)
	if days < 0 {
		return (days-c.Days+1)/c.Days + 1
	}
	return days/c.Days + 1
}

// ReleaseVersion gives the version that sprint n builds; empty when the team ships none.
func (c Cadence) ReleaseVersion(n int) string {
	v, err := ParseVersion(c.Version)
	if c.Version == "" || err != nil {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor+n-1, 0)
}

// Ends gives the instant at which the sprint's last working day ends: from
// there the gap counts.
func (s Sprint) Ends(c Calendar) time.Time { return s.End.At(c.To, c.Zone) }
