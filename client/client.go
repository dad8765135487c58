package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"headway"
)

// ErrUnreachable is the cause of an error when no server answered.
var ErrUnreachable = errors.New("no server answered")

// answerLimit bounds what is read of an answer that is decoded.
const answerLimit = 64 << 20

// Client speaks to one server as the owner of one token.
type Client struct {
	base  *url.URL
	token headway.Secret
	http  *http.Client
}

// New makes a client of the server at an address such as http://127.0.0.1:8080.
func New(address string, token headway.Secret) (*Client, error) {
	base, err := url.Parse(address)
	if err != nil || (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" {
		return nil, headway.Invalidf("--url", "%q is no http or https address", address).
			WithHint("give the server's address with --url or HEADWAY_URL")
	}
	if strings.ContainsAny(token.Reveal(), "\r\n\x00") {
		return nil, headway.Invalidf("--token", "the token holds a line break").WithHint("give the token without one")
	}
	return &Client{base: base, token: token, http: &http.Client{}}, nil
}

// path builds a path of the interface; each argument is escaped as one segment.
func path(format string, segments ...any) string {
	escaped := make([]any, len(segments))
	for i, s := range segments {
		escaped[i] = url.PathEscape(fmt.Sprint(s))
	}
	return "/api/v1" + fmt.Sprintf(format, escaped...)
}

// get fetches a value.
func get[T any](ctx context.Context, c *Client, path string, query url.Values) (T, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return do[T](ctx, c, http.MethodGet, path, nil)
}

// do sends a value as JSON, or nothing, and decodes the answer.
func do[T any](ctx context.Context, c *Client, method, path string, in any) (T, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			var zero T
			return zero, err
		}
		body = bytes.NewReader(b)
	}
	return stream[T](ctx, c, method, path, body, -1, "application/json")
}

// stream sends a body as it is read and decodes the answer. A size below 0 is not known.
func stream[T any](ctx context.Context, c *Client, method, path string, body io.Reader, size int64, mediaType string) (T, error) {
	out, _, err := answered[T](ctx, c, method, path, body, size, mediaType)
	return out, err
}

// answered is stream for an answer that may still have to be computed: again is
// then in how long to ask.
func answered[T any](ctx context.Context, c *Client, method, path string, body io.Reader, size int64, mediaType string) (out T, again time.Duration, err error) {
	answer, err := c.send(ctx, method, path, body, size, mediaType)
	if err != nil {
		return out, 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusAccepted {
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		again = time.Duration(max(1, seconds)) * time.Second
	}
	if answer.StatusCode == http.StatusNoContent {
		return out, again, nil
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, answerLimit)).Decode(&out); err != nil {
		return out, 0, headway.Errorf(headway.Internal, "the server's answer cannot be read").
			WithHint("is %s a Headway server of this version?", c.base).Because(err)
	}
	return out, again, nil
}

// download gives the body of an answer; the caller closes it.
func (c *Client) download(ctx context.Context, path string) (io.ReadCloser, error) {
	answer, err := c.send(ctx, http.MethodGet, path, nil, 0, "")
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// send sends a request and turns every answer but a good one into an error.
func (c *Client) send(ctx context.Context, method, path string, body io.Reader, size int64, mediaType string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.base.String(), "/")+path, body)
	if err != nil {
		return nil, headway.Invalidf("--url", "%s cannot be asked for %s", c.base, path).Because(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", mediaType)
		if size >= 0 {
			req.ContentLength = size
		}
	}
	req.Header.Set("Accept", "application/json")
	if !c.token.IsZero() {
		req.Header.Set("Authorization", "Bearer "+c.token.Reveal())
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return nil, c.unreachable(err)
	}
	if answer.StatusCode >= http.StatusOK && answer.StatusCode < http.StatusMultipleChoices {
		return answer, nil
	}
	defer answer.Body.Close()
	return nil, c.problem(answer)
}

// unreachable says why nothing was answered, without the address's secrets.
func (c *Client) unreachable(err error) error {
	reason := err
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		reason = wrapped.Err
	}
	if errors.Is(err, context.Canceled) {
		return headway.Errorf(headway.Unavailable, "stopped before %s answered", c.base.Host).Because(err)
	}
	return headway.Errorf(headway.Unavailable, "no answer from %s: %s", c.base.Host, reason).
		WithHint("is the server running? Its address is given with --url or HEADWAY_URL").
		Because(errors.Join(ErrUnreachable, err))
}

// problem turns a problem document (RFC 9457) into the error it tells of.
func (c *Client) problem(answer *http.Response) error {
	var p struct {
		Kind, Title, Detail, Hint, Where string
		RequestID                        string `json:"request_id"`
	}
	raw, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if json.Unmarshal(raw, &p) != nil || p.Kind == "" {
		e := headway.Errorf(kindOf(answer.StatusCode), "%s answered %s", c.base.Host, answer.Status)
		return e.WithHint("is it a Headway server? Its address is given with --url or HEADWAY_URL")
	}
	e := headway.Errorf(headway.Kind(p.Kind), "%s", p.Detail).At(p.Where)
	if p.Hint != "" {
		e = e.WithHint("%s", p.Hint)
	}
	if e.Kind == headway.Unauthenticated && c.token.IsZero() {
		e = e.WithHint("give an API token with --token or HEADWAY_TOKEN")
	}
	if s := answer.Header.Get("Retry-After"); s != "" && e.Kind == headway.Unavailable && e.Hint == "" {
		if n, err := strconv.Atoi(s); err == nil {
			e = e.WithHint("try again in %d seconds", n)
		}
	}
	return e
}

// kindOf guesses the kind of an answer that is no problem document.
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
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable, status == http.StatusBadGateway, status == http.StatusGatewayTimeout:
		return headway.Unavailable
	case status >= http.StatusInternalServerError:
		return headway.Internal
	default:
		return headway.Invalid
	}
}
