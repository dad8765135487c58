package demo

import (
	"context"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
)

// hotfix repairs what the web shop's live release broke: proved within a day
// and going to production now, outside of any window, with two rules overridden.
func (f *filler) hotfix(ctx context.Context) error {
	broken := f.told["web/1"].r.Version
	s := &story{team: "web", hotfix: true, r: headway.Release{Version: strings.TrimSuffix(broken, ".0") + ".1"}}
	f.at(f.now.Add(-26 * time.Hour))
	if err := f.shelve(ctx, s, 1); err != nil {
		return err
	}
	open, err := f.items(ctx, s)
	if err != nil {
		return err
	}
	var last headway.BacklogItem // the deployment itself
	for _, i := range open {
		if i.Kind == headway.KindDeployment {
			last = i
		}
		if i.Kind == headway.KindDeployment || i.Activity == "watch" {
			continue
		}
		if err := f.finishItem(ctx, i); err != nil {
			return err
		}
	}
	for _, report := range []struct{ name, content string }{
		{"regression.xml", junit(f.random, s.team, 180, 0)}, {"load.jtl", jtl(f.random, s.team, 1)},
	} {
		if _, err := f.report(ctx, s, report.name, report.content); err != nil {
			return err
		}
	}
	for _, lift := range []app.OverrideGuard{
		{Rule: "minimum-gap", Reason: "A hot fix of forty lines; orders are lost while we wait"},
		{Rule: "window", Reason: "The next window is too far away: one order in three hundred is lost"},
	} {
		lift.Team, lift.Version = s.team, s.r.Version
		if _, err := f.app.OverrideGuard(ctx, f.actors[headway.ReleaseManager], Key, lift); err != nil {
			return err
		}
	}
	begins := f.now.Add(-50 * time.Minute)
	f.at(begins.Add(-time.Hour))
	d, err := f.decide(ctx, s, begins)
	if err != nil {
		return err
	}
	f.at(begins)
	dep, err := f.app.StartDeployment(ctx, f.actors[headway.Operations], Key, app.StartDeployment{Decision: d.ID, Digest: d.Digest})
	if err != nil {
		return err
	}
	if _, err := f.app.MoveItem(ctx, f.actors[headway.Operations], Key, app.MoveItem{ID: last.ID, To: headway.ItemDoing}); err != nil {
		return err
	}
	err = f.walk(ctx, dep, "", "migrate")
	f.at(f.now)
	return err
}
