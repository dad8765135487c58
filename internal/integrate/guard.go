package integrate

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"headway"
)

const (
	dialTime   = 10 * time.Second
	answerSize = 64 << 10
	perHost    = 4 // calls at once, and as many questions
)

// denied are ranges that netip's own predicates leave out (IANA special-purpose
// address registries).
var denied = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

// Reachable tells whether outgoing calls may reach an address: a public one,
// or one that is allowed.
func Reachable(addr netip.Addr, allow []netip.Prefix) bool {
	addr = addr.Unmap().WithZone("")
	for _, p := range allow {
		if p.Contains(addr) {
			return true
		}
	}
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	for _, p := range denied {
		if p.Contains(addr) {
			return false
		}
	}
	return true
}

// errDenied tells that an address was refused before anything was sent.
var errDenied = errors.New("address not allowed")

// newTransport makes a transport that checks addresses as it dials.
func newTransport(allow []netip.Prefix) *http.Transport {
	dialer := &net.Dialer{Timeout: dialTime, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%s: %w", address, errors.Join(errDenied, err))
		}
		if !Reachable(at.Addr(), allow) {
			return fmt.Errorf("%s: %w", at.Addr(), errDenied)
		}
		return nil
	}}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		DisableKeepAlives:      true,
		DisableCompression:     true,
		TLSHandshakeTimeout:    dialTime,
		MaxResponseHeaderBytes: answerSize,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/2 would retry by itself
	}
}

// hosts bounds the requests to each host at once.
type hosts struct {
	mu    *sync.Mutex
	slots map[string]chan struct{}
}

func newHosts() hosts { return hosts{&sync.Mutex{}, map[string]chan struct{}{}} }

// enter waits for a slot of a host; leave gives it back.
func (h hosts) enter(ctx context.Context, host string) (leave func(), err error) {
	h.mu.Lock()
	slot, ok := h.slots[host]
	if !ok {
		slot = make(chan struct{}, perHost)
		h.slots[host] = slot
	}
	h.mu.Unlock()
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	case <-ctx.Done():
		return nil, headway.Errorf(headway.Unavailable, "%s has %d requests open already", host, perHost).Because(ctx.Err())
	}
}
