package app

import (
	"context"
	"fmt"
	"strings"

	"headway"
)

// PublishPlan asks to make the draft the plan that holds.
type PublishPlan struct {
	Revision int64 // of the draft that was looked at
	Reason   string
}

// PublishPlan publishes the draft plan as the next baseline. It is refused when
// the draft is not the one that was looked at, when facts have changed since it
// was computed, and when it cannot hold.
func (a *App) PublishPlan(ctx context.Context, by headway.Actor, programme string, in PublishPlan) (headway.Plan, error) {
	var plan headway.Plan
	in.Reason = strings.TrimSpace(in.Reason)
	if n := len(in.Reason); n == 0 || n > 1000 {
		return plan, headway.Invalidf("reason", "a published plan needs a reason of 1–1,000 characters, this one has %d", n).
			WithHint("say why the plan changes, for those it hits")
	}
	err := a.changeIn(ctx, by, programme, headway.PublishPlan, func(c *change, p headway.Programme) error {
		draft, err := c.DraftPlan(ctx, p.ID)
		if err != nil {
			return err
		}
		if err := mayPublish(draft, p, in); err != nil {
			return err
		}
		before, err := maybePlan(c.BaselinePlan(ctx, p.ID))
		if err != nil {
			return err
		}
		plan = draft
		plan.ID, plan.Kind, plan.Number, plan.Reason = a.newID(), headway.PublishedPlan, before.Number+1, in.Reason
		plan.By, plan.ByName, plan.At = by.UserID, by.Name, c.now
		if err := c.AddPublishedPlan(ctx, plan); err != nil {
			return err
		}
		text := fmt.Sprintf("%s published release plan %d: %s", by.Name, plan.Number, in.Reason)
		return c.record(ctx, p.ID, PlanPublished, plan.ID, text, map[string]any{"number": plan.Number, "revision": plan.Revision, "reason": in.Reason})
	})
	return plan, err
}

func mayPublish(draft headway.Plan, p headway.Programme, in PublishPlan) error {
	if draft.Revision != in.Revision {
		return headway.Conflictf("the draft is of revision %d, you looked at %d", draft.Revision, in.Revision).
			WithHint("look at the new draft, then publish it")
	}
	if draft.Revision != p.Revision {
		return headway.Conflictf("facts have changed since the draft was computed").WithHint("wait a moment for the new draft, look at it, then publish it")
	}
	if draft.Status == planInfeasible {
		return headway.Conflictf("the draft is no plan: it cannot be kept").WithHint("solve what its findings name first")
	}
	for _, f := range draft.Findings {
		if f.Severity == severityClash {
			return headway.Conflictf("the draft cannot be kept: %s", f.Text).WithHint("solve the clash first")
		}
	}
	return nil
}
