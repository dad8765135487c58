package headway

import (
	"cmp"
	"slices"
	"time"
)

// ReworkBudget is the working time that a team sets aside in one sprint for
// mending defects of releases it has handed over.
type ReworkBudget struct {
	ID, ProgrammeID, TeamID string
	Sprint                  int // number
	Hours                   time.Duration
	SetBy, SetByName        string
	SetAt                   time.Time
	OverAt                  time.Time    // when it was seen to be spent; zero: it was not
	Choice                  ReworkChoice // of the Product Owner, once it was
	Reason                  string
	ChosenByName            string
	ChosenAt                time.Time
	Moved                   ReworkMove // by the choice of the date
	Deferred                []int      // numbers of the defects that the choice to defer deferred
}

// ReworkMove is a release that is handed over later so that rework has its time.
type ReworkMove struct {
	ReleaseID string // empty: none moved
	From, To  time.Time
}

// Later gives a release that is handed over so many working days later. The gap
// counts from the new hand-over: until then the team works on it.
func (r Release) Later(days int, c Calendar) (Release, ReworkMove) {
	m := ReworkMove{ReleaseID: r.ID, From: r.SprintEnd}
	end := r.SprintEnd.In(c.Zone)
	m.To = c.AddWorkingDays(DateOf(end), days).At(Clock(end.Hour()*60+end.Minute()), c.Zone).UTC()
	r.SprintEnd = m.To
	return r, m
}

// Undo gives the release as it was before the move; an error tells why it cannot
// be undone any more.
func (m ReworkMove) Undo(r Release) (Release, error) {
	if r.State != ReleasePlanned {
		return r, Conflictf("release %s is %s: its hand-over cannot be moved back", r.Version, r.State)
	}
	if !r.SprintEnd.Equal(m.To) {
		return r, Conflictf("the hand-over of release %s was moved otherwise since", r.Version)
	}
	r.SprintEnd = m.From
	return r, nil
}

// ReworkChoice is what gives when a sprint's rework goes beyond its budget.
type ReworkChoice string

// The choices.
const (
	ReworkScope ReworkChoice = "scope" // planned work leaves the sprint
	ReworkDefer ReworkChoice = "defer" // defects that are no blockers wait for the next release
	ReworkDate  ReworkChoice = "date"  // the team's next release comes later
)

// Says tells in words what gives.
func (c ReworkChoice) Says() string {
	switch c {
	case ReworkScope:
		return "planned work leaves the sprint"
	case ReworkDefer:
		return "defects that are no blockers wait for the next release"
	case ReworkDate:
		return "the next release comes later"
	}
	return string(c)
}

// ReworkChoices lists the choices.
func ReworkChoices() []ReworkChoice { return []ReworkChoice{ReworkScope, ReworkDefer, ReworkDate} }

// Check refuses a budget that no sprint could hold.
func (b ReworkBudget) Check() error {
	if b.Sprint < 1 {
		return Invalidf("sprint", "%d is no sprint", b.Sprint)
	}
	if b.Hours < 0 || b.Hours > 10_000*time.Hour {
		return Invalidf("hours", "a budget of %.0f hours is outside 0–10,000", b.Hours.Hours())
	}
	return nil
}

// Choose gives the budget with the Product Owner's choice, once the sprint's
// rework is over it.
func (b ReworkBudget) Choose(choice ReworkChoice, reason string, over time.Duration) (ReworkBudget, error) {
	if !slices.Contains(ReworkChoices(), choice) {
		return b, Invalidf("choice", "%q is no choice", choice).WithHint("use scope, defer or date")
	}
	if b.Choice != "" {
		return b, Conflictf("what gives in sprint %d was chosen already: %s", b.Sprint, b.Choice.Says()).WithHint("take that back first")
	}
	if over <= 0 {
		return b, Conflictf("the rework of sprint %d is within its budget: there is nothing to choose", b.Sprint)
	}
	if err := CheckText("reason", reason, 2000); err != nil {
		return b, Invalidf("reason", "this choice needs a reason that can be read later").Because(err)
	}
	b.Choice, b.Reason = choice, reason
	return b, nil
}

// Reopen gives the budget as it was before the choice.
func (b ReworkBudget) Reopen() ReworkBudget {
	b.Choice, b.Reason, b.ChosenByName, b.ChosenAt, b.Moved, b.Deferred = "", "", "", time.Time{}, ReworkMove{}, nil
	return b
}

// Effort is working time that somebody told of the repair of a defect.
type Effort struct {
	DefectID string
	At       time.Time
	Spent    time.Duration // below zero: a correction of what was told before
}

// SprintRework is what mending defects took in one sprint of a team.
type SprintRework struct {
	Sprint  Sprint
	Mended  []Defect      // in the sprint
	Open    []Defect      // to be mended in the sprint that goes on, or known already of the next one
	Spent   time.Duration // told, or guessed where nobody told
	Guessed time.Duration // of it
	Ahead   time.Duration // guessed for what is open, less what was told of it
}

// Total is what the sprint's rework comes to, as far as it is known.
func (s SprintRework) Total() time.Duration { return s.Spent + s.Ahead }

// RepairGuess sizes repairs of which nobody told the effort: the median of those
// told of the same severity, or of all, or a convention.
type RepairGuess struct {
	Told int // repairs that it is learned from
	by   map[Severity]time.Duration
	all  time.Duration
}

// usualRepair is the guess before anybody told anything.
func usualRepair(s Severity) time.Duration {
	switch s {
	case Blocker:
		return 8 * time.Hour
	case Major:
		return 4 * time.Hour
	}
	return 2 * time.Hour
}

// GuessRepairs learns from the defects whose effort was told.
func GuessRepairs(defects []Defect) RepairGuess {
	g := RepairGuess{by: map[Severity]time.Duration{}}
	told := map[Severity][]time.Duration{}
	var all []time.Duration
	for _, d := range defects {
		if d.Effort > 0 {
			told[d.Severity], all = append(told[d.Severity], d.Effort), append(all, d.Effort)
		}
	}
	const enough = 3 // of one severity
	for s, list := range told {
		if len(list) >= enough {
			g.by[s] = median(list)
		}
	}
	g.Told, g.all = len(all), median(all)
	return g
}

// Of gives what a repair takes.
func (g RepairGuess) Of(s Severity) time.Duration {
	return cmp.Or(g.by[s], g.all, usualRepair(s))
}

func median(list []time.Duration) time.Duration {
	if len(list) == 0 {
		return 0
	}
	list = slices.Sorted(slices.Values(list))
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// SprintsAround gives of a team's sprints, in order, those that are over on a
// day (the last so many), the one that goes on, and the next.
func SprintsAround(sprints []Sprint, day Date, past int) []Sprint {
	var over, on []Sprint
	for _, s := range sprints {
		switch {
		case s.End.Before(day):
			over = append(over, s)
		case s.Start.After(day):
			return append(append(over[max(0, len(over)-past):], on...), s)
		default:
			on = append(on, s)
		}
	}
	return append(over[max(0, len(over)-past):], on...)
}

// ReworkOf gathers a team's rework by sprint: what was mended and told in it,
// for the sprint that goes on at now what is still to be mended, and for the
// first one after it what was deferred to the next release. A defect that was
// none, or was accepted, took nothing but what was told of it.
func ReworkOf(sprints []Sprint, defects []Defect, efforts []Effort, g RepairGuess, c Calendar, now time.Time) []SprintRework {
	out := make([]SprintRework, len(sprints))
	today, ahead := DateOf(now.In(c.Zone)), true
	for i, s := range sprints {
		r := SprintRework{Sprint: s}
		next := ahead && s.Start.After(today)
		ahead = ahead && !next
		told := effortIn(s, efforts, c)
		for _, d := range defects {
			r.Spent += told[d.ID]
			switch {
			case d.State == DefectOpen && s.holds(today) && (d.Blocks() || d.Effort > 0), d.State == DefectDeferred && next:
				r.Open = append(r.Open, d)
				r.Ahead += max(0, g.Of(d.Severity)-d.Effort)
			case d.State == DefectFixed && s.holds(DateOf(d.ClosedAt.In(c.Zone))):
				r.Mended = append(r.Mended, d)
				if d.Effort == 0 {
					r.Guessed += g.Of(d.Severity)
				}
			}
		}
		r.Spent = max(0, r.Spent) + r.Guessed
		out[i] = r
	}
	return out
}

// effortIn sums by defect what was told in a sprint.
func effortIn(s Sprint, efforts []Effort, c Calendar) map[string]time.Duration {
	told := map[string]time.Duration{}
	for _, e := range efforts {
		if s.holds(DateOf(e.At.In(c.Zone))) {
			told[e.DefectID] += e.Spent
		}
	}
	return told
}

func (s Sprint) holds(d Date) bool { return !d.Before(s.Start) && !d.After(s.End) }
