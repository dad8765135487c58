package cli

import (
	"context"
	"fmt"
	"io"

	"headway"
	"headway/internal/server"
)

type adminCmd struct {
	Bootstrap bootstrapCmd `cmd:"" help:"Make the first administrator without a browser, once."`
}

type bootstrapCmd struct {
	dataFlags
	Email        string `required:"" help:"Address of the administrator." placeholder:"EMAIL"`
	Name         string `help:"Name of the administrator." default:"Administrator"`
	PasswordFile string `required:"" help:"File whose first line is the password; - reads standard input." placeholder:"FILE"`
	TokenFile    string `required:"" help:"File to write an API token with every scope to." placeholder:"FILE"`
}

// Help gives an example.
func (bootstrapCmd) Help() string {
	return `Works beside a running server. A second time it is refused: an administrator makes further accounts.

Example: headway admin bootstrap --data /var/lib/headway --email ada@example.org --password-file pw --token-file token`
}

// Run makes the account and writes its token.
func (c bootstrapCmd) Run(ctx context.Context, e *env) error {
	password, err := e.read("--password-file", c.PasswordFile, 64<<10)
	if err != nil {
		return err
	}
	return keepSecret(c.TokenFile, func(keep func(string) error) error {
		err := withInstance(ctx, e, c.config(), false, func(i *server.Instance) error {
			secret, err := i.Bootstrap(ctx, c.Email, c.Name, headway.NewSecret(firstLine(password)))
			if err != nil {
				return err
			}
			return keep(secret.Reveal())
		})
		if err != nil {
			return err
		}
		e.print(map[string]string{"email": c.Email, "token_file": c.TokenFile}, func(w io.Writer) {
			fmt.Fprintf(w, "%s is administrator; an API token lies in %s\n", c.Email, c.TokenFile)
		})
		return nil
	})
}
