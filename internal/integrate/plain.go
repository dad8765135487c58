package integrate

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"headway"
)

// plain is any system that is called by HTTP. How its outcome becomes known is
// the step's to say: by the status, by a callback, or by asking an address.
type plain struct{ *Client }

// toldLater is what a call is known by whose outcome comes by callback.
const toldLater = "callback"

func (p plain) start(ctx context.Context, call headway.StepCall) (*http.Request, error) {
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
	if call.Callback != "" {
		req.Header.Set("Headway-Callback", call.Callback)
	}
	if call.At.Key != "" && !sameHost(req.URL, call.At.URL) {
		return nil, headway.Invalidf("url", "%s is not at the connection %s, which is to %s", req.URL.Host, call.At.Key, call.At.URL)
	}
	p.authorize(req, call)
	return req, nil
}

func (p plain) taken(call headway.StepCall, a answer) headway.CallOutcome {
	switch call.Step.Answer {
	case headway.AnswerCallback:
		return headway.CallOutcome{State: headway.StepRunning, Remote: toldLater, Output: string(a.body)}
	case headway.AnswerPoll:
		address, err := pollAddress(call, a)
		if err != nil {
			return unknown(string(a.body) + "\nit took the call, but " + err.Error())
		}
		out := running(address, string(a.body))
		out.Every = pollEvery(call)
		return out
	default:
		return headway.CallOutcome{State: headway.StepSucceeded, Output: string(a.body)}
	}
}

// pollAddress is where to ask: the step's address, or the Location of the answer.
func pollAddress(call headway.StepCall, a answer) (string, error) {
	from, err := url.Parse(call.Step.URL)
	if err != nil {
		return "", err
	}
	to := call.Step.Poll.URL
	if to == "" {
		to = a.header.Get("Location")
	}
	if to == "" {
		return "", headway.Invalidf("poll.url", "there is no address to ask: the answer has no Location")
	}
	u, err := from.Parse(to)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return "", headway.Invalidf("poll.url", "%q is no address to ask", to)
	}
	return u.String(), nil
}

func pollEvery(call headway.StepCall) time.Duration {
	if call.Step.Poll == nil || call.Step.Poll.Seconds == 0 {
		return followEvery
	}
	return time.Duration(call.Step.Poll.Seconds) * time.Second
}

func (p plain) follow(ctx context.Context, call headway.StepCall, remote string) headway.CallOutcome {
	if call.Step.Poll == nil {
		return unknown("its outcome will be told")
	}
	var doc any
	if err := p.ask(ctx, call, remote, &doc); err != nil {
		return unknown(err.Error())
	}
	value := fmt.Sprint(field(doc, call.Step.Poll.Field))
	text := fmt.Sprintf("%s is %q", call.Step.Poll.Field, value)
	if whole, err := json.Marshal(doc); err == nil {
		text += "\n" + string(whole)
	}
	switch {
	case slices.Contains(call.Step.Poll.Success, value):
		return ended(true, text)
	case slices.Contains(call.Step.Poll.Failure, value):
		return ended(false, text)
	}
	out := running(remote, text)
	out.Every = pollEvery(call)
	return out
}

// find cannot tell: plain HTTP has no way to ask by key.
func (plain) find(context.Context, headway.StepCall) headway.CallOutcome {
	return unknown("the system cannot be asked by key")
}

// field reads a value of a JSON document by its path, as build.result.
func field(doc any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, ok := doc.(map[string]any)
		if !ok {
			return nil
		}
		doc = object[name]
	}
	return doc
}
