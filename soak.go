package headway

import (
	"fmt"
	"time"
)

// Stay is a span in which a candidate was on an environment.
type Stay struct {
	ID, ProgrammeID, EnvironmentID string
	Environment                    string // key
	CandidateID, ReleaseID, TeamID string
	From, To                       time.Time // To is zero while it is there
	By                             string    // what put it there, for people
}

// SoakRule says how long a candidate must have been on an environment.
type SoakRule struct {
	Environment string `json:"environment" yaml:"environment"` // key
	Hours       int    `json:"hours,omitempty" yaml:"hours,omitempty"`
	WorkingDays int    `json:"working_days,omitempty" yaml:"working_days,omitempty"`
}

// Check refuses a rule that asks for nothing.
func (r SoakRule) Check(where string) error {
	if err := CheckKey(where+".environment", r.Environment); err != nil {
		return err
	}
	if r.Hours < 0 || r.WorkingDays < 0 || (r.Hours > 0) == (r.WorkingDays > 0) || r.Hours > 24*90 || r.WorkingDays > 60 {
		return Invalidf(where, "a soak is 1–2160 hours or 1–60 working days").WithHint("write soak: {environment: staging, hours: 48}")
	}
	return nil
}

// done gives the first instant at which a stay that began at from is long enough.
func (r SoakRule) done(from time.Time, cal Calendar) time.Time {
	if r.Hours > 0 {
		return from.Add(time.Duration(r.Hours) * time.Hour)
	}
	return cal.AddWorkingDays(DateOf(from.In(cal.Zone)), r.WorkingDays).In(cal.Zone)
}

// String says the rule in words.
func (r SoakRule) String() string { return r.long() + " on " + r.Environment }

func (r SoakRule) long() string {
	if r.Hours > 0 {
		return fmt.Sprintf("%d hours", r.Hours)
	}
	return fmt.Sprintf("%d working days", r.WorkingDays)
}

// JudgeSoak wants that a candidate was on the environment for long enough, at
// one go, before production changes.
func JudgeSoak(r SoakRule, stays []Stay, cal Calendar, planned Interval, now time.Time) (Outcome, string) {
	until, outcome := now, Waiting
	if !planned.From.IsZero() {
		until, outcome = planned.From, Fail
	}
	reason := fmt.Sprintf("the candidate has not been on %s, where it must stay for %s", r.Environment, r.long())
	for _, s := range stays {
		if s.Environment != r.Environment {
			continue
		}
		done := r.done(s.From, cal)
		switch {
		case s.To.IsZero() && !done.After(until):
			return Pass, fmt.Sprintf("on %s since %s; %s were wanted", r.Environment, localTime(s.From, cal.Zone), r.long())
		case s.To.IsZero():
			reason = fmt.Sprintf("on %s since %s; its %s are over on %s", r.Environment, localTime(s.From, cal.Zone), r.long(), localTime(done, cal.Zone))
		case !done.After(s.To):
			return Pass, fmt.Sprintf("was on %s from %s to %s; %s were wanted", r.Environment, localTime(s.From, cal.Zone), localTime(s.To, cal.Zone), r.long())
		default:
			reason = fmt.Sprintf("was on %s only from %s to %s, where it must stay for %s", r.Environment, localTime(s.From, cal.Zone), localTime(s.To, cal.Zone), r.long())
		}
	}
	return outcome, reason
}
