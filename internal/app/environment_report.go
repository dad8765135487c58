package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"headway"
)

// ReportEnvironment says what is on an environment, as whoever installed or
// refreshed it knows.
type ReportEnvironment struct {
	Environment              string // key
	Team, Version, Candidate string // that is on it now, as of AddEvidence; all empty: as before
	DataAsOf                 time.Time
	DataGB                   float64 // 0: as before
}

// ReportEnvironment stores what is on an environment. What is on production
// only deployments say; its data may be reported. While somebody else has the
// environment booked, another candidate is recorded all the same, and said.
func (a *App) ReportEnvironment(ctx context.Context, by headway.Actor, programme string, in ReportEnvironment) (EnvironmentView, error) {
	err := a.changeIn(ctx, by, programme, headway.AddEvidence, func(c *change, p headway.Programme) error {
		env, err := c.EnvironmentByKey(ctx, p.ID, in.Environment)
		if err != nil {
			return unknownAt(err, "environment", in.Environment)
		}
		var said []string
		subject := env.ID
		if in.Team != "" || in.Candidate != "" || in.Version != "" {
			told, release, err := c.reportCandidate(ctx, p, &env, in)
			if err != nil {
				return err
			}
			said, subject = append(said, told), release
		}
		if !in.DataAsOf.IsZero() || in.DataGB != 0 {
			told, err := c.reportData(ctx, &env, in)
			if err != nil {
				return err
			}
			said = append(said, told)
		}
		if len(said) == 0 {
			return headway.Invalidf("environment", "nothing was said about %s", env.Name).WithHint("name a candidate, or the age or size of its data")
		}
		return c.record(ctx, p.ID, EnvironmentTold, subject, env.Name+": "+strings.Join(said, "; "), map[string]any{
			"environment": env.Key, "candidate": env.CandidateID, "data_as_of": env.DataAsOf, "data_gb": env.DataGB,
		})
	})
	if err != nil {
		return EnvironmentView{}, err
	}
	return a.environmentView(ctx, by, programme, in.Environment)
}

// reportCandidate puts a candidate on an environment; it says so, and which
// release it is of.
func (c *change) reportCandidate(ctx context.Context, p headway.Programme, env *headway.Environment, in ReportEnvironment) (string, string, error) {
	if env.Kind == headway.EnvProduction {
		return "", "", headway.Conflictf("what is on %s only its deployments say", env.Name).WithHint("leave the candidate out, and report the data only")
	}
	to, err := c.look().target(ctx, p, AddEvidence{Team: in.Team, Version: in.Version, Candidate: in.Candidate})
	if err != nil {
		return "", "", err
	}
	said := to.Candidate.Name + " is there"
	there, err := c.StaysNow(ctx, p.ID, env.ID)
	if err != nil {
		return "", "", err
	}
	if slices.ContainsFunc(there, func(s headway.Stay) bool { return s.CandidateID == to.Candidate.ID }) {
		return said + " still", to.Release.ID, nil
	}
	bookings, err := c.bookedByOthers(ctx, p, *env, to.Release.ID)
	if err != nil {
		return "", "", err
	}
	for _, b := range bookings {
		said += fmt.Sprintf(", though it is booked by %s until %s: %s", or(b.ByName, "the plan"), b.Span.To.Format("2006-01-02 15:04Z"), b.Purpose)
	}
	if err := c.putOn(ctx, *env, to.Candidate.ID, "reported by "+c.by.Name); err != nil {
		return "", "", err
	}
	env.CandidateID, env.Since = to.Candidate.ID, c.now
	return said, to.Release.ID, nil
}

func (c *change) reportData(ctx context.Context, env *headway.Environment, in ReportEnvironment) (string, error) {
	if in.DataAsOf.After(c.now) {
		return "", headway.Invalidf("data_as_of", "the data cannot be of %s, which is to come", in.DataAsOf.UTC().Format(time.RFC3339))
	}
	if !(in.DataGB >= 0 && in.DataGB <= 1e9) {
		return "", headway.Invalidf("data_gb", "%v GB is outside 0–1,000,000,000", in.DataGB)
	}
	var said []string
	if !in.DataAsOf.IsZero() {
		if err := headway.CheckTime(in.DataAsOf); err != nil {
			return "", err
		}
		env.DataAsOf = in.DataAsOf.UTC().Truncate(time.Millisecond)
		said = append(said, "data of "+env.DataAsOf.Format("2006-01-02 15:04Z"))
	}
	if in.DataGB > 0 {
		env.DataGB = in.DataGB
		said = append(said, fmt.Sprintf("%g GB", in.DataGB))
	}
	return strings.Join(said, ", "), c.PutEnvironment(ctx, *env)
}
