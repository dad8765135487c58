package demo

import (
	"context"
	"time"

	"headway"
	"headway/internal/app"
)

// tooEarly asks to deploy two days after the sprint, below the minimum gap, and
// is refused.
func (f *filler) tooEarly(ctx context.Context, s *story) error {
	f.day(s, 1, 8)
	from := f.clock.Add(34 * time.Hour)
	d, err := f.app.OpenDecision(ctx, f.actors[headway.ReleaseManager], Key, app.OpenDecision{Team: s.team, Version: s.r.Version, From: from})
	if err != nil {
		return err
	}
	f.at(f.clock.Add(time.Hour))
	_, err = f.app.RejectDecision(ctx, f.actors[headway.Operations], Key, app.GiveVerdict{
		Decision: d.ID, Digest: d.Digest, Note: "Two working days after the sprint: nothing has been proved on the finished whole, and nobody has rehearsed the way back",
	})
	return err
}

// decisions opens the go/no-go of a release that is nearly through; operations
// has approved, the product owner is still to look.
func (f *filler) decisions(ctx context.Context) error {
	s := f.told["platform/0"]
	f.at(f.now.Add(-3 * time.Hour))
	d, err := f.app.OpenDecision(ctx, f.actors[headway.ReleaseManager], Key, app.OpenDecision{Team: s.team, Version: s.r.Version})
	if err != nil {
		return err
	}
	f.at(f.now.Add(-2 * time.Hour))
	_, err = f.app.ApproveDecision(ctx, f.actors[headway.Operations], Key, app.GiveVerdict{
		Decision: d.ID, Digest: d.Digest, Note: "Fine with us once the load test is in: it runs this week",
	})
	f.at(f.now)
	return err
}
