package engine

// Limits on a problem; more is refused with headway.TooLarge.
const (
	MaxActivities  = 100_000
	MaxPrecedences = 400_000
	MaxPeople      = 20_000
	MaxResources   = 20_000
	MaxSpans       = 2_000_000  // over all calendars, absences, windows, freezes and profiles
	MaxHorizon     = 10_000_000 // slots
	MaxLag         = MaxHorizon // either way
	MaxPeopleAsked = 200        // of one activity
	MaxWeight      = 1_000_000
)

// Problem is a snapshot of everything the engine has to respect. Times are
// slots counted from the caller's origin, spans are half-open. All ids are the
// caller's and must be unique within their list.
type Problem struct {
	SlotMinutes int // length of a slot, for words only
	Horizon     int // nothing may end after it; calendars are read up to it
	Now         int // slot of the snapshot: published work nearer to it is dearer to move

	Calendars   []Calendar
	Activities  []Activity
	Precedences []Precedence
	People      []Person
	Resources   []Resource
	Windows     []WindowSet
	Freezes     []Freeze
	Releases    []Release

	// Published holds the placements of the plan in force. They are kept
	// unless moving them is forced or pays for Objective.Move and Objective.Person.
	Published []Placement

	Objective Objective
}

// Span is a stretch of slots, From included, To not.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Calendar is working time: sorted, disjoint spans. The calendar id "" always
// means "every slot works" and need not be listed.
type Calendar struct {
	ID      string
	Working []Span
}

// Activity is a piece of work that is done once, without interruption but for
// non-working time.
type Activity struct {
	ID       string
	Name     string // for words; the ID when empty
	Kind     string // matched by Freeze.Kinds
	Release  string // release it belongs to, may be empty
	Duration int    // working slots; 0 is a milestone and uses nothing
	Calendar string // its own working time

	Demands []Demand // people
	Uses    []Use    // environments and other capacities

	Earliest    int  // start no earlier
	LatestStart *int // hard, on the start
	Deadline    *int // hard, on the end
	Due         *int // soft, on the end; Weight per slot late
	Weight      int  // of Due; 0 counts as 1

	Pin     *Pin   // already begun, done, or fixed by somebody
	Windows string // WindowSet that must hold it wholly in one of its spans
}

// Demand asks for People people with Skill.
type Demand struct {
	Skill  string
	People int
}

// Use asks for Units of a resource from start to end.
type Use struct {
	Resource string
	Units    int
}

// Pin fixes an activity. Its start is kept whatever the calendars, windows and
// freezes say (it has been decided by people), its people too if named.
type Pin struct {
	Start  int
	People []Assignment // nil: the engine chooses
}

// Relation says which ends of two activities a precedence ties.
type Relation string

// The four relations, from the first activity's end to the second's.
const (
	FinishStart  Relation = "FS"
	StartStart   Relation = "SS"
	FinishFinish Relation = "FF"
	StartFinish  Relation = "SF"
)

// Precedence ties an end of To to an end of From: the lag between them, in
// working slots of Calendar ("" counts elapsed slots), is at least MinLag and,
// if given, at most MaxLag. A MinLag of zero or more also keeps the order over
// non-working time.
type Precedence struct {
	From, To  string
	Type      Relation // FinishStart when empty
	MinLag    int      // may be negative: may begin that much before
	MaxLag    *int
	MaxWeight int // 0: MaxLag is hard; else the price of each slot beyond it
	Calendar  string
	Reason    string // for words, e.g. "gap policy"
}

// Person can do one activity at a time.
type Person struct {
	ID       string
	Name     string
	Skills   []string
	Calendar string    // hours; take the on-call reserve off here
	Absences []Absence // never straddled by an activity
}

// Absence is time in which a person is away.
type Absence struct {
	Span
	Reason string
}

// Resource is a capacity over time: an environment (1 is exclusive), licences,
// or a pool whose people are not named.
type Resource struct {
	ID       string
	Name     string
	Capacity int
	Profile  []Level // exceptions: sorted, disjoint
	Calendar string  // hours in which work on it goes on
}

// Level is a capacity that holds instead of Resource.Capacity for a while.
type Level struct {
	Span
	Capacity int
}

// WindowSet is the times into which an activity must fit wholly.
type WindowSet struct {
	ID    string
	Name  string
	Spans []Span
}

// Freeze is a time in which activities of the kinds named may not run.
type Freeze struct {
	ID    string
	Name  string
	Kinds []string // empty: every kind
	Spans []Span
}

// Release is what the activities work for.
type Release struct {
	ID        string
	Name      string
	Weight    int    // priority; 0 counts as 1
	Delivery  string // the activity whose end is production; may be empty
	Due       *int   // soft, on the delivery's end
	SprintEnd *int   // from where the gap counts
	Gap       Gap
}

// Gap is the gap policy in slots of Calendar from Release.SprintEnd to the end
// of the delivery. Zero means not set.
type Gap struct {
	Min      int // hard
	Target   int // soft: beyond it each slot costs Objective.Gap
	Max      int // soft: beyond it each slot costs Objective.GapMax, and a finding says so
	Calendar string
}

// Objective weighs what cannot all be had. A zero Objective means
// DefaultObjective. All prices are per slot but for Move and Person.
type Objective struct {
	Lexicographic bool // compare term by term in the order below, not the weighted sum

	Tardiness int // times release or activity weight
	SoftLag   int // times Precedence.MaxWeight
	GapMax    int // times release weight
	Gap       int // times release weight
	Move      int // per published activity whose start moved; up to twice that near Now
	Person    int // per published person replaced
	Near      int // slots from Now in which moves are dearer, falling linearly
	Makespan  int
}

// DefaultObjective is used where a problem states none.
func DefaultObjective() Objective {
	return Objective{Tardiness: 1000, SoftLag: 100, GapMax: 100, Gap: 10, Move: 400, Person: 200, Near: 480, Makespan: 1}
}

// At makes the optional times of a problem.
//
//go:fix inline
func At(slot int) *int { return new(slot) }
