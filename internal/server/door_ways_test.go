package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"headway"
	"headway/internal/auth"
)

// ways are other spellings of a request for a route: what a proxy, a crawler
// or an attacker sends in place of what the route table names.
func ways(method, path string) map[string]*http.Request {
	ask := func(method, path string, header ...string) *http.Request {
		req := httptest.NewRequest(method, "/", nil)
		req.URL.Path, req.URL.RawPath = path, ""
		if u, err := req.URL.Parse("http://example.com" + path); err == nil {
			req.URL = u
		}
		req.RequestURI = path
		for n := 0; n+1 < len(header); n += 2 {
			req.Header.Set(header[n], header[n+1])
		}
		return req
	}
	out := map[string]*http.Request{
		"trailing slash": ask(method, path+"/"),
		"double slash":   ask(method, strings.Replace(path, "/", "//", 1)),
		"dots":           ask(method, "/x/.."+path),
		"dot":            ask(method, "/."+path),
		"encoded dots":   ask(method, "/x/%2e%2e"+path),
		"upper case":     ask(method, strings.ToUpper(path)),
		"fragment":       ask(method, path+"%23x"),
		"zero byte":      ask(method, path+"%00"),
		"semicolon":      ask(method, path+";x=1"),
		"encoded letter": ask(method, strings.Replace(path, "own", "%6fwn", 1)),
		"other encoded":  ask(method, strings.Replace(path, "own", "other%2F..%2Fown", 1)),
		"own encoded":    ask(method, strings.Replace(path, "own", "own%2F..%2Fother", 1)),
		"upper key":      ask(method, strings.Replace(path, "own", "OWN", 1)),
		"programme also": ask(method, path+"?programme=other"),
	}
	for _, m := range []string{"HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "PROPFIND"} {
		if m != method {
			out["as "+m] = ask(m, path)
			out["overridden by "+m] = ask(method, path, "X-HTTP-Method-Override", m, "X-HTTP-Method", m, "X-Method-Override", m)
			out["overridden in the query by "+m] = ask(method, path+"?_method="+m)
		}
	}
	out["rewritten"] = ask(method, path, "X-Original-URL", "/sign-in", "X-Rewrite-URL", "/sign-in")
	out["forwarded"] = ask(method, path, "X-Forwarded-For", "127.0.0.1", "X-Forwarded-User", "ada", "Remote-User", "ada")
	return out
}

// TestNoOtherSpellingPassesTheDoor sends each route's request in every other
// way there is, as every principal, through the real table with its handlers
// replaced. Whatever handler it comes to, the policy of that handler's own route
// holds for that principal, over the programme that the handler will see.
func TestNoOtherSpellingPassesTheDoor(t *testing.T) {
	c := newCast()
	table := testTable(t)
	type came struct{ pattern, programme string }
	var at *came
	stubbed := &auth.Table{}
	policies := map[string]headway.Action{}
	for _, r := range table.Routes() {
		policies[r.Pattern] = r.Policy
		r.Handler = func(w http.ResponseWriter, req *http.Request) error {
			at = &came{r.Pattern, req.PathValue("programme")}
			w.WriteHeader(http.StatusTeapot)
			return nil
		}
		r.Fail = func(w http.ResponseWriter, _ *http.Request, err error) { w.WriteHeader(statusOf(err)) }
		stubbed.Add(r)
	}
	mux, err := stubbed.Mux(c)
	if err != nil {
		t.Fatal(err)
	}
	sent, entered, read := 0, 0, 0
	for _, r := range table.Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		path = strings.NewReplacer("{programme}", "own", "{$}", "").Replace(path)
		path = pathParam.ReplaceAllString(path, "x")
		for name, actor := range c.actors {
			for way, req := range ways(method, path) {
				if name != "nobody" {
					req.Header.Set("Authorization", "Bearer "+name)
				}
				at = nil
				rec := httptest.NewRecorder()
				mux.ServeHTTP(rec, req)
				sent++
				if at == nil {
					continue
				}
				entered++
				policy, said := policies[at.pattern], fmt.Sprintf("%s, %s, as %s came to %s", r.Pattern, way, name, at.pattern)
				if expected(actor, policy) != http.StatusTeapot {
					t.Errorf("%s, which is for %s", said, policy)
				}
				if !auth.InstanceWide(policy) && at.programme != "own" {
					t.Errorf("%s with the programme %q", said, at.programme)
				}
				served, _, _ := strings.Cut(at.pattern, " ")
				if served != req.Method && (served != http.MethodGet || req.Method != http.MethodHead) {
					t.Errorf("%s by the method %s", said, req.Method)
				}
				if req.Method == http.MethodHead {
					read++
				}
			}
		}
	}
	t.Logf("%d requests for %d routes as %d principals, %d came in, %d of them by HEAD", sent, len(table.Routes()), len(c.actors), entered, read)
	if entered == 0 || read == 0 {
		t.Error("nothing came in")
	}
}
