package headway

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// TrainState is where a release train stands.
type TrainState string

// The states of a train.
const (
	TrainOpen      TrainState = "open"      // takes members, and some of them are not in production yet
	TrainArrived   TrainState = "arrived"   // every member is in production
	TrainCancelled TrainState = "cancelled" // its members go by themselves, or with another
)

// Terminal tells whether the state never moves again.
func (s TrainState) Terminal() bool { return s != TrainOpen }

// Train is several teams' releases that go to production together, within one
// change window, with an order between them.
type Train struct {
	ID, ProgrammeID, Key, Name string
	State                      TrainState
	Departs                    Date        // not before this day; zero: as soon as its members are ready
	Criteria                   []Criterion // judged for each member beside the programme's gate
	Members                    []TrainMember
	Reason                     string // why it was cancelled
	CreatedAt, ClosedAt        time.Time
	Change
}

// MemberState tells who rides from who has missed the train.
type MemberState string

// The states of a member.
const (
	MemberRiding MemberState = "riding"
	MemberMissed MemberState = "missed"
)

// TrainMember is a release in a train.
type TrainMember struct {
	TrainID, ReleaseID string
	Position           int // members of a lower one are in production before; those of the same go in any order
	State              MemberState
	Reason             string // why it missed the train
	Next               string // key of the train that it took instead; empty: it goes by itself
	By, ByName         string // who put it here, or took it out
	At                 time.Time
}

const (
	trainPositions = 99
	trainCriteria  = 20
	trainMembers   = 50
)

// Check refuses a train that could not be named or judged.
func (t Train) Check() error {
	if err := CheckKey("train.key", t.Key); err != nil {
		return err
	}
	if err := CheckName("train.name", t.Name); err != nil {
		return err
	}
	if len(t.Criteria) > trainCriteria {
		return Invalidf("train.criteria", "a train has at most %d criteria, this one has %d", trainCriteria, len(t.Criteria))
	}
	seen := map[string]bool{}
	for _, c := range t.Criteria {
		where := "train.criteria." + c.Key
		if err := CheckKey(where, c.Key); err != nil {
			return err
		}
		if err := unique(seen, where, c.Key); err != nil {
			return err
		}
		if err := c.check(where); err != nil {
			return err
		}
	}
	return nil
}

// Gate gives the gate that the train's members have to pass: the programme's,
// and the train's criteria beside it. Their keys begin with the train's, so that
// a waiver or an override says which of the two it lifts.
func (t Train) Gate(g Gate) Gate {
	g.Criteria = slices.Clone(g.Criteria)
	for _, c := range t.Criteria {
		c.Key, c.Title = t.Key+":"+c.Key, fmt.Sprintf("%s (train %s)", c.Title, t.Key)
		g.Criteria = append(g.Criteria, c)
	}
	return g
}

// Riding lists the members that have not missed the train, in their order.
func (t Train) Riding() []TrainMember {
	out := slices.DeleteFunc(slices.Clone(t.Members), func(m TrainMember) bool { return m.State != MemberRiding })
	slices.SortFunc(out, func(a, b TrainMember) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), a.At.Compare(b.At), strings.Compare(a.ReleaseID, b.ReleaseID))
	})
	return out
}

// Member gives how a release stands to the train.
func (t Train) Member(releaseID string) (TrainMember, bool) {
	i := slices.IndexFunc(t.Members, func(m TrainMember) bool { return m.ReleaseID == releaseID })
	if i < 0 {
		return TrainMember{}, false
	}
	return t.Members[i], true
}

// Rides tells whether a release goes with the train.
func (t Train) Rides(releaseID string) bool {
	m, known := t.Member(releaseID)
	return known && m.State == MemberRiding
}

// Ahead lists the members that must be in production before a release.
func (t Train) Ahead(releaseID string) []TrainMember {
	self, _ := t.Member(releaseID)
	return slices.DeleteFunc(t.Riding(), func(m TrainMember) bool { return m.Position >= self.Position })
}

// underWay tells whether a release is past the point at which its place in a train may change.
func underWay(s ReleaseState) bool { return s == ReleaseDeploying || s.InProduction() }

// Join gives the member that a release becomes. position 0 means behind all;
// of a member that rides already it changes the place. states are those of the
// train's releases.
func (t Train) Join(r Release, position int, states map[string]ReleaseState) (TrainMember, error) {
	m := TrainMember{TrainID: t.ID, ReleaseID: r.ID, Position: position, State: MemberRiding}
	riding := slices.DeleteFunc(t.Riding(), func(o TrainMember) bool { return o.ReleaseID == r.ID })
	last := 0
	for _, o := range riding {
		last = max(last, o.Position)
	}
	if position == 0 {
		m.Position = last + 1
	}
	switch {
	case t.State.Terminal():
		return m, Conflictf("the train %s is %s and takes no more members", t.Name, t.State).WithHint("name another train")
	case underWay(r.State) || r.State.Terminal():
		return m, Conflictf("release %s is %s: it takes no train any more", r.Version, r.State)
	case m.Position < 1 || m.Position > trainPositions:
		return m, Invalidf("position", "%d is no place in a train", m.Position).WithHint("use 1–%d, or leave it out: behind all others", trainPositions)
	case len(riding) >= trainMembers:
		return m, Conflictf("the train %s has %d members and takes no more", t.Name, trainMembers)
	}
	for _, o := range riding {
		if underWay(states[o.ReleaseID]) && m.Position < o.Position {
			return m, Conflictf("a member at place %d is %s already: nothing can go ahead of it", o.Position, states[o.ReleaseID]).
				WithHint("join at place %d or behind", o.Position)
		}
	}
	return m, nil
}

// Miss gives the member once it has missed the train.
func (t Train) Miss(r Release, reason string) (TrainMember, error) {
	m, known := t.Member(r.ID)
	switch {
	case !known || m.State != MemberRiding:
		return m, NotFoundf("release %s does not ride in the train %s", r.Version, t.Name)
	case t.State == TrainCancelled:
		return m, Conflictf("the train %s is cancelled", t.Name)
	case underWay(r.State):
		return m, Conflictf("release %s is %s: it cannot miss the train any more", r.Version, r.State).
			WithHint("stop the deployment and roll it back first")
	}
	if err := CheckText("reason", reason, 2000); err != nil {
		return m, err
	}
	m.State, m.Reason, m.Next = MemberMissed, reason, ""
	return m, nil
}

// HasArrived tells whether everybody who rides is in production.
func (t Train) HasArrived(states map[string]ReleaseState) bool {
	riding := t.Riding()
	return len(riding) > 0 && !slices.ContainsFunc(riding, func(m TrainMember) bool { return !states[m.ReleaseID].InProduction() })
}

// NextTrain finds the open train that goes next after one: the earliest day
// that is not before its own, those without a day last. After one without a day
// that is the earliest of all.
func NextTrain(all []Train, after Train) (Train, bool) {
	later := func(a, b Train) int {
		switch {
		case a.Departs == b.Departs:
			return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
		case a.Departs.IsZero():
			return 1
		case b.Departs.IsZero() || a.Departs.Before(b.Departs):
			return -1
		}
		return 1
	}
	next := slices.DeleteFunc(slices.Clone(all), func(t Train) bool {
		return t.State != TrainOpen || t.ID == after.ID || !after.Departs.IsZero() && later(t, after) < 0
	})
	if len(next) == 0 {
		return Train{}, false
	}
	return slices.MinFunc(next, later), true
}
