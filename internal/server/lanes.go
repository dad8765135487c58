package server

import (
	"net/http"

	"headway"
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
	free            map[string]bool // streams, which end by themselves, and the sign of life
	ordinary, saved chan struct{}
	fail            auth.Fail
}

func newLanes(table *auth.Table, mux *http.ServeMux, fail auth.Fail) *lanes {
	l := &lanes{
		next: mux, mux: mux, fail: fail, vital: map[string]bool{}, free: map[string]bool{"GET /p/{programme}/live": true, alive: true},
		ordinary: make(chan struct{}, ordinaryLane), saved: make(chan struct{}, vitalLane),
	}
	for _, r := range table.Routes() {
		switch r.Policy {
		case headway.ViewProgramme, headway.DecideRelease, headway.StopDeployment, headway.Anybody:
			l.vital[r.Pattern] = true
		}
	}
	return l
}

// ServeHTTP sheds a request when its lane is full.
func (l *lanes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, pattern := l.mux.Handler(r)
	if pattern == "" {
		l.unrouted(w, r, h)
		return
	}
	if l.free[pattern] {
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
		l.fail(w, r, headway.Errorf(headway.Unavailable, "the server has too much to do now").WithHint("try again in two seconds"))
	}
}

// unrouted answers a request that no route takes. The mux tells why (no such
// path, or other methods are allowed there) only by what it would answer.
func (l *lanes) unrouted(w http.ResponseWriter, r *http.Request, why http.Handler) {
	p := &probe{header: http.Header{}}
	why.ServeHTTP(p, r)
	switch p.status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", p.header.Get("Allow"))
		l.fail(w, r, headway.Errorf(headway.NotFound, "%s is not served at %s", r.Method, r.URL.Path).WithHint("allowed: %s", p.header.Get("Allow")))
	case http.StatusNotFound:
		l.fail(w, r, headway.NotFoundf("there is nothing at %s", r.URL.Path))
	default:
		why.ServeHTTP(w, r) // a redirect to the cleaned path
	}
}

// probe keeps the status and header of an answer and drops its body.
type probe struct {
	header http.Header
	status int
}

// Header gives the header to be filled.
func (p *probe) Header() http.Header { return p.header }

// WriteHeader keeps the status.
func (p *probe) WriteHeader(status int) { p.status = status }

// Write drops the body.
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
