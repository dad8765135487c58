package headway

import (
	"slices"
	"time"
)

// ExperimentState is where an experiment stands.
type ExperimentState string

// The states of an experiment.
const (
	ExperimentRunning ExperimentState = "running"
	ExperimentKept    ExperimentState = "kept"    // the change stays
	ExperimentDropped ExperimentState = "dropped" // it is taken back
)

// Experiment is a change that a retrospective decided to try against one cause
// of the gap: what is expected of it is said before, and three releases later
// what it did.
type Experiment struct {
	ID, ProgrammeID string
	Number          int // in the programme: E-3
	Cause           GapCause
	Who             string  // skill that was waited for, or worked; empty: all of the cause
	Change          string  // what is done otherwise
	Aim             float64 // working days that it should save on each release
	Owner           string  // who sees to it
	BaseDays        float64 // what the cause took of a release before, mean
	BaseReleases    int
	State           ExperimentState
	Conclusion      string
	StartedAt       time.Time
	StartedByName   string
	ClosedAt        time.Time
}

// ExperimentReleases is after how many releases an experiment is judged.
const ExperimentReleases = 3

// GapCauses lists the causes in the order in which a release meets them.
func GapCauses() []GapCause {
	return []GapCause{GapShelving, GapWorking, GapRework, GapWaitingPeople, GapWaitingPlace, GapWaitingGo, GapWaitingWindow, GapDeploying}
}

// Check refuses an experiment that could not be judged.
func (e Experiment) Check() error {
	if !slices.Contains(GapCauses(), e.Cause) {
		return Invalidf("cause", "%q is no cause of a gap", e.Cause).WithHint("use one of those that the retrospective lists")
	}
	if e.Who != "" {
		if err := CheckKey("who", e.Who); err != nil {
			return err
		}
	}
	if err := CheckText("change", e.Change, 500); err != nil {
		return err
	}
	if err := CheckText("owner", e.Owner, 100); err != nil {
		return err
	}
	if !(e.Aim >= 0.1 && e.Aim <= 60) {
		return Invalidf("aim", "%v working days a release are outside 0.1–60", e.Aim).WithHint("say how much shorter the cause should become for each release")
	}
	return nil
}

// Concluded gives the experiment after its owner's decision.
func (e Experiment) Concluded(keep bool, conclusion string, now time.Time) (Experiment, error) {
	if e.State != ExperimentRunning {
		return e, Conflictf("E-%d is %s already", e.Number, e.State)
	}
	if err := CheckText("conclusion", conclusion, 1000); err != nil {
		return e, Invalidf("conclusion", "the next retrospective will want to read why").Because(err)
	}
	e.State, e.Conclusion, e.ClosedAt = ExperimentDropped, conclusion, now
	if keep {
		e.State = ExperimentKept
	}
	return e, nil
}

// ExperimentEffect is what an experiment did.
type ExperimentEffect string

// The effects.
const (
	EffectWaiting ExperimentEffect = "not known yet" // fewer than three releases
	EffectWorked  ExperimentEffect = "worked"
	EffectPartly  ExperimentEffect = "worked in part"
	EffectNone    ExperimentEffect = "did nothing"
	EffectWorse   ExperimentEffect = "made it worse"
)

// ExperimentResult compares what the cause took of the releases since with before.
type ExperimentResult struct {
	Effect   ExperimentEffect
	Releases int     // since, at most ExperimentReleases
	Days     float64 // that the cause took of each, mean
	Saved    float64 // a release
}

// Result judges by what the cause took of the first releases that were built
// after the start, oldest first.
func (e Experiment) Result(days []float64) ExperimentResult {
	days = days[:min(len(days), ExperimentReleases)]
	r := ExperimentResult{Effect: EffectWaiting, Releases: len(days)}
	if len(days) == 0 {
		return r
	}
	for _, d := range days {
		r.Days += d / float64(len(days))
	}
	r.Saved = e.BaseDays - r.Days
	switch {
	case len(days) < ExperimentReleases:
	case r.Saved >= 0.8*e.Aim:
		r.Effect = EffectWorked
	case r.Saved >= 0.25*e.Aim:
		r.Effect = EffectPartly
	case r.Saved <= -0.25*e.Aim:
		r.Effect = EffectWorse
	default:
		r.Effect = EffectNone
	}
	return r
}
