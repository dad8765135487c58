package app

import (
	"context"
	"fmt"
	"strings"

	"headway"
)

// ConcludeExperiment keeps the change of an experiment, or takes it back.
func (a *App) ConcludeExperiment(ctx context.Context, by headway.Actor, programme string, number int, keep bool, conclusion string) (headway.Experiment, error) {
	var e headway.Experiment
	err := a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) (err error) {
		if e, err = c.ExperimentByNumber(ctx, p.ID, number); err != nil {
			return err
		}
		if e, err = e.Concluded(keep, strings.TrimSpace(conclusion), c.now); err != nil {
			return err
		}
		still, err := c.CloseExperiment(ctx, e)
		if err != nil {
			return err
		}
		if !still {
			return headway.Conflictf("E-%d was concluded meanwhile", number)
		}
		text := fmt.Sprintf("Experiment E-%d is %s: %s", e.Number, e.State, e.Conclusion)
		return c.record(ctx, p.ID, ExperimentEnded, e.ID, text, map[string]any{"number": e.Number, "state": e.State})
	})
	return e, err
}
