package app

import (
	"context"
	"slices"

	"github.com/riverqueue/river"

	"headway"
	"headway/internal/store"
)

// replanTries is how often a plan is computed again because facts changed
// meanwhile. The last one is stored with the revision it knows: the change that
// outran it has queued a job of its own.
const replanTries = 4

// ReplanDraft computes the draft plan of a programme anew and stores it: one
// snapshot, the engine outside of any transaction, the checker, and the draft
// if the facts are still those of the snapshot. A draft that is as new as the
// job asks for makes it a no-op. What cannot be planned is stored as a draft of
// status infeasible with its findings.
func (a *App) ReplanDraft(ctx context.Context, in ReplanJob) error {
	for try := 1; ; try++ {
		facts, err := a.planFactsOf(ctx, in.ProgrammeID)
		if err != nil {
			return err
		}
		if facts.draft.ID != "" && facts.draft.Revision >= in.Revision {
			return nil
		}
		started := a.now()
		plan, err := facts.solve(ctx)
		if err != nil {
			return err
		}
		plan.Stats.Seconds = a.now().Sub(started).Seconds()
		stored, err := a.storeDraft(ctx, facts, plan, try == replanTries)
		if err != nil || stored {
			return err
		}
	}
}

func (a *App) planFactsOf(ctx context.Context, programmeID string) (facts *planFacts, err error) {
	err = a.store.Read(ctx, func(q store.Q) error {
		p, err := q.Programme(ctx, programmeID)
		if err != nil {
			return err
		}
		facts, err = loadPlanFacts(ctx, q, p, a.Now())
		return err
	})
	return facts, err
}

// storeDraft stores a draft unless facts have changed since its snapshot. Only
// a draft that differs from the one before is an event.
func (a *App) storeDraft(ctx context.Context, facts *planFacts, plan headway.Plan, anyway bool) (stored bool, err error) {
	changes := planChanges(facts.draft, plan, facts.speech())
	same := facts.draft.ID != "" && len(changes) == 0 && sameFindings(facts.draft, plan)
	err = a.change(ctx, headway.System(), func(c *change) error {
		stored = false
		p, err := c.Programme(ctx, facts.programme.ID)
		if err != nil {
			return err
		}
		if p.Revision != facts.programme.Revision && !anyway {
			return nil
		}
		plan.ID, plan.ByName, plan.At = a.newID(), c.by.Name, c.now
		if same {
			plan.ID, plan.At = facts.draft.ID, facts.draft.At
			keepRepairs(facts.draft, plan)
		}
		if err := c.PutDraftPlan(ctx, plan); err != nil {
			return err
		}
		// Left in the queue, those of a burst would each take their turn for
		// nothing before the plan of the next change.
		if err := c.DropReplans(ctx, ReplanJob{}.Kind(), p.ID, plan.Revision); err != nil {
			return err
		}
		stored = true
		if len(plan.Findings) > 0 {
			c.Enqueue(RepairsJob{p.ID, plan.Revision}, &river.InsertOpts{Queue: QueuePlan, Priority: 3})
		}
		if same {
			return nil
		}
		return c.record(ctx, p.ID, PlanRedrafted, plan.ID, sumUp(facts.draft, plan, changes, facts.speech()), redraft(plan, changes))
	})
	return stored, err
}

// keepRepairs shows the repairs of before until they are tried anew.
func keepRepairs(before, plan headway.Plan) {
	for k := range plan.Findings {
		plan.Findings[k].Repairs = before.Findings[k].Repairs
	}
}

// sameFindings tells whether two plans stand alike and say the same.
func sameFindings(a, b headway.Plan) bool {
	return a.Status == b.Status && slices.EqualFunc(a.Findings, b.Findings, func(x, y headway.Finding) bool {
		return x.Rule == y.Rule && x.Text == y.Text
	})
}

// redraft is what the event of a new draft keeps; long lists are cut.
func redraft(plan headway.Plan, changes []headway.PlanChange) any {
	const most = 50
	more := max(0, len(changes)-most)
	return struct {
		Revision int64                `json:"revision"`
		Status   string               `json:"status"`
		Changes  []headway.PlanChange `json:"changes"`
		More     int                  `json:"more,omitempty"`
	}{plan.Revision, plan.Status, changes[:len(changes)-more], more}
}
