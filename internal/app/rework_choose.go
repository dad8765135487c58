package app

import (
	"context"
	"fmt"

	"headway"
	"headway/internal/store"
)

// ChooseRework is the Product Owner's choice of what gives when a sprint's
// rework goes beyond its budget.
type ChooseRework struct {
	Team   string // key; its sprint that goes on
	Choice headway.ReworkChoice
	Reason string
}

// ChooseRework records what gives, and does it: defects that are no blockers are
// deferred, or the sprint's release is handed over later, which moves the plan.
// Which planned work leaves the sprint is the team's to say.
func (a *App) ChooseRework(ctx context.Context, by headway.Actor, programme string, in ChooseRework) (headway.ReworkBudget, error) {
	var b headway.ReworkBudget
	err := a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) error {
		if err := mayChoose(by, p); err != nil {
			return err
		}
		if err := by.Refusal(headway.TriageDefect, p.ID); in.Choice == headway.ReworkDefer && err != nil {
			return err
		}
		team, burn, err := c.burning(ctx, p, in.Team)
		if err != nil {
			return err
		}
		if b, err = burn.Budget.Choose(in.Choice, in.Reason, burn.Over()); err != nil {
			return err
		}
		b.ChosenByName, b.ChosenAt = c.by.Name, c.now
		if b.OverAt.IsZero() {
			b.OverAt = c.now
		}
		effect := ""
		switch b.Choice {
		case headway.ReworkDefer:
			b.Deferred, err = c.deferRework(ctx, p, burn, in.Reason)
		case headway.ReworkDate:
			b.Moved, effect, err = c.handOverLater(ctx, p, team, burn)
		}
		if err != nil {
			return err
		}
		if err := c.PutReworkBudget(ctx, b); err != nil {
			return err
		}
		text := fmt.Sprintf("Rework of %s beyond the budget of sprint %d: %s%s; %s", team.Name, b.Sprint, b.Choice.Says(), effect, headway.Shorten(oneLine(b.Reason), 200))
		return c.record(ctx, p.ID, ReworkChosen, team.ID, text, map[string]any{
			"team": team.Key, "sprint": b.Sprint, "choice": b.Choice, "reason": b.Reason, "release": b.Moved.ReleaseID, "deferred": b.Deferred,
		})
	})
	return b, err
}

// TakeReworkChoiceBack opens a choice again, with what it did: the release is
// handed over as before, and what was deferred is to be mended in this one.
func (a *App) TakeReworkChoiceBack(ctx context.Context, by headway.Actor, programme, teamKey string) (headway.ReworkBudget, error) {
	var b headway.ReworkBudget
	err := a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) error {
		if err := mayChoose(by, p); err != nil {
			return err
		}
		team, burn, err := c.burning(ctx, p, teamKey)
		if err != nil {
			return err
		}
		was := burn.Budget.Choice
		if was == "" {
			return headway.Conflictf("nothing was chosen for sprint %d of %s", burn.Sprint.Number, team.Name)
		}
		if b, err = c.undoChoice(ctx, p, *burn.Budget); err != nil {
			return err
		}
		if err := c.PutReworkBudget(ctx, b); err != nil {
			return err
		}
		text := fmt.Sprintf("The choice for the rework of %s in sprint %d is taken back: %s", team.Name, b.Sprint, was.Says())
		return c.record(ctx, p.ID, ReworkTakenBack, team.ID, text, map[string]any{"team": team.Key, "sprint": b.Sprint, "choice": was})
	})
	return b, err
}

func mayChoose(by headway.Actor, p headway.Programme) error {
	if by.Has(p.ID, headway.ProductOwner) {
		return nil
	}
	return headway.Errorf(headway.Forbidden, "what gives is the Product Owner's choice").WithHint("ask a product-owner of the programme")
}

// burning finds a team's sprint that goes on, with its budget.
func (c *change) burning(ctx context.Context, p headway.Programme, key string) (headway.Team, SprintBurn, error) {
	team, err := c.look().developmentTeam(ctx, p, key)
	if err != nil {
		return team, SprintBurn{}, err
	}
	r, err := c.reworkNow(ctx, p, team)
	if err != nil {
		return team, SprintBurn{}, err
	}
	if r.Current == nil || r.Current.Budget == nil {
		return team, SprintBurn{}, headway.Conflictf("%s has set no rework budget for a sprint that goes on", team.Name).WithHint("set one first")
	}
	return team, *r.Current, nil
}

// deferRework defers what could wait to the next release.
func (c *change) deferRework(ctx context.Context, p headway.Programme, b SprintBurn, reason string) ([]int, error) {
	var done []int
	for _, d := range deferrable(b) {
		if _, err := c.triage(ctx, p, TriageDefect{Number: d.Number, Decision: headway.TriageNextRelease, Reason: reason}); err != nil {
			return nil, err
		}
		done = append(done, d.Number)
	}
	if len(done) == 0 {
		return nil, headway.Conflictf("every open defect of sprint %d is a blocker: none can wait", b.Sprint.Number).At("choice").WithHint("choose scope or date")
	}
	return done, nil
}

// handOverLater moves the hand-over of the sprint's release by what the rework
// takes beyond its budget.
func (c *change) handOverLater(ctx context.Context, p headway.Programme, t headway.Team, b SprintBurn) (headway.ReworkMove, string, error) {
	none := headway.ReworkMove{}
	cast, err := castOf(ctx, c.Q, p)
	if err != nil {
		return none, "", err
	}
	v := ReworkTrade{Team: t, Burn: b, Over: b.Over()}
	v.weigh(cast, t)
	all, err := c.Releases(ctx, p.ID, store.ReleaseFilter{TeamID: t.ID, States: []headway.ReleaseState{headway.ReleasePlanned}})
	if err != nil {
		return none, "", err
	}
	if v.plan(all); v.Release.ID == "" {
		return none, "", headway.Conflictf("no release of sprint %d of %s is planned any more: there is none to hand over later", b.Sprint.Number, t.Name).
			At("choice").WithHint("choose scope or defer")
	}
	later, moved := v.Release.Later(v.Days, cast.Calendar)
	effect := fmt.Sprintf(", %s on %s", later.Version, headway.DateOf(moved.To.In(cast.Calendar.Zone)))
	return moved, effect, c.moveHandOver(ctx, later)
}

func (c *change) moveHandOver(ctx context.Context, r headway.Release) error {
	saved, err := c.SaveRelease(ctx, r, headway.ReleasePlanned)
	if err == nil && !saved {
		err = headway.Conflictf("release %s is not planned any more", r.Version).WithHint("look again: its candidate was shelved")
	}
	return err
}

// undoChoice undoes what the choice of a budget did, and opens it again.
func (c *change) undoChoice(ctx context.Context, p headway.Programme, b headway.ReworkBudget) (headway.ReworkBudget, error) {
	if m := b.Moved; m.ReleaseID != "" {
		r, err := c.Release(ctx, p.ID, m.ReleaseID)
		if err == nil {
			r, err = m.Undo(r)
		}
		if err != nil {
			return b, err
		}
		if err := c.moveHandOver(ctx, r); err != nil {
			return b, err
		}
	}
	for _, n := range b.Deferred {
		d, err := c.DefectByNumber(ctx, p.ID, n)
		if err != nil {
			return b, err
		}
		if d.State != headway.DefectDeferred {
			continue // somebody decided otherwise since
		}
		if _, err := c.triage(ctx, p, TriageDefect{Number: n, Decision: headway.TriageFixNow, Reason: "the choice to defer it was taken back"}); err != nil {
			return b, err
		}
	}
	return b.Reopen(), nil
}
