package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
)

// maxWaiver is how long a waiver may hold.
const maxWaiver = 90 * 24 * time.Hour

// WaiveCriterion lifts one criterion of the gate for one candidate, for a time.
type WaiveCriterion struct {
	Team, Version, Candidate string // as of AddEvidence
	Criterion                string // key
	Role                     headway.Role
	Reason                   string
	Expires                  time.Time
	Freezes                  []string // keys, of a freeze; empty: those that stand in the way now
}

// WaiveCriterion lifts a criterion, by a person in a role that the criterion
// names, with a reason and an end.
func (a *App) WaiveCriterion(ctx context.Context, by headway.Actor, programme string, in WaiveCriterion) (headway.Waiver, error) {
	var w headway.Waiver
	if err := headway.CheckText("reason", in.Reason, 2000); err != nil {
		return w, err
	}
	err := a.changeIn(ctx, by, programme, headway.WaiveCriterion, func(c *change, p headway.Programme) error {
		if !in.Expires.After(c.now) || in.Expires.After(c.now.Add(maxWaiver)) {
			return headway.Invalidf("expires", "a waiver ends after now and within 90 days").WithHint("name a day soon after the planned deployment")
		}
		to, err := c.look().target(ctx, p, AddEvidence{Team: in.Team, Version: in.Version, Candidate: in.Candidate})
		if err != nil {
			return err
		}
		if to.Candidate.State != headway.CandidateShelved || to.Release.State.InProduction() {
			return headway.Conflictf("%s is %s: there is nothing left to waive", to.Candidate.Name, to.Candidate.State)
		}
		k, err := c.criterion(ctx, p, to.Release, in.Criterion)
		if err != nil {
			return err
		}
		w = headway.Waiver{
			ID: a.newID(), CandidateID: to.Candidate.ID, Criterion: k.Key, Role: in.Role, By: by.UserID, ByName: by.Name,
			Reason: in.Reason, At: c.now, ExpiresAt: in.Expires,
		}
		if w.Role, err = roleToWaive(c.by, p, k, in.Role); err != nil {
			return err
		}
		if w.Freezes, err = c.freezesToLift(ctx, p, to.Release, k, in.Freezes); err != nil {
			return err
		}
		if err := c.AddWaiver(ctx, w); err != nil {
			return err
		}
		text := fmt.Sprintf("%q was waived for %s by the %s until %s: %s", liftedTitle(k, w.Freezes), to.Candidate.Name, w.Role.Name(), w.ExpiresAt.Format(time.DateOnly), headway.Shorten(w.Reason, 200))
		return c.record(ctx, p.ID, CriterionWaived, to.Release.ID, text, map[string]any{"waiver": w.ID, "criterion": k.Key, "freezes": w.Freezes, "candidate": to.Candidate.ID, "role": w.Role, "expires": w.ExpiresAt})
	})
	return w, err
}

// criterion finds a criterion of the gate that a release has to pass.
func (c *change) criterion(ctx context.Context, p headway.Programme, r headway.Release, key string) (headway.Criterion, error) {
	gate, err := gateOf(ctx, c.Q, p, r.ID)
	if err != nil {
		return headway.Criterion{}, err
	}
	i := slices.IndexFunc(gate.Criteria, func(k headway.Criterion) bool { return k.Key == key })
	if i < 0 {
		return headway.Criterion{}, headway.NotFoundf("the gate has no criterion %q", headway.Shorten(key, 80)).At("criterion")
	}
	return gate.Criteria[i], nil
}

// roleToWaive gives the role that a person waives in: the one named, or the
// first of theirs that may.
func roleToWaive(by headway.Actor, p headway.Programme, k headway.Criterion, named headway.Role) (headway.Role, error) {
	if len(k.WaivedBy) == 0 {
		return "", headway.Errorf(headway.Forbidden, "nobody may waive %q", k.Title).WithHint("the gate names no role for it; %s may change the gate", headway.OrOf(headway.RolesThatMay(headway.EditProgramme)))
	}
	for _, r := range by.RolesIn(p.ID) {
		if k.MayWaive(r) && (named == "" || named == r) {
			return r, nil
		}
	}
	return "", headway.Errorf(headway.Forbidden, "you hold none of the roles that may waive %q", k.Title).WithHint("it takes somebody who is %s", headway.OrOf(k.WaivedBy))
}
