// Package config holds the settings of an instance: read once at the start
// from flags and environment by the command line, checked, and handed over.
package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"headway"
)

// Config is everything that can be set.
type Config struct {
	Dir         string // data directory
	Listen      string // host:port
	DatabaseURL headway.Secret
	PublicURL   string   // how browsers reach it; empty: http://Listen
	AllowHosts  []string // CIDRs of private networks that runbook steps may call
	ProxyHosts  []string // CIDRs of reverse proxies before it, whose X-Forwarded-For counts
	GitHubToken headway.Secret
	GitHubURL   string // API address that the token belongs to; empty: https://api.github.com
	KeyFile     string // of the key that seals the secrets of connections; empty: secret.key in Dir
	LogLevel    slog.Level
	Style       bool             // serve the living style page at /style
	Now         func() time.Time // of tests that need a time of their own; nil: the machine's clock
}

// Check refuses settings that cannot work.
func (c Config) Check() error {
	if c.Dir == "" {
		return headway.Invalidf("--data", "a data directory is needed")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return headway.Invalidf("--listen", "%q is no address", c.Listen).WithHint("write it as 127.0.0.1:8080")
	}
	if u := c.DatabaseURL.Reveal(); u != "" && !strings.HasPrefix(u, "postgres://") && !strings.HasPrefix(u, "postgresql://") {
		return headway.Invalidf("--database-url", "only postgres:// addresses are known").WithHint("leave it out to use SQLite in the data directory")
	}
	if c.PublicURL != "" {
		if u, err := url.Parse(c.PublicURL); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return headway.Invalidf("--public-url", "%q is no http or https address", c.PublicURL)
		}
	}
	if _, err := c.Proxies(); err != nil {
		return err
	}
	_, err := c.Allowed()
	return err
}

// Allowed gives the networks that outgoing calls may reach although they are private.
func (c Config) Allowed() ([]netip.Prefix, error) { return networks("--allow-network", c.AllowHosts) }

// Proxies gives the networks of the reverse proxies that say who the client is.
func (c Config) Proxies() ([]netip.Prefix, error) { return networks("--trust-proxy", c.ProxyHosts) }

func networks(where string, texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range texts {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, headway.Invalidf(where, "%q is no network", s).WithHint("write it as 10.1.0.0/16").Because(fmt.Errorf("parse: %w", err))
		}
		out = append(out, p)
	}
	return out, nil
}
