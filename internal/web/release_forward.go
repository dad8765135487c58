package web

import (
	"fmt"
	"net/url"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// mayRollForward tells whether a release is, or was to be, in production, so
// that its trouble can be mended by the next version.
func mayRollForward(v app.ReleaseStory) bool {
	return v.Release.State == headway.ReleaseLive || v.Release.State == headway.ReleaseRolledBack
}

// rollForwardHref leads to the form of the candidate that mends a release, with
// the next patch of its version.
func rollForwardHref(p ui.Page, v app.ReleaseStory) string {
	q := url.Values{}
	for _, t := range v.Teams {
		if t.ID == v.Release.TeamID {
			q.Set("team", t.Key)
			q.Set("mends", t.Key+"/"+v.Release.Version)
		}
	}
	if n, err := headway.ParseVersion(v.Release.Version); err == nil {
		q.Set("version", fmt.Sprintf("%d.%d.%d", n.Major, n.Minor, n.Patch+1))
	}
	return p.Programme.Path("/shelve?" + q.Encode())
}
