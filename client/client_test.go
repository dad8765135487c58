package client

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"headway"
)

func serving(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c, err := New(s.URL, headway.NewSecret("hw_secret"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNewRefusesWhatIsNoAddress(t *testing.T) {
	for _, address := range []string{"", "localhost:8080", "ftp://x", "http://", "http://[::1", "\x00"} {
		if _, err := New(address, headway.Secret{}); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := New("http://127.0.0.1", headway.NewSecret("a\nb")); headway.KindOf(err) != headway.Invalid {
		t.Errorf("a token of two lines: %v", err)
	}
}

func TestRequestAndAnswer(t *testing.T) {
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.URL.EscapedPath() != "/api/v1/programmes/a%2Fb/x" || string(body) != `{"name":"n"}` ||
			r.Header.Get("Authorization") != "Bearer hw_secret" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s %s %v", r.Method, r.URL.EscapedPath(), body, r.Header)
		}
		io.WriteString(w, `{"id":"7","unknown":"is fine"}`)
	})
	type in struct {
		Name string `json:"name"`
	}
	got, err := do[User](t.Context(), c, http.MethodPost, path("/programmes/%s/x", "a/b"), in{"n"})
	if err != nil || got.ID != "7" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnswerWithoutContent(t *testing.T) {
	c := serving(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	if _, err := do[struct{}](t.Context(), c, http.MethodDelete, path("/x"), nil); err != nil {
		t.Error(err)
	}
}

func TestProblemsBecomeErrors(t *testing.T) {
	for _, c := range []struct {
		status   int
		body     string
		kind     headway.Kind
		sentence string
	}{
		{422, `{"kind":"invalid","detail":"\"x\" is no key","where":"team.key","hint":"write it small"}`, headway.Invalid, `team.key: "x" is no key (write it small)`},
		{409, `{"kind":"conflict","detail":"it is done"}`, headway.Conflict, "it is done"},
		{503, `{"kind":"unavailable","detail":"too much to do"}`, headway.Unavailable, "too much to do (try again in 2 seconds)"},
		{404, `<html>not found</html>`, headway.NotFound, "answered 404 Not Found"},
		{401, ``, headway.Unauthenticated, "answered 401"},
		{403, `{}`, headway.Forbidden, "answered 403"},
		{413, ``, headway.TooLarge, "answered 413"},
		{429, ``, headway.Unavailable, "answered 429"},
		{502, `bad gateway`, headway.Unavailable, "answered 502"},
		{500, `null`, headway.Internal, "answered 500"},
		{418, `[]`, headway.Invalid, "answered 418"},
	} {
		client := serving(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		})
		_, err := get[User](t.Context(), client, path("/x"), nil)
		if headway.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.sentence) || errors.Is(err, ErrUnreachable) {
			t.Errorf("%d %s: %s: %v", c.status, c.body, headway.KindOf(err), err)
		}
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	c, err := New("http://"+address, headway.Secret{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := get[User](t.Context(), c, path("/x"), nil); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), address) {
		t.Errorf("%v", err)
	}
}

func TestAnswerThatIsNoJSON(t *testing.T) {
	c := serving(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") })
	if _, err := get[User](t.Context(), c, path("/x"), nil); headway.KindOf(err) != headway.Internal {
		t.Errorf("%v", err)
	}
}
