package headway

import "time"

// ItemState is a column of the operations board.
type ItemState string

// The columns of the board.
const (
	ItemTodo    ItemState = "todo"
	ItemDoing   ItemState = "doing"
	ItemBlocked ItemState = "blocked"
	ItemDone    ItemState = "done"
	ItemDropped ItemState = "dropped" // no longer needed, shown nowhere but in history
)

// Name writes a column for people, within a sentence.
func (s ItemState) Name() string {
	if s == ItemTodo {
		return "to do"
	}
	return string(s)
}

func (s ItemState) valid() bool {
	switch s {
	case ItemTodo, ItemDoing, ItemBlocked, ItemDone, ItemDropped:
		return true
	}
	return false
}

// ItemStates lists the columns of the board in order.
func ItemStates() []ItemState { return []ItemState{ItemTodo, ItemDoing, ItemBlocked, ItemDone} }

// BacklogItem is a piece of operations work for a release, generated from the
// playbook or added by hand. Before a candidate is shelved the release's items
// are foreseen: CandidateID is empty and they stand on no board.
type BacklogItem struct {
	ID, ProgrammeID        string
	ReleaseID, CandidateID string
	Activity               string // key in the playbook; empty when added by hand
	Title                  string
	Kind                   ActivityKind
	Skill                  Skill
	People                 int
	Estimate               time.Duration // working time
	After                  []string      // ids of items of the same release that must be done first
	Environment            string        // id of the environment it occupies, may be empty
	InWindow               bool
	State                  ItemState
	Rank                   int64    // order in the backlog, small first
	Assignees              []string // person ids
	PinnedStart            time.Time
	BlockedReason          string
	Result                 string // what a person recorded on finishing a manual step
	Outcome                Outcome
	StartedAt, DoneAt      time.Time
	Spent                  time.Duration // working time between start and done
	Version                int64         // grows with each change: refuse stale edits
	CreatedAt              time.Time
}

// MoveItem gives an error unless a board move is allowed: out of done only
// back to doing, and never beyond the WIP limit of the column.
func MoveItem(item BacklogItem, to ItemState, inColumn, limit int) error {
	if !to.valid() || to == ItemDropped {
		return Invalidf("state", "%q is no column of the board", to).WithHint("use todo, doing, blocked or done")
	}
	if item.State == ItemDropped {
		return Conflictf("%q is no longer needed: its candidate was superseded", item.Title)
	}
	if item.State == ItemDone && to != ItemDone && to != ItemDoing {
		return Conflictf("%q is done and can only be taken back to doing", item.Title)
	}
	if item.State != to && limit > 0 && inColumn >= limit {
		return Conflictf("%q already holds %d of at most %d items", to, inColumn, limit).
			WithHint("finish or unblock something first, or raise the WIP limit in the programme's settings")
	}
	return nil
}

// ToDoAgain gives an item whose work was undone.
func (i BacklogItem) ToDoAgain() BacklogItem {
	i.State, i.Result, i.Outcome, i.BlockedReason, i.Spent = ItemTodo, "", "", "", 0
	i.StartedAt, i.DoneAt, i.PinnedStart = time.Time{}, time.Time{}, time.Time{}
	return i
}

// Outcome is what a judgement came to.
type Outcome string

// The outcomes of a judgement.
const (
	Pass    Outcome = "pass"
	Fail    Outcome = "fail"
	Waiting Outcome = "waiting" // not yet decidable
)

// Worst gives fail before waiting before pass.
func Worst(outcomes ...Outcome) Outcome {
	worst := Pass
	for _, o := range outcomes {
		if o == Fail {
			return Fail
		}
		if o != Pass {
			worst = Waiting
		}
	}
	return worst
}

// Check refuses an item that nobody could plan or work on.
func (i BacklogItem) Check() error {
	if err := CheckText("title", i.Title, 200); err != nil {
		return err
	}
	if !i.Kind.valid() {
		return Invalidf("kind", "%q is no kind of operations work", i.Kind)
	}
	if err := CheckKey("skill", string(i.Skill)); err != nil {
		return err
	}
	if i.People < 1 || i.People > 20 {
		return Invalidf("people", "%d people is outside 1–20", i.People)
	}
	if i.Estimate <= 0 || i.Estimate > 1000*time.Hour {
		return Invalidf("hours", "%s is outside 0–1000 hours", i.Estimate)
	}
	return nil
}
