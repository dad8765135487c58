package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"headway"
	"headway/client"
)

type tokenCmd struct {
	Add    tokenAddCmd    `cmd:"" help:"Make an API token for yourself."`
	List   tokenListCmd   `cmd:"" help:"List your API tokens that hold."`
	Revoke tokenRevokeCmd `cmd:"" help:"End an API token of yours."`
}

type tokenAddCmd struct {
	Email        string   `required:"" help:"Your address." placeholder:"EMAIL"`
	PasswordFile string   `required:"" help:"File whose first line is your password; - reads standard input." placeholder:"FILE"`
	TokenFile    string   `help:"File to write the token to; without it the token is printed." placeholder:"FILE"`
	Name         string   `help:"What it is for." default:"command line"`
	Scope        []string `help:"What it may do, as candidate.shelve. Repeatable; without it all that you may." placeholder:"SCOPE"`
	Programme    string   `help:"Key of the one programme it is for; without it all of yours." placeholder:"KEY"`
	Days         int      `help:"How long it lives." default:"90"`
}

// Help lists the scopes.
func (tokenAddCmd) Help() string {
	var s strings.Builder
	s.WriteString("For CI: --scope programme.view --scope candidate.shelve --scope evidence.add\n\nScopes:")
	for _, a := range headway.Scopes() {
		s.WriteString(" " + string(a))
	}
	return s.String()
}

// Run makes the token.
func (c tokenAddCmd) Run(ctx context.Context, e *env) error {
	password, err := e.read("--password-file", c.PasswordFile, 64<<10)
	if err != nil {
		return err
	}
	if len(c.Scope) == 0 {
		for _, a := range headway.Scopes() {
			c.Scope = append(c.Scope, string(a))
		}
	}
	in := client.PasswordToken{Password: client.Password{Email: c.Email, Password: firstLine(password)}, NewToken: client.NewToken{Name: c.Name, Programme: c.Programme, Scopes: c.Scope, Days: c.Days}}
	return keepSecret(c.TokenFile, func(keep func(string) error) error {
		return ask(e, func(server *client.Client) (client.Token, error) {
			t, err := server.AddTokenWithPassword(ctx, in)
			if err == nil && c.TokenFile != "" {
				err = keep(t.Secret)
				t.Secret = ""
			}
			return t, err
		}, func(w io.Writer, t client.Token) {
			if c.TokenFile == "" {
				fmt.Fprintln(w, t.Secret)
				return
			}
			fmt.Fprintf(w, "the token lies in %s and ends %s\n", c.TokenFile, t.ExpiresAt.Format("2006-01-02"))
		})
	})
}

type tokenListCmd struct{}

// Run lists the tokens of who asks.
func (tokenListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) ([]client.Token, error) { return server.Tokens(ctx) }, func(w io.Writer, list []client.Token) {
		t := table{head: []string{"id", "name", "for", "until", "last used"}}
		for _, k := range list {
			place, used := "all programmes", "never"
			if k.Programme != "" {
				place = k.Programme
			}
			if k.UsedAt != nil {
				used = k.UsedAt.Format("2006-01-02 15:00")
			}
			t.add(k.ID, k.Name, place, k.ExpiresAt.Format("2006-01-02"), used)
		}
		t.print(w)
	})
}

type tokenRevokeCmd struct {
	ID           string `arg:"" help:"Id, as token list shows it." placeholder:"ID"`
	Email        string `help:"Your address; without it a token can end only itself." placeholder:"EMAIL" and:"who"`
	PasswordFile string `help:"File whose first line is your password; - reads standard input." placeholder:"FILE" and:"who"`
}

// Run ends the token.
func (c tokenRevokeCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	if c.Email == "" {
		err = server.RevokeToken(ctx, c.ID)
	} else {
		var password []byte
		if password, err = e.read("--password-file", c.PasswordFile, 64<<10); err == nil {
			err = server.RevokeTokenWithPassword(ctx, c.ID, client.Password{Email: c.Email, Password: firstLine(password)})
		}
	}
	if err != nil {
		return err
	}
	e.print(map[string]string{"revoked": c.ID}, func(w io.Writer) { fmt.Fprintln(w, "the token no longer holds") })
	return nil
}

type whoamiCmd struct{}

// Run tells who the token belongs to.
func (whoamiCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Me, error) { return server.Me(ctx) }, func(w io.Writer, me client.Me) {
		fmt.Fprintf(w, "%s (%s)\n", printable(me.Name), me.Email)
		for key, roles := range me.Programmes {
			fmt.Fprintf(w, "  %s: %v\n", key, roles)
		}
	})
}

// keepSecret finds a place for a secret before it is made: one that is lost
// cannot be shown again. An empty path needs none.
func keepSecret(path string, f func(keep func(string) error) error) (err error) {
	if path == "" {
		return f(func(string) error { return nil })
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".token-")
	if err != nil {
		return headway.Invalidf("--token-file", "%s cannot be written", path).WithHint("name a file in a directory that exists").Because(err)
	}
	defer func() { err = errors.Join(err, discard(tmp)) }()
	return f(func(secret string) error {
		if _, err := tmp.WriteString(secret + "\n"); err != nil {
			return err
		}
		return os.Rename(tmp.Name(), path)
	})
}

// discard closes a temporary file and removes it unless it was renamed.
func discard(f *os.File) error {
	err := f.Close()
	if gone := os.Remove(f.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
