package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/engine"
	"headway/internal/store"
)

// RepairsJob asks for ways out of the findings of a draft. It is void once the
// draft is another.
type RepairsJob struct {
	ProgrammeID string `json:"programme_id"`
	Revision    int64  `json:"revision"`
}

// Kind names the job in the queue.
func (RepairsJob) Kind() string { return "repairs" }

// repairsTime bounds the search for repairs of one draft; what was found by
// then is kept.
const repairsTime = 20 * time.Second

// FindRepairs tries ways out of the findings of the draft, the nearest first,
// and stores those that help with the draft. It computes outside of any
// transaction and stores nothing when the draft has changed meanwhile.
func (a *App) FindRepairs(ctx context.Context, in RepairsJob) error {
	facts, err := a.planFactsOf(ctx, in.ProgrammeID)
	if err != nil {
		return err
	}
	if facts.draft.Revision != in.Revision || facts.programme.Revision != in.Revision {
		return nil
	}
	short, cancel := context.WithTimeout(ctx, repairsTime)
	defer cancel()
	found, err := facts.findRepairs(short, func() bool { return a.stillAt(ctx, in) })
	if err != nil || ctx.Err() != nil {
		return err
	}
	return a.storeRepairs(ctx, in, found)
}

// stillAt tells whether the programme's facts are those of the job.
func (a *App) stillAt(ctx context.Context, in RepairsJob) bool {
	still := false
	err := a.store.Read(ctx, func(q store.Q) error {
		p, err := q.Programme(ctx, in.ProgrammeID)
		still = err == nil && p.Revision == in.Revision
		return err
	})
	return still && err == nil
}

// sameMatter is what ties a finding of the engine to the stored one.
type sameMatter struct{ rule, release string }

// findRepairs gives the repairs of the draft's findings, as long as wanted says so.
func (f *planFacts) findRepairs(ctx context.Context, wanted func() bool) (map[sameMatter][]headway.Repair, error) {
	b, answer, _, err := f.solved(ctx)
	if err != nil {
		return nil, err
	}
	answer.Findings = append(answer.Findings, b.ownFindings()...)
	slices.SortStableFunc(answer.Findings, func(x, y engine.Finding) int { return x.From - y.From })
	out := map[sameMatter][]headway.Repair{}
	for k, finding := range answer.Findings {
		if k >= mostRepaired || ctx.Err() != nil || !wanted() {
			break
		}
		if r := f.repairs(ctx, b, f.draft, finding); len(r) > 0 {
			out[sameMatter{string(finding.Rule), finding.Release}] = r
		}
	}
	return out, nil
}

func (a *App) storeRepairs(ctx context.Context, in RepairsJob, found map[sameMatter][]headway.Repair) error {
	if len(found) == 0 {
		return nil
	}
	return a.change(ctx, headway.System(), func(c *change) error {
		draft, err := maybePlan(c.DraftPlan(ctx, in.ProgrammeID))
		if err != nil || draft.Revision != in.Revision {
			return err
		}
		n := 0
		for k, f := range draft.Findings {
			r := found[sameMatter{f.Rule, f.Release}]
			draft.Findings[k].Repairs = r
			n += min(len(r), 1)
		}
		if n == 0 {
			return nil
		}
		if err := c.PutDraftPlan(ctx, draft); err != nil {
			return err
		}
		text := "Ways out of a finding of the draft were found"
		if n > 1 {
			text = fmt.Sprintf("Ways out of %d findings of the draft were found", n)
		}
		return c.record(ctx, in.ProgrammeID, RepairsFound, draft.ID, text, map[string]any{"revision": draft.Revision, "findings": n})
	})
}

// FindingRepairs looks for ways out of one finding of the draft, by its place
// in the list, on demand.
func (a *App) FindingRepairs(ctx context.Context, by headway.Actor, programme string, number int) ([]headway.Repair, error) {
	var facts *planFacts
	err := a.lookIn(ctx, by, programme, headway.EditPlan, func(q store.Q, p headway.Programme) (err error) {
		facts, err = loadPlanFacts(ctx, q, p, a.Now())
		return err
	})
	if err != nil {
		return nil, err
	}
	if number < 1 || number > len(facts.draft.Findings) {
		return nil, headway.NotFoundf("the draft has no finding %d", number).At("finding").WithHint("look at the draft again")
	}
	stored := facts.draft.Findings[number-1]
	if len(stored.Repairs) > 0 {
		return stored.Repairs, nil
	}
	short, cancel := context.WithTimeout(ctx, repairsTime)
	defer cancel()
	b, answer, _, err := facts.solved(short)
	if err != nil {
		return nil, err
	}
	for _, f := range append(answer.Findings, b.ownFindings()...) {
		if string(f.Rule) == stored.Rule && f.Release == stored.Release {
			return facts.repairs(short, b, facts.draft, f), nil
		}
	}
	return nil, nil
}
