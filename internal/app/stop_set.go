package app

import (
	"context"
	"strings"

	"headway"
)

// SetStop sets the emergency stop of a programme: what is being deployed
// stops, and nothing starts until it is lifted.
func (a *App) SetStop(ctx context.Context, by headway.Actor, programme, reason string) (headway.Stop, error) {
	var s headway.Stop
	err := a.changeIn(ctx, by, programme, headway.StopDeployment, func(c *change, p headway.Programme) (err error) {
		if s, err = c.newStop(p.ID, reason); err != nil {
			return err
		}
		set, err := c.SetStop(ctx, s)
		if err != nil {
			return err
		}
		if !set {
			return headway.Conflictf("the emergency stop is set already")
		}
		if err := c.stopAll(ctx, p, s); err != nil {
			return err
		}
		return c.record(ctx, p.ID, EmergencyStop, p.ID, c.by.Name+" set the emergency stop: "+s.Reason, nil)
	})
	return s, err
}

// SetInstanceStop sets the emergency stop of the whole instance.
func (a *App) SetInstanceStop(ctx context.Context, by headway.Actor, reason string) (headway.Stop, error) {
	var s headway.Stop
	if err := by.RefusalOnInstance(headway.ManageUsers); err != nil {
		return s, err
	}
	err := a.change(ctx, by, func(c *change) (err error) {
		if s, err = c.newStop("", reason); err != nil {
			return err
		}
		set, err := c.SetStop(ctx, s)
		if err != nil {
			return err
		}
		if !set {
			return headway.Conflictf("the emergency stop is set already")
		}
		all, err := c.Programmes(ctx)
		if err != nil {
			return err
		}
		for _, p := range all {
			if err := c.stopAll(ctx, p, s); err != nil {
				return err
			}
		}
		return c.record(ctx, "", EmergencyStop, "", c.by.Name+" set the emergency stop of the instance: "+s.Reason, nil)
	})
	return s, err
}

func (c *change) newStop(programmeID, reason string) (headway.Stop, error) {
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > 1000 {
		return headway.Stop{}, headway.Invalidf("reason", "a reason of 1–1,000 characters is needed")
	}
	return headway.Stop{ProgrammeID: programmeID, Reason: reason, By: c.by.UserID, ByName: c.by.Name, At: c.now}, nil
}

// stopAll stops the deployments of a programme that run.
func (c *change) stopAll(ctx context.Context, p headway.Programme, s headway.Stop) error {
	active, err := c.ActiveDeployments(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, dep := range active {
		if dep.State == headway.DeploymentStopped {
			continue
		}
		if _, err := c.stop(ctx, p, dep, "emergency stop by "+s.ByName+": "+s.Reason); err != nil {
			return err
		}
	}
	return nil
}

// LiftStop lifts the emergency stop of a programme. What was stopped stays
// stopped until somebody resumes it.
func (a *App) LiftStop(ctx context.Context, by headway.Actor, programme string) error {
	return a.changeIn(ctx, by, programme, headway.OpenDecision, func(c *change, p headway.Programme) error {
		lifted, err := c.LiftStop(ctx, p.ID)
		if err != nil {
			return err
		}
		if !lifted {
			return headway.Conflictf("the programme has no emergency stop").WithHint("one of the instance is lifted by its administrators")
		}
		return c.record(ctx, p.ID, EmergencyLifted, p.ID, c.by.Name+" lifted the emergency stop", nil)
	})
}

// LiftInstanceStop lifts the emergency stop of the whole instance.
func (a *App) LiftInstanceStop(ctx context.Context, by headway.Actor) error {
	if err := by.RefusalOnInstance(headway.ManageUsers); err != nil {
		return err
	}
	return a.change(ctx, by, func(c *change) error {
		lifted, err := c.LiftStop(ctx, "")
		if err != nil {
			return err
		}
		if !lifted {
			return headway.Conflictf("the instance has no emergency stop")
		}
		return c.record(ctx, "", EmergencyLifted, "", c.by.Name+" lifted the emergency stop of the instance", nil)
	})
}
