package app

import (
	"context"

	"headway"
)

// evidencePerPage is how much evidence a page lists.
const evidencePerPage = 60

// EvidenceList is the newest evidence of a programme.
type EvidenceList struct {
	Cast
	Kind       headway.EvidenceKind // only this, unless empty
	Evidence   []headway.Evidence
	Candidates map[string]headway.Candidate // by id
	Releases   map[string]headway.Release   // by id
	Cycles     []headway.TestCycle          // newest first, with counts
	Mutes      []headway.Mute
}

// EvidenceListView lists the newest evidence of a programme, of one kind or of
// all, with its test cycles and known failures.
func (a *App) EvidenceListView(ctx context.Context, by headway.Actor, programme string, kind headway.EvidenceKind) (EvidenceList, error) {
	v := EvidenceList{Kind: kind, Candidates: map[string]headway.Candidate{}, Releases: map[string]headway.Release{}}
	err := a.lookWith(ctx, by, programme, headway.ViewProgramme, func(l look, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, l.Q, p); err != nil {
			return err
		}
		if v.Evidence, err = l.NewestEvidenceOfAll(ctx, p.ID, kind, evidencePerPage); err != nil {
			return err
		}
		if v.Cycles, err = l.NewestTestCycles(ctx, p.ID, 20); err != nil {
			return err
		}
		if v.Mutes, err = l.Mutes(ctx, p.ID, ""); err != nil {
			return err
		}
		return l.nameSubjects(ctx, p, &v)
	})
	return v, err
}

// nameSubjects finds the candidates and releases that are spoken of.
func (l look) nameSubjects(ctx context.Context, p headway.Programme, v *EvidenceList) error {
	var ids []string
	for _, e := range v.Evidence {
		ids = append(ids, e.CandidateID)
	}
	for _, c := range v.Cycles {
		ids = append(ids, c.CandidateID)
	}
	for _, id := range ids {
		if _, known := v.Candidates[id]; known {
			continue
		}
		c, err := l.Candidate(ctx, p.ID, id)
		if err != nil {
			return err
		}
		v.Candidates[id] = c
		if _, known := v.Releases[c.ReleaseID]; known {
			continue
		}
		if v.Releases[c.ReleaseID], err = l.Release(ctx, p.ID, c.ReleaseID); err != nil {
			return err
		}
	}
	return nil
}
