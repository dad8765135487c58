package app

import (
	"context"
	"fmt"

	"headway"
	"headway/internal/store"
)

// KeepScenario asks to keep a what-if under a name.
type KeepScenario struct {
	Key     string // empty: made of the name
	Name    string
	Note    string
	Changes headway.WhatIf
}

// KeepScenario plans a what-if and keeps it under a name. The plan is computed
// outside of the transaction; a scenario of the same key is a Conflict.
func (a *App) KeepScenario(ctx context.Context, by headway.Actor, programme string, in KeepScenario) (headway.Scenario, error) {
	s := headway.Scenario{ID: a.newID(), Key: in.Key, Name: headway.PlainText(in.Name), Note: in.Note, Changes: in.Changes, By: by.UserID, ByName: by.Name}
	if s.Key == "" {
		s.Key = keyOf(s.Name)
	}
	if err := s.Check(); err != nil {
		return s, err
	}
	v, err := a.PreviewPlan(ctx, by, programme, in.Changes)
	if err != nil {
		return s, err
	}
	s.Changes, s.Plan = v.Tried, v.Plan
	err = a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) error {
		s.ProgrammeID, s.At, s.Version = p.ID, c.now, 1
		all, err := c.Scenarios(ctx, p.ID)
		if err != nil {
			return err
		}
		if len(all) >= headway.ScenarioLimit {
			return headway.Errorf(headway.TooLarge, "a programme keeps at most %d scenarios", headway.ScenarioLimit).WithHint("remove one first")
		}
		for _, o := range all {
			if o.Key == s.Key {
				return headway.Conflictf("there is a scenario %q already", s.Key).At("name").WithHint("choose another name")
			}
		}
		if err := c.AddScenario(ctx, s); err != nil {
			return err
		}
		text := fmt.Sprintf("%s kept the scenario %q: %d changes", by.Name, s.Name, s.Changes.Count())
		return c.record(ctx, p.ID, ScenarioKept, s.ID, text, map[string]any{"key": s.Key, "changes": s.Changes})
	})
	return s, err
}

// keyOf makes a key of a name: letters and digits of ASCII, hyphens between.
func keyOf(name string) string {
	var b []byte
	for _, r := range name {
		switch {
		case r >= 'A' && r <= 'Z':
			b = append(b, byte(r-'A'+'a'))
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b = append(b, byte(r))
		case len(b) > 0 && b[len(b)-1] != '-':
			b = append(b, '-')
		}
		if len(b) >= 40 {
			break
		}
	}
	for len(b) > 0 && b[len(b)-1] == '-' {
		b = b[:len(b)-1]
	}
	if len(b) == 0 || b[0] >= '0' && b[0] <= '9' {
		return "scenario-" + string(b)
	}
	return string(b)
}

// SolveScenario plans a kept scenario anew from the facts of today.
func (a *App) SolveScenario(ctx context.Context, by headway.Actor, programme, key string) (headway.Scenario, error) {
	s, err := a.scenario(ctx, by, programme, key)
	if err != nil {
		return s, err
	}
	v, err := a.PreviewPlan(ctx, by, programme, s.Changes)
	if err != nil {
		return s, err
	}
	s.Plan = v.Plan
	err = a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) error {
		s.At = c.now
		if err := c.PutScenario(ctx, s); err != nil {
			return err
		}
		s.Version++
		return c.record(ctx, p.ID, ScenarioSolved, s.ID, fmt.Sprintf("%s planned the scenario %q anew", by.Name, s.Name), map[string]any{"key": s.Key, "revision": s.Plan.Revision})
	})
	return s, err
}

// TakeScenario makes the changes of a scenario facts, as far as planning can:
// a scenario that needs people, windows or environments is refused, with what to do.
func (a *App) TakeScenario(ctx context.Context, by headway.Actor, programme, key string) (headway.Scenario, error) {
	var s headway.Scenario
	err := a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) (err error) {
		if s, err = c.Scenario(ctx, p.ID, key); err != nil {
			return err
		}
		if !s.TakenAt.IsZero() {
			return headway.Conflictf("the scenario %q was taken already", s.Name)
		}
		if err := c.take(ctx, p, TakeChanges{Changes: s.Changes, Scenario: s.Key}); err != nil {
			return err
		}
		s.TakenAt = c.now
		if err := c.PutScenario(ctx, s); err != nil {
			return err
		}
		s.Version++
		return nil
	})
	return s, err
}

// RemoveScenario forgets a scenario.
func (a *App) RemoveScenario(ctx context.Context, by headway.Actor, programme, key string) error {
	return a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) error {
		s, err := c.Scenario(ctx, p.ID, key)
		if err != nil {
			return err
		}
		if _, err := c.Tx.RemoveScenario(ctx, p.ID, key); err != nil {
			return err
		}
		return c.record(ctx, p.ID, ScenarioRemoved, s.ID, fmt.Sprintf("%s removed the scenario %q", by.Name, s.Name), map[string]any{"key": s.Key})
	})
}

func (a *App) scenario(ctx context.Context, by headway.Actor, programme, key string) (s headway.Scenario, err error) {
	err = a.lookIn(ctx, by, programme, headway.EditPlan, func(q store.Q, p headway.Programme) (err error) {
		s, err = q.Scenario(ctx, p.ID, key)
		return err
	})
	return s, err
}
