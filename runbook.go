package headway

import (
	"slices"
	"time"
)

// Phase groups the steps of a runbook.
type Phase string

// The phases of a runbook.
const (
	PhaseDeploy   Phase = "deploy"
	PhaseSmoke    Phase = "smoke"
	PhaseRollback Phase = "rollback"
)

// Runbook is the versioned list of steps that brings a candidate to production and back.
type Runbook struct {
	ID, ProgrammeID string
	Version         int
	Steps           []RunbookStep
	Hypercare       []HypercareTask
	HypercareDays   int               // working days for which a release is watched after it went live
	Variables       []RunbookVariable // filled when a go/no-go opens or a rehearsal starts
	Change
}

// HypercareTask is work that follows a deployment.
type HypercareTask struct {
	Title string  `json:"title" yaml:"title"`
	Skill Skill   `json:"skill" yaml:"skill"`
	Hours float64 `json:"hours" yaml:"hours"`
}

// Check refuses runbooks that cannot be run to production and back.
func (r Runbook) Check() error {
	if len(r.Steps) == 0 || len(r.Steps) > 200 {
		return Invalidf("runbook.steps", "a runbook has 1–200 steps, this one has %d", len(r.Steps))
	}
	seen, phases, before := map[string]bool{}, map[Phase]int{}, map[Phase]RunbookStep{}
	for _, s := range r.Steps {
		where := "runbook.steps." + s.Key
		if err := CheckKey(where, s.Key); err != nil {
			return err
		}
		if seen[s.Key] {
			return Invalidf(where, "two steps have this key")
		}
		seen[s.Key] = true
		if err := s.check(where); err != nil {
			return err
		}
		if s.Parallel && phases[s.Phase] == 0 {
			return Invalidf(where+".parallel", "the first step of a phase has none before it to run together with")
		}
		if s.Parallel && (s.NoReturn || before[s.Phase].NoReturn) {
			return Invalidf(where+".parallel", "a point of no return runs alone").WithHint("leave out parallel here and on the step after")
		}
		phases[s.Phase]++
		before[s.Phase] = s
	}
	if phases[PhaseDeploy] == 0 || phases[PhaseRollback] == 0 {
		return Invalidf("runbook.steps", "a runbook needs steps to deploy and steps to roll back")
	}
	if err := r.checkVariables(); err != nil {
		return err
	}
	return r.checkHypercare()
}

func (r Runbook) checkHypercare() error {
	if r.HypercareDays < 0 || r.HypercareDays > 60 {
		return Invalidf("runbook.hypercare_days", "%d working days are outside 0–60", r.HypercareDays)
	}
	for _, h := range r.Hypercare {
		if err := CheckName("runbook.hypercare.title", h.Title); err != nil {
			return err
		}
		if err := CheckKey("runbook.hypercare.skill", string(h.Skill)); err != nil {
			return err
		}
		if !(h.Hours > 0 && h.Hours <= 1000) {
			return Invalidf("runbook.hypercare.hours", "%v hours is outside 0–1000", h.Hours)
		}
	}
	return nil
}

// Calls tells whether a step calls a connection.
func (r Runbook) Calls(connection string) bool {
	return slices.ContainsFunc(r.Steps, func(s RunbookStep) bool { return s.Connection == connection })
}

// Phase gives the steps of a phase as they run: those of one group together,
// the groups one after the other.
func (r Runbook) Phase(p Phase) (groups [][]RunbookStep) {
	for _, s := range r.Steps {
		switch {
		case s.Phase != p:
		case s.Parallel && len(groups) > 0:
			groups[len(groups)-1] = append(groups[len(groups)-1], s)
		default:
			groups = append(groups, []RunbookStep{s})
		}
	}
	return groups
}

// Duration gives the time that the steps of a phase are expected to take by
// their declared minutes; of steps that run together the longest counts.
func (r Runbook) Duration(p Phase) time.Duration {
	var d time.Duration
	for _, group := range r.Phase(p) {
		longest := 0
		for _, s := range group {
			longest = max(longest, s.Minutes)
		}
		d += time.Duration(longest) * time.Minute
	}
	return d
}
