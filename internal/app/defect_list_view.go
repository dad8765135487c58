package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// DefectQuery narrows the list of defects; empty fields do not. Team is a key.
type DefectQuery struct {
	State    headway.DefectState
	Severity headway.Severity
	Team     string
	Before   int
}

// DefectList is one page of defects, newest first.
type DefectList struct {
	Cast
	Defects    []headway.Defect
	Releases   map[string]headway.Release
	Candidates map[string]headway.Candidate
	More       bool
}

const defectPage = 50

// DefectListView lists defects.
func (a *App) DefectListView(ctx context.Context, by headway.Actor, programme string, in DefectQuery) (DefectList, error) {
	v := DefectList{Releases: map[string]headway.Release{}, Candidates: map[string]headway.Candidate{}}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		f := store.DefectFilter{State: in.State, Severity: in.Severity, Before: in.Before}
		if in.Team != "" {
			t, err := q.TeamByKey(ctx, p.ID, in.Team)
			if err != nil {
				return err
			}
			f.TeamID = t.ID
		}
		if v.Defects, err = q.Defects(ctx, p.ID, f, defectPage+1); err != nil {
			return err
		}
		if v.More = len(v.Defects) > defectPage; v.More {
			v.Defects = v.Defects[:defectPage]
		}
		for _, d := range v.Defects {
			if err := v.about(ctx, q, d); err != nil {
				return err
			}
		}
		return nil
	})
	return v, err
}

func (v *DefectList) about(ctx context.Context, q store.Q, d headway.Defect) (err error) {
	if _, known := v.Releases[d.ReleaseID]; !known {
		if v.Releases[d.ReleaseID], err = q.Release(ctx, d.ProgrammeID, d.ReleaseID); err != nil {
			return err
		}
	}
	for _, id := range []string{d.CandidateID, d.FixedIn} {
		if _, known := v.Candidates[id]; known || id == "" {
			continue
		}
		if v.Candidates[id], err = q.Candidate(ctx, d.ProgrammeID, id); err != nil {
			return err
		}
	}
	return nil
}
