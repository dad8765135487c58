package engine

// Status says how good a plan is known to be.
type Status string

// The statuses. Optimal is only said when the score equals a proven bound.
const (
	Optimal    Status = "optimal"
	Feasible   Status = "feasible"
	Infeasible Status = "infeasible" // no plan exists; a finding says why
	Unknown    Status = "unknown"    // neither a plan nor a proof within the budget
)

// Plan is the engine's answer.
type Plan struct {
	Status     Status
	Placements []Placement // in the order of Problem.Activities; empty unless Optimal or Feasible
	Score      Score
	// LowerBound is a proven lower bound on the makespan (the end of the last
	// activity), 0 where none is known.
	LowerBound int
	// CostBound is a proven lower bound on Score.Total: what dates, lags,
	// calendars and windows alone make late, with the bound on the makespan.
	CostBound int
	Findings  []Finding
	Stats     Stats
}

// Placement is an activity on people and time.
type Placement struct {
	Activity string       `json:"activity"`
	Start    int          `json:"start"`
	End      int          `json:"end"`
	People   []Assignment `json:"people,omitempty"`
	Why      Why          `json:"why,omitzero"`
}

// Assignment is a person doing the work of a skill.
type Assignment struct {
	Skill  string `json:"skill"`
	Person string `json:"person"`
}

// Score is what a plan costs, by term and by release. Lower is better.
type Score struct {
	Lexicographic bool           `json:"lexicographic,omitempty"` // how two scores compare
	Total         int            `json:"total"`                   // weighted sum of the terms
	Terms         []Term         `json:"terms"`                   // in the objective's order
	Releases      []ReleaseScore `json:"releases,omitempty"`
	Makespan      int            `json:"makespan"`
}

// Term is one part of the objective.
type Term struct {
	Name   string `json:"name"`   // tardiness, soft-lag, gap-max, gap, move, person, makespan
	Amount int    `json:"amount"` // in slots times weights, or in moves
	Price  int    `json:"price"`  // of one
	Cost   int    `json:"cost"`   // amount times price
}

// ReleaseScore says how one release fares.
type ReleaseScore struct {
	Release    string `json:"release"`
	Production int    `json:"production"` // end of its delivery, -1 when it has none
	Late       int    `json:"late"`       // slots after due, 0 when in time
	Gap        int    `json:"gap"`        // slots from sprint end, -1 when not known
	BeyondGap  int    `json:"beyond_gap"` // slots beyond the target
	BeyondMax  int    `json:"beyond_max"` // slots beyond the maximum
	Cost       int    `json:"cost"`
}

// Rule names what can stand in the way of an activity or of a plan.
type Rule string

// The rules, as Why, Finding and Violation name them.
const (
	RuleOrigin      Rule = "origin"       // cannot start before the first slot
	RuleEarliest    Rule = "earliest"     // Activity.Earliest
	RulePredecessor Rule = "predecessor"  // minimum lag
	RuleMaxLag      Rule = "max-lag"      // maximum lag
	RuleCalendar    Rule = "calendar"     // nobody works then
	RulePerson      Rule = "person-busy"  // person does another activity
	RuleAbsence     Rule = "absence"      // person is away
	RuleSkill       Rule = "skill"        // nobody, or too few, have it
	RuleResource    Rule = "resource"     // capacity used up or closed
	RuleWindow      Rule = "window"       // not inside a change window
	RuleFreeze      Rule = "freeze"       // a freeze forbids it
	RulePin         Rule = "pin"          // fixed by people
	RulePublished   Rule = "published"    // kept where the published plan has it
	RuleDeadline    Rule = "deadline"     // Activity.Deadline
	RuleLatestStart Rule = "latest-start" // Activity.LatestStart
	RuleGapMin      Rule = "gap-minimum"  // Gap.Min
	RuleGapMax      Rule = "gap-maximum"  // Gap.Max
	RuleDue         Rule = "due"          // a release or an activity is late
	RuleHorizon     Rule = "horizon"      // no room before Problem.Horizon
	RuleCycle       Rule = "cycle"        // precedences contradict each other
	RuleDuration    Rule = "duration"     // working slots do not add up
	RuleChoice      Rule = "choice"       // an earlier start is possible, but not better for the whole
	RuleMissing     Rule = "missing"      // not placed, or placed twice
)

// Why is the binding reason for a placement: what stands in the way of one
// slot earlier. Words turns it into a sentence.
type Why struct {
	Rule     Rule   `json:"rule,omitempty"`
	Activity string `json:"activity,omitempty"` // that is in the way
	Person   string `json:"person,omitempty"`
	Skill    string `json:"skill,omitempty"`
	Resource string `json:"resource,omitempty"` // resource, window set or freeze
	Until    int    `json:"until,omitempty"`    // slot at which the reason ends
	Note     string `json:"note,omitempty"`     // reason text of an absence or a precedence
}

// Finding is a place where the plan does not fit, or why there is none.
type Finding struct {
	Rule       Rule     `json:"rule"`
	Hard       bool     `json:"hard"` // no plan can be published with it
	Release    string   `json:"release,omitempty"`
	Activities []string `json:"activities,omitempty"`
	People     []string `json:"people,omitempty"`
	From       int      `json:"from"` // span concerned: due to real end, say
	To         int      `json:"to"`
	// Clash is the smallest set of rules found that cannot hold together, or
	// the chain of reasons that makes a release late, last first.
	Clash   []Clash  `json:"clash,omitempty"`
	Repairs []Repair `json:"repairs,omitempty"`
}

// Clash is one rule of a clashing set.
type Clash struct {
	Rule     Rule   `json:"rule"`
	Activity string `json:"activity,omitempty"`
	Other    string `json:"other,omitempty"` // the second activity of a precedence, or the resource, window set, freeze, person
	At       int    `json:"at"`              // slot or lag the rule sets
}

// RepairKind says what a repair changes.
type RepairKind string

// The repairs the engine tries.
const (
	AddPerson   RepairKind = "add-person"   // one more person of Skill in the span
	MoveWindow  RepairKind = "move-window"  // a window more of the set, in the span
	Overtime    RepairKind = "overtime"     // non-working time of the span becomes working
	ShiftDue    RepairKind = "shift-due"    // promise the release at By slots later
	RelaxLag    RepairKind = "relax-lag"    // allow By slots more of maximum lag
	LiftFreeze  RepairKind = "lift-freeze"  // lift the freeze for this activity
	MoveEarlier RepairKind = "yield"        // let this release go before the others
	AddCapacity RepairKind = "add-capacity" // one unit more of a resource in the span
	SplitTrain  RepairKind = "split-train"  // let this release go without those tied to it
)

// Repair is a way out, measured by solving the repaired problem.
type Repair struct {
	Kind     RepairKind `json:"kind"`
	Skill    string     `json:"skill,omitempty"`
	Resource string     `json:"resource,omitempty"` // resource, window set, freeze or calendar
	Release  string     `json:"release,omitempty"`
	Activity string     `json:"activity,omitempty"`
	Span     Span       `json:"span"`
	By       int        `json:"by,omitempty"`
	Effect   Effect     `json:"effect"`
}

// Effect is what a repair does to the plan.
type Effect struct {
	Status       Status `json:"status"`
	LateBefore   int    `json:"late_before"`   // slots late of the release of the finding
	LateAfter    int    `json:"late_after"`    //
	LateReleases int    `json:"late_releases"` // releases late afterwards
	Moved        int    `json:"moved"`         // activities elsewhere than before
	CostBefore   int    `json:"cost_before"`
	CostAfter    int    `json:"cost_after"`
}

// Stats says what the computation took.
type Stats struct {
	Activities int
	Steps      int // schedules built and conflicts of the exact search
	Rounds     int // improvement rounds
	Unplaced   int // times an activity was taken out again for a maximum lag
	Kept       int // published placements kept as they were
}

// Violation is a rule that a plan breaks, found by Check.
type Violation struct {
	Rule     Rule
	Activity string
	Other    string // second activity, person, resource, window set or freeze
	At       int    // slot
	Text     string // one sentence, times as slots
}
