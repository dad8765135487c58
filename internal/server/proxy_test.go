package server

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"headway/internal/auth"
)

// TestClientsAreToldApartBehindOurProxiesOnly asks what a limit counts by.
func TestClientsAreToldApartBehindOurProxiesOnly(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for name, c := range map[string]struct {
		from      string
		forwarded []string
		trusted   []netip.Prefix
		want      string
	}{
		"no proxy is ours":                {"10.0.0.1:999", []string{"203.0.113.7"}, nil, "10.0.0.1"},
		"a stranger claims to be a proxy": {"198.51.100.9:999", []string{"203.0.113.7"}, trusted, "198.51.100.9"},
		"one proxy":                       {"10.0.0.1:999", []string{"203.0.113.7"}, trusted, "203.0.113.7"},
		"two proxies":                     {"10.0.0.1:999", []string{"203.0.113.7, 10.0.0.2"}, trusted, "203.0.113.7"},
		"two headers":                     {"10.0.0.1:999", []string{"203.0.113.7", "10.0.0.2"}, trusted, "203.0.113.7"},
		"the client made one up":          {"10.0.0.1:999", []string{"192.0.2.1, 203.0.113.7"}, trusted, "203.0.113.7"},
		"nonsense":                        {"10.0.0.1:999", []string{"203.0.113.7, you"}, trusted, "10.0.0.1"},
		"nonsense before":                 {"10.0.0.1:999", []string{"you, 203.0.113.7"}, trusted, "203.0.113.7"},
		"nothing said":                    {"10.0.0.1:999", nil, trusted, "10.0.0.1"},
		"from within":                     {"10.0.0.1:999", []string{"10.0.0.5"}, trusted, "10.0.0.5"},
		"IPv6, mapped":                    {"[::ffff:10.0.0.1]:999", []string{"2001:db8::1"}, trusted, "2001:db8::1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.from
			for _, f := range c.forwarded {
				r.Header.Add("X-Forwarded-For", f)
			}
			got := ""
			behindProxies(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = auth.ClientOf(r.RemoteAddr) }), c.trusted).ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("it counts by %s, want %s", got, c.want)
			}
		})
	}
}
