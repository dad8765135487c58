package app

import (
	"context"
	"slices"
	"strings"

	"headway"
)

// casesPerPage is how many cases a page shows.
const casesPerPage = 50

// RunQuery narrows the cases of a regression run.
type RunQuery struct {
	Against string             // id of evidence, name of a candidate, "previous"; empty: the last released one
	Change  headway.CaseChange // only these; "all" for every case, empty for what changed or failed, "muted" for known failures
	Search  string             // in the ids, in any case
	Page    int                // from 1
}

// CaseRow is one case of a run with its history.
type CaseRow struct {
	headway.ComparedCase
	FailingFor int // candidates in a row
	Flaky, Ran int // runs of the history
	Team       string
	Component  string
}

// RunStory is a regression run, compared.
type RunStory struct {
	Cast
	Release   headway.Release
	Candidate headway.Candidate
	Evidence  headway.Evidence
	Runs      []headway.RunRef // that a history stands for, the run itself first
	Kept      bool             // the cases are kept: of earlier versions they are not
	Against   *headway.RunRef  // nil: nothing to compare with
	Chosen    bool             // the reader chose what it is compared with
	Released  []headway.RunRef // that it may be compared with
	Compared  headway.RunComparison
	Verdicts  []headway.Verdict
	Query     RunQuery
	Rows      []CaseRow
	Found     int // rows over all pages
	Pages     int
}

// RunStoryView tells of a regression run what its cases came to and what
// changed since another run.
func (a *App) RunStoryView(ctx context.Context, by headway.Actor, programme, evidence string, q RunQuery) (RunStory, error) {
	v := RunStory{Query: q}
	err := a.lookWith(ctx, by, programme, headway.ViewProgramme, func(l look, p headway.Programme) (err error) {
		if v.Evidence, v.Candidate, v.Release, err = l.evidenceStory(ctx, p, evidence); err != nil {
			return err
		}
		if v.Evidence.Kind != headway.RegressionRun {
			return headway.NotFoundf("evidence %s is no regression run", evidence)
		}
		if v.Cast, err = castOf(ctx, l.Q, p); err != nil {
			return err
		}
		if v.Verdicts, err = l.verdictsOn(ctx, p, v.Release, v.Candidate, v.Evidence); err != nil {
			return err
		}
		if v.Evidence.Normal == "" {
			return nil
		}
		v.Kept = true
		return l.compareRun(ctx, p, &v)
	})
	return v, err
}

// EvidenceStoryView shows a piece of evidence of any kind.
func (a *App) EvidenceStoryView(ctx context.Context, by headway.Actor, programme, id string) (headway.Evidence, error) {
	var e headway.Evidence
	err := a.lookWith(ctx, by, programme, headway.ViewProgramme, func(l look, p headway.Programme) (err error) {
		e, _, _, err = l.evidenceStory(ctx, p, id)
		return err
	})
	return e, err
}

// evidenceStory finds a piece of evidence with what is attached to it and what it is about.
func (l look) evidenceStory(ctx context.Context, p headway.Programme, id string) (e headway.Evidence, c headway.Candidate, r headway.Release, err error) {
	if e, err = l.Evidence(ctx, p.ID, id); err != nil {
		return e, c, r, err
	}
	if e.Attachments, err = l.AttachmentsOf(ctx, e.ID); err != nil {
		return e, c, r, err
	}
	if c, err = l.Candidate(ctx, p.ID, e.CandidateID); err != nil {
		return e, c, r, err
	}
	r, err = l.Release(ctx, p.ID, c.ReleaseID)
	return e, c, r, err
}

func (l look) compareRun(ctx context.Context, p headway.Programme, v *RunStory) error {
	run, err := l.CaseRun(v.Evidence.Normal)
	if err != nil {
		return err
	}
	v.Runs = run.Runs
	against, err := l.against(ctx, p, v)
	if err != nil {
		return err
	}
	if against != nil {
		v.Against = &against.Runs[0]
	}
	mutes, err := l.Mutes(ctx, p.ID, v.Release.TeamID)
	if err != nil {
		return err
	}
	rules, err := l.attribution(ctx, p)
	if err != nil {
		return err
	}
	v.Compared = headway.CompareRuns(run, against, mutes, l.now, headway.DefaultSlower())
	v.choose(rules)
	return nil
}

// against finds the run that a reader wants to compare with; nil when there is none.
func (l look) against(ctx context.Context, p headway.Programme, v *RunStory) (*headway.CaseRun, error) {
	released, err := l.ReleasedEvidence(ctx, p.ID, v.Release.TeamID, v.Release.Component, headway.RegressionRun, 20)
	if err != nil {
		return nil, err
	}
	for _, e := range released {
		if e.Normal == "" || e.CandidateID == v.Evidence.CandidateID || slices.ContainsFunc(v.Released, func(r headway.RunRef) bool { return r.CandidateID == e.CandidateID }) {
			continue
		}
		c, err := l.Candidate(ctx, p.ID, e.CandidateID)
		if err != nil {
			return nil, err
		}
		v.Released = append(v.Released, headway.RunRef{Evidence: e.ID, CandidateID: e.CandidateID, Candidate: c.Name, At: e.AddedAt})
	}
	var id string
	switch want := v.Query.Against; {
	case want == "" && len(v.Released) == 0:
		return nil, nil
	case want == "":
		id = v.Released[0].Evidence
	default:
		if id = v.runNamed(want); id == "" {
			return nil, headway.NotFoundf("there is no run %q to compare with", headway.Shorten(want, 80)).At("against").WithHint("name a candidate of this team, the id of a run, or previous")
		}
		v.Chosen = true
	}
	e, err := l.Evidence(ctx, p.ID, id)
	if err != nil {
		return nil, err
	}
	return l.CaseRun(e.Normal)
}

// runNamed finds a run among those before and those released.
func (v *RunStory) runNamed(want string) string {
	if want == "previous" && len(v.Runs) > 1 {
		return v.Runs[1].Evidence
	}
	for _, r := range slices.Concat(v.Runs[1:], v.Released) {
		if r.Evidence == want || r.Candidate == want {
			return r.Evidence
		}
	}
	return ""
}

// choose picks the cases of the page: the worst change first, then by id.
func (v *RunStory) choose(rules ownership) {
	search := strings.ToLower(v.Query.Search)
	var found []*headway.ComparedCase
	for i := range v.Compared.Cases {
		c := &v.Compared.Cases[i]
		if v.Query.wants(c) && (search == "" || strings.Contains(strings.ToLower(c.ID), search)) {
			found = append(found, c)
		}
	}
	order := map[headway.CaseChange]int{headway.SameAsBefore: 99}
	for i, c := range headway.CaseChanges() {
		order[c] = i
	}
	slices.SortStableFunc(found, func(a, b *headway.ComparedCase) int { return order[a.Change] - order[b.Change] })
	v.Found = len(found)
	v.Pages = max(1, (len(found)+casesPerPage-1)/casesPerPage)
	v.Query.Page = min(max(v.Query.Page, 1), v.Pages)
	from := (v.Query.Page - 1) * casesPerPage
	for _, c := range found[from:min(len(found), from+casesPerPage)] {
		row := CaseRow{ComparedCase: *c, FailingFor: v.Compared.Run.FailingFor(*c.RunCase)}
		row.Flaky, row.Ran = v.Compared.Run.Flakes(*c.RunCase)
		row.Component, row.Team = rules.of(c.ID, c.File, c.Labels)
		v.Rows = append(v.Rows, row)
	}
}

func (q RunQuery) wants(c *headway.ComparedCase) bool {
	switch q.Change {
	case "":
		return c.Change != headway.SameAsBefore && c.Change != headway.NewCase
	case "all":
		return true
	case "muted":
		return c.Mute != nil
	}
	return c.Change == q.Change
}
