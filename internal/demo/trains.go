package demo

import (
	"context"
	"fmt"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
)

// trains forms two: the checkout goes over two teams, and a third team's
// release has missed it and takes the next one.
func (f *filler) trains(ctx context.Context) error {
	versions, err := f.onTheirWay(ctx)
	if err != nil {
		return err
	}
	by := f.actors[headway.ReleaseManager]
	today := headway.DateOf(f.now)
	for _, t := range []app.PutTrain{
		{Key: "checkout", Name: "New checkout", Departs: today.AddDays(7), Criteria: []headway.Criterion{{
			Key: "load", Title: "Load with the new checkout", Kind: headway.CriterionLoad, Expr: []string{"p95 < 350ms"}, WaivedBy: []headway.Role{headway.ProductOwner},
		}}},
		{Key: "checkout-app", Name: "Checkout in the app", Departs: today.AddDays(21)},
	} {
		if _, err := f.app.AddTrain(ctx, by, Key, t); err != nil {
			return err
		}
	}
	for _, m := range []app.JoinTrain{{Train: "checkout", Team: "platform"}, {Train: "checkout", Team: "web"}, {Train: "checkout", Team: "mobile"}} {
		m.Version = versions[m.Team]
		if _, err := f.app.JoinTrain(ctx, by, Key, m); err != nil {
			return err
		}
	}
	_, _, err = f.app.MissTrain(ctx, by, Key, app.MissTrain{
		Team: "mobile", Version: versions["mobile"], Reason: "The regression found a blocker, and its fix is still being proved",
	})
	return err
}

// onTheirWay gives the version of each team that is on the shelf or being proved.
func (f *filler) onTheirWay(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	err := f.store.Read(ctx, func(q store.Q) error {
		for _, t := range teams {
			team, err := q.TeamByKey(ctx, f.p.ID, t.key)
			if err != nil {
				return err
			}
			found, err := q.Releases(ctx, f.p.ID, store.ReleaseFilter{TeamID: team.ID, States: []headway.ReleaseState{headway.ReleaseShelved, headway.ReleaseProving}, Limit: 1})
			if err != nil {
				return err
			}
			if len(found) > 0 {
				out[t.key] = found[0].Version
			}
		}
		return nil
	})
	for _, key := range []string{"platform", "web", "mobile"} {
		if err == nil && out[key] == "" {
			err = fmt.Errorf("team %s has nothing on its way", key)
		}
	}
	return out, err
}
