package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"headway"
)

// voidDecisions ends the go/no-gos of a release that are open or stand at go,
// because what they decide on has changed; a release that was approved is being
// proved again. It gives their ids. A deployment under way stops before its
// next step.
func (c *change) voidDecisions(ctx context.Context, p headway.Programme, releaseID, reason string) ([]string, error) {
	all, err := c.DecisionsOf(ctx, p.ID, releaseID)
	if err != nil {
		return nil, err
	}
	var voided []string
	for _, d := range all {
		if d.State.Terminal() {
			continue
		}
		if err := c.voidDecision(ctx, p, d, reason); err != nil {
			return voided, err
		}
		voided = append(voided, d.ID)
	}
	r, err := c.Release(ctx, p.ID, releaseID)
	if err == nil && r.State == headway.ReleaseApproved {
		err = c.moveRelease(ctx, &r, headway.ReleaseProving)
	}
	return voided, err
}

func (c *change) voidDecision(ctx context.Context, p headway.Programme, d headway.Decision, reason string) error {
	given, err := c.Approvals(ctx, d.ID)
	if err != nil {
		return err
	}
	from := d.State
	d.State, d.ClosedAt, d.Reason, d.AskAgain = headway.DecisionVoid, c.now, reason, nil
	var spoke []string
	for _, a := range given {
		spoke = append(spoke, fmt.Sprintf("%s (%s)", a.Name, a.Role.Name()))
		d.AskAgain = append(d.AskAgain, fmt.Sprintf("%s (%s)", a.Name, a.Role))
	}
	moved, err := c.MoveDecision(ctx, from, d)
	if err != nil {
		return err
	}
	if !moved {
		return headway.Conflictf("the go/no-go has moved on meanwhile").WithHint("try again")
	}
	text := fmt.Sprintf("The go/no-go opened by %s is void: %s", d.OpenedByName, reason)
	if len(spoke) > 0 {
		text += "; to be asked again: " + strings.Join(spoke, ", ")
	}
	return c.record(ctx, p.ID, DecisionVoided, d.ReleaseID, text,
		map[string]any{"decision": d.ID, "digest": d.Digest, "reason": reason, "ask_again": d.AskAgain})
}

// VoidDecision takes back a go/no-go that is open or stands at go, with a reason.
func (a *App) VoidDecision(ctx context.Context, by headway.Actor, programme, id, reason string) (DecisionView, error) {
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > 4000 {
		return DecisionView{}, headway.Invalidf("reason", "a reason of 1–4,000 characters is needed")
	}
	err := a.changeIn(ctx, by, programme, headway.OpenDecision, func(c *change, p headway.Programme) error {
		d, err := c.Decision(ctx, p.ID, id)
		if err != nil {
			return err
		}
		if d.State.Terminal() {
			return headway.Conflictf("the go/no-go is %s, and that is final", d.State)
		}
		_, err = c.voidDecisions(ctx, p, d.ReleaseID, fmt.Sprintf("%s took it back: %s", c.by.Name, reason))
		return err
	})
	if err != nil {
		return DecisionView{}, err
	}
	return a.DecisionView(ctx, by, programme, id)
}

// voidWithout voids the go/no-gos in which a person spoke for a role that they
// no longer hold: nobody stands behind that word any more.
func (c *change) voidWithout(ctx context.Context, p headway.Programme, u headway.User, roles []headway.Role) error {
	live, err := c.LiveDecisions(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, d := range live {
		if _, err := c.DeploymentOfDecision(ctx, p.ID, d.ID); err == nil {
			continue // it is used: leaving stops no deployment
		}
		given, err := c.Approvals(ctx, d.ID)
		if err != nil {
			return err
		}
		for _, a := range given {
			if a.UserID != u.ID || slices.Contains(roles, a.Role) {
				continue
			}
			if _, err := c.voidDecisions(ctx, p, d.ReleaseID, fmt.Sprintf("%s, who approved as %s, no longer holds that role", u.Name, a.Role.Name())); err != nil {
				return err
			}
			break
		}
	}
	return nil
}
