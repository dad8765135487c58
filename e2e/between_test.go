package e2e

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// between stands between a browser and an instance, as a proxy does: it lets
// calls wait for a signal, refuses them, and counts the forms that pass.
type between struct {
	address string

	mu    sync.Mutex
	fails func(*http.Request) bool
	holds []*held
	sent  []string      // addresses of the forms that passed
	told  chan struct{} // takes what pages tell at /tell
}

// held is one call that waits, after so many bytes of what it sends.
type held struct {
	takes func(*http.Request) bool
	after int64
	came  chan struct{} // closed when it waits
	goOn  chan struct{} // closed when it may go on
	let   sync.Once
}

func stand(t *testing.T, address string) *between {
	t.Helper()
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	b := &between{told: make(chan struct{}, 1)}
	proxy := &httputil.ReverseProxy{FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0), Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
	}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/tell" {
			b.told <- struct{}{}
			w.WriteHeader(http.StatusNoContent)
			return
		}
		h, refused := b.met(r)
		if refused {
			http.Error(w, "away for a moment", http.StatusServiceUnavailable)
			return
		}
		if h != nil {
			r.Body = &waiting{ReadCloser: r.Body, held: h, left: h.after}
			if h.after == 0 {
				h.wait()
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	b.address = s.URL
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	return b
}

// met notes a call and tells what is to happen to it.
func (b *between) met(r *http.Request) (*held, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.Method == http.MethodPost {
		b.sent = append(b.sent, r.URL.Path)
	}
	if b.fails != nil && b.fails(r) {
		return nil, true
	}
	for k, h := range b.holds {
		if h.takes(r) {
			b.holds = append(b.holds[:k], b.holds[k+1:]...)
			return h, false
		}
	}
	return nil, false
}

// hold lets the next call of a method and path wait after some bytes.
func (b *between) hold(t *testing.T, method, path string, after int64) *held {
	t.Helper()
	h := &held{after: after, came: make(chan struct{}), goOn: make(chan struct{})}
	h.takes = func(r *http.Request) bool { return r.Method == method && r.URL.Path == path }
	t.Cleanup(h.release)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holds = append(b.holds, h)
	return h
}

// fail refuses calls until it is told nil.
func (b *between) fail(which func(*http.Request) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fails = which
}

// formsTo counts the forms that were sent to addresses with an end.
func (b *between) formsTo(end string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, path := range b.sent {
		if strings.HasSuffix(path, end) {
			n++
		}
	}
	return n
}

func (h *held) release() { h.let.Do(func() { close(h.goOn) }) }

func (h *held) wait() {
	close(h.came)
	<-h.goOn
}

// waiting is a body that stops after some bytes until it is let on.
type waiting struct {
	io.ReadCloser
	held *held
	left int64
}

func (b *waiting) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left > 0 {
		if b.left -= int64(n); b.left <= 0 {
			b.held.wait()
		}
	}
	return n, err
}
