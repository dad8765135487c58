package app

import (
	"context"
	"time"

	"headway"
	"headway/internal/store"
)

// aim is what a candidate is judged for: the span in which an environment is to
// be changed, zero when none is planned, and the environment's id, empty when
// it is whichever production.
type aim struct {
	span        headway.Interval
	environment string
}

// judgeGate judges over one candidate the gate that its release has to pass.
func judgeGate(ctx context.Context, q store.Q, p headway.Programme, r headway.Release, c headway.Candidate, to aim, now time.Time) ([]headway.Verdict, error) {
	gate, err := gateOf(ctx, q, p, r.ID)
	if err != nil {
		return nil, err
	}
	return judgeBy(ctx, q, p, gate, r, c, to, now)
}

// judgeBy judges some version of the programme's gate over one candidate.
func judgeBy(ctx context.Context, q store.Q, p headway.Programme, gate headway.Gate, r headway.Release, c headway.Candidate, to aim, now time.Time) ([]headway.Verdict, error) {
	facts, err := gateFacts(ctx, q, p, gate, r, c, to, now)
	if err != nil {
		return nil, err
	}
	return gate.Judge(facts)
}

// judging is a candidate over which gates are judged as of one instant, each for
// a span of its own. The facts are read once.
type judging struct {
	q           store.Q
	programme   headway.Programme
	release     headway.Release
	candidate   headway.Candidate
	environment string // that is to be changed
	now         time.Time

	facts *headway.GateFacts // nil until a gate is judged
}

func (j *judging) by(ctx context.Context, gate headway.Gate, planned headway.Interval) ([]headway.Verdict, error) {
	if j.facts == nil {
		f, err := gateFacts(ctx, j.q, j.programme, gate, j.release, j.candidate, aim{environment: j.environment}, j.now)
		if err != nil {
			return nil, err
		}
		j.facts = &f
	} else if err := addProofFacts(ctx, j.q, j.programme, gate, j.facts); err != nil {
		return nil, err
	}
	f := *j.facts
	f.Planned = planned
	return gate.Judge(f)
}

// gateFacts gathers what a gate is judged on.
func gateFacts(ctx context.Context, q store.Q, p headway.Programme, gate headway.Gate, r headway.Release, c headway.Candidate, to aim, now time.Time) (headway.GateFacts, error) {
	f := headway.GateFacts{Release: r, Candidate: c, Policy: p.Gap, Planned: to.span, Now: now}
	var err error
	if f.Calendar, err = calendarOf(ctx, q, p); err != nil {
		return f, err
	}
	if f.Windows, err = q.Windows(ctx, p.ID); err != nil {
		return f, err
	}
	if f.Freezes, err = freezesFor(ctx, q, p, r, to.environment, headway.Interval{From: now.AddDate(0, 0, -1), To: now.Add(planAhead)}); err != nil {
		return f, err
	}
	if f.Defects, err = q.OpenDefectsOf(ctx, p.ID, r.ID); err != nil {
		return f, err
	}
	items, err := q.ItemsOf(ctx, p.ID, r.ID)
	if err != nil {
		return f, err
	}
	f.Items = headway.CountingItems(items)
	if f.Waivers, err = q.WaiversOf(ctx, c.ID); err != nil {
		return f, err
	}
	if f.Overrides, err = q.Overrides(ctx, p.ID, r.ID); err != nil {
		return f, err
	}
	if f.Duties, err = q.HotfixDuties(ctx, p.ID, r.ID); err != nil {
		return f, err
	}
	if f.Stays, err = q.StaysOf(ctx, p.ID, c.ID); err != nil {
		return f, err
	}
	proofs, err := q.EvidenceOfRelease(ctx, p.ID, r.ID)
	if err != nil {
		return f, err
	}
	book, err := q.NewestPlaybook(ctx, p.ID)
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return f, err
	}
	line, err := lineageOf(ctx, q, p, r, book)
	if err != nil {
		return f, err
	}
	f.Standing = map[headway.EvidenceKind]headway.Standing{}
	for _, kind := range headway.JudgedEvidence() {
		f.Standing[kind] = line.Standing(proofs, c, kind)
		f.Prove(kind, f.Standing[kind].Evidence)
	}
	return f, addProofFacts(ctx, q, p, gate, &f)
}

// lineageOf reads the candidates of a release, and the defects that they mend.
func lineageOf(ctx context.Context, q store.Q, p headway.Programme, r headway.Release, book headway.Playbook) (l headway.Lineage, err error) {
	l.Book = book
	if l.Candidates, err = q.CandidatesOf(ctx, p.ID, r.ID); err != nil {
		return l, err
	}
	if l.Duties, err = q.HotfixDuties(ctx, p.ID, r.ID); err != nil {
		return l, err
	}
	l.Defects, err = q.DefectsOf(ctx, p.ID, r.ID)
	return l, err
}

// addProofFacts reads what the gate's criteria need beside the evidence itself:
// cases and components, and what they are compared with.
func addProofFacts(ctx context.Context, q store.Q, p headway.Programme, gate headway.Gate, f *headway.GateFacts) (err error) {
	for _, k := range gate.Criteria {
		switch {
		case k.Kind == headway.CriterionRegression && f.Regression != nil && f.Regression.Normal != "" && f.Compared == nil:
			f.Compared, err = compareWithReleased(ctx, q, p, f.Release, *f.Regression, f.Now)
		case k.Kind == headway.CriterionLoad && k.NeedsBaseline() && f.Baselines == nil:
			f.Baselines, err = q.ReleasedLoads(ctx, p.ID, f.Release.TeamID, f.Release.Component, maxBaselines)
		case k.Kind == headway.CriterionSBOM && f.SBOM != nil && f.Parts == nil:
			f.Parts, err = q.SBOM(f.SBOM.Normal)
		case k.Kind == headway.CriterionManual && f.Cycles == nil:
			f.Cycles, err = q.TestCyclesOf(ctx, p.ID, f.Candidate.ID)
		case (k.Kind == headway.CriterionFixes || k.Kind == headway.CriterionHotfix) && f.Fixes == nil:
			f.Fixes, err = fixMatrixOf(ctx, q, p, f.Release)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// maxBaselines is how many load runs of released candidates tell how much runs
// differ by chance.
const maxBaselines = 8

// compareWithReleased compares a regression run with the newest one about the
// candidate that the team released last, the team's known failures set apart.
func compareWithReleased(ctx context.Context, q store.Q, p headway.Programme, r headway.Release, e headway.Evidence, now time.Time) (*headway.RunComparison, error) {
	run, err := q.CaseRun(e.Normal)
	if err != nil {
		return nil, err
	}
	against, err := releasedRun(ctx, q, p, r, e)
	if err != nil {
		return nil, err
	}
	mutes, err := q.Mutes(ctx, p.ID, r.TeamID)
	if err != nil {
		return nil, err
	}
	out := headway.CompareRuns(run, against, mutes, now, headway.DefaultSlower())
	return &out, nil
}

// releasedRun finds the newest run whose cases are kept about the candidate
// that a team released last; nil when there is none. A run is not compared with
// one about its own candidate.
func releasedRun(ctx context.Context, q store.Q, p headway.Programme, r headway.Release, e headway.Evidence) (*headway.CaseRun, error) {
	cases, err := q.ReleasedCases(ctx, p.ID, r.TeamID, r.Component, e.CandidateID)
	if err != nil || cases == "" {
		return nil, err
	}
	return q.CaseRun(cases)
}

func calendarOf(ctx context.Context, q store.Q, p headway.Programme) (headway.Calendar, error) {
	holidays, err := q.Holidays(ctx, p.ID)
	if err != nil {
		return headway.Calendar{}, err
	}
	return p.Calendar(holidays)
}
