package headway

import (
	"fmt"
	"strings"
	"time"
)

// TeamItemKind says what an item of a team's backlog is.
type TeamItemKind string

// The kinds of item.
const (
	Story TeamItemKind = "story"
	Bug   TeamItemKind = "bug"
	Task  TeamItemKind = "task"
)

// TeamItemKinds lists every kind of item.
func TeamItemKinds() []TeamItemKind { return []TeamItemKind{Story, Bug, Task} }

// TeamItem is something that a development team means to build: in a sprint, or
// in none yet. Operations work is a BacklogItem.
type TeamItem struct {
	ID, ProgrammeID, TeamID string
	Number                  int // in the programme: B-12
	Kind                    TeamItemKind
	Title                   string
	Estimate                time.Duration // working time; 0: not estimated
	SprintID                string        // empty: in no sprint yet
	State                   ItemState     // todo, doing, done, or dropped: no longer wanted
	CreatedAt, DoneAt       time.Time
	Version                 int64 // grows with each change: refuse stale edits
}

// Name writes the item's number as people say it.
func (i TeamItem) Name() string { return fmt.Sprintf("B-%d", i.Number) }

// Open tells whether there is something left to do.
func (i TeamItem) Open() bool { return i.State == ItemTodo || i.State == ItemDoing }

// Check refuses an item that nobody could plan.
func (i TeamItem) Check() error {
	if err := CheckText("title", i.Title, 200); err != nil {
		return err
	}
	switch i.Kind {
	case Story, Bug, Task:
	default:
		return Invalidf("kind", "%q is no kind of item", i.Kind).WithHint("use story, bug or task")
	}
	if i.Estimate < 0 || i.Estimate > 1000*time.Hour {
		return Invalidf("hours", "%s is outside 0–1000 hours", i.Estimate)
	}
	return nil
}

// TeamItemChange says what becomes of an item; nil fields stay.
type TeamItemChange struct {
	Title    *string
	Kind     *TeamItemKind
	Estimate *time.Duration
	State    *ItemState
	Sprint   *Sprint // a zero one takes the item out of its sprint
}

var teamItemWords = map[ItemState]string{ItemTodo: "is to do", ItemDoing: "is begun", ItemDone: "is done", ItemDropped: "is no longer wanted"}

// Change gives the item after a change, and in words what changed; no words
// mean that nothing did. Today is the team's.
func (i TeamItem) Change(in TeamItemChange, today Date, now time.Time) (TeamItem, string, error) {
	var words []string
	say := func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) }
	settled := i
	if in.State != nil && *in.State != i.State {
		switch *in.State {
		case ItemTodo, ItemDoing, ItemDone, ItemDropped:
		default:
			return i, "", Invalidf("state", "%q is no state of a team's item", *in.State).WithHint("use todo, doing, done or dropped")
		}
		i.State, i.DoneAt = *in.State, time.Time{}
		if i.State == ItemDone {
			i.DoneAt = now
		}
		say("%s", teamItemWords[i.State])
	}
	edits := in.Title != nil || in.Kind != nil || in.Estimate != nil || in.Sprint != nil && in.Sprint.ID != i.SprintID
	if edits && !settled.Open() && !i.Open() {
		return settled, "", Conflictf("%s is %s and is not changed any more", i.Name(), settled.State).WithHint("set it back to todo or doing first")
	}
	if in.Title != nil && *in.Title != i.Title {
		i.Title = *in.Title
		say("is now called %q", Shorten(i.Title, 80))
	}
	if in.Kind != nil && *in.Kind != i.Kind {
		i.Kind = *in.Kind
		say("is now a %s", i.Kind)
	}
	if in.Estimate != nil && *in.Estimate != i.Estimate {
		i.Estimate = *in.Estimate
		say("is now estimated at %s", strings.TrimSuffix(fmt.Sprintf("%.2f", i.Estimate.Hours()), ".00")+" h")
	}
	if in.Sprint != nil && in.Sprint.ID != i.SprintID {
		if err := i.enter(*in.Sprint, today); err != nil {
			return settled, "", err
		}
		if i.SprintID = in.Sprint.ID; i.SprintID == "" {
			say("is in no sprint any more")
		} else {
			say("is in sprint %d", in.Sprint.Number)
		}
	}
	if i.SprintID == "" && (i.State == ItemDoing || i.State == ItemDone) {
		return settled, "", Conflictf("%s is in no sprint", i.Name()).At("sprint").WithHint("take it into the sprint that it is worked on in")
	}
	return i, strings.Join(words, ", "), i.Check()
}

// enter refuses a sprint of another team, and one that is over.
func (i TeamItem) enter(s Sprint, today Date) error {
	if s.ID == "" {
		return nil
	}
	if s.TeamID != i.TeamID {
		return Invalidf("sprint", "sprint %d is another team's", s.Number)
	}
	if s.End.Before(today) {
		return Conflictf("sprint %d ended on %s", s.Number, s.End).At("sprint").WithHint("take the one that goes on, or a later one")
	}
	return nil
}

// TeamWork sums items: how far they are.
type TeamWork struct {
	Items, Done        int
	Hours, DoneHours   time.Duration // estimated
	Unestimated, Doing int
}

// SumTeamItems sums what is wanted: dropped items do not count.
func SumTeamItems(items []TeamItem) TeamWork {
	var w TeamWork
	for _, i := range items {
		if i.State == ItemDropped {
			continue
		}
		w.Items++
		w.Hours += i.Estimate
		if i.Estimate == 0 && i.State != ItemDone {
			w.Unestimated++
		}
		switch i.State {
		case ItemDone:
			w.Done++
			w.DoneHours += i.Estimate
		case ItemDoing:
			w.Doing++
		}
	}
	return w
}
