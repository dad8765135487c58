package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"headway"
	"headway/internal/config"
	"headway/internal/server"
)

// dataFlags say where an instance keeps its data.
type dataFlags struct {
	Data        string `help:"Data directory." env:"HEADWAY_DATA" default:"data" placeholder:"DIR"`
	DatabaseURL string `name:"database-url" help:"PostgreSQL instead of SQLite in the data directory." env:"HEADWAY_DATABASE_URL" placeholder:"postgres://…"`
}

// config gives the settings of an instance that does not listen.
func (d dataFlags) config() config.Config {
	return config.Config{Dir: d.Data, DatabaseURL: headway.NewSecret(d.DatabaseURL), Listen: "127.0.0.1:0"}
}

// serveFlags are the settings of a running instance.
type serveFlags struct {
	dataFlags
	Listen       string   `help:"Address to listen on." env:"HEADWAY_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	PublicURL    string   `name:"public-url" help:"How browsers reach the instance, when that differs." env:"HEADWAY_PUBLIC_URL" placeholder:"URL"`
	AllowNetwork []string `name:"allow-network" help:"Private network that runbook steps may call, as 10.1.0.0/16. Repeatable." env:"HEADWAY_ALLOW_NETWORK" placeholder:"CIDR"`
	TrustProxy   []string `name:"trust-proxy" help:"Network of a reverse proxy before the instance, as 10.1.0.4/32, whose X-Forwarded-For tells who the client is. Repeatable." env:"HEADWAY_TRUST_PROXY" placeholder:"CIDR"`
	GitHubToken  string   `name:"github-token" help:"Token for runbook steps that start GitHub workflows." env:"HEADWAY_GITHUB_TOKEN" placeholder:"TOKEN"`
	GitHubURL    string   `name:"github-url" help:"API address that the token belongs to." env:"HEADWAY_GITHUB_URL" default:"https://api.github.com" placeholder:"URL"`
	KeyFile      string   `name:"key-file" help:"File of the key that seals the secrets of connections; without it secret.key in the data directory. It is not in backups." env:"HEADWAY_KEY_FILE" placeholder:"FILE"`
	Style        bool     `help:"Serve a page of every component at /style, for who works on the pages." env:"HEADWAY_STYLE"`
	LogLevel     string   `name:"log-level" help:"debug, info, warn or error." env:"HEADWAY_LOG_LEVEL" default:"info" enum:"debug,info,warn,error"`
}

func (f serveFlags) config() config.Config {
	c := f.dataFlags.config()
	c.Listen, c.PublicURL, c.AllowHosts, c.KeyFile, c.Style = f.Listen, f.PublicURL, f.AllowNetwork, f.KeyFile, f.Style
	c.ProxyHosts = f.TrustProxy
	c.GitHubToken, c.GitHubURL = headway.NewSecret(f.GitHubToken), f.GitHubURL
	_ = c.LogLevel.UnmarshalText([]byte(f.LogLevel)) // the grammar lists the levels
	return c
}

type serveCmd struct{ serveFlags }

// Help tells how to start and stop.
func (serveCmd) Help() string {
	return `Prints "ready http://ADDRESS" once it answers. SIGTERM and Ctrl-C let running requests end first.

Example: headway serve --data /var/lib/headway --listen 127.0.0.1:8080`
}

// Run serves until a signal comes.
func (c serveCmd) Run(ctx context.Context, e *env) error {
	return serve(ctx, e, c.config())
}

// serve opens an instance and runs it until the context ends.
func serve(ctx context.Context, e *env, c config.Config) (err error) {
	log := newLog(e.Err, c.LogLevel)
	instance, err := server.Open(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, instance.Close()) }()
	return instance.Run(ctx, func(address string) { fmt.Fprintf(e.Out, "ready http://%s\n", address) })
}

// newLog writes structured logs; a server's people read them with their tools.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

// firstLine gives the first line of a file's text without the line break.
func firstLine(text []byte) string {
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSuffix(line, "\r")
}
