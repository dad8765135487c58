package server

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"headway"
	"headway/internal/live"
)

// pipes is a listener whose connections are made in memory, so that their
// deadlines follow the clock of a synctest bubble.
type pipes struct {
	next   chan net.Conn
	closed chan struct{}
}

// Accept gives the server's end of the next connection.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.next:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (p *pipes) Close() error { close(p.closed); return nil }

// Addr gives some address.
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// behindEdge serves a handler behind the edge, and gives a client that counts
// the connections that it opens.
func behindEdge(t *testing.T, mux *http.ServeMux) (client *http.Client, opened *int) {
	t.Helper()
	p := &pipes{next: make(chan net.Conn), closed: make(chan struct{})}
	srv := &http.Server{Handler: edge(mux, slog.New(slog.DiscardHandler), newMetrics(), mux), ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error)
	go func() { done <- srv.Serve(p) }()
	opened = new(int)
	transport := &http.Transport{MaxConnsPerHost: 1, DialContext: func(context.Context, string, string) (net.Conn, error) {
		*opened++
		mine, theirs := net.Pipe()
		p.next <- theirs
		return mine, nil
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := errors.Join(srv.Close(), <-done); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return &http.Client{Transport: transport}, opened
}

// eventLog is a log of events that grows.
type eventLog struct{ events []headway.Event }

// EventsAfter lists what is new.
func (l *eventLog) EventsAfter(_ context.Context, seq int64) ([]headway.Event, error) {
	return l.events[seq:], nil
}

// LastEvent gives where the log ends.
func (l *eventLog) LastEvent(context.Context) (int64, error) { return int64(len(l.events)), nil }

// TestALivePageStaysLive: an open page hears of changes for as long as it is
// open, not only as long as an ordinary request may take.
func TestALivePageStaysLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, hub := &eventLog{}, live.NewHub()
		ctx, cancel := context.WithCancel(context.Background())
		tick, done := make(chan time.Time), make(chan error)
		go func() { done <- hub.Run(ctx, log, tick) }()
		tick <- time.Time{}
		mux := http.NewServeMux()
		stream := hub.Route(func(context.Context, string) (string, error) { return "p1", nil }, ctx.Done())
		mux.HandleFunc("GET /live", func(w http.ResponseWriter, r *http.Request) {
			if err := stream(w, r); err != nil {
				t.Error(err)
			}
		})
		client, _ := behindEdge(t, mux)
		answer, err := client.Get("http://headway/live")
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Hour, func() {
			log.events = append(log.events, headway.Event{Seq: 1, ProgrammeID: "p1", Kind: "item.moved"})
			hub.Wake()
		})
		heard := bufio.NewScanner(answer.Body)
		for heard.Scan() && heard.Text() != "data: item" {
		}
		if heard.Text() != "data: item" {
			t.Errorf("the stream ended before: %v", heard.Err())
		}
		cancel()
		if err := errors.Join(answer.Body.Close(), <-done); err != nil {
			t.Error(err)
		}
	})
}

// TestAnAnswerAfterItsDeadlineEndsTheConnection: what is asked next must not
// suffer from it, and the answer itself still comes.
func TestAnAnswerAfterItsDeadlineEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mux := http.NewServeMux()
		mux.HandleFunc("GET /slow", func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			// The deadline for writing has passed as well; whoever takes longer sets his own.
			if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil {
				t.Error(err)
			}
			http.Error(w, "given up", http.StatusServiceUnavailable)
		})
		mux.HandleFunc("GET /quick", func(w http.ResponseWriter, r *http.Request) {
			if r.Context().Err() != nil {
				http.Error(w, "given up before it began", http.StatusServiceUnavailable)
			}
		})
		client, opened := behindEdge(t, mux)
		for _, c := range []struct {
			path string
			want int
			text string
		}{{"/slow", http.StatusServiceUnavailable, "given up\n"}, {"/quick", http.StatusOK, ""}, {"/quick", http.StatusOK, ""}} {
			answer, err := client.Get("http://headway" + c.path)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(answer.Body)
			if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != c.want || strings.TrimSuffix(string(body), "\n") != strings.TrimSuffix(c.text, "\n") {
				t.Errorf("%s: %d %q, %v", c.path, answer.StatusCode, body, err)
			}
		}
		if *opened != 2 {
			t.Errorf("%d connections were opened, want one that ended with the slow answer and one for the rest", *opened)
		}
	})
}
