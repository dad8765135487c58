package headway

import (
	"fmt"
	"time"
)

// FixState says whether a place holds a fix.
type FixState string

// The states of a fix in a place.
const (
	FixIn        FixState = "in"
	FixMissing   FixState = "missing"
	FixNotNeeded FixState = "not-needed"
	FixEarlier   FixState = "earlier" // the place is older than the fix and what it mends: nothing is asked of it
)

// Trunk is the place that later releases are built from, beside the releases,
// which are places by their ids.
const Trunk = "trunk"

// FixSign says by what it is known that a place holds a fix.
type FixSign string

// The signs of a fix, those of commits first.
const (
	SignTrailer FixSign = "trailer"     // the commit's message names the defect: Fixes: D-12
	SignPicked  FixSign = "cherry-pick" // its message names the commit that it was picked from
	SignSame    FixSign = "same-commit" // the very commit that carries it elsewhere
	SignPatch   FixSign = "patch-id"    // it changes the same lines in the same way
	SignShelved FixSign = "shelved"     // the candidate was shelved as fixing the defect
	SignTrunk   FixSign = "trunk"       // the release was cut from a trunk that held it
	SignHand    FixSign = "hand"        // a person said so
)

// Fix is the mending of a fault in one team's product. It must reach the
// candidate in which the fault was found, every later release and trunk, or the
// fault comes back.
type Fix struct {
	ID, ProgrammeID, TeamID string
	Number                  int // in the programme: F-3
	Defect                  int // number of the defect that it mends; 0: none is recorded
	Title                   string
	NotedAt                 time.Time
	NotedBy, NotedByName    string
}

// Name gives how people speak of the fix: F-3, with the defect that it mends. One
// that is not noted yet has no number.
func (f Fix) Name() string {
	if f.Number == 0 && f.Defect > 0 {
		return fmt.Sprintf("the fix of D-%d", f.Defect)
	}
	if f.Defect > 0 {
		return fmt.Sprintf("F-%d (D-%d)", f.Number, f.Defect)
	}
	return fmt.Sprintf("F-%d", f.Number)
}

// FixCommit is a commit that carries a fix in a place.
type FixCommit struct {
	FixID, Place string
	SHA          string
	Picked       []string // commits that it was picked from, the nearest last
	PatchID      string   // of git patch-id, may be empty
	Subject      string
	Sign         FixSign
	Reverted     string   // the commit that took it out again, may be empty
	Turned       []string // the last commit that took it out or brought it back, and those that one was picked from
	ToldAt       time.Time
	RevertedAt   time.Time // when it was told that it is out
}

// PickedFrom gives the commit that it was picked from last, empty when it was not.
func (c FixCommit) PickedFrom() string {
	if len(c.Picked) == 0 {
		return ""
	}
	return c.Picked[len(c.Picked)-1]
}

// FixMark is what a person or a shelved candidate says of a fix in a place.
type FixMark struct {
	FixID, Place string
	State        FixState
	Sign         FixSign
	Reason       string
	At           time.Time
	By, ByName   string
}

// Check refuses a mark that nobody could follow later.
func (m FixMark) Check() error {
	switch m.State {
	case FixIn, FixMissing:
		if m.Reason == "" {
			return nil
		}
	case FixNotNeeded:
	default:
		return Invalidf("state", "%q is no state of a fix in a place", m.State).WithHint("use in, missing or not-needed")
	}
	if err := CheckText("reason", m.Reason, 2000); err != nil {
		return Invalidf("reason", "that a fix is not needed takes a reason that can be read later").Because(err)
	}
	return nil
}

// FixTold says until which commit a place has told its commits, and when.
type FixTold struct {
	TeamID, Place string
	Head          string
	At            time.Time
	ByName        string
}
