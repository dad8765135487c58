package cli

import (
	"context"
	"fmt"
	"io"

	"headway/client"
)

type connectionCmd struct {
	Set    connectionSetCmd    `cmd:"" help:"Say how another system is reached, and with what secret."`
	List   connectionListCmd   `cmd:"" help:"List the connections; secrets are not shown."`
	Remove connectionRemoveCmd `cmd:"" help:"Forget a connection and its secrets."`
}

type connectionSetCmd struct {
	programmeFlag
	Key         string `arg:"" help:"Key that steps name." placeholder:"KEY"`
	Kind        string `required:"" enum:"http,github,gitlab,jenkins,azure,argocd" help:"http, github, gitlab, jenkins, azure or argocd." placeholder:"KIND"`
	URL         string `name:"api-url" required:"" help:"API address of the system." placeholder:"URL"`
	Username    string `help:"Of Jenkins, and of HTTP with a password." placeholder:"NAME"`
	SecretFile  string `help:"File with the token or password, - for standard input; without it the secret stays as it was." placeholder:"FILE"`
	SigningFile string `help:"File with the secret with which the system signs its callbacks (Standard Webhooks)." placeholder:"FILE"`
}

// Help tells where the secret goes.
func (connectionSetCmd) Help() string {
	return `The secret is read from a file, so that it is in no list of processes. It is sealed with a key that is not in the database, and never shown again.

Example: headway connection set ci --kind jenkins --api-url https://ci.example.org --username bot --secret-file token.txt`
}

// Run stores the connection.
func (c connectionSetCmd) Run(ctx context.Context, e *env) error {
	const most = 8 << 10
	in := client.SetConnection{Kind: c.Kind, URL: c.URL, Username: c.Username}
	for place, f := range map[string]struct {
		name string
		to   *string
	}{"--secret-file": {c.SecretFile, &in.Secret}, "--signing-file": {c.SigningFile, &in.Signing}} {
		if f.name == "" {
			continue
		}
		text, err := e.read(place, f.name, most)
		if err != nil {
			return err
		}
		*f.to = firstLine(text)
	}
	return ask(e, func(s *client.Client) (client.Connection, error) { return s.SetConnection(ctx, c.Programme, c.Key, in) },
		func(w io.Writer, out client.Connection) {
			fmt.Fprintf(w, "%s: %s at %s\n", out.Key, out.Kind, printable(out.URL))
		})
}

type connectionListCmd struct{ programmeFlag }

// Run lists connections.
func (c connectionListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Connections, error) { return s.Connections(ctx, c.Programme) }, func(w io.Writer, list client.Connections) {
		t := table{head: []string{"connection", "kind", "address", "secret", "signed callbacks", "changed by"}}
		for _, n := range list.Connections {
			t.add(n.Key, n.Kind, n.URL, yesNo(n.HasSecret), yesNo(n.HasSigning), n.ChangedBy)
		}
		t.print(w)
	})
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

type connectionRemoveCmd struct {
	programmeFlag
	Key string `arg:"" help:"Key of the connection." placeholder:"KEY"`
}

// Run forgets the connection.
func (c connectionRemoveCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	return server.RemoveConnection(ctx, c.Programme, c.Key)
}
