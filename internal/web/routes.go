package web

import (
	"net/http"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// Add puts all pages into the route table and gives the site, whose Fail
// answers what no route takes.
func Add(table *auth.Table, a *app.App, o Options) (*Site, error) {
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	ref, err := readReference(o.Spec)
	if err != nil {
		return nil, err
	}
	s := &Site{app: a, assets: files, reference: ref, Options: o}
	for _, r := range s.routes() {
		table.Add(auth.Route{Pattern: r.pattern, Policy: r.policy, Handler: s.limited(r.handler), Fail: s.Fail})
	}
	return s, nil
}

type route struct {
	pattern string
	policy  headway.Action
	handler auth.Handler
}

// routes is the site map.
func (s *Site) routes() []route {
	all := []route{
		{"GET /assets/{name}", headway.Anybody, s.assets.serve},
		{"GET /sign-in", headway.Anybody, s.signInPage},
		{"POST /sign-in", headway.Anybody, s.signIn},
		{"POST /sign-out", headway.Anybody, s.signOut},
		{"GET /first-run", headway.Anybody, s.firstRunPage},
		{"POST /first-run", headway.Anybody, s.firstRun},
		{"GET /api", headway.Anybody, s.referencePage},
		{"POST /theme", headway.Anybody, s.setTheme},

		{"GET /{$}", headway.SignedIn, s.homePage},

		{"GET /p/{programme}", headway.ViewProgramme, s.toPlan},
		{"GET /p/{programme}/plan", headway.ViewProgramme, s.planPage},
	}
	if s.Style {
		all = append(all, route{"GET /style", headway.Anybody, s.stylePage})
	}
	return all
}

// limited bounds the body of a form before anything reads it.
func (s *Site) limited(next auth.Handler) auth.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, formLimit)
			if err := r.ParseForm(); err != nil {
				return headway.Errorf(headway.TooLarge, "the form is larger than 1 MiB, or cannot be read")
			}
		}
		return next(w, r)
	}
}

func (s *Site) toPlan(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/p/"+r.PathValue("programme")+"/plan", http.StatusSeeOther)
	return nil
}
