package server

import (
	"net/http"

	"headway"
	"headway/internal/api"
	"headway/internal/auth"
)

const (
	ordinaryLane = 128 // requests in flight
	vitalLane    = 256
)

// lanes bounds the requests in flight: the ordinary ones are shed first; to
// see, to approve and to stop have a lane of their own.
type lanes struct {
	next            http.Handler
	mux             *http.ServeMux
	vital           map[string]bool // by pattern
	streams         map[string]bool
	ordinary, saved chan struct{}
}

func newLanes(table *auth.Table, mux *http.ServeMux) *lanes {
	l := &lanes{next: mux, mux: mux, vital: map[string]bool{}, streams: map[string]bool{},
		ordinary: make(chan struct{}, ordinaryLane), saved: make(chan struct{}, vitalLane)}
	for _, r := range table.Routes() {
		switch r.Policy {
		case headway.ViewProgramme, headway.DecideRelease, headway.StopDeployment, headway.Anybody:
			l.vital[r.Pattern] = true
		}
	}
	l.streams["GET /p/{programme}/live"] = true
	return l
}

// ServeHTTP sheds a request when its lane is full.
func (l *lanes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, pattern := l.mux.Handler(r)
	if l.streams[pattern] {
		l.next.ServeHTTP(w, r)
		return
	}
	lane := l.ordinary
	if l.vital[pattern] {
		lane = l.saved
	}
	select {
	case lane <- struct{}{}:
		defer func() { <-lane }()
		l.next.ServeHTTP(w, r)
	default:
		api.Fail(w, r, headway.Errorf(headway.Unavailable, "the server has too much to do now").WithHint("try again in two seconds"))
	}
}
