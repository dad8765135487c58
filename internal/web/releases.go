package web

import (
	"net/http"
	"net/url"

	"headway"
	"headway/internal/app"
)

// releasesView is one page of the list of releases.
type releasesView struct {
	app.ReleaseList
	Query app.ReleaseQuery
}

func (s *Site) releasesPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "releases", "Releases")
	if err != nil {
		return err
	}
	in := r.URL.Query()
	v := releasesView{Query: app.ReleaseQuery{Team: in.Get("team"), Series: in.Get("series"), State: headway.ReleaseState(in.Get("state")), After: in.Get("after"), Nearest: true}}
	if v.ReleaseList, err = s.app.ReleaseListView(r.Context(), p.actor, p.Programme.Key, v.Query); err != nil {
		return err
	}
	return p.show(releasesBody(p.Page, v))
}

func (v releasesView) next() string {
	out := url.Values{}
	for k, x := range map[string]string{"team": v.Query.Team, "series": v.Query.Series, "state": string(v.Query.State)} {
		if x != "" {
			out.Set(k, x)
		}
	}
	out.Set("after", v.Releases[len(v.Releases)-1].ID)
	return "?" + out.Encode()
}
