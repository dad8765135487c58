package app

import (
	"context"
	"slices"

	"headway"
)

// LoadStory is a load run with what it is compared with.
type LoadStory struct {
	Cast
	Release   headway.Release
	Candidate headway.Candidate
	Evidence  headway.Evidence
	Verdicts  []headway.Verdict
	Baseline  *LoadPoint  // newest run of the release last in production
	Differs   string      // in what that one was made differently, in words
	Trend     []LoadPoint // runs of released candidates and this one, oldest first
}

// LoadPoint is a load run on the way from release to release.
type LoadPoint struct {
	Evidence  headway.Evidence
	Candidate headway.Candidate
}

// LoadStoryView tells of a load run how it stands against the releases before.
func (a *App) LoadStoryView(ctx context.Context, by headway.Actor, programme, evidence string) (LoadStory, error) {
	var v LoadStory
	err := a.lookWith(ctx, by, programme, headway.ViewProgramme, func(l look, p headway.Programme) (err error) {
		if v.Evidence, v.Candidate, v.Release, err = l.evidenceStory(ctx, p, evidence); err != nil {
			return err
		}
		if v.Evidence.Kind != headway.LoadRun || v.Evidence.Load == nil {
			return headway.NotFoundf("evidence %s is no load run", evidence)
		}
		if v.Cast, err = castOf(ctx, l.Q, p); err != nil {
			return err
		}
		if v.Verdicts, err = l.verdictsOn(ctx, p, v.Release, v.Candidate, v.Evidence); err != nil {
			return err
		}
		return l.loadTrend(ctx, p, &v)
	})
	return v, err
}

func (l look) loadTrend(ctx context.Context, p headway.Programme, v *LoadStory) error {
	released, err := l.ReleasedEvidence(ctx, p.ID, v.Release.TeamID, v.Release.Component, headway.LoadRun, 24)
	if err != nil {
		return err
	}
	seen := map[string]bool{v.Candidate.ID: true}
	v.Trend = []LoadPoint{{v.Evidence, v.Candidate}}
	for _, e := range headway.MostAlike(v.Evidence, released) {
		if seen[e.CandidateID] || e.AddedAt.After(v.Evidence.AddedAt) {
			continue
		}
		seen[e.CandidateID] = true
		c, err := l.Candidate(ctx, p.ID, e.CandidateID)
		if err != nil {
			return err
		}
		v.Trend = append(v.Trend, LoadPoint{e, c})
	}
	slices.Reverse(v.Trend)
	if n := len(v.Trend); n > 1 {
		v.Baseline = &v.Trend[n-2]
		v.Differs = headway.ConditionsDiffer(v.Evidence, v.Baseline.Evidence)
	}
	return nil
}

// PartsStory is evidence of another kind: a bill of materials, a scan or a
// coverage report.
type PartsStory struct {
	Cast
	Release   headway.Release
	Candidate headway.Candidate
	Evidence  headway.Evidence
	Verdicts  []headway.Verdict
	Against   *headway.Candidate // the live release's, when there is the same of it
	Was       *headway.Evidence
	Changes   []headway.SBOMChange // since the live release
	Appeared  []headway.Vulnerability
	Gone      []headway.Vulnerability
}

// PartsStoryView tells of a bill of materials, a scan or a coverage report what
// differs from the live release.
func (a *App) PartsStoryView(ctx context.Context, by headway.Actor, programme, evidence string) (PartsStory, error) {
	var v PartsStory
	err := a.lookWith(ctx, by, programme, headway.ViewProgramme, func(l look, p headway.Programme) (err error) {
		if v.Evidence, v.Candidate, v.Release, err = l.evidenceStory(ctx, p, evidence); err != nil {
			return err
		}
		if v.Cast, err = castOf(ctx, l.Q, p); err != nil {
			return err
		}
		if v.Verdicts, err = l.verdictsOn(ctx, p, v.Release, v.Candidate, v.Evidence); err != nil {
			return err
		}
		released, err := l.ReleasedEvidence(ctx, p.ID, v.Release.TeamID, v.Release.Component, v.Evidence.Kind, 10)
		if err != nil {
			return err
		}
		for i := range released {
			if released[i].CandidateID == v.Candidate.ID {
				continue
			}
			v.Was = &released[i]
			c, err := l.Candidate(ctx, p.ID, v.Was.CandidateID)
			v.Against = &c
			if err != nil {
				return err
			}
			break
		}
		return l.compareParts(&v)
	})
	return v, err
}

func (l look) compareParts(v *PartsStory) error {
	if v.Was == nil {
		return nil
	}
	if v.Evidence.Kind == headway.BillOfMaterials {
		now, err := l.SBOM(v.Evidence.Normal)
		if err != nil {
			return err
		}
		was, err := l.SBOM(v.Was.Normal)
		if err != nil {
			return err
		}
		v.Changes = headway.CompareSBOM(*now, *was)
	}
	if now, was := v.Evidence.Detail, v.Was.Detail; now != nil && was != nil && now.Scan != nil && was.Scan != nil {
		v.Appeared, v.Gone = headway.CompareVulnerabilities(now.Scan.Worst, was.Scan.Worst)
	}
	return nil
}
