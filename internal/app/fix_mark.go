package app

import (
	"context"
	"fmt"

	"headway"
	"headway/internal/store"
)

// NoteFix notes a fix by hand.
type NoteFix struct {
	Team   string // key
	Defect int    // number of the defect that it mends; 0: none is recorded
	Title  string // empty: the defect's
	Place  string // version of a release that holds it, or trunk; may be empty
}

// NoteFix notes a fix that no commit tells of, or before one does.
func (a *App) NoteFix(ctx context.Context, by headway.Actor, programme string, in NoteFix) (headway.Fix, error) {
	var f headway.Fix
	err := a.changeIn(ctx, by, programme, headway.TriageDefect, func(c *change, p headway.Programme) error {
		team, err := c.look().developmentTeam(ctx, p, in.Team)
		if err != nil {
			return err
		}
		f = headway.Fix{Defect: in.Defect, Title: in.Title}
		if in.Defect != 0 {
			d, err := c.DefectByNumber(ctx, p.ID, in.Defect)
			if err != nil {
				return unknownAt(err, "defect", fmt.Sprintf("D-%d", in.Defect))
			}
			f.Title = or(f.Title, d.Title)
		}
		if err := headway.CheckText("title", f.Title, 300); err != nil {
			return err
		}
		known, err := c.FixesOf(ctx, p.ID, team.ID)
		if err != nil {
			return err
		}
		for _, k := range known {
			if k.Defect == in.Defect && in.Defect != 0 {
				return headway.Conflictf("%s of %s mends D-%d already", k.Name(), team.Name, in.Defect).At("defect").WithHint("say of that one where it is")
			}
		}
		if f, err = c.addFix(ctx, p, team, f); err != nil {
			return err
		}
		if in.Place != "" {
			place, _, err := c.look().fixPlace(ctx, p, team, in.Place)
			if err != nil {
				return err
			}
			mark := headway.FixMark{FixID: f.ID, Place: place, State: headway.FixIn, Sign: headway.SignHand, At: c.now, By: c.by.UserID, ByName: c.by.Name}
			if err := c.PutFixMark(ctx, p.ID, mark); err != nil {
				return err
			}
		}
		return c.recordNoted(ctx, p, team, f)
	})
	return f, err
}

// recordNoted records one fix, with where it is missing.
func (c *change) recordNoted(ctx context.Context, p headway.Programme, team headway.Team, f headway.Fix) error {
	facts, err := fixFacts(ctx, c.Q, p, team)
	if err != nil {
		return err
	}
	return c.recordFixes(ctx, p, team, []headway.Fix{f}, facts.Matrix())
}

// MarkFix says of a fix in a place what no commit tells.
type MarkFix struct {
	Number int
	Place  string // version of a release, or trunk
	State  headway.FixState
	Reason string
}

// MarkFix says that a place holds a fix, lacks it, or needs none, until a later
// commit or a later word says otherwise.
func (a *App) MarkFix(ctx context.Context, by headway.Actor, programme string, in MarkFix) (headway.FixMark, error) {
	var m headway.FixMark
	err := a.changeIn(ctx, by, programme, headway.TriageDefect, func(c *change, p headway.Programme) error {
		f, err := c.FixByNumber(ctx, p.ID, in.Number)
		if err != nil {
			return unknownAt(err, "fix", fmt.Sprintf("F-%d", in.Number))
		}
		team, err := c.Team(ctx, p.ID, f.TeamID)
		if err != nil {
			return err
		}
		place, name, err := c.look().fixPlace(ctx, p, team, in.Place)
		if err != nil {
			return err
		}
		m = headway.FixMark{FixID: f.ID, Place: place, State: in.State, Sign: headway.SignHand, Reason: in.Reason, At: c.now, By: c.by.UserID, ByName: c.by.Name}
		if err := m.Check(); err != nil {
			return err
		}
		if err := c.PutFixMark(ctx, p.ID, m); err != nil {
			return err
		}
		says := map[headway.FixState]string{headway.FixIn: "is in", headway.FixMissing: "is missing from", headway.FixNotNeeded: "is not needed in"}
		text := fmt.Sprintf("%s of %s %s %s", f.Name(), team.Name, says[in.State], name)
		if in.Reason != "" {
			text += ": " + headway.Shorten(oneLine(in.Reason), 200)
		}
		return c.record(ctx, p.ID, FixMarked, team.ID, text, map[string]any{"fix": f.ID, "number": f.Number, "place": place, "state": in.State, "reason": in.Reason})
	})
	return m, err
}

// markFixedIn is markFixed for a candidate that did not say so when it was shelved.
func (c *change) markFixedIn(ctx context.Context, p headway.Programme, d headway.Defect, in headway.Candidate) error {
	r, err := c.Release(ctx, p.ID, in.ReleaseID)
	if err != nil {
		return err
	}
	team, err := c.Team(ctx, p.ID, r.TeamID)
	if err != nil {
		return err
	}
	return c.markFixed(ctx, p, team, d, r, in.Name)
}

// markFixed notes, of a defect that a candidate fixes, the fix and that the
// candidate's release holds it.
func (c *change) markFixed(ctx context.Context, p headway.Programme, team headway.Team, d headway.Defect, r headway.Release, candidate string) error {
	known, err := c.FixesOf(ctx, p.ID, team.ID)
	if err != nil {
		return err
	}
	var f headway.Fix
	for _, k := range known {
		if k.Defect == d.Number {
			f = k
		}
	}
	fresh := f.ID == ""
	if fresh {
		if f, err = c.addFix(ctx, p, team, headway.Fix{Defect: d.Number, Title: d.Title}); err != nil {
			return err
		}
	}
	mark := headway.FixMark{FixID: f.ID, Place: r.ID, State: headway.FixIn, Sign: headway.SignShelved, Reason: candidate + " fixes it", At: c.now, By: c.by.UserID, ByName: c.by.Name}
	if err := c.PutFixMark(ctx, p.ID, mark); err != nil || !fresh {
		return err
	}
	return c.recordNoted(ctx, p, team, f)
}

// fixMatrixOf lays out the fixes of a release's team.
func fixMatrixOf(ctx context.Context, q store.Q, p headway.Programme, r headway.Release) (*headway.FixMatrix, error) {
	team, err := q.Team(ctx, p.ID, r.TeamID)
	if err != nil {
		return nil, err
	}
	facts, err := fixFacts(ctx, q, p, team)
	m := facts.Matrix()
	return &m, err
}

// fixFacts reads all that is known of a team's fixes.
func fixFacts(ctx context.Context, q store.Q, p headway.Programme, team headway.Team) (f headway.FixFacts, err error) {
	if f.Fixes, err = q.FixesOf(ctx, p.ID, team.ID); err != nil {
		return f, err
	}
	if f.Commits, err = q.FixCommitsOf(ctx, p.ID, team.ID); err != nil {
		return f, err
	}
	if f.Marks, err = q.FixMarksOf(ctx, p.ID, team.ID); err != nil {
		return f, err
	}
	if f.Told, err = q.FixToldOf(ctx, p.ID, team.ID); err != nil {
		return f, err
	}
	if f.Newest, err = q.NewestNames(ctx, p.ID, team.ID); err != nil {
		return f, err
	}
	if f.Found, f.Open, err = q.FoundIn(ctx, p.ID, team.ID); err != nil {
		return f, err
	}
	f.Releases, err = q.Releases(ctx, p.ID, store.ReleaseFilter{TeamID: team.ID})
	return f, err
}
