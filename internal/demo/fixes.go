package demo

import (
	"context"
	"fmt"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
)

// fixes tells the commits of two teams: the mobile team carried its fix on to
// trunk, the platform team forgot the release that is under test.
func (f *filler) fixes(ctx context.Context) error {
	f.at(f.now.Add(-26 * time.Hour))
	var closed, proving headway.Release
	var mends int
	err := f.store.Read(ctx, func(q store.Q) error {
		platform, err := q.TeamByKey(ctx, f.p.ID, "platform")
		if err != nil {
			return err
		}
		for _, r := range []struct {
			at    *headway.Release
			state headway.ReleaseState
		}{{&closed, headway.ReleaseClosed}, {&proving, headway.ReleaseProving}} {
			found, err := q.Releases(ctx, f.p.ID, store.ReleaseFilter{TeamID: platform.ID, States: []headway.ReleaseState{r.state}, Limit: 1})
			if err != nil || len(found) == 0 {
				return fmt.Errorf("platform has no release that is %s: %w", r.state, err)
			}
			*r.at = found[0]
		}
		mobile, err := q.TeamByKey(ctx, f.p.ID, "mobile")
		if err != nil {
			return err
		}
		known, err := q.FixesOf(ctx, f.p.ID, mobile.ID)
		if len(known) > 0 {
			mends = known[0].Defect
		}
		return err
	})
	if err != nil {
		return err
	}
	fix := digest("platform token fix")[:40]
	told := []app.ReportFixes{
		{Team: "platform", Place: closed.Version, Commits: []app.ToldCommit{
			{SHA: digest("platform picked")[:40], PatchID: digest("token patch")[:40], Message: "Refuse tokens that have expired\n\n(cherry picked from commit " + fix + ")"},
		}},
		{Team: "platform", Place: headway.Trunk, Commits: []app.ToldCommit{
			{SHA: fix, PatchID: digest("token patch")[:40], Message: "Refuse tokens that have expired"},
			{SHA: digest("platform other")[:40], Message: "Name the queues after their teams"},
		}},
		{Team: "platform", Place: proving.Version, Commits: []app.ToldCommit{{SHA: digest("platform proving")[:40], Message: "Faster search"}}},
		{Team: "mobile", Place: headway.Trunk, Commits: []app.ToldCommit{{SHA: digest("mobile trunk")[:40], Message: fmt.Sprintf("Mend what the regression found\n\nFixes: D-%d", mends)}}},
	}
	for _, in := range told {
		f.at(f.clock.Add(time.Hour))
		if len(in.Commits) > 0 {
			in.Head = in.Commits[len(in.Commits)-1].SHA
		}
		if _, err := f.app.ReportFixes(ctx, f.actors[headway.Developer], Key, in); err != nil {
			return err
		}
	}
	return nil
}
