package app

import (
	"context"
	"fmt"

	"headway"
)

// prepareMending ties a release to the one whose trouble in production it
// mends: a roll-forward is a release of its own.
func (l look) prepareMending(ctx context.Context, p headway.Programme, s *Shelved, name string) error {
	if name == "" {
		return nil
	}
	mended, err := l.releaseNamed(ctx, p, name)
	if err != nil {
		return err
	}
	if err := s.Release.MayMend(mended); err != nil {
		return err
	}
	if s.Release.Mends != mended.ID {
		s.Mended, s.Release.Mends = mended, mended.ID
	}
	return nil
}

// recordMending tells both releases.
func (c *change) recordMending(ctx context.Context, p headway.Programme, s *Shelved) error {
	if s.Mended.ID == "" {
		return nil
	}
	names := newReleaseNames(c.Q, p)
	mended, err := names.of(ctx, s.Mended.ID)
	if err != nil {
		return err
	}
	own := nameRelease(s.Team, s.Release)
	data := map[string]any{"mends": s.Mended.ID, "release": s.Release.ID}
	if err := c.record(ctx, p.ID, ReleaseMends, s.Release.ID, fmt.Sprintf("%s rolls %s forward", own, mended), data); err != nil {
		return err
	}
	return c.record(ctx, p.ID, ReleaseMends, s.Mended.ID, fmt.Sprintf("%s is rolled forward by %s", mended, own), data)
}
