package headway

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ItemNote is what a person says with a move on the board.
type ItemNote struct {
	Reason  string // of a block
	Result  string // of finishing
	Outcome Outcome
}

// MovedTo gives the item in another column, with when work on it began and
// ended; worked measures the working time within a span. MoveItem says before
// whether the move is allowed.
func (i BacklogItem) MovedTo(to ItemState, note ItemNote, now time.Time, worked func(Interval) time.Duration) (BacklogItem, error) {
	if to == ItemBlocked {
		if err := CheckText("reason", note.Reason, 2000); err != nil {
			return i, Invalidf("reason", "%q cannot be blocked without a reason", i.Title).WithHint("say what it waits for").Because(err)
		}
	}
	if note.Result != "" {
		if err := CheckText("result", note.Result, 64<<10); err != nil {
			return i, err
		}
	}
	i.BlockedReason = ""
	switch to {
	case ItemTodo:
		i.StartedAt = time.Time{}
	case ItemDoing, ItemBlocked:
		if to == ItemBlocked {
			i.BlockedReason = note.Reason
		}
		if i.State == ItemDone {
			i.Outcome, i.DoneAt, i.Spent = "", time.Time{}, 0
		}
		if to == ItemDoing && i.StartedAt.IsZero() {
			i.StartedAt = now
		}
	case ItemDone:
		if i.State == ItemDone {
			break
		}
		switch note.Outcome {
		case "":
			note.Outcome = Pass
		case Pass, Fail:
		default:
			return i, Invalidf("outcome", "%q is no outcome of finished work", note.Outcome).WithHint("use pass or fail")
		}
		if note.Outcome == Fail && strings.TrimSpace(note.Result) == "" {
			return i, Invalidf("result", "%q cannot fail without a result", i.Title).WithHint("say what came out")
		}
		if i.StartedAt.IsZero() {
			i.StartedAt = now
		}
		i.DoneAt, i.Spent, i.Result, i.Outcome = now, worked(Interval{i.StartedAt, now}), note.Result, note.Outcome
	}
	i.State = to
	return i, nil
}

// Describe says in words where the item stands and who has it.
func (i BacklogItem) Describe(people []Person) string {
	text := "it is " + string(i.State)
	if i.BlockedReason != "" {
		text += " (" + Shorten(i.BlockedReason, 80) + ")"
	}
	var names []string
	for _, p := range people {
		if slices.Contains(i.Assignees, p.ID) {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return text + ", nobody has it"
	}
	return fmt.Sprintf("%s, %s has it", text, strings.Join(names, " and "))
}
