package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"headway"
)

// maxOpened bounds the defects that one run opens: beyond it, one stands for all the rest.
const maxOpened = 20

// restCase is the case of the defect that stands for the failures beyond maxOpened.
const restCase = "*"

// openDefects opens a defect for each failing case of a regression run, or
// joins the open defect that has the same case. They are blockers when the
// gate does not tolerate them.
func (c *change) openDefects(ctx context.Context, p headway.Programme, out *Judged) error {
	open, err := c.OpenDefectsOf(ctx, p.ID, out.Release.ID)
	if err != nil {
		return err
	}
	byCase := map[string]headway.Defect{}
	for _, d := range open {
		byCase[d.CaseID] = d
	}
	severity := headway.Major
	if slices.ContainsFunc(out.Verdicts, func(v headway.Verdict) bool { return v.Outcome == headway.Fail && !v.Optional }) {
		severity = headway.Blocker
	}
	teams, err := c.teamIDs(ctx, p)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	t := out.Evidence.Tests
	rest := t.Failed + t.Errors - t.Muted
	for _, failed := range t.NotPassed {
		id := headway.Shorten(failed.ID, 500)
		if len(out.Opened) == maxOpened || id == "" || failed.Muted {
			continue
		}
		rest--
		if d, ok := byCase[id]; ok && !seen[id] {
			out.Joined = append(out.Joined, d)
		}
		if _, ok := byCase[id]; !ok && !seen[id] {
			title := headway.Shorten(oneLine(failed.ID), 90) + " fails"
			d := headway.Defect{
				CaseID: id, Title: title, Detail: failed.Message, Severity: severity, Source: headway.FoundByRegression,
				TeamID: teams[failed.Team], Component: headway.Shorten(strings.Trim(failed.Component, "/*"), 25),
			}
			if err := c.openDefect(ctx, p, out, d); err != nil {
				return err
			}
		}
		seen[id] = true
	}
	if rest <= 0 {
		return nil
	}
	if d, ok := byCase[restCase]; ok {
		out.Joined = append(out.Joined, d)
		return nil
	}
	title := fmt.Sprintf("%d further cases fail in %s", rest, headway.Shorten(out.Evidence.FileName, 100))
	return c.openDefect(ctx, p, out, headway.Defect{CaseID: restCase, Title: title, Severity: severity, Source: headway.FoundByRegression})
}

// openLoadDefects opens a defect for each load criterion that fails, or joins
// the open one about the same criterion. What the criterion holds up is a blocker.
func (c *change) openLoadDefects(ctx context.Context, p headway.Programme, out *Judged) error {
	open, err := c.OpenDefectsOf(ctx, p.ID, out.Release.ID)
	if err != nil {
		return err
	}
	for _, v := range out.Verdicts {
		if v.Kind != headway.CriterionLoad || v.Outcome != headway.Fail {
			continue
		}
		id := "load:" + v.Criterion
		if i := slices.IndexFunc(open, func(d headway.Defect) bool { return d.CaseID == id }); i >= 0 {
			out.Joined = append(out.Joined, open[i])
			continue
		}
		severity := headway.Blocker
		if v.Optional || v.Waived {
			severity = headway.Major
		}
		d := headway.Defect{
			CaseID: id, Title: headway.Shorten(oneLine(v.Title), 80) + " is not held under load", Detail: v.Reason,
			Severity: severity, Source: headway.FoundByLoad, SourceRef: v.Criterion,
		}
		if err := c.openDefect(ctx, p, out, d); err != nil {
			return err
		}
	}
	return nil
}

// openDefect stores a defect of the candidate that a report is about.
func (c *change) openDefect(ctx context.Context, p headway.Programme, out *Judged, d headway.Defect) error {
	d.ReleaseID, d.CandidateID, d.EvidenceID = out.Release.ID, out.Candidate.ID, out.Evidence.ID
	d.TeamID, d.Component = cmp.Or(d.TeamID, out.Release.TeamID), cmp.Or(d.Component, out.Release.Component)
	d, err := c.addDefect(ctx, p, d, out.Candidate.Name, out.Team.Name)
	out.Opened = append(out.Opened, d)
	return err
}

func (c *change) addDefect(ctx context.Context, p headway.Programme, d headway.Defect, candidate, team string) (headway.Defect, error) {
	if err := d.Check(); err != nil {
		return d, err
	}
	n, err := c.NextDefect(ctx, p.ID)
	if err != nil {
		return d, err
	}
	d.ID, d.ProgrammeID, d.Number, d.State = c.app.newID(), p.ID, int(n), headway.DefectOpen
	d.FoundAt, d.FoundBy, d.FoundByName = c.now, c.by.UserID, c.by.Name
	if err := c.AddDefect(ctx, d); err != nil {
		return d, err
	}
	text := fmt.Sprintf("D-%d (%s) was found in %s of %s: %s", d.Number, d.Severity, candidate, team, headway.Shorten(d.Title, 120))
	err = c.record(ctx, p.ID, DefectFound, d.ReleaseID, text, map[string]any{"defect": d.ID, "number": d.Number, "candidate": d.CandidateID, "case": d.CaseID})
	if err != nil {
		return d, err
	}
	return d, c.watchRework(ctx, p, d.TeamID)
}

// oneLine writes a text without line ends and tabs.
func oneLine(s string) string {
	b := []byte(s)
	for i, ch := range b {
		if ch == '\n' || ch == '\t' || ch == '\r' {
			b[i] = ' '
		}
	}
	return string(b)
}
