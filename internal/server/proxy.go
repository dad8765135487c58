package server

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// behindProxies puts the client's address into requests that come from one of
// our own reverse proxies: what wrong passwords and unknown calendar addresses
// are counted by. X-Forwarded-For is read from its end, and only as far as
// trusted proxies wrote it: what stands before, anybody can have sent.
func behindProxies(next http.Handler, trusted []netip.Prefix) http.Handler {
	if len(trusted) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if client, ok := clientOf(r, trusted); ok {
			own := *r
			own.RemoteAddr = net.JoinHostPort(client.String(), "0")
			r = &own
		}
		next.ServeHTTP(w, r)
	})
}

func clientOf(r *http.Request, trusted []netip.Prefix) (client netip.Addr, ok bool) {
	ours := func(a netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !ours(from.Addr().Unmap()) {
		return client, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return client, ok
		}
		if client, ok = a.Unmap(), true; !ours(client) {
			return client, ok
		}
	}
	return client, ok
}
