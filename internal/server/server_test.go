package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/internal/config"
	"headway/internal/store"
)

// running is an instance that serves on a free port of the loopback.
type running struct {
	*Instance
	url   string
	token string
	stop  context.CancelFunc
}

func serve(t *testing.T) running {
	t.Helper()
	return serveTo(t, slog.DiscardHandler)
}

// serveTo serves with a log of its own.
func serveTo(t *testing.T, log slog.Handler) running {
	t.Helper()
	return serveAs(t, log, config.Config{})
}

// serveAs serves with settings of its own, in a directory and at a port that are free.
func serveAs(t *testing.T, log slog.Handler, c config.Config) running {
	t.Helper()
	c.Dir, c.Listen = t.TempDir(), "127.0.0.1:0"
	i, err := Open(context.Background(), c, slog.New(log))
	if err != nil {
		t.Fatal(err)
	}
	token, err := i.Bootstrap(context.Background(), "ada@example.org", "Ada", headway.NewSecret("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	addr, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- i.Run(ctx, func(a string) { addr <- a }) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
		if err := i.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	select {
	case a := <-addr:
		return running{i, "http://" + a, token.Reveal(), stop}
	case err := <-done:
		done <- err
		t.Fatal(err)
		return running{}
	}
}

func (r running) do(t *testing.T, method, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, r.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+r.token)
	for n := 0; n+1 < len(header); n += 2 {
		req.Header.Del(header[n])
		if header[n+1] != "" {
			req.Header.Set(header[n], header[n+1])
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func TestReadyAnswersAndCarriesSecurityHeaders(t *testing.T) {
	r := serve(t)
	res, body := r.do(t, "GET", "/readyz", "")
	if res.StatusCode != http.StatusOK || body != "ready\n" {
		t.Fatalf("%d %q", res.StatusCode, body)
	}
	if p := res.Header.Get("Content-Security-Policy"); strings.Contains(p, "unsafe") || !strings.Contains(p, "script-src 'self'") {
		t.Errorf("content security policy %q", p)
	}
	if res.Header.Get("X-Request-ID") == "" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", res.Header)
	}
}

func TestBadInputIsAProblemWithPlaceAndWayOut(t *testing.T) {
	r := serve(t)
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		kind               string
	}{
		"not JSON":          {"POST", "/api/v1/users", `{"email"`, 400, "invalid"},
		"unknown field":     {"POST", "/api/v1/users", `{"email":"b@example.org","name":"B","password":"0123456789","rank":1}`, 422, "invalid"},
		"duplicate field":   {"POST", "/api/v1/users", `{"email":"b@example.org","email":"c@example.org","name":"B","password":"0123456789"}`, 400, "invalid"},
		"wrong case":        {"POST", "/api/v1/users", `{"Email":"b@example.org","name":"B","password":"0123456789"}`, 422, "invalid"},
		"U+0000":            {"POST", "/api/v1/users", `{"email":"b@example.org","name":"B\u0000","password":"0123456789"}`, 400, "invalid"},
		"short password":    {"POST", "/api/v1/users", `{"email":"b@example.org","name":"B","password":"short"}`, 422, "invalid"},
		"too large":         {"POST", "/api/v1/users", `{"name":"` + strings.Repeat("x", 3<<20) + `"}`, 413, "too_large"},
		"unknown scope":     {"POST", "/api/v1/tokens", `{"name":"x","scopes":["everything"],"days":1}`, 403, "forbidden"},
		"unknown route":     {"GET", "/api/v1/nothing", ``, 404, "not_found"},
		"unknown parameter": {"GET", "/api/v1/me?verbose=1", ``, 422, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := r.do(t, c.method, c.path, c.body)
			var p struct{ Kind, Detail string }
			if err := json.Unmarshal([]byte(body), &p); err != nil {
				t.Fatalf("no problem document: %v %q", err, body)
			}
			if res.StatusCode != c.status || p.Kind != c.kind || p.Detail == "" {
				t.Errorf("%d %s", res.StatusCode, body)
			}
		})
	}
}

func TestATokenThatDoesNotHoldIsNeverNobody(t *testing.T) {
	r := serve(t)
	for _, h := range []string{"Bearer hw_wrong", "Basic YTpi", "Bearer "} {
		if res, body := r.do(t, "GET", "/readyz", "", "Authorization", h); res.StatusCode != http.StatusOK {
			t.Errorf("%q at a public route: %d %s", h, res.StatusCode, body)
		}
		if res, _ := r.do(t, "GET", "/api/v1/me", "", "Authorization", h); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%q: %d", h, res.StatusCode)
		}
	}
}

func TestWritesFromOtherSitesAreRefused(t *testing.T) {
	r := serve(t)
	res, body := r.do(t, "POST", "/api/v1/users", `{}`, "Sec-Fetch-Site", "cross-site")
	if res.StatusCode != http.StatusForbidden || !strings.Contains(body, "another site") {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
}

func TestAMethodThatIsNotServedIsAProblem(t *testing.T) {
	r := serve(t)
	res, body := r.do(t, "DELETE", "/api/v1/me", "")
	if res.StatusCode != http.StatusNotFound || !strings.Contains(body, `"kind"`) || res.Header.Get("Allow") == "" {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
}

func TestShutdownEndsOpenStreams(t *testing.T) {
	r := serve(t)
	p := headway.Programme{ID: "p1", Key: "atlas", Name: "Atlas", Zone: "UTC", CreatedAt: time.Now()}
	if err := r.store.Write(t.Context(), func(tx *store.Tx) error { return tx.PutProgramme(t.Context(), p) }); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodGet, r.url+"/p/atlas/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() && lines.Text() != "event: hello" {
	}
	r.stop() // serve's cleanup fails the test when Run does not end
	for lines.Scan() {
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("the stream was cut, not closed: %v", err)
	}
}

func TestAPortInUseIsSaid(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	i, err := Open(context.Background(), config.Config{Dir: t.TempDir(), Listen: l.Addr().String()}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = i.Close() }()
	err = i.Run(context.Background(), func(string) { t.Error("said ready") })
	if headway.KindOf(err) != headway.Unavailable || !strings.Contains(err.Error(), "--listen") {
		t.Fatal(err)
	}
}

func TestTooManyWrongPasswordsSayWhenToTryAgain(t *testing.T) {
	r := serve(t)
	body := `{"email":"ada@example.org","password":"wrong","name":"x","scopes":["programme.view"],"days":1}`
	for range headway.GuessesFromOnePlace {
		if res, got := r.do(t, "POST", "/api/v1/tokens/with-password", body); res.StatusCode != http.StatusUnauthorized {
			t.Fatalf("a wrong password: %d %s", res.StatusCode, got)
		}
	}
	res, got := r.do(t, "POST", "/api/v1/tokens/with-password", body)
	wait, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if res.StatusCode != http.StatusTooManyRequests || err != nil || wait < 800 || wait > 900 {
		t.Errorf("%d, Retry-After %q, %s", res.StatusCode, res.Header.Get("Retry-After"), got)
	}
}

// lockedBuffer is a log that is written by many at once.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestTheAddressOfACalendarIsToldNowhere reads a feed as calendar programs do:
// no header asks to pass the address on, and neither log nor metrics hold it.
func TestTheAddressOfACalendarIsToldNowhere(t *testing.T) {
	log := &lockedBuffer{}
	r := serveTo(t, slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if res, got := r.do(t, "POST", "/api/v1/programmes", `{"key":"shop","name":"Shop","zone":"UTC"}`); res.StatusCode >= 300 {
		t.Fatalf("%d %s", res.StatusCode, got)
	}
	if res, got := r.do(t, "PUT", "/api/v1/programmes/shop/members/ada@example.org", `{"roles":["viewer"]}`); res.StatusCode >= 300 {
		t.Fatalf("%d %s", res.StatusCode, got)
	}
	if res, got := r.do(t, "POST", "/api/v1/programmes/shop/feeds", `{"name":"phone"}`); res.StatusCode != http.StatusForbidden {
		t.Errorf("a token made one: %d %s", res.StatusCode, got)
	}
	res, got := r.do(t, "POST", "/api/v1/feeds/with-password", `{"email":"ada@example.org","password":"correct horse","programme":"shop","name":"phone"}`)
	var made struct{ ID, Address string }
	if err := json.Unmarshal([]byte(got), &made); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", res.StatusCode, got)
	}
	_, path, _ := strings.Cut(made.Address, "/calendar/")
	address := "/calendar/" + path
	res, got = r.do(t, "GET", address, "", "Authorization", "")
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(got, "BEGIN:VCALENDAR") || res.Header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(res.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("%d %v\n%.200s", res.StatusCode, res.Header, got)
	}
	if res, _ := r.do(t, "POST", address, "", "Authorization", ""); res.StatusCode < 400 {
		t.Errorf("POST gives %d", res.StatusCode)
	}
	if _, got := r.do(t, "GET", "/api/v1/programmes/shop/feeds", ""); strings.Contains(got, "hwcal_") || !strings.Contains(got, made.ID) {
		t.Errorf("the list: %s", got)
	}
	wrong := "/calendar/hwcal_wrong.ics"
	for range headway.GuessesFromOnePlace {
		if res, got := r.do(t, "GET", wrong, "", "Authorization", ""); res.StatusCode != http.StatusNotFound {
			t.Fatalf("an unknown one: %d %.200s", res.StatusCode, got)
		}
	}
	if res, _ = r.do(t, "GET", wrong, "", "Authorization", ""); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Errorf("too many: %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
	if res, _ = r.do(t, "GET", address, "", "Authorization", ""); res.StatusCode != http.StatusOK {
		t.Errorf("the good one meanwhile: %d", res.StatusCode)
	}
	_, metrics := r.do(t, "GET", "/metrics", "")
	if told := log.String() + metrics; strings.Contains(told, "hwcal_") {
		t.Errorf("the secret is told:\n%s", told)
	}
}

// The page of components is for who works on the pages: nobody meets it unasked.
func TestThePageOfComponentsIsServedWhenAskedFor(t *testing.T) {
	const part = "Every part of Headway's pages"
	if resp, body := serve(t).do(t, http.MethodGet, "/style", ""); resp.StatusCode != http.StatusNotFound || strings.Contains(body, part) {
		t.Errorf("without the setting: %d", resp.StatusCode)
	}
	resp, body := serveAs(t, slog.DiscardHandler, config.Config{Style: true}).do(t, http.MethodGet, "/style", "")
	if resp.StatusCode != http.StatusOK || !strings.Contains(html.UnescapeString(body), part) || !strings.Contains(body, `class="verdicts"`) {
		t.Errorf("with the setting: %d %.200s", resp.StatusCode, body)
	}
}
