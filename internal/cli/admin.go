package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

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
func (c bootstrapCmd) Run(ctx context.Context, e *env) (err error) {
	password, err := e.read("--password-file", c.PasswordFile, 64<<10)
	if err != nil {
		return err
	}
	// A place for the token is made first: an account whose token is lost could not be made again.
	token, err := os.CreateTemp(filepath.Dir(c.TokenFile), ".token-")
	if err != nil {
		return headway.Invalidf("--token-file", "%s cannot be written", c.TokenFile).WithHint("name a file in a directory that exists").Because(err)
	}
	defer func() { err = errors.Join(err, discard(token)) }()

	var secret headway.Secret
	err = withInstance(ctx, e, c.config(), false, func(i *server.Instance) (err error) {
		secret, err = i.Bootstrap(ctx, c.Email, c.Name, headway.NewSecret(firstLine(password)))
		return err
	})
	if err != nil {
		return err
	}
	if _, err := token.WriteString(secret.Reveal() + "\n"); err != nil {
		return err
	}
	if err := os.Rename(token.Name(), c.TokenFile); err != nil {
		return err
	}
	e.print(map[string]string{"email": c.Email, "token_file": c.TokenFile}, func(w io.Writer) {
		fmt.Fprintf(w, "%s is administrator; an API token lies in %s\n", c.Email, c.TokenFile)
	})
	return nil
}

// discard closes a temporary file and removes it unless it was renamed.
func discard(f *os.File) error {
	err := f.Close()
	if gone := os.Remove(f.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
