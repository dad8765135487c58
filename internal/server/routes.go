package server

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"

	"headway"
	"headway/internal/api"
	"headway/internal/auth"
	"headway/internal/web"
)

// alive is the route by which whoever watches the process sees whether it
// answers: without the database, and however much waits for it.
const alive = "GET /livez"

// Table gives all routes of an instance, and how to answer what none of them takes.
func (i *Instance) Table(m *metrics, firstRun headway.Secret, closing <-chan struct{}) (*auth.Table, auth.Fail, error) {
	table := &auth.Table{}
	spec, err := api.Add(table, i.App, Version)
	if err != nil {
		return nil, nil, err
	}
	site, err := web.Add(table, i.App, web.Options{
		FirstRunToken: firstRun, Style: i.Config.Style, Secure: strings.HasPrefix(i.Config.PublicURL, "https://"), Spec: spec, Log: i.log,
	})
	if err != nil {
		return nil, nil, err
	}
	plain := func(pattern string, policy headway.Action, h auth.Handler) {
		table.Add(auth.Route{Pattern: pattern, Policy: policy, Handler: h, Fail: api.Fail})
	}
	table.Add(auth.Route{Pattern: alive, Policy: headway.Anybody, Unasked: true, Fail: api.Fail, Handler: func(w http.ResponseWriter, _ *http.Request) error {
		return answer(w, "alive")
	}})
	plain("GET /readyz", headway.Anybody, func(w http.ResponseWriter, r *http.Request) error {
		if err := i.store.Ping(r.Context()); err != nil {
			return headway.Errorf(headway.Unavailable, "the database does not answer").Because(err)
		}
		return answer(w, "ready")
	})
	plain("GET /metrics", headway.ReadMetrics, func(w http.ResponseWriter, r *http.Request) error {
		m.handler.ServeHTTP(w, r)
		return nil
	})
	plain("GET /p/{programme}/live", headway.ViewProgramme, i.hub.Route(i.App.ProgrammeID, closing))
	return table, func(w http.ResponseWriter, r *http.Request, err error) {
		if strings.HasPrefix(r.URL.Path, "/api/") || strings.Contains(r.Header.Get("Accept"), "json") {
			api.Fail(w, r, err)
			return
		}
		site.Fail(w, r, err)
	}, nil
}

func answer(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(text + "\n")) // fails only when the client has gone
	return nil
}

func (i *Instance) handler(ctx context.Context, closing <-chan struct{}) (http.Handler, error) {
	m := newMetrics()
	firstRun, err := i.firstRun(ctx)
	if err != nil {
		return nil, err
	}
	table, fail, err := i.Table(m, firstRun, closing)
	if err != nil {
		return nil, err
	}
	mux, err := table.Mux(i.App)
	if err != nil {
		return nil, err
	}
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fail(w, r, headway.Errorf(headway.Forbidden, "the request came from another site").WithHint("open Headway itself and try again there"))
	}))
	trusted, err := i.Config.Proxies()
	if err != nil {
		return nil, err
	}
	return behindProxies(edge(guard.Handler(newLanes(table, mux, fail)), i.log, m, mux), trusted), nil
}

// firstRun draws the one-time token of the first-run page and prints where to
// use it; an instance with an administrator has none.
func (i *Instance) firstRun(ctx context.Context) (headway.Secret, error) {
	needed, err := i.App.NeedsBootstrap(ctx)
	if err != nil || !needed {
		return headway.Secret{}, err
	}
	token := rand.Text()
	base := i.Config.PublicURL
	if base == "" {
		base = "http://" + i.Config.Listen
	}
	i.log.Warn("no administrator yet: open this address once to make one", "url", base+"/first-run?token="+token)
	return headway.NewSecret(token), nil
}
