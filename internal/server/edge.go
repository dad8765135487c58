package server

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"headway"
	"headway/internal/api"
	"headway/internal/reqid"
)

const (
	answerTime = 60 * time.Second // for an ordinary request, from its header to the end of its answer
	// contentPolicy allows our own files and nothing inline.
	contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)

// metrics are the figures of one instance.
type metrics struct {
	handler  http.Handler
	requests *prometheus.HistogramVec
}

func newMetrics() *metrics {
	reg := prometheus.NewRegistry()
	m := &metrics{requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "headway_http_request_seconds", Help: "Time from request to answer by route and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "status"})}
	reg.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.handler = promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
	return m
}

// recorder notes the status of an answer.
type recorder struct {
	http.ResponseWriter
	ctx    context.Context //nolint:containedctx // of the request that is answered
	status int
}

// WriteHeader notes the status. An answer that comes after its deadline ends the
// connection: net/http keeps the context of a connection whose read deadline has
// passed cancelled, so that every later request on it would be given up at once.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
		if r.ctx.Err() != nil {
			r.Header().Set("Connection", "close")
		}
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write notes that an answer without a status is a 200.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// edge is what every request passes first: id, deadlines, security headers,
// log, metrics, and a net under panics.
func edge(next http.Handler, log *slog.Logger, m *metrics, mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := uuid.NewString()
		r = r.WithContext(reqid.With(r.Context(), id))
		rec := &recorder{ResponseWriter: w, ctx: r.Context()}
		rc := http.NewResponseController(w)
		_ = rc.SetReadDeadline(start.Add(answerTime))  // not supported by test recorders
		_ = rc.SetWriteDeadline(start.Add(answerTime)) // streams set their own
		h := w.Header()
		h.Set("X-Request-ID", id)
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		defer func() {
			if p := recover(); p != nil {
				log.ErrorContext(r.Context(), "panic", "request_id", id, "panic", p, "stack", string(debug.Stack()))
				if rec.status == 0 {
					api.Fail(rec, r, headway.Errorf(headway.Internal, "something went wrong on our side").WithHint("tell the administrator the request id %s", id))
				}
			}
			_, route := mux.Handler(r)
			took := time.Since(start)
			m.requests.WithLabelValues(route, strconv.Itoa(rec.status)).Observe(took.Seconds())
			log.DebugContext(r.Context(), "request", "request_id", id, "method", r.Method, "route", route, "status", rec.status, "ms", took.Milliseconds())
		}()
		next.ServeHTTP(rec, r)
	})
}
