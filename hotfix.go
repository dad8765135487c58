package headway

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// HotfixYields says what gives way to a hot fix while it is on its way.
type HotfixYields string

// What may yield to a hot fix.
const (
	YieldNothing     HotfixYields = "nothing"     // it queues by its team's priority
	YieldEnvironment HotfixYields = "environment" // bookings of the environment that it takes, and work that competes with it for people
	YieldEverything  HotfixYields = "everything"  // that, and every date of other releases
)

// HotfixRule is what a programme does about a hot fix while a candidate is
// under test. The zero rule lets the hot fix go first and asks nothing of
// candidates under test.
type HotfixRule struct {
	Yields      HotfixYields `json:"yields,omitempty" yaml:"yields,omitempty"`           // empty: environment
	Environment string       `json:"environment,omitempty" yaml:"environment,omitempty"` // key of the one on which it is proved; empty: those of the playbook
	Rerun       []string     `json:"rerun,omitempty" yaml:"rerun,omitempty"`             // playbook activities that candidates under test do again once it is live
	Rebase      bool         `json:"rebase,omitempty" yaml:"rebase,omitempty"`           // candidates under test are rebased onto it
}

// Check refuses a rule that cannot be followed.
func (r HotfixRule) Check() error {
	if !slices.Contains([]HotfixYields{"", YieldNothing, YieldEnvironment, YieldEverything}, r.Yields) {
		return Invalidf("hotfix.yields", "%q is nothing that yields", r.Yields).WithHint("use nothing, environment or everything")
	}
	if r.Environment != "" {
		if err := CheckKey("hotfix.environment", r.Environment); err != nil {
			return err
		}
	}
	for _, key := range r.Rerun {
		if err := CheckKey("hotfix.rerun", key); err != nil {
			return err
		}
	}
	return nil
}

// Weight is by how much a hot fix weighs more than an ordinary release when dates clash.
func (r HotfixRule) Weight() int {
	switch r.Yields {
	case YieldNothing:
		return 1
	case YieldEverything:
		return 30
	}
	return 3
}

// Concerns tells whether a release of the same product is under test while a
// hot fix is on its way: once that is live, it stands on something else.
func (r HotfixRule) Concerns(fix, other Release) bool {
	underTest := slices.Contains([]ReleaseState{ReleaseShelved, ReleaseProving, ReleaseApproved, ReleaseDeploying, ReleaseRolledBack}, other.State)
	return (r.Rebase || len(r.Rerun) > 0) && underTest && other.ID != fix.ID && other.TeamID == fix.TeamID && other.Component == fix.Component &&
		compareVersions(other.Version, fix.Version) > 0
}

// HotfixDuty is what a release under test owes to a hot fix that went live.
type HotfixDuty struct {
	ID, ProgrammeID, ReleaseID string
	HotfixID, Version          string // of the hot fix
	CandidateID                string // newest of the release when the hot fix went live
	Rebase                     bool
	Rerun                      []string // activities of the playbook
	At                         time.Time
}

// Criterion is the rule of the gate by which the release is held to its duty.
func (d HotfixDuty) Criterion() Criterion {
	return Criterion{
		Key: "hot-fix:" + d.Version, Title: "Hot fix " + d.Version + " taken over", Kind: CriterionHotfix, WaivedBy: []Role{ProductOwner, ReleaseManager},
	}
}

// WithDuties gives a gate with what a release owes to hot fixes beside it.
func (g Gate) WithDuties(duties []HotfixDuty) Gate {
	g.Criteria = slices.Clone(g.Criteria)
	for _, d := range duties {
		g.Criteria = append(g.Criteria, d.Criterion())
	}
	return g
}

// Words say what is owed.
func (d HotfixDuty) Words() string {
	var parts []string
	if d.Rebase {
		parts = append(parts, "rebase onto "+d.Version)
	}
	if len(d.Rerun) > 0 {
		parts = append(parts, "do again: "+strings.Join(d.Rerun, ", "))
	}
	return strings.Join(parts, "; ")
}

// Reopen gives the items by which work that was done for a release is done
// again after the hot fix; open items wait for these instead.
func (d HotfixDuty) Reopen(items []BacklogItem, newID func() string) []ItemChange {
	again := map[string]string{}
	var out []ItemChange
	for _, old := range CountingItems(items) {
		if old.State != ItemDone || !slices.Contains(d.Rerun, old.Activity) {
			continue
		}
		i := old
		i.ID, i.State, i.CreatedAt, i.Version = newID(), ItemTodo, d.At, 1
		i.StartedAt, i.DoneAt, i.Spent, i.Result, i.Outcome, i.PinnedStart = time.Time{}, time.Time{}, 0, "", "", time.Time{}
		again[old.ID] = i.ID
		out = append(out, ItemChange{i, ItemAdded, "the hot fix " + d.Version + " went live"})
	}
	for k := range out {
		out[k].Item.After = replaced(out[k].Item.After, again)
	}
	for _, i := range items {
		if after := replaced(i.After, again); i.State != ItemDone && i.State != ItemDropped && !slices.Equal(after, i.After) {
			i.After = after
			out = append(out, ItemChange{i, ItemRebound, ""})
		}
	}
	return out
}

// Forgive gives the items as they are once the hot fix is taken back and the
// release still has the candidate of before: work that was opened again and
// nobody has begun is dropped, and what waits for it waits for what was done.
func (d HotfixDuty) Forgive(items []BacklogItem) []ItemChange {
	before := map[string]string{}
	var out []ItemChange
	for _, i := range items {
		if i.State != ItemTodo || !i.CreatedAt.Equal(d.At) || !slices.Contains(d.Rerun, i.Activity) {
			continue
		}
		at := slices.IndexFunc(items, func(o BacklogItem) bool { return o.Activity == i.Activity && o.State == ItemDone })
		if at < 0 {
			continue
		}
		before[i.ID] = items[at].ID
		i.State = ItemDropped
		out = append(out, ItemChange{i, ItemTakenBack, "the hot fix " + d.Version + " was taken back"})
	}
	for _, i := range items {
		if after := replaced(i.After, before); before[i.ID] == "" && i.State != ItemDone && i.State != ItemDropped && !slices.Equal(after, i.After) {
			i.After = after
			out = append(out, ItemChange{i, ItemRebound, ""})
		}
	}
	return out
}

// duty finds what a criterion holds the release to.
func (f GateFacts) duty(c Criterion) (HotfixDuty, bool) {
	i := slices.IndexFunc(f.Duties, func(d HotfixDuty) bool { return d.Criterion().Key == c.Key })
	if i < 0 {
		return HotfixDuty{}, false
	}
	return f.Duties[i], true
}

// JudgeDuty wants a candidate that stands on the hot fix, and what is to be
// done again done after it went live.
func JudgeDuty(d HotfixDuty, f GateFacts) (Outcome, string) {
	outcome, reason := Pass, "nothing is owed to it"
	if d.Rebase {
		outcome, reason = judgeRebase(d, f)
	}
	var open []string
	for _, i := range f.Items {
		if slices.Contains(d.Rerun, i.Activity) && (i.State != ItemDone || i.DoneAt.Before(d.At)) {
			open = append(open, i.Title)
		}
	}
	switch {
	case len(open) > 0 && outcome == Pass:
		return Waiting, "to be done again after it went live: " + enough(open, 5)
	case len(open) > 0:
		return outcome, reason + "; then to be done again: " + enough(open, 5)
	case len(d.Rerun) > 0 && outcome == Pass && !d.Rebase:
		return Pass, "what it asks for was done again after it went live"
	}
	return outcome, reason
}

func judgeRebase(d HotfixDuty, f GateFacts) (Outcome, string) {
	if f.Candidate.ID == d.CandidateID {
		return Fail, fmt.Sprintf("%s was shelved before %s went live: rebase onto %s and shelve the next candidate", f.Candidate.Name, d.Version, d.Version)
	}
	var missing, untold []string
	if f.Fixes != nil {
		at := slices.IndexFunc(f.Fixes.Places, func(p FixPlace) bool { return p.ID == d.ReleaseID })
		for _, row := range f.Fixes.Rows {
			if at < 0 || !slices.Contains(row.Past, d.Version) || row.Cells[at].State != FixMissing {
				continue
			}
			if row.Cells[at].Asked {
				missing = append(missing, row.Name())
			} else {
				untold = append(untold, row.Name())
			}
		}
	}
	switch {
	case len(missing) > 0:
		return Fail, fmt.Sprintf("%s was shelved after it, but lacks %s", f.Candidate.Name, enough(missing, 5))
	case len(untold) > 0:
		return Waiting, fmt.Sprintf("%s was shelved after it, and nobody has told whether it holds %s: `headway fix report` tells what a branch holds", f.Candidate.Name, enough(untold, 5))
	}
	return Pass, f.Candidate.Name + " was shelved after it went live"
}
