package integrate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"headway"
)

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
	text   string // for people: what was asked, the status and how long it took
}

// send sends a request that has an effect, once, and judges what came of it:
// succeeded means that the other system said yes.
func (c *Client) send(req *http.Request, call headway.StepCall) (answer, headway.CallOutcome) {
	leave, err := c.calls.enter(req.Context(), req.URL.Host)
	if err != nil {
		return answer{}, notSent(err)
	}
	defer leave()
	req.Header.Set("Idempotency-Key", call.Key)
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	if call.MaySend != nil { // the last thing before it leaves
		if err := call.MaySend(req.Context()); err != nil {
			return answer{}, notSent(err)
		}
	}
	a, err := c.exchange(req)
	if err != nil {
		return a, lost(err, connected.Load())
	}
	return a, headway.CallOutcome{State: stateOf(a.status), Output: a.text + "\n" + string(a.body)}
}

// ask sends a request that changes nothing and reads its JSON answer into v.
func (c *Client) ask(ctx context.Context, call headway.StepCall, address string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	c.authorize(req, call)
	leave, err := c.questions.enter(ctx, req.URL.Host)
	if err != nil {
		return err
	}
	defer leave()
	a, err := c.exchange(req)
	if err != nil {
		return err
	}
	if a.status != http.StatusOK {
		return headway.Errorf(kindOf(a.status), "%s", a.text)
	}
	if err := json.Unmarshal(a.body, v); err != nil {
		return headway.Errorf(headway.Unavailable, "%s with something that is no JSON", a.text).Because(err)
	}
	return nil
}

func kindOf(status int) headway.Kind {
	if status == http.StatusNotFound {
		return headway.NotFound
	}
	return headway.Unavailable
}

func (c *Client) exchange(req *http.Request) (answer, error) {
	req.GetBody = nil // nothing can be sent again
	req.Header.Set("User-Agent", c.config.Agent)
	start := time.Now()
	resp, err := c.http.Do(req) //nolint:gosec // G704: the dialer checks every address, see guard.go
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }() // the answer is read or given up
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerSize))
	a := answer{status: resp.StatusCode, header: resp.Header, body: body}
	a.text = fmt.Sprintf("%s %s answered %s after %s", req.Method, req.URL.Redacted(), resp.Status, time.Since(start).Round(time.Millisecond))
	if err != nil {
		a.text += " and broke off"
	}
	return a, nil
}

// lost judges a call without an answer: before there was a connection nothing
// can have been sent.
func lost(err error, connected bool) headway.CallOutcome {
	switch {
	case errors.Is(err, errDenied):
		return headway.CallOutcome{State: headway.StepFailed, Output: "not sent: " + err.Error() +
			"; private networks must be allowed by the administrator with --allow-network"}
	case !connected:
		return notSent(err)
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

// base gives the API address of a call's system, without a slash at its end.
func base(call headway.StepCall) string {
	if call.At.URL != "" {
		return strings.TrimRight(call.At.URL, "/")
	}
	return strings.TrimRight(call.Step.URL, "/")
}

// post makes a request with a JSON body.
func (c *Client) post(ctx context.Context, call headway.StepCall, address string, body any) (*http.Request, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	c.authorize(req, call)
	return req, nil
}

// authorize adds the secret of the call's connection in its system's way, if
// the request goes to the connection's own scheme and host.
func (c *Client) authorize(req *http.Request, call headway.StepCall) {
	secret := call.At.Secret
	if call.Step.Kind == headway.StepGitHub {
		req.Header.Set("Accept", "application/vnd.github+json")
		req.Header.Set("X-Github-Api-Version", "2022-11-28")
		if call.At.Key == "" && sameHost(req.URL, c.config.GitHubURL) {
			req.Header.Set("Authorization", "Bearer "+c.config.GitHubToken.Reveal())
		}
		if call.At.Key == "" && c.config.GitHubToken.IsZero() {
			req.Header.Del("Authorization")
		}
	}
	if secret.IsZero() || !sameHost(req.URL, call.At.URL) {
		return
	}
	switch {
	case call.Step.Kind == headway.StepGitLab:
		req.Header.Set("Private-Token", secret.Reveal())
	case call.Step.Kind == headway.StepAzure, call.At.Username != "":
		req.SetBasicAuth(call.At.Username, secret.Reveal())
	default:
		req.Header.Set("Authorization", "Bearer "+secret.Reveal())
	}
}

func sameHost(u *url.URL, address string) bool {
	other, err := url.Parse(address)
	return err == nil && u.Scheme == other.Scheme && u.Host == other.Host
}

// inputsWithKey gives a step's inputs and the key of the call among them.
func inputsWithKey(call headway.StepCall, name string) map[string]string {
	out := map[string]string{}
	maps.Copy(out, call.Step.Inputs)
	out[name] = call.Key
	return out
}
