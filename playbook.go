package headway

import (
	"math"
	"slices"
	"strings"
	"time"
)

// ActivityKind says what sort of operations work an activity is.
type ActivityKind string

// The kinds of operations work.
const (
	KindRegression ActivityKind = "regression"
	KindLoadTest   ActivityKind = "load-test"
	KindData       ActivityKind = "data"    // restore, migration, refresh
	KindInstall    ActivityKind = "install" // on a test environment
	KindReview     ActivityKind = "review"
	KindGoNoGo     ActivityKind = "go-no-go"
	KindDeployment ActivityKind = "deployment"
	KindSupport    ActivityKind = "support" // hypercare and production support
	KindRework     ActivityKind = "rework"
	KindTask       ActivityKind = "task"
)

// ActivityKinds lists the kinds of operations work.
func ActivityKinds() []ActivityKind {
	return []ActivityKind{KindRegression, KindLoadTest, KindData, KindInstall, KindReview, KindGoNoGo, KindDeployment, KindSupport, KindRework, KindTask}
}

func (k ActivityKind) valid() bool { return slices.Contains(ActivityKinds(), k) }

// Playbook is the template of operations work from which a shelved
// candidate's backlog items are generated.
type Playbook struct {
	ID, ProgrammeID string
	Version         int
	Activities      []PlaybookActivity
}

// PlaybookActivity is one piece of work of a playbook.
type PlaybookActivity struct {
	Key         string       `json:"key" yaml:"key"`
	Title       string       `json:"title" yaml:"title"`
	Kind        ActivityKind `json:"kind" yaml:"kind"`
	Skill       Skill        `json:"skill" yaml:"skill"`
	People      int          `json:"people" yaml:"people"` // at once, from start to end
	Estimate    Estimate     `json:"estimate" yaml:"estimate"`
	When        Condition    `json:"when,omitempty" yaml:"when,omitempty"`
	After       []string     `json:"after,omitempty" yaml:"after,omitempty"`               // keys that must be done first
	Environment string       `json:"environment,omitempty" yaml:"environment,omitempty"`   // key of an environment it occupies
	InWindow    bool         `json:"in_window,omitempty" yaml:"in_window,omitempty"`       // only wholly inside a change window
	RerunOnFix  bool         `json:"rerun_on_fix,omitempty" yaml:"rerun_on_fix,omitempty"` // for every fix
	RerunFor    []string     `json:"rerun_for,omitempty" yaml:"rerun_for,omitempty"`       // for a fix that touches one of these parts of the product
}

// Estimate sizes an activity: fixed hours and hours for each unit of a fact.
type Estimate struct {
	Hours   float64            `json:"hours" yaml:"hours"`
	PerFact map[string]float64 `json:"per_fact,omitempty" yaml:"per_fact,omitempty"` // hours for each unit, as data-gb: 0.05
}

// Duration sizes the estimate for declared facts, rounded up to whole slots
// and never below one.
func (e Estimate) Duration(f Facts, slot time.Duration) (time.Duration, error) {
	hours := e.Hours
	for name, each := range e.PerFact {
		n, err := f.Number(name)
		if err != nil {
			return 0, err
		}
		hours += n * each
	}
	if hours > 1000 {
		return 0, Invalidf("facts", "the declared facts make an estimate of %.0f hours", hours).WithHint("check the units of the facts: at most 1,000 hours for one activity")
	}
	slots := math.Max(1, math.Ceil(hours*float64(time.Hour)/float64(slot)-1e-9))
	return time.Duration(slots) * slot, nil
}

// Check refuses playbooks that no candidate could be proved by.
func (p Playbook) Check() error {
	if len(p.Activities) == 0 || len(p.Activities) > 100 {
		return Invalidf("playbook", "a playbook has 1–100 activities, this one has %d", len(p.Activities))
	}
	known := map[string]bool{}
	for _, a := range p.Activities {
		if known[a.Key] {
			return Invalidf("playbook."+a.Key, "two activities have this key")
		}
		known[a.Key] = true
	}
	for _, a := range p.Activities {
		if err := a.check(known); err != nil {
			return err
		}
	}
	_, err := p.Order()
	return err
}

func (a PlaybookActivity) check(known map[string]bool) error {
	where := "playbook." + a.Key
	if err := CheckKey(where, a.Key); err != nil {
		return err
	}
	if err := CheckName(where+".title", a.Title); err != nil {
		return err
	}
	if !a.Kind.valid() {
		return Invalidf(where+".kind", "%q is no kind of operations work", a.Kind)
	}
	if err := CheckKey(where+".skill", string(a.Skill)); err != nil {
		return err
	}
	if a.People < 1 || a.People > 20 {
		return Invalidf(where+".people", "%d people is outside 1–20", a.People)
	}
	if a.Estimate.Hours < 0 || a.Estimate.Hours > 1000 || a.Estimate.Hours != a.Estimate.Hours {
		return Invalidf(where+".estimate", "%v hours is outside 0–1000", a.Estimate.Hours)
	}
	for name, each := range a.Estimate.PerFact {
		if err := CheckKey(where+".estimate.per_fact", name); err != nil {
			return err
		}
		if each < 0 || each != each || each > 1000 {
			return Invalidf(where+".estimate.per_fact", "%v hours for each %s is outside 0–1000", each, name)
		}
	}
	if err := a.When.Check(); err != nil {
		return err
	}
	if err := a.checkRerun(where); err != nil {
		return err
	}
	for _, k := range a.After {
		if !known[k] {
			return Invalidf(where+".after", "there is no activity %q", k).WithHint("name the key of another activity")
		}
	}
	return nil
}

func (a PlaybookActivity) checkRerun(where string) error {
	if a.RerunOnFix && len(a.RerunFor) > 0 {
		return Invalidf(where+".rerun_for", "it is done again for every fix already").WithHint("leave rerun_on_fix out, or rerun_for")
	}
	if len(a.RerunFor) > 50 {
		return Invalidf(where+".rerun_for", "%d parts are more than 50", len(a.RerunFor))
	}
	for _, part := range a.RerunFor {
		if part == "" || len(part) > 100 || !isPlainText(part, false) || strings.Contains(part, ",") {
			return Invalidf(where+".rerun_for", "%q is no part of a product", Shorten(part, 40)).WithHint("name it in 1–100 characters, without commas")
		}
	}
	return nil
}

// Order gives the activities so that each comes after those it waits for; a
// cycle is an error that names it.
func (p Playbook) Order() ([]PlaybookActivity, error) {
	placed := map[string]bool{}
	var order []PlaybookActivity
	for len(order) < len(p.Activities) {
		before := len(order)
		for _, a := range p.Activities {
			if !placed[a.Key] && allIn(placed, a.After) {
				placed[a.Key] = true
				order = append(order, a)
			}
		}
		if len(order) == before {
			for _, a := range p.Activities {
				if !placed[a.Key] {
					return nil, Invalidf("playbook."+a.Key+".after", "%q waits for itself in a circle", a.Title).WithHint("take one of the `after` keys out")
				}
			}
		}
	}
	return order, nil
}

func allIn(set map[string]bool, keys []string) bool {
	for _, k := range keys {
		if !set[k] {
			return false
		}
	}
	return true
}

// Needed gives the activities that a candidate with these facts needs, in
// order, with their sizes; what waits for an activity that is not needed waits
// for that one's own predecessors instead.
func (p Playbook) Needed(f Facts, slot time.Duration) ([]SizedActivity, error) {
	order, err := p.Order()
	if err != nil {
		return nil, err
	}
	standIn := map[string][]string{}
	var needed []SizedActivity
	for _, a := range order {
		var after []string
		for _, k := range a.After {
			if alt, skipped := standIn[k]; skipped {
				after = append(after, alt...)
			} else {
				after = append(after, k)
			}
		}
		holds, err := a.When.Holds(f)
		if err != nil {
			return nil, err
		}
		if !holds {
			standIn[a.Key] = after
			continue
		}
		d, err := a.Estimate.Duration(f, slot)
		if err != nil {
			return nil, err
		}
		a.After = dedupe(after)
		needed = append(needed, SizedActivity{a, d})
	}
	return needed, nil
}

// SizedActivity is an activity that is needed, with its duration in working time.
type SizedActivity struct {
	PlaybookActivity
	Duration time.Duration
}

func dedupe(in []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range in {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
