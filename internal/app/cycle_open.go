package app

import (
	"context"
	"fmt"
	"io"

	"headway"
	"headway/internal/ingest"
)

// OpenCycle opens a test cycle on a candidate.
type OpenCycle struct {
	Team, Version, Candidate string // as of AddEvidence
	Title                    string
	FileName                 string
	Content                  io.Reader // manual cases as CSV
}

// CycleStory is a test cycle with its cases.
type CycleStory struct {
	Cast
	Release   headway.Release
	Candidate headway.Candidate
	Cycle     headway.TestCycle
	Cases     []headway.CycleCase
	Notes     []string // of the reader
}

// OpenCycle opens a test cycle from manual cases: all of them are to be worked.
func (a *App) OpenCycle(ctx context.Context, by headway.Actor, programme string, in OpenCycle) (CycleStory, error) {
	var out CycleStory
	if err := headway.CheckName("title", in.Title); err != nil {
		return out, err
	}
	if err := headway.CheckFileName("file", in.FileName); err != nil {
		return out, err
	}
	if err := a.lookWith(ctx, by, programme, headway.WorkBacklog, func(look, headway.Programme) error { return nil }); err != nil {
		return out, err
	}
	cases, notes, err := ingest.ManualCases(in.Content, in.FileName)
	if err != nil {
		return out, err
	}
	for i, m := range cases {
		k := headway.CycleCase{
			Number: i + 1, Key: headway.PlainText(m.Key), Title: headway.PlainText(m.Title), Component: headway.PlainText(m.Component),
			Precondition: headway.PlainText(m.Precondition), Priority: headway.PlainText(m.Priority), Version: 1,
		}
		for _, s := range m.Steps {
			k.Steps = append(k.Steps, headway.CycleStep{Action: headway.PlainText(s.Action), Expected: headway.PlainText(s.Expected)})
		}
		out.Cases = append(out.Cases, k)
	}
	out.Notes = notes
	return out, a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		to, err := c.look().target(ctx, p, AddEvidence{Team: in.Team, Version: in.Version, Candidate: in.Candidate})
		if err != nil {
			return err
		}
		if to.Candidate.State != headway.CandidateShelved {
			return headway.Conflictf("%s is %s: there is nothing to be tested", to.Candidate.Name, to.Candidate.State)
		}
		out.Release, out.Candidate = to.Release, to.Candidate
		out.Cycle = headway.TestCycle{
			ID: a.newID(), ProgrammeID: p.ID, CandidateID: to.Candidate.ID, Title: in.Title, CreatedAt: c.now, CreatedByName: by.Name,
			Counts: map[headway.ManualOutcome]int{headway.ManualOpen: len(out.Cases)},
		}
		if err := c.AddTestCycle(ctx, out.Cycle, out.Cases); err != nil {
			return err
		}
		text := fmt.Sprintf("%s: %d manual cases are to be worked on %s", in.Title, len(out.Cases), to.Candidate.Name)
		return c.record(ctx, p.ID, CycleOpened, to.Release.ID, text, map[string]any{"cycle": out.Cycle.ID, "candidate": to.Candidate.ID, "cases": len(out.Cases)})
	})
}

// CycleStoryView shows a test cycle.
func (a *App) CycleStoryView(ctx context.Context, by headway.Actor, programme, id string) (CycleStory, error) {
	var v CycleStory
	err := a.lookWith(ctx, by, programme, headway.ViewProgramme, func(l look, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, l.Q, p); err != nil {
			return err
		}
		if v.Cycle, err = l.TestCycle(ctx, p.ID, id); err != nil {
			return err
		}
		if v.Candidate, err = l.Candidate(ctx, p.ID, v.Cycle.CandidateID); err != nil {
			return err
		}
		if v.Release, err = l.Release(ctx, p.ID, v.Candidate.ReleaseID); err != nil {
			return err
		}
		v.Cases, err = l.CycleCases(ctx, id)
		v.Cycle.Counts = map[headway.ManualOutcome]int{}
		for _, c := range v.Cases {
			v.Cycle.Counts[c.Outcome]++
		}
		return err
	})
	return v, err
}

// RecordCase tells what a person found of a manual case.
type RecordCase struct {
	Cycle   string // id
	Number  int
	Outcome headway.ManualOutcome
	Note    string
	Version int // of the case as it was seen; 0: whatever it is
}

// RecordCase stores what a person found of a manual case. A failure voids what
// was decided about the candidate.
func (a *App) RecordCase(ctx context.Context, by headway.Actor, programme string, in RecordCase) (headway.CycleCase, error) {
	var k headway.CycleCase
	return k, a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) (err error) {
		cycle, err := c.TestCycle(ctx, p.ID, in.Cycle)
		if err != nil {
			return err
		}
		if k, err = c.CycleCase(ctx, cycle.ID, in.Number); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != k.Version {
			return headway.Conflictf("%s worked this case meanwhile", k.ByName).WithHint("look at it again")
		}
		if k, err = k.Record(in.Outcome, in.Note); err != nil {
			return err
		}
		k.At, k.By, k.ByName = c.now, by.UserID, by.Name
		if ok, err := c.SaveCycleCase(ctx, cycle.ID, k); err != nil || !ok {
			return orChanged(err)
		}
		k.Version++
		return c.caseWorked(ctx, p, cycle, k)
	})
}

func orChanged(err error) error {
	if err != nil {
		return err
	}
	return headway.Conflictf("somebody worked this case meanwhile").WithHint("look at it again")
}

func (c *change) caseWorked(ctx context.Context, p headway.Programme, cycle headway.TestCycle, k headway.CycleCase) error {
	candidate, err := c.Candidate(ctx, p.ID, cycle.CandidateID)
	if err != nil {
		return err
	}
	r, err := c.Release(ctx, p.ID, candidate.ReleaseID)
	if err != nil {
		return err
	}
	if k.Outcome == headway.ManualFailed && candidate.State == headway.CandidateShelved {
		if _, err := c.unapprove(ctx, p, &r, fmt.Sprintf("%s failed on %s", headway.Shorten(k.Title, 100), candidate.Name)); err != nil {
			return err
		}
	}
	outcome := string(k.Outcome)
	if k.Outcome == headway.ManualOpen {
		outcome = "open again"
	}
	text := fmt.Sprintf("%s (%s): %s", headway.Shorten(k.Title, 100), cycle.Title, outcome)
	return c.record(ctx, p.ID, CycleWorked, r.ID, text, map[string]any{"cycle": cycle.ID, "case": k.Number, "outcome": k.Outcome})
}
