package headway

import (
	"strconv"
	"time"
)

// Refresh is work that brings newer data to an environment, and has it for
// itself meanwhile.
type Refresh struct {
	ID, ProgrammeID, EnvironmentID string
	ItemID                         string  // of the operations backlog
	DataGB                         float64 // of the data that come
	AskedBy, AskedByName           string
	AskedAt                        time.Time
	DoneAt                         time.Time     // zero while it is under way
	Spent                          time.Duration // working time that it took
}

// What a refresh takes as long as none was measured: its set-up and checks, and
// a restore of that many GB in a minute.
const (
	refreshMinutes = 60
	refreshRate    = 2
)

// EstimateRefresh tells how long it will take to bring so many GB to an
// environment: as the refreshes before took, scaled to their size. Those of the
// same environment count before those of others.
func EstimateRefresh(environmentID string, dataGB float64, before []Refresh) (DurationEstimate, error) {
	const data = "data-gb"
	step := RunbookStep{Key: "refresh", Minutes: refreshMinutes, Volume: &Volume{Fact: data, PerMinute: refreshRate}}
	var own, others []StepRun
	for _, r := range before {
		run := StepRun{Step: step.Key, Took: r.Spent, Amount: r.DataGB}
		switch {
		case r.DoneAt.IsZero():
		case r.EnvironmentID == environmentID:
			own = append(own, run)
		default:
			others = append(others, run)
		}
	}
	if len(own) == 0 {
		own = others
	}
	return step.Estimate(Facts{data: strconv.FormatFloat(dataGB, 'f', -1, 64)}, own)
}

// Refreshed gives an environment as a refresh leaves it, whose work began at a
// time: the data are as old as the copy, which was drawn then.
func (e Environment) Refreshed(r Refresh, began time.Time) Environment {
	e.DataAsOf = began
	if r.DataGB > 0 {
		e.DataGB = r.DataGB
	}
	return e
}
