package app

import (
	"context"
	"fmt"
	"io"

	"headway"
)

// AddEvidence hands in a report about a candidate: the one named, or the
// newest of a version.
type AddEvidence struct {
	Team        string // key
	Version     string // 2.4.0: its newest candidate
	Candidate   string // 2.4.0-rc.1
	Environment string // key of where it ran, may be empty
	Conditions  headway.RunConditions
	FileName    string
	Content     io.Reader
}

// Judged is a report that was taken in, and what it means.
type Judged struct {
	Team      headway.Team
	Release   headway.Release
	Candidate headway.Candidate
	Evidence  headway.Evidence
	Created   bool              // false: the same file was handed in before
	Verdicts  []headway.Verdict // of the criteria that look at this kind of evidence
	Opened    []headway.Defect
	Joined    []headway.Defect  // open defects whose case failed again
	Voided    []string          // ids of go/no-gos that no longer hold
	TeamKeys  map[string]string // by id: whose the defects are
}

// AddEvidence takes a report in, judges the criteria that it concerns and
// opens defects for what failed. The same file again changes nothing.
func (a *App) AddEvidence(ctx context.Context, by headway.Actor, programme string, in AddEvidence) (Judged, error) {
	var out Judged
	if err := headway.CheckFileName("file", in.FileName); err != nil {
		return out, err
	}
	if err := in.Conditions.Check(); err != nil {
		return out, err
	}
	find := func(l look, p headway.Programme) (err error) {
		out, err = l.target(ctx, p, in)
		return err
	}
	if err := a.lookWith(ctx, by, programme, headway.AddEvidence, find); err != nil {
		return out, err
	}
	read, err := a.readEvidence(in.Content, in.FileName)
	if err != nil {
		return out, err
	}
	read.ID, read.Environment, read.Conditions, read.AddedAt = a.newID(), in.Environment, in.Conditions, a.Now()
	normal, err := a.normalise(ctx, by, programme, &read, out)
	if err != nil {
		return out, err
	}
	err = a.changeIn(ctx, by, programme, headway.AddEvidence, func(c *change, p headway.Programme) error {
		if err := find(c.look(), p); err != nil {
			return err
		}
		have, err := c.EvidenceByFile(ctx, p.ID, out.Candidate.ID, read.SHA256)
		if err == nil {
			out.Evidence = have
			out.Verdicts, err = c.look().verdictsOn(ctx, p, out.Release, out.Candidate, have)
			return err
		}
		if headway.KindOf(err) != headway.NotFound {
			return err
		}
		out.Evidence, out.Created = read.Evidence, true
		if normal > 0 {
			if err := c.PutFile(ctx, p.ID, read.Normal, normal, c.now); err != nil {
				return err
			}
		}
		return c.addEvidence(ctx, p, &out)
	})
	return out, err
}

func (c *change) addEvidence(ctx context.Context, p headway.Programme, out *Judged) error {
	e := &out.Evidence
	e.ProgrammeID, e.CandidateID = p.ID, out.Candidate.ID
	e.AddedAt, e.AddedBy, e.AddedByName = c.now, c.by.UserID, c.by.Name
	var err error
	if out.Verdicts, err = c.look().verdictsOn(ctx, p, out.Release, out.Candidate, *e); err != nil {
		return err
	}
	e.Outcome = headway.GateOutcome(out.Verdicts)
	for _, v := range out.Verdicts {
		e.Reasons = append(e.Reasons, v.Title+": "+v.Reason)
	}
	if err := c.PutFile(ctx, p.ID, e.SHA256, e.Size, c.now); err != nil {
		return err
	}
	if err := c.AddEvidence(ctx, *e); err != nil {
		return err
	}
	if err := c.nameTeams(ctx, p, out); err != nil {
		return err
	}
	newest := out.Candidate.State == headway.CandidateShelved
	if newest && e.Kind == headway.RegressionRun {
		if err := c.openDefects(ctx, p, out); err != nil {
			return err
		}
	}
	if newest && e.Kind == headway.LoadRun {
		if err := c.openLoadDefects(ctx, p, out); err != nil {
			return err
		}
	}
	if newest && e.Outcome == headway.Fail {
		if out.Voided, err = c.unapprove(ctx, p, &out.Release, fmt.Sprintf("%s failed on %s", e.FileName, out.Candidate.Name)); err != nil {
			return err
		}
	}
	if newest && out.Release.State == headway.ReleaseShelved {
		if err := c.beginProving(ctx, &out.Release); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("%s about %s of %s: %s", evidenceName(e.Kind), out.Candidate.Name, out.Team.Name, e.Outcome)
	return c.record(ctx, p.ID, EvidenceAdded, out.Release.ID, text, map[string]any{
		"evidence": e.ID, "candidate": out.Candidate.ID, "kind": e.Kind, "sha256": e.SHA256, "outcome": e.Outcome,
		"opened": defectNumbers(out.Opened), "joined": defectNumbers(out.Joined),
	})
}

// nameTeams tells the keys of the teams that defects may go to.
func (c *change) nameTeams(ctx context.Context, p headway.Programme, out *Judged) error {
	ids, err := c.teamIDs(ctx, p)
	out.TeamKeys = map[string]string{}
	for key, id := range ids {
		out.TeamKeys[id] = key
	}
	return err
}

func evidenceName(k headway.EvidenceKind) string {
	switch k {
	case headway.RegressionRun:
		return "A regression run"
	case headway.LoadRun:
		return "A load run"
	case headway.BillOfMaterials:
		return "A bill of materials"
	case headway.VulnerabilityScan:
		return "A report of vulnerabilities"
	case headway.CoverageRun:
		return "A coverage report"
	}
	return "A result"
}

// beginProving moves a shelved release on, once work on it or evidence has come.
func (c *change) beginProving(ctx context.Context, r *headway.Release) error {
	from := r.State
	if err := r.Move(headway.ReleaseProving); err != nil {
		return err
	}
	r.State = headway.ReleaseProving
	ok, err := c.SaveRelease(ctx, *r, from)
	if err == nil && ok {
		return nil
	}
	return orMoved(err, *r)
}

// unapprove voids what was decided about a release, and takes back a go that
// has not been used: the release is being proved again.
func (c *change) unapprove(ctx context.Context, p headway.Programme, r *headway.Release, reason string) ([]string, error) {
	if r.State == headway.ReleaseDeploying {
		return nil, nil
	}
	voided, err := c.voidDecisions(ctx, p, r.ID, reason)
	if r.State == headway.ReleaseApproved {
		r.State = headway.ReleaseProving
	}
	return voided, err
}
