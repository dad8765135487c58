package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// Since is what has changed since somebody last looked at the go/no-go of a release.
type Since struct {
	At      time.Time // of that look; zero: there was none
	Changes []string
	Differs []Difference // when it was about something else then
}

// keepLook is how long looks count as one, so that what has changed can be
// read in peace and the page be loaded again.
const keepLook = 5 * time.Minute

// LookAtDecision gives a go/no-go with what has changed since the actor last
// looked at that release's, and notes the look.
func (a *App) LookAtDecision(ctx context.Context, by headway.Actor, programme, id string) (DecisionView, error) {
	var v DecisionView
	var last headway.DecisionLook
	now := a.Now()
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		d, err := q.Decision(ctx, p.ID, id)
		if err != nil {
			return err
		}
		if v, err = viewDecision(ctx, q, by, p, d, now); err != nil || by.UserID == "" {
			return err
		}
		last, err = q.DecisionLook(ctx, by.UserID, d.ReleaseID)
		if headway.KindOf(err) == headway.NotFound {
			err = nil
		}
		if err != nil {
			return err
		}
		then := last.Last
		if now.Sub(then.At) <= keepLook {
			then = last.Before
		}
		return v.since(ctx, q, p, then)
	})
	if err != nil || by.UserID == "" || v.Successor != "" || now.Sub(last.Last.At) <= keepLook {
		return v, err
	}
	look := headway.DecisionLook{UserID: by.UserID, ReleaseID: v.Release.ID, Last: v.seen(now), Before: last.Last}
	// It only remembers for the person: that it fails, because the disk is full
	// or the account is gone, must not keep anybody from seeing.
	if err := a.store.Write(ctx, func(tx *store.Tx) error { return tx.PutDecisionLook(ctx, look) }); err != nil {
		a.log.WarnContext(ctx, "a look at a go/no-go could not be kept", "decision", id, "err", err)
	}
	return v, nil
}

// seen tells what of the go/no-go there is to see now.
func (v *DecisionView) seen(now time.Time) headway.Seen {
	s := headway.Seen{Decision: v.Decision.ID, At: now, State: v.Decision.State, Verdicts: map[string]headway.Outcome{}}
	for _, c := range v.Verdicts {
		s.Verdicts[c.Criterion] = c.Outcome
		if c.Waived {
			s.Waived = append(s.Waived, c.Criterion)
		}
	}
	for _, a := range v.Approvals {
		s.Approvals = append(s.Approvals, a.ID)
	}
	return s
}

// since says what has changed since a look.
func (v *DecisionView) since(ctx context.Context, q store.Q, p headway.Programme, then headway.Seen) error {
	if v.Since.At = then.At; then.At.IsZero() {
		return nil
	}
	if then.Decision == v.Decision.ID {
		v.Since.Changes = v.changesSince(then)
		return nil
	}
	before, err := q.Decision(ctx, p.ID, then.Decision)
	if err != nil {
		if headway.KindOf(err) == headway.NotFound {
			err = nil
		}
		return err
	}
	if before.OpenedAt.After(v.Decision.OpenedAt) {
		return nil // they look back
	}
	was, err := snapshotOf(before)
	v.Since.Differs = differences(was, v.Snapshot)
	return err
}

// changesSince says what has changed since a look at the same go/no-go.
func (v *DecisionView) changesSince(then headway.Seen) (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if then.State != v.Decision.State {
		say("It was %s and is %s now", then.State, v.Decision.State)
	}
	for _, a := range v.Approvals {
		if !slices.Contains(then.Approvals, a.ID) {
			say("%s said %s as %s", a.Name, a.Verdict, a.Role.Name())
		}
	}
	for _, c := range v.Verdicts {
		was, judged := then.Verdicts[c.Criterion]
		switch {
		case c.Waived && !slices.Contains(then.Waived, c.Criterion):
			say("%s was waived by %s", c.Title, c.WaivedBy)
		case judged && was != c.Outcome:
			say("%s was %s and is %s now: %s", c.Title, was, c.Outcome, c.Reason)
		}
	}
	return out
}
