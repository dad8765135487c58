package demo

import (
	"context"
	"time"

	"headway"
	"headway/internal/app"
)

// soaked is the rule for what talks to card terminals.
func soaked() headway.Criterion {
	return headway.Criterion{
		Key: "soak", Title: "Two days on staging", Kind: headway.CriterionSoak, Soak: &headway.SoakRule{Environment: "staging", Hours: 48},
		When: "card-terminals", WaivedBy: []headway.Role{headway.ReleaseManager},
	}
}

// overrideSoak lifts that rule for a release that cannot wait for it.
func (f *filler) overrideSoak(ctx context.Context, s *story) error {
	_, err := f.app.OverrideGuard(ctx, f.actors[headway.ReleaseManager], Key, app.OverrideGuard{
		Team: s.team, Version: s.r.Version, Rule: "soak", Reason: "The card scheme's deadline is this week; the terminals were soaked with the candidate before",
	})
	return err
}

// places tells what was on the environments in the last weeks, and who has
// booked them: one booking ran into another candidate, two share the load lab,
// and its data are to be refreshed.
func (f *filler) places(ctx context.Context) error {
	by := f.actors[headway.Operations]
	day := func(days int, hour float64) time.Time {
		return f.now.Truncate(24*time.Hour).AddDate(0, 0, days).Add(time.Duration(hour * float64(time.Hour)))
	}
	there := func(days int, hour float64, environment, story string) error {
		f.at(day(days, hour))
		_, err := f.app.ReportEnvironment(ctx, by, Key, app.ReportEnvironment{Environment: environment, Team: f.told[story].team, Version: f.told[story].r.Version})
		return err
	}
	book := func(from, to time.Time, environment, story, purpose string, shared bool) error {
		_, err := f.app.BookEnvironment(ctx, by, Key, app.BookEnvironment{
			Environment: environment, Team: f.told[story].team, Version: f.told[story].r.Version, From: from, To: to, Purpose: purpose, Shared: shared,
		})
		return err
	}
	steps := []func() error{
		func() error { return there(-13, 8, "test", "platform/1") },
		func() error { return there(-12, 9, "staging", "payments/1") },
		func() error { return f.refresh(ctx, day(-10, 7), "staging", "web/1") },
		func() error { return there(-9, 8, "staging", "web/1") },
		func() error {
			return book(day(-9, 8), day(-6, 16), "staging", "web/1", "Acceptance by the shops", false)
		},
		func() error { return there(-8, 10, "test", "mobile/0") },
		func() error { return there(-7, 9, "staging", "mobile/1") },
		func() error { return there(-4, 9, "load", "platform/0") },
		func() error { return there(-3, 15, "test", "platform/0") },
		func() error { return there(-1, 10, "staging", "payments/0") },
		func() error { return book(day(-1, 10), day(1, 18), "staging", "payments/0", "Card terminals", false) },
		func() error {
			return book(day(1, 8), day(3, 16), "load", "platform/0", "Load with next year's volumes", true)
		},
		func() error {
			return book(day(2, 8), day(5, 12), "load", "mobile/0", "Push notifications at peak", true)
		},
		func() error {
			f.at(f.now)
			_, err := f.app.RefreshEnvironment(ctx, by, Key, app.RefreshEnvironment{Environment: "load", Team: f.told["mobile/0"].team, Version: f.told["mobile/0"].r.Version, DataGB: 140})
			return err
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	f.at(f.now)
	return nil
}

// refresh has an environment's data brought by a database administrator.
func (f *filler) refresh(ctx context.Context, begins time.Time, environment, story string) error {
	f.at(begins)
	by := f.actors[headway.Operations]
	asked, err := f.app.RefreshEnvironment(ctx, by, Key, app.RefreshEnvironment{Environment: environment, Team: f.told[story].team, Version: f.told[story].r.Version, DataGB: 130})
	if err != nil {
		return err
	}
	for _, to := range []headway.ItemState{headway.ItemDoing, headway.ItemDone} {
		if _, err := f.app.MoveItem(ctx, by, Key, app.MoveItem{ID: asked.ItemID, To: to}); err != nil {
			return err
		}
		f.at(f.clock.Add(3 * time.Hour))
	}
	return nil
}
