package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"headway"
)

// GiveVerdict is one person's verdict on a go/no-go, by the digest that was seen.
type GiveVerdict struct {
	Decision string // id
	Digest   string
	Note     string       // of a rejection: the reason
	As       headway.Role // the role to count for, of a person with several; empty: the first that is missing
}

// ApproveDecision gives an approval. The last one that is missing decides go,
// if the gate passes at that moment; otherwise the go/no-go stays open and its
// view says what is missing.
func (a *App) ApproveDecision(ctx context.Context, by headway.Actor, programme string, in GiveVerdict) (DecisionView, error) {
	return a.giveVerdict(ctx, by, programme, in, headway.Approve)
}

// RejectDecision rejects with a reason: that is final for the digest.
func (a *App) RejectDecision(ctx context.Context, by headway.Actor, programme string, in GiveVerdict) (DecisionView, error) {
	return a.giveVerdict(ctx, by, programme, in, headway.Reject)
}

func (a *App) giveVerdict(ctx context.Context, by headway.Actor, programme string, in GiveVerdict, verdict headway.ApprovalVerdict) (DecisionView, error) {
	var stale error
	err := a.changeIn(ctx, by, programme, headway.DecideRelease, func(c *change, p headway.Programme) error {
		stale = nil
		d, err := c.Decision(ctx, p.ID, in.Decision)
		if err != nil {
			return err
		}
		if !d.State.Terminal() {
			// Every change of what is decided on voids the go/no-go in its own
			// transaction; this is the net under those that did not.
			if stale, err = c.voidIfStale(ctx, p, d); err != nil || stale != nil {
				return err
			}
		}
		return c.takeVerdict(ctx, p, d, in, verdict)
	})
	if err == nil {
		err = stale
	}
	if err != nil {
		return DecisionView{}, err
	}
	return a.DecisionView(ctx, by, programme, in.Decision)
}

// voidIfStale voids a go/no-go whose snapshot is no longer what would be deployed.
func (c *change) voidIfStale(ctx context.Context, p headway.Programme, d headway.Decision) (stale, err error) {
	why, err := staleReason(ctx, c.Q, p, d)
	if err != nil || why == "" {
		return nil, err
	}
	if _, err := c.voidDecisions(ctx, p, d.ReleaseID, why); err != nil {
		return nil, err
	}
	return headway.Conflictf("what was to be approved has changed: %s", why).WithHint("the go/no-go is void: open a new one"), nil
}

func (c *change) takeVerdict(ctx context.Context, p headway.Programme, d headway.Decision, in GiveVerdict, verdict headway.ApprovalVerdict) error {
	if len(in.Note) > 4000 {
		return headway.Invalidf("note", "a note has at most 4,000 characters")
	}
	if verdict == headway.Reject && strings.TrimSpace(in.Note) == "" {
		return headway.Invalidf("note", "a rejection needs a reason")
	}
	if c.by.UserID == "" {
		return headway.Errorf(headway.Forbidden, "only people decide").WithHint("it takes somebody who is signed in, or their own token")
	}
	var err error
	if d.Excluded, err = excludedNow(ctx, c.Q, d); err != nil {
		return err
	}
	given, err := c.Approvals(ctx, d.ID)
	if err != nil {
		return err
	}
	role, err := roleOfVerdict(d, c.by, given, in, verdict)
	if err != nil {
		return err
	}
	said := headway.Approval{
		ID: c.app.newID(), DecisionID: d.ID, Digest: in.Digest, Role: role, UserID: c.by.UserID, Name: c.by.Name,
		Verdict: verdict, Note: in.Note, At: c.now,
	}
	if err := c.AddApproval(ctx, said); err != nil {
		return err
	}
	verb := map[headway.ApprovalVerdict]string{headway.Approve: "approved", headway.Reject: "rejected"}[verdict]
	if err := c.record(ctx, p.ID, DecisionApproval, d.ReleaseID, fmt.Sprintf("%s %s as %s", c.by.Name, verb, role.Name()),
		map[string]any{"decision": d.ID, "digest": in.Digest, "verdict": verdict, "role": role, "note": in.Note}); err != nil {
		return err
	}
	given = append(given, said)
	if verdict == headway.Reject {
		return c.closeDecision(ctx, p, d, headway.DecisionNoGo, given)
	}
	return c.settleDecision(ctx, p, d, given)
}

// roleOfVerdict tells for which role a verdict counts. A rejection is taken of
// anybody whose role is asked for, also when enough of that role have approved.
func roleOfVerdict(d headway.Decision, by headway.Actor, given []headway.Approval, in GiveVerdict, verdict headway.ApprovalVerdict) (headway.Role, error) {
	roles := by.RolesIn(d.ProgrammeID)
	open, err := d.MayApprove(by.UserID, in.Digest, roles, given)
	if err == nil {
		return chosenRole(open, in.As)
	}
	if verdict == headway.Approve || d.State != headway.DecisionOpen || in.Digest != d.Digest {
		return "", err
	}
	if slices.ContainsFunc(given, func(a headway.Approval) bool { return a.UserID == by.UserID }) || slices.Contains(d.Excluded, by.UserID) {
		return "", err
	}
	for _, rule := range d.Rules {
		if slices.Contains(roles, rule.Role) {
			return rule.Role, nil
		}
	}
	return "", err
}

// chosenRole gives the role that was named, or the first.
func chosenRole(open []headway.Role, named headway.Role) (headway.Role, error) {
	if named == "" {
		return open[0], nil
	}
	if !slices.Contains(open, named) {
		return "", headway.Errorf(headway.Forbidden, "your verdict cannot count for the role %s", headway.Shorten(string(named), 40)).
			At("as").WithHint("it may count for: %s", joinRoles(open))
	}
	return named, nil
}
