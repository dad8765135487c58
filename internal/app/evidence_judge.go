package app

import (
	"context"
	"fmt"

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
// of it. With a regression run the test cycles of the candidate are judged too:
// what people and machines tested is one verdict.
func (l look) verdictsOn(ctx context.Context, p headway.Programme, r headway.Release, c headway.Candidate, e headway.Evidence) ([]headway.Verdict, error) {
	gate, err := gateOf(ctx, l.Q, p, r.ID)
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return nil, err
	}
	var concerned []headway.Criterion
	judged := false
	for _, k := range gate.Criteria {
		judged = judged || k.LooksAt() == e.Kind
		if k.LooksAt() == e.Kind || k.Kind == headway.CriterionManual && e.Kind == headway.RegressionRun {
			concerned = append(concerned, k)
		}
	}
	switch {
	case !judged && e.Kind == headway.RegressionRun:
		concerned = append(concerned, headway.Criterion{Key: "regression", Title: "Regression", Kind: headway.CriterionRegression})
	case !judged:
		return []headway.Verdict{notJudged(e)}, nil
	}
	gate.Criteria = concerned
	facts, err := gateFacts(ctx, l.Q, p, headway.Gate{}, r, c, aim{}, l.now)
	if err != nil {
		return nil, err
	}
	facts.Prove(e.Kind, &e)
	if err := addProofFacts(ctx, l.Q, p, gate, &facts); err != nil {
		return nil, err
	}
	return gate.Judge(facts)
}

// notJudged says that no criterion looks at a piece of evidence: a load run
// without rules waits for them, what is kept for the record passes.
func notJudged(e headway.Evidence) headway.Verdict {
	v := headway.Verdict{
		Criterion: string(e.Kind), Title: evidenceName(e.Kind), Outcome: headway.Waiting, Evidence: e.ID,
		Reason: fmt.Sprintf("the programme's gate has no %s criterion to judge it by", e.Kind),
	}
	if e.Kind == headway.LoadRun {
		v.Title, v.Kind = "Load", headway.CriterionLoad
		return v
	}
	v.Outcome, v.Optional = headway.Pass, true
	v.Reason = fmt.Sprintf("kept for the record: the programme's gate has no %s criterion", e.Kind)
	return v
}
