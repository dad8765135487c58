package app

import (
	"context"
	"fmt"
	"strings"

	"headway"
)

// ShelveCandidate asks to put a candidate on the shelf. Its artifacts have
// been handed in before: see PutArtifact.
type ShelveCandidate struct {
	Team      string // key
	Version   string
	Commit    string
	Notes     string
	Facts     headway.Facts
	Artifacts []headway.Artifact // name and digest; the size is what was handed in
	Fixes     []string           // numbers of the defects that it fixes, as D-12
	Reason    string             // why it takes the place of the candidate before
	Hotfix    bool               // of a release that is not known yet
	Mends     string             // release whose trouble it mends: id, or team/version
	Preview   bool               // say what would happen, and store nothing
}

// Shelved is what shelving did, or would do.
type Shelved struct {
	Team       headway.Team
	Release    headway.Release
	Candidate  headway.Candidate
	Created    bool                  // false: the same content was on the shelf already, and nothing changed
	NewRelease bool                  // the version was unknown and is attached to the current sprint
	Superseded *headway.Candidate    // which it takes the place of
	Items      []headway.ItemChange  // what became of the release's operations backlog
	Rerun      []headway.Criterion   // criteria whose evidence must be given again, or for the first time
	Stands     []headway.Criterion   // criteria for which evidence about an earlier candidate still counts
	Why        map[string]string     // by criterion: why earlier evidence stands, or does not; empty: there is none
	Fixed      []headway.Defect      // marked fixed
	Open       []headway.Defect      // still open in this release
	Missing    []headway.FixGap      // fixes that this candidate lacks, and its own that later releases or trunk lack
	Voided     []string              // ids of go/no-gos that no longer hold
	Was        headway.ReleaseState  // of the release before
	Mended     headway.Release       // that it rolls forward, said for the first time; zero: none
	Owed       []HotfixOwed          // of a hot fix: by releases under test, once it is live
	Impact     *PlanImpact           // of a preview: what the plan becomes; nil when nothing would change
	Facts      map[string]FactChange // declared otherwise than for the candidate before
}

// FactChange is a fact that two candidates declare differently; empty means not declared.
type FactChange struct{ Before, After string }

// ShelveCandidate puts a candidate on the shelf: finds or makes its release,
// numbers it, generates the operations backlog and voids what was decided
// about an earlier one. The same content again changes nothing.
func (a *App) ShelveCandidate(ctx context.Context, by headway.Actor, programme string, in ShelveCandidate) (Shelved, error) {
	var out Shelved
	if in.Preview {
		return a.previewShelving(ctx, by, programme, in)
	}
	err := a.changeIn(ctx, by, programme, headway.ShelveCandidate, func(c *change, p headway.Programme) (err error) {
		if out, err = c.look().prepareShelving(ctx, p, in); err != nil || !out.Created {
			return err
		}
		return c.shelve(ctx, p, &out)
	})
	return out, err
}

// shelve stores what was prepared.
func (c *change) shelve(ctx context.Context, p headway.Programme, s *Shelved) error {
	if s.NewRelease {
		planned := s.Release
		planned.State, planned.ShelvedAt = headway.ReleasePlanned, s.Release.ShelvedAt
		if err := c.AddRelease(ctx, planned); err != nil {
			return err
		}
	}
	if ok, err := c.SaveRelease(ctx, s.Release, s.Was); err != nil || !ok {
		return orMoved(err, s.Release)
	}
	if s.Superseded != nil {
		if err := c.SetCandidateState(ctx, p.ID, s.Superseded.ID, headway.CandidateSuperseded); err != nil {
			return err
		}
	}
	if err := c.AddCandidate(ctx, s.Candidate); err != nil {
		return err
	}
	if err := c.storeItems(ctx, s.Items); err != nil {
		return err
	}
	for _, d := range s.Fixed {
		if err := c.PutDefect(ctx, d); err != nil {
			return err
		}
		if err := c.markFixed(ctx, p, s.Team, d, s.Release, s.Candidate.Name); err != nil {
			return err
		}
	}
	if err := c.recordMending(ctx, p, s); err != nil {
		return err
	}
	var err error
	if s.Voided, err = c.voidDecisions(ctx, p, s.Release.ID, s.Candidate.Name+" was shelved"); err != nil {
		return err
	}
	return c.record(ctx, p.ID, CandidateShelved, s.Release.ID, shelvedText(s), map[string]any{
		"candidate": s.Candidate.ID, "name": s.Candidate.Name, "team": s.Team.Key, "digest": s.Candidate.Digest,
		"supersedes": s.Candidate.Supersedes, "items": len(s.Items), "fixes": defectNumbers(s.Fixed), "voided": s.Voided,
	})
}

func orMoved(err error, r headway.Release) error {
	if err != nil {
		return err
	}
	return headway.Conflictf("release %s has moved on meanwhile", r.Version).WithHint("look at it again, and try again")
}

func (c *change) storeItems(ctx context.Context, items []headway.ItemChange) error {
	for _, i := range items {
		var err error
		switch i.Fate {
		case headway.ItemAdded:
			err = c.AddBacklogItem(ctx, i.Item)
		case headway.ItemRebound, headway.ItemTakenBack:
			err = c.PutBacklogItem(ctx, i.Item)
		case headway.ItemStands, headway.ItemPast:
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func shelvedText(s *Shelved) string {
	text := fmt.Sprintf("%s put %s on the shelf", s.Team.Name, s.Candidate.Name)
	if s.Superseded != nil {
		text += ", in place of " + s.Superseded.Name
	}
	if s.Candidate.Reason != "" {
		text += ": " + headway.Shorten(s.Candidate.Reason, 200)
	}
	if n := defectNumbers(s.Fixed); len(n) > 0 {
		text += "; it fixes " + strings.Join(n, ", ")
	}
	return text
}

func defectNumbers(ds []headway.Defect) []string {
	out := make([]string, len(ds))
	for i, d := range ds {
		out[i] = fmt.Sprintf("D-%d", d.Number)
	}
	return out
}
