package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/internal/reqid"
)

// problem is an error as the interface answers it (RFC 9457).
type problem struct {
	Status    int    `json:"status" doc:"HTTP status"`
	Title     string `json:"title" doc:"The kind of error in words"`
	Detail    string `json:"detail" doc:"One sentence: what, and why"`
	Kind      string `json:"kind" doc:"invalid, not_found, conflict, forbidden, unauthenticated, too_large, too_many, unavailable or internal"`
	Hint      string `json:"hint,omitempty" doc:"The way out"`
	Where     string `json:"where,omitempty" doc:"Place in the input"`
	RequestID string `json:"request_id,omitempty" doc:"To be found in the server's log"`

	wait time.Duration
}

// Error gives the sentence.
func (p *problem) Error() string { return p.Detail }

// GetStatus gives the HTTP status.
func (p *problem) GetStatus() int { return p.Status }

// ContentType names the media type of problem documents.
func (*problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders tells how to come in, or when to come again.
func (p *problem) GetHeaders() http.Header {
	h := http.Header{}
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		h.Set("Retry-After", retryAfter(p.wait))
	}
	return h
}

// retryAfter writes a wait in whole seconds (RFC 9110, section 10.2.3); one that
// is not known is two.
func retryAfter(wait time.Duration) string {
	return strconv.Itoa(max(2, int((wait+time.Second-1)/time.Second)))
}

// Status gives the HTTP status of a kind of error.
func Status(k headway.Kind) int {
	switch k {
	case headway.Invalid:
		return http.StatusUnprocessableEntity
	case headway.NotFound:
		return http.StatusNotFound
	case headway.Conflict:
		return http.StatusConflict
	case headway.Forbidden:
		return http.StatusForbidden
	case headway.Unauthenticated:
		return http.StatusUnauthorized
	case headway.TooLarge:
		return http.StatusRequestEntityTooLarge
	case headway.TooMany:
		return http.StatusTooManyRequests
	case headway.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

func problemOf(ctx context.Context, err error) *problem {
	p := &problem{RequestID: reqid.From(ctx)}
	var known *headway.Error
	if !errors.As(err, &known) {
		slog.ErrorContext(ctx, "request failed", "err", err)
		known = headway.Errorf(headway.Internal, "something went wrong on our side").WithHint("tell the administrator the request id %s", p.RequestID)
	} else if known.Err != nil {
		slog.WarnContext(ctx, "request refused", "err", known, "cause", known.Err)
	}
	p.Status, p.Kind = Status(known.Kind), string(known.Kind)
	p.Title, p.Detail, p.Hint, p.Where, p.wait = http.StatusText(p.Status), known.Message, known.Hint, known.Where, known.Wait
	return p
}

// Fail writes an error as a problem document.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	w.Header().Set("Content-Type", "application/problem+json")
	maps.Copy(w.Header(), p.GetHeaders())
	w.WriteHeader(p.Status)
	body, _ := json.Marshal(p) //nolint:errchkjson // texts and a number always encode
	_, _ = w.Write(body)       // fails only when the client has gone
}

// huma builds the errors of its own checks through a package variable; it is
// set before any request can come, and to the same for every server.
func init() { //nolint:gochecknoinits // the library has no other place for it
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return fromHuma("", status, msg, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		id := ""
		if ctx != nil {
			id = reqid.From(ctx.Context())
		}
		return fromHuma(id, status, msg, errs)
	}
}

func fromHuma(requestID string, status int, msg string, errs []error) *problem {
	p := &problem{Status: status, Title: http.StatusText(status), Detail: msg, Kind: string(kindOf(status)), RequestID: requestID}
	var texts []string
	for _, err := range errs {
		var known *headway.Error
		var detail *huma.ErrorDetail
		switch {
		case errors.As(err, &known):
			p.Status, p.Kind, p.Title = Status(known.Kind), string(known.Kind), http.StatusText(Status(known.Kind))
			p.Detail, p.Hint, p.Where = known.Message, known.Hint, known.Where
			return p
		case errors.As(err, &detail):
			texts = append(texts, fmt.Sprintf("%s: %s", detail.Location, detail.Message))
			if p.Where == "" {
				p.Where = detail.Location
			}
		case err != nil:
			texts = append(texts, err.Error())
		}
	}
	if len(texts) > 0 {
		p.Detail += ": " + strings.Join(texts, "; ")
		p.Hint = "see /api for the form of the request"
	}
	return p
}

func kindOf(status int) headway.Kind {
	switch {
	case status == http.StatusUnauthorized:
		return headway.Unauthenticated
	case status == http.StatusForbidden:
		return headway.Forbidden
	case status == http.StatusNotFound:
		return headway.NotFound
	case status == http.StatusConflict:
		return headway.Conflict
	case status == http.StatusRequestEntityTooLarge:
		return headway.TooLarge
	case status == http.StatusTooManyRequests:
		return headway.TooMany
	case status >= 500:
		return headway.Internal
	default:
		return headway.Invalid
	}
}
