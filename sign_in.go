package headway

import (
	"fmt"
	"time"
)

// Wrong passwords are bounded for an account, whoever tries, because a guess
// costs an attacker nothing else (NIST SP 800-63B-4, section 3.2.2). Those from
// one address are bounded more tightly, so that one attacker does not lock the
// owner out of every place.
const (
	GuessesFromOnePlace = 10
	GuessesFromAnywhere = 50
	GuessWindow         = 15 * time.Minute
)

// GuessedTooOften refuses another password for an account when the wrong ones
// of the last GuessWindow reach a bound. It is given the instants of those from
// the same address and from anywhere, oldest first; the error says how long to
// wait, which is until enough of them have left the window.
func GuessedTooOften(here, anywhere []time.Time, now time.Time) error {
	wait := max(untilBelow(here, GuessesFromOnePlace, now), untilBelow(anywhere, GuessesFromAnywhere, now))
	if wait <= 0 {
		return nil
	}
	minutes := int((wait + time.Minute - 1) / time.Minute)
	unit := "minutes"
	if minutes == 1 {
		unit = "minute"
	}
	return Errorf(TooMany, "too many wrong passwords for this account").
		WithHint("try again in %s, or ask an administrator of the instance for a new password", fmt.Sprint(minutes, " ", unit)).Until(wait)
}

func untilBelow(wrong []time.Time, bound int, now time.Time) time.Duration {
	if len(wrong) < bound {
		return 0
	}
	return wrong[len(wrong)-bound].Add(GuessWindow).Sub(now)
}
