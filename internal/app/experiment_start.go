package app

import (
	"context"
	"fmt"
	"strings"

	"headway"
)

// StartExperiment says what is tried against a cause of the gap.
type StartExperiment struct {
	Cause  headway.GapCause
	Who    string // skill; empty: all of the cause
	Change string
	Aim    float64 // working days a release
	Owner  string
}

// StartExperiment turns a cause of the gap into an experiment: what the cause
// took of the last releases is kept with it, to be compared with three releases later.
func (a *App) StartExperiment(ctx context.Context, by headway.Actor, programme string, in StartExperiment) (headway.Experiment, error) {
	var e headway.Experiment
	err := a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) error {
		last, err := c.LastExperiment(ctx, p.ID)
		if err != nil {
			return err
		}
		e = headway.Experiment{
			ID: a.newID(), ProgrammeID: p.ID, Number: int(last) + 1, Cause: in.Cause, Who: in.Who, Change: strings.TrimSpace(in.Change), Aim: in.Aim,
			Owner: strings.TrimSpace(in.Owner), State: headway.ExperimentRunning, StartedAt: c.now, StartedByName: by.Name,
		}
		if err := e.Check(); err != nil {
			return err
		}
		t, err := takenApart(ctx, c.Q, p, c.now, usualRetrospective)
		if err != nil {
			return err
		}
		if t.measured() == 0 {
			return headway.Conflictf("no finished release tells what its gap was spent on, so nothing could be compared").
				WithHint("start it after the first release that went through the operations board")
		}
		e.BaseDays, e.BaseReleases = t.mean(e.Cause, e.Who), t.measured()
		if err := c.AddExperiment(ctx, e); err != nil {
			return err
		}
		text := fmt.Sprintf("Experiment E-%d of %s against %s: %s", e.Number, e.Owner, causeText(e.Cause, e.Who), e.Change)
		return c.record(ctx, p.ID, ExperimentStarted, e.ID, text, map[string]any{"number": e.Number, "aim": e.Aim, "base_days": e.BaseDays})
	})
	return e, err
}

func causeText(c headway.GapCause, who string) string {
	if who == "" {
		return string(c)
	}
	return string(c) + " (" + who + ")"
}
