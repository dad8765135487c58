package server

import (
	"context"
	"net/http"

	"headway"
	"headway/internal/api"
	"headway/internal/auth"
)

// Table gives all routes of an instance.
func (i *Instance) Table(ctx context.Context, m *metrics, closing <-chan struct{}) (*auth.Table, error) {
	table := &auth.Table{}
	api.Add(table, i.App, Version)
	plain := func(pattern string, policy headway.Action, h auth.Handler) {
		table.Add(auth.Route{Pattern: pattern, Policy: policy, Handler: h, Fail: api.Fail})
	}
	plain("GET /livez", headway.Anybody, func(w http.ResponseWriter, _ *http.Request) error { return answer(w, "alive") })
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
	return table, nil
}

func answer(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(text + "\n")) // fails only when the client has gone
	return nil
}

func (i *Instance) handler(ctx context.Context, closing <-chan struct{}) (http.Handler, error) {
	m := newMetrics()
	table, err := i.Table(ctx, m, closing)
	if err != nil {
		return nil, err
	}
	mux, err := table.Mux(i.App)
	if err != nil {
		return nil, err
	}
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.Fail(w, r, headway.Errorf(headway.Forbidden, "the request came from another site").WithHint("open Headway itself and try again there"))
	}))
	return edge(guard.Handler(newLanes(table, mux, api.Fail)), i.log, m, mux), nil
}
