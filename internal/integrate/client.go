package integrate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"headway"
)

// Config says where calls may go.
type Config struct {
	Allow       []netip.Prefix // private networks that may be reached
	GitHubURL   string         // API address that the token belongs to; empty: https://api.github.com
	GitHubToken headway.Secret
	Agent       string // User-Agent
}

// Client sends the calls of automatic steps.
type Client struct {
	config Config
	http   *http.Client
	hosts  hosts
}

// New makes a client.
func New(c Config) *Client {
	if c.GitHubURL == "" {
		c.GitHubURL = "https://api.github.com"
	}
	c.GitHubURL = strings.TrimRight(c.GitHubURL, "/")
	return &Client{
		config: c,
		http: &http.Client{
			Transport:     newTransport(c.Allow),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		hosts: hosts{slots: map[string]chan struct{}{}},
	}
}

// Call sends the call of a step, once, and tells what became of it.
func (c *Client) Call(ctx context.Context, call headway.StepCall) headway.CallOutcome {
	if call.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, call.Timeout)
		defer cancel()
	}
	var req *http.Request
	var err error
	switch call.Step.Kind {
	case headway.StepHTTP:
		req, err = plainRequest(ctx, call)
	case headway.StepGitHub:
		req, err = c.gitHubRequest(ctx, call)
	case headway.StepManual, headway.StepCommand:
		err = headway.Invalidf("kind", "a %s step calls nobody", call.Step.Kind)
	default:
		err = headway.Invalidf("kind", "%q is no kind of step", call.Step.Kind)
	}
	if err != nil {
		return headway.CallOutcome{State: headway.StepFailed, Output: "not sent: " + err.Error()}
	}
	return c.send(req)
}

// plainRequest is the request of an HTTP step.
func plainRequest(ctx context.Context, call headway.StepCall) (*http.Request, error) {
	method := strings.ToUpper(call.Step.Method)
	if method == "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, call.Step.URL, strings.NewReader(call.Step.Body))
	if err != nil {
		return nil, err
	}
	if call.Step.Body != "" {
		req.Header.Set("Content-Type", "text/plain; charset=utf-8")
		if b := strings.TrimSpace(call.Step.Body); strings.HasPrefix(b, "{") || strings.HasPrefix(b, "[") {
			req.Header.Set("Content-Type", "application/json")
		}
	}
	req.Header.Set("Idempotency-Key", call.Key)
	return req, nil
}

// send sends a request and judges what came of it.
func (c *Client) send(req *http.Request) headway.CallOutcome {
	leave, err := c.hosts.enter(req.Context(), req.URL.Host)
	if err != nil {
		return headway.CallOutcome{State: headway.StepFailed, Output: "not sent: " + err.Error()}
	}
	defer leave()
	req.GetBody = nil // nothing can be sent again
	req.Header.Set("User-Agent", c.config.Agent)
	var connected atomic.Bool
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}))
	start := time.Now()
	resp, err := c.http.Do(req)
	if err != nil {
		return lost(err, connected.Load())
	}
	defer func() { _ = resp.Body.Close() }() // the answer is read or given up
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerSize))
	text := fmt.Sprintf("%s %s answered %s after %s", req.Method, req.URL.Redacted(), resp.Status, time.Since(start).Round(time.Millisecond))
	if len(body) > 0 {
		text += "\n" + string(body)
	}
	if err != nil {
		text += "\nthe answer broke off"
	}
	return headway.CallOutcome{State: stateOf(resp.StatusCode), Output: text}
}

// lost judges a call without an answer: before there was a connection nothing
// can have been sent.
func lost(err error, connected bool) headway.CallOutcome {
	switch {
	case errors.Is(err, errDenied):
		return headway.CallOutcome{State: headway.StepFailed, Output: "not sent: " + err.Error() +
			"; private networks must be allowed by the administrator with --allow-network"}
	case !connected:
		return headway.CallOutcome{State: headway.StepFailed, Output: "not sent: " + err.Error()}
	default:
		return headway.CallOutcome{State: headway.StepUnknown, Output: "sent, but no answer came: " + err.Error()}
	}
}

// stateOf reads a status: 2xx took effect; a refusal of the request itself did
// not; anything else may have.
func stateOf(status int) headway.StepState {
	switch {
	case status >= 200 && status < 300:
		return headway.StepSucceeded
	case status == http.StatusRequestTimeout:
		return headway.StepUnknown
	case status >= 400 && status < 500, status == http.StatusTemporaryRedirect, status == http.StatusPermanentRedirect:
		return headway.StepFailed
	default:
		return headway.StepUnknown
	}
}
