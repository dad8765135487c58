package app

import (
	"context"
	"fmt"

	"headway"
)

// CloseRelease ends hypercare: the release is closed and its gap measured.
func (a *App) CloseRelease(ctx context.Context, by headway.Actor, programme, team, version string) (headway.Release, error) {
	var r headway.Release
	err := a.changeIn(ctx, by, programme, headway.RunDeployment, func(c *change, p headway.Programme) (err error) {
		if _, r, err = teamRelease(ctx, c.Q, p, team, version); err != nil {
			return err
		}
		items, err := c.ItemsOf(ctx, p.ID, r.ID)
		if err != nil {
			return err
		}
		for _, i := range items {
			if i.Kind == headway.KindSupport && i.CandidateID != "" && i.State != headway.ItemDone && i.State != headway.ItemDropped {
				return headway.Conflictf("hypercare is not over: %q is %s", i.Title, i.State).WithHint("finish the item on the operations board first")
			}
		}
		if err := c.noOpenIncident(ctx, p, r); err != nil {
			return err
		}
		r.ClosedAt = c.now
		if err := c.moveRelease(ctx, &r, headway.ReleaseClosed); err != nil {
			return err
		}
		calendar, err := calendarOf(ctx, c.Q, p)
		if err != nil {
			return err
		}
		text, data := fmt.Sprintf("Release %s is closed", r.Version), map[string]any{"live_at": r.LiveAt}
		if !r.SprintEnd.IsZero() {
			days := calendar.WorkingDays(r.SprintEnd, r.LiveAt)
			text += fmt.Sprintf(" with a gap of %d working days", days)
			data["sprint_end"], data["gap_days"], data["band"] = r.SprintEnd, days, p.Gap.Band(days)
		}
		return c.record(ctx, p.ID, ReleaseClosed, r.ID, text, data)
	})
	return r, err
}

// noOpenIncident refuses to close a release that hurts production.
func (c *change) noOpenIncident(ctx context.Context, p headway.Programme, r headway.Release) error {
	open, err := c.Incidents(ctx, p.ID, headway.IncidentOpen, r.ID, 0, 1)
	if err != nil || len(open) == 0 {
		return err
	}
	return headway.Conflictf("hypercare is not over: %s, %q, is open", open[0].Name(), headway.Shorten(open[0].Title, 80)).WithHint("say what ended it first")
}
