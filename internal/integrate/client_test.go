package integrate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"headway"
	"headway/internal/integrate"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

func post(url string) headway.StepCall {
	return headway.StepCall{Key: "d:s:1", Step: headway.RunbookStep{Kind: headway.StepHTTP, URL: url, Body: `{"a":1}`}, Timeout: 5 * time.Second}
}

func TestOutcomeByAnswer(t *testing.T) {
	tests := map[string]struct {
		answer http.HandlerFunc
		want   headway.StepState
		says   string
	}{
		"200":             {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") }, headway.StepSucceeded, "fine"},
		"204":             {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, headway.StepSucceeded, "204"},
		"400":             {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }, headway.StepFailed, "400"},
		"401":             {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, headway.StepFailed, "401"},
		"408":             {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusRequestTimeout) }, headway.StepUnknown, "408"},
		"429":             {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, headway.StepFailed, "429"},
		"500 after start": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, headway.StepUnknown, "500"},
		"503":             {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, headway.StepUnknown, "503"},
		"302":             {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, headway.StepUnknown, "302"},
		"307": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, headway.StepFailed, "307"},
		"drops answer": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, headway.StepUnknown, "no answer"},
		"lies on length": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "short")
		}, headway.StepSucceeded, "broke off"},
		"endless answer": {func(w http.ResponseWriter, _ *http.Request) {
			for range 1000 {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 1000)); err != nil {
					return
				}
			}
		}, headway.StepSucceeded, "200"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int32
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				if r.Header.Get("Idempotency-Key") != "d:s:1" || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
					t.Errorf("%s %v", r.Method, r.Header)
				}
				c.answer(w, r)
			}))
			defer srv.Close()
			got := integrate.New(integrate.Config{Allow: loopback, Agent: "headway"}).Call(t.Context(), post(srv.URL))
			if got.State != c.want || !strings.Contains(got.Output, c.says) || len(got.Output) > 70_000 {
				t.Errorf("%s: %.300s; want %s with %q", got.State, got.Output, c.want, c.says)
			}
			if calls.Load() != 1 {
				t.Errorf("called %d times", calls.Load())
			}
		})
	}
}

func TestNothingIsSentToDeniedAddresses(t *testing.T) {
	var calls atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	defer srv.Close()
	got := integrate.New(integrate.Config{}).Call(t.Context(), post(strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)))
	if got.State != headway.StepFailed || !strings.Contains(got.Output, "not allowed") || calls.Load() != 0 {
		t.Errorf("%s: %s, %d calls", got.State, got.Output, calls.Load())
	}
}

func TestReachable(t *testing.T) {
	for addr, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true,
		"127.0.0.1": false, "10.0.0.1": false, "172.16.9.9": false, "192.168.1.1": false, "169.254.169.254": false, "100.100.1.1": false,
		"0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "198.18.0.1": false,
		"::1": false, "::": false, "fe80::1": false, "fd00::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:db8::1": false,
	} {
		if got := integrate.Reachable(netip.MustParseAddr(addr), nil); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
	if !integrate.Reachable(netip.MustParseAddr("::ffff:127.0.0.1"), loopback) {
		t.Error("an allowed address was denied")
	}
}

func TestUnreachableHostFailsForSure(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	got := integrate.New(integrate.Config{Allow: loopback}).Call(t.Context(), post("http://"+address))
	if got.State != headway.StepFailed || !strings.Contains(got.Output, "not sent") {
		t.Errorf("%s: %s", got.State, got.Output)
	}
}

func TestHangingServerIsUnknownAtTheDeadline(t *testing.T) {
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer srv.Close()
	defer close(release)
	call := post(srv.URL)
	call.Timeout = 100 * time.Millisecond
	if got := integrate.New(integrate.Config{Allow: loopback}).Call(t.Context(), call); got.State != headway.StepUnknown {
		t.Errorf("%s: %s", got.State, got.Output)
	}
}

func TestOnlyAFewCallsToAHostAtOnce(t *testing.T) {
	var now, most atomic.Int32
	gate := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		n := now.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		<-gate
		now.Add(-1)
	}))
	defer srv.Close()
	c := integrate.New(integrate.Config{Allow: loopback})
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() { c.Call(context.Background(), post(srv.URL)) })
	}
	for range 12 {
		gate <- struct{}{}
	}
	wg.Wait()
	if most.Load() > 4 {
		t.Errorf("%d calls at once", most.Load())
	}
}

// TestACallDoesNotQueueBehindQuestions sends a call while a system is slow to
// say how far it is with many others.
func TestACallDoesNotQueueBehindQuestions(t *testing.T) {
	const questions = 12
	asked, gate := make(chan struct{}, questions), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			asked <- struct{}{}
			<-gate
		}
	}))
	defer srv.Close()
	c := integrate.New(integrate.Config{Allow: loopback})
	question := post(srv.URL)
	question.Step.Poll = &headway.Poll{Field: "status", Success: []string{"done"}, Failure: []string{"dead"}}
	var wg sync.WaitGroup
	for range questions {
		wg.Go(func() { c.Follow(context.Background(), question, srv.URL+"/status") })
	}
	for range 4 {
		<-asked
	}
	if got := c.Call(t.Context(), post(srv.URL)); got.State != headway.StepSucceeded {
		t.Errorf("%s: %s", got.State, got.Output)
	}
	close(gate)
	wg.Wait()
	if n := 4 + len(asked); n != questions {
		t.Errorf("%d of %d questions were asked", n, questions)
	}
}

func TestGitHubDispatch(t *testing.T) {
	type sent struct {
		path, auth string
		body       struct {
			Ref    string            `json:"ref"`
			Inputs map[string]string `json:"inputs"`
		}
	}
	var got sent
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got.path, got.auth = r.URL.EscapedPath(), r.Header.Get("Authorization")
		if err := json.NewDecoder(r.Body).Decode(&got.body); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer srv.Close()
	step := headway.RunbookStep{Kind: headway.StepGitHub, Repository: "acme/shop", Workflow: "deploy.yml", Ref: "main", Inputs: map[string]string{"version": "2.0.0"}}
	client := integrate.New(integrate.Config{Allow: loopback, GitHubURL: srv.URL, GitHubToken: headway.NewSecret("s3cret")})
	out := client.Call(t.Context(), headway.StepCall{Key: "k", Step: step, Timeout: time.Second})
	if out.State != headway.StepRunning || out.Remote == "" || strings.Contains(out.Output, "s3cret") {
		t.Errorf("%s: %s", out.State, out.Output)
	}
	if got.path != "/repos/acme/shop/actions/workflows/deploy.yml/dispatches" || got.auth != "Bearer s3cret" || got.body.Ref != "main" ||
		fmt.Sprint(got.body.Inputs) != "map[idempotency_key:k version:2.0.0]" {
		t.Errorf("sent %+v", got)
	}
	elsewhere := integrate.New(integrate.Config{Allow: loopback, GitHubToken: headway.NewSecret("s3cret")})
	step.URL = srv.URL
	elsewhere.Call(t.Context(), headway.StepCall{Key: "k", Step: step, Timeout: time.Second})
	if got.auth != "" {
		t.Error("the token went to an address of the runbook's choice")
	}
	for _, bad := range []string{"acme", "acme/../x", "acme/shop/more", "a b/c"} {
		step.Repository = bad
		if out := client.Call(t.Context(), headway.StepCall{Step: step}); out.State != headway.StepFailed {
			t.Errorf("repository %q: %s", bad, out.State)
		}
	}
}
