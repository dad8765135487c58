package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"headway"
	"headway/internal/store"
)

// OverrideGuard lifts one guard of the gate for one release.
type OverrideGuard struct {
	Team, Version string // of the release
	Rule          string // key of the gate's criterion
	Role          headway.Role
	Reason        string
	Freezes       []string // keys, of a freeze; empty: those that stand in the way now
}

// OverrideGuard lifts a guard, by a person in a role that the gate names for
// it, with a reason. It voids nothing, and is shown until the release is closed.
func (a *App) OverrideGuard(ctx context.Context, by headway.Actor, programme string, in OverrideGuard) (headway.Override, error) {
	var o headway.Override
	if err := headway.CheckText("reason", in.Reason, 2000); err != nil {
		return o, err
	}
	err := a.changeIn(ctx, by, programme, headway.WaiveCriterion, func(c *change, p headway.Programme) error {
		_, r, err := teamRelease(ctx, c.Q, p, in.Team, in.Version)
		if err != nil {
			return err
		}
		if r.State.InProduction() {
			return headway.Conflictf("release %s is %s: there is nothing left to override", r.Version, r.State)
		}
		k, err := c.criterion(ctx, p, r, in.Rule)
		if err != nil {
			return err
		}
		if !k.Kind.IsGuard() {
			return headway.Invalidf("rule", "%q is no guard: it looks at what the candidate has shown", k.Title).WithHint("waive it for the candidate: headway waive %s", k.Key)
		}
		o = headway.Override{
			ID: a.newID(), ProgrammeID: p.ID, ReleaseID: r.ID, Rule: k.Key, By: by.UserID, ByName: by.Name, Reason: in.Reason, At: c.now,
		}
		if o.Role, err = roleToLift(c.by, p, k, in.Role); err != nil {
			return err
		}
		if o.Freezes, err = c.freezesToLift(ctx, p, r, k, in.Freezes); err != nil {
			return err
		}
		if err := c.AddOverride(ctx, o); err != nil {
			return err
		}
		text := fmt.Sprintf("%q was overridden for release %s by the %s: %s", liftedTitle(k, o.Freezes), r.Version, o.Role.Name(), headway.Shorten(o.Reason, 200))
		return c.record(ctx, p.ID, GuardOverridden, r.ID, text, map[string]any{"override": o.ID, "rule": k.Key, "freezes": o.Freezes, "role": o.Role, "reason": o.Reason})
	})
	return o, err
}

// liftedTitle names a rule with the freezes that are lifted of it.
func liftedTitle(k headway.Criterion, freezes []string) string {
	if len(freezes) == 0 {
		return k.Title
	}
	return k.Title + " (" + strings.Join(freezes, ", ") + ")"
}

// roleToLift gives the role that a person overrides a guard in.
func roleToLift(by headway.Actor, p headway.Programme, k headway.Criterion, named headway.Role) (headway.Role, error) {
	role, err := roleToWaive(by, p, k, named)
	if err == nil || len(k.WaivedBy) == 0 {
		return role, err
	}
	return "", headway.Errorf(headway.Forbidden, "you hold none of the roles that may override %q", k.Title).WithHint("it takes %s", headway.OrOf(k.WaivedBy))
}

// freezesToLift gives the freezes that a waiver or an override of a freeze criterion lifts:
// those named, or those that stand in the way of the release's go/no-go, or now.
func (c *change) freezesToLift(ctx context.Context, p headway.Programme, r headway.Release, k headway.Criterion, named []string) ([]string, error) {
	if k.Kind != headway.CriterionFreeze {
		if len(named) > 0 {
			return nil, headway.Invalidf("freezes", "%q is no freeze", k.Title).WithHint("leave the freezes out")
		}
		return nil, nil
	}
	span := headway.Interval{From: c.now, To: c.now.Add(planAhead)}
	all, err := c.DecisionsOf(ctx, p.ID, r.ID)
	if err != nil {
		return nil, err
	}
	target := ""
	way := headway.Interval{From: c.now, To: c.now.Add(1)}
	for _, d := range all {
		if !d.State.Terminal() {
			target, way = d.EnvironmentID, d.Span
		}
	}
	freezes, err := freezesFor(ctx, c.Q, p, r, target, span)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	var out []string
	for _, f := range freezes {
		known[f.Key] = true
		if len(named) == 0 && f.Span.Overlaps(way) && !slices.Contains(out, f.Key) {
			out = append(out, f.Key)
		}
	}
	for _, key := range named {
		if !known[key] {
			return nil, headway.Invalidf("freezes", "no freeze %q holds for this release from now on", headway.Shorten(key, 60)).WithHint("headway freeze list names them")
		}
		out = append(out, key)
	}
	if len(out) == 0 {
		return nil, headway.Conflictf("no freeze stands in the way now").WithHint("name the freeze that is to be lifted")
	}
	return out, nil
}

// WithdrawOverride takes an override back, with a reason. A deployment under
// way stops before its next step if it went by that override.
func (a *App) WithdrawOverride(ctx context.Context, by headway.Actor, programme, id, reason string) (headway.Override, error) {
	var o headway.Override
	if err := headway.CheckText("reason", reason, 2000); err != nil {
		return o, err
	}
	err := a.changeIn(ctx, by, programme, headway.WaiveCriterion, func(c *change, p headway.Programme) (err error) {
		if o, err = c.Override(ctx, p.ID, id); err != nil {
			return err
		}
		r, err := c.Release(ctx, p.ID, o.ReleaseID)
		if err != nil {
			return err
		}
		o.WithdrawnBy, o.WithdrawnByName, o.WithdrawnReason, o.WithdrawnAt = by.UserID, by.Name, reason, c.now
		held, err := c.Tx.WithdrawOverride(ctx, o)
		if err != nil {
			return err
		}
		if !held {
			return headway.Conflictf("this override has been withdrawn already")
		}
		text := fmt.Sprintf("The override of %s for release %s was withdrawn: %s", o.Rule, r.Version, headway.Shorten(reason, 200))
		return c.record(ctx, p.ID, OverrideWithdrawn, r.ID, text, map[string]any{"override": o.ID, "rule": o.Rule, "reason": reason})
	})
	return o, err
}

// OverridesView lists the overrides that stand in a programme, or all of one
// release, withdrawn ones too.
func (a *App) OverridesView(ctx context.Context, by headway.Actor, programme, team, version string) (out []OverrideView, err error) {
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		var all []headway.Override
		if team == "" {
			if all, err = q.StandingOverrides(ctx, p.ID); err != nil {
				return err
			}
		} else {
			_, r, err := teamRelease(ctx, q, p, team, version)
			if err != nil {
				return err
			}
			if all, err = q.Overrides(ctx, p.ID, r.ID); err != nil {
				return err
			}
		}
		out, err = viewOverrides(ctx, q, p, all)
		return err
	})
	return out, err
}

// OverrideView gives one override.
func (a *App) OverrideView(ctx context.Context, by headway.Actor, programme, id string) (v OverrideView, err error) {
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		o, err := q.Override(ctx, p.ID, id)
		if err != nil {
			return err
		}
		all, err := viewOverrides(ctx, q, p, []headway.Override{o})
		if err == nil {
			v = all[0]
		}
		return err
	})
	return v, err
}

// OverrideView is an override with the names of what it is about.
type OverrideView struct {
	headway.Override
	Title   string // of the rule
	Team    headway.Team
	Release headway.Release
}

func viewOverrides(ctx context.Context, q store.Q, p headway.Programme, all []headway.Override) ([]OverrideView, error) {
	if len(all) == 0 {
		return nil, nil
	}
	var out []OverrideView
	for _, o := range all {
		v := OverrideView{Override: o, Title: o.Rule}
		gate, err := gateOf(ctx, q, p, o.ReleaseID)
		if err != nil && headway.KindOf(err) != headway.NotFound {
			return nil, err
		}
		for _, k := range gate.Criteria {
			if k.Key == o.Rule {
				v.Title = k.Title
			}
		}
		if v.Release, err = q.Release(ctx, p.ID, o.ReleaseID); err != nil {
			return nil, err
		}
		if v.Team, err = q.Team(ctx, p.ID, v.Release.TeamID); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// overridesOf lists the overrides of a release for a page: until it is closed.
func overridesOf(ctx context.Context, q store.Q, p headway.Programme, r headway.Release) ([]OverrideView, error) {
	if r.State == headway.ReleaseClosed {
		return nil, nil
	}
	all, err := q.Overrides(ctx, p.ID, r.ID)
	if err != nil {
		return nil, err
	}
	return viewOverrides(ctx, q, p, all)
}
