package headway

import (
	"fmt"
	"time"
)

// Feed is an address at which a calendar program reads a programme's calendar.
// Its secret reads the calendar and nothing else; it is no API token.
type Feed struct {
	ID, ProgrammeID, UserID string
	Name                    string   // where it will be read
	Kinds                   []string // of the calendar's entries that it holds
	CreatedAt               time.Time
	UsedAt                  time.Time // zero: never; kept to the hour
	RevokedAt               time.Time
}

// MaxFeeds is how many feeds of one programme a person has at a time.
const MaxFeeds = 20

// FeedAskedTooOften refuses another look for an unknown feed from a place from
// which there were too many, at these instants, oldest first.
func FeedAskedTooOften(wrong []time.Time, now time.Time) error {
	wait := untilBelow(wrong, GuessesFromOnePlace, now)
	if wait <= 0 {
		return nil
	}
	return Errorf(TooMany, "too many unknown calendar addresses were asked for from here").
		WithHint("look at the address again, and try it in %s", fmt.Sprint(wait.Round(time.Second))).Until(wait)
}
