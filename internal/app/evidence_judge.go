package app

import (
	"context"

	"headway"
)

// target finds the candidate that a report is about.
func (l look) target(ctx context.Context, p headway.Programme, in AddEvidence) (Judged, error) {
	var out Judged
	var err error
	if out.Team, err = l.developmentTeam(ctx, p, in.Team); err != nil {
		return out, err
	}
	if in.Environment != "" {
		if _, err := l.EnvironmentByKey(ctx, p.ID, in.Environment); err != nil {
			return out, unknownAt(err, "environment", in.Environment)
		}
	}
	if in.Candidate == "" {
		return l.newestOf(ctx, p, out, in.Version)
	}
	found, err := l.CandidatesByName(ctx, p.ID, out.Team.ID, in.Candidate)
	if err != nil {
		return out, err
	}
	if len(found) == 0 {
		return out, headway.NotFoundf("%s has no candidate %q", out.Team.Name, headway.Shorten(in.Candidate, 80)).At("candidate").
			WithHint("name it as 2.4.0-rc.1, or give the version for its newest candidate")
	}
	out.Candidate = found[0]
	out.Release, err = l.Release(ctx, p.ID, out.Candidate.ReleaseID)
	return out, err
}

func (l look) newestOf(ctx context.Context, p headway.Programme, out Judged, version string) (Judged, error) {
	canonical, err := headway.ShelveVersion(version)
	if err != nil {
		return out, err
	}
	for _, v := range []string{canonical, version} {
		out.Release, err = l.ReleaseByVersion(ctx, p.ID, out.Team.ID, "", v)
		if err == nil || headway.KindOf(err) != headway.NotFound {
			break
		}
	}
	if err != nil {
		return out, unknownAt(err, "release", version)
	}
	out.Candidate, err = l.NewestCandidate(ctx, p.ID, out.Release.ID)
	if headway.KindOf(err) == headway.NotFound {
		return out, headway.Conflictf("release %s has no candidate on the shelf yet", version).WithHint("shelve one first")
	}
	return out, err
}

// unknownAt says what is not there, in place of a plain NotFound.
func unknownAt(err error, what, name string) error {
	if headway.KindOf(err) == headway.NotFound {
		return headway.NotFoundf("there is no %s %q in this programme", what, headway.Shorten(name, 80)).At(what)
	}
	return err
}

// verdictsOn judges the criteria that look at a kind of evidence by this piece
// of it.
func (l look) verdictsOn(ctx context.Context, p headway.Programme, r headway.Release, c headway.Candidate, e headway.Evidence) ([]headway.Verdict, error) {
	kind, usual := headway.CriterionRegression, headway.Criterion{Key: "regression", Title: "Regression", Kind: headway.CriterionRegression}
	if e.Kind == headway.LoadRun {
		kind, usual = headway.CriterionLoad, headway.Criterion{Key: "load", Title: "Load", Kind: headway.CriterionLoad}
	}
	gate, err := l.NewestGate(ctx, p.ID)
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return nil, err
	}
	var concerned []headway.Criterion
	for _, k := range gate.Criteria {
		if k.Kind == kind {
			concerned = append(concerned, k)
		}
	}
	if len(concerned) == 0 && kind == headway.CriterionLoad {
		return []headway.Verdict{{
			Criterion: "load", Title: "Load", Kind: kind, Outcome: headway.Waiting, Evidence: e.ID,
			Reason: "the programme's gate has no load criterion to judge it by",
		}}, nil
	}
	if len(concerned) == 0 {
		concerned = []headway.Criterion{usual}
	}
	gate.Criteria = concerned
	facts, err := gateFacts(ctx, l.Q, p, gate, r, c, l.now)
	if err != nil {
		return nil, err
	}
	if e.Kind == headway.LoadRun {
		facts.Load = &e
	} else {
		facts.Regression = &e
	}
	return gate.Judge(facts)
}
