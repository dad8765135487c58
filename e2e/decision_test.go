package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// plain is a browser that knows no JavaScript: it follows links and sends forms.
type plain struct {
	t    *testing.T
	base string
	http *http.Client
}

func newPlain(t *testing.T, address string, who account) *plain {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &plain{t, address, &http.Client{Jar: jar}}
	if code, text := b.send("/sign-in", url.Values{"email": {who.Email}, "password": {who.Password}}); code != http.StatusOK || strings.Contains(text, "is wrong") {
		t.Fatalf("sign in: %d", code)
	}
	return b
}

func (b *plain) get(path string) (int, string) {
	b.t.Helper()
	r, err := b.http.Get(b.base + path)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.read(r)
}

func (b *plain) send(path string, form url.Values) (int, string) {
	b.t.Helper()
	r, err := b.http.PostForm(b.base+path, form)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.read(r)
}

func (b *plain) read(r *http.Response) (int, string) {
	b.t.Helper()
	defer func() { _ = r.Body.Close() }() // only read
	text, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return r.StatusCode, string(text)
}

// found gives the first group of a pattern in a page.
func (b *plain) found(page, pattern string) string {
	b.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if m == nil {
		b.t.Fatalf("no %s in the page", pattern)
	}
	return m[1]
}

// TestDecidingWithoutJavaScript approves, is refused and stops with nothing but forms.
func TestDecidingWithoutJavaScript(t *testing.T) {
	address, accounts := demo(t)
	b := newPlain(t, address, accounts["release-manager"])
	_, list := b.get("/p/atlas/decisions")
	_, page := b.send("/p/atlas/decisions", url.Values{
		"team": {b.found(list, `name="team" value="([^"]+)"`)}, "version": {b.found(list, `name="version" value="([^"]+)"`)},
	})
	path := b.found(page, `action="(/p/atlas/decisions/[0-9a-f-]+)/void"`)
	b = newPlain(t, address, accounts["product-owner"])
	_, page = b.get(path)
	digest := b.found(page, `name="digest" value="(sha256:[0-9a-f]+)"`)

	code, page := b.send(path+"/verdict", url.Values{"digest": {"sha256:0"}, "verdict": {"approve"}})
	if code != http.StatusConflict || !strings.Contains(page, "no longer what you saw") || !strings.Contains(page, digest) {
		t.Errorf("a stale page was answered %d, and not shown what is to be approved now", code)
	}
	code, page = b.send(path+"/verdict", url.Values{"digest": {digest}, "verdict": {"reject"}, "note": {" "}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(page, "A rejection needs a reason") {
		t.Errorf("a rejection without a reason was answered %d", code)
	}
	code, page = b.send(path+"/verdict", url.Values{"digest": {digest}, "verdict": {"approve"}, "note": {"looked at the load run"}})
	if code != http.StatusOK || !strings.Contains(page, "Your approval counts") || !strings.Contains(page, "looked at the load run") {
		t.Errorf("an approval was answered %d", code)
	}
	if code, _ = b.send(path+"/verdict", url.Values{"digest": {digest}, "verdict": {"approve"}}); code != http.StatusConflict {
		t.Errorf("a second approval of the same person was answered %d", code)
	}
	if code, page = b.send("/p/atlas/stop", url.Values{"reason": {"the till is down"}}); code != http.StatusOK || !strings.Contains(page, "the till is down") {
		t.Errorf("an emergency stop was answered %d", code)
	}
}
