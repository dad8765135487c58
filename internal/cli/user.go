package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Make an account."`
	List     userListCmd     `cmd:"" help:"List the accounts of the instance."`
	Disable  userDisableCmd  `cmd:"" help:"Close an account: its sessions and tokens end."`
	Enable   userEnableCmd   `cmd:"" help:"Open a closed account again."`
	Reset    userResetCmd    `cmd:"" help:"Give an account a new password, shown this once."`
	Password userPasswordCmd `cmd:"" help:"Change your own password."`
}

type userAddCmd struct {
	Email        string `required:"" help:"Address that they sign in with." placeholder:"EMAIL"`
	Name         string `required:"" help:"Name." placeholder:"NAME"`
	PasswordFile string `required:"" help:"File whose first line is their password; - reads standard input." placeholder:"FILE"`
	Admin        bool   `help:"Administrator of the instance."`
}

// Run makes the account.
func (c userAddCmd) Run(ctx context.Context, e *env) error {
	password, err := e.read("--password-file", c.PasswordFile, 64<<10)
	if err != nil {
		return err
	}
	return ask(e, func(server *client.Client) (client.User, error) {
		return server.AddUser(ctx, client.NewUser{Email: c.Email, Name: c.Name, Password: firstLine(password), Admin: c.Admin})
	}, func(w io.Writer, u client.User) { fmt.Fprintf(w, "%s has an account\n", u.Email) })
}

type userListCmd struct{}

// Run lists the accounts.
func (userListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) ([]client.User, error) { return server.Users(ctx) }, func(w io.Writer, list []client.User) {
		t := table{head: []string{"address", "name", "programmes", "state"}}
		for _, u := range list {
			state := "open"
			switch {
			case u.DisabledAt != nil:
				state = "closed " + u.DisabledAt.Format("2006-01-02")
			case u.Admin:
				state = "administrator"
			}
			t.add(u.Email, u.Name, strings.Join(u.Programmes, ", "), state)
		}
		t.print(w)
	})
}

type userDisableCmd struct {
	Email string `arg:"" help:"Address of the account." placeholder:"EMAIL"`
}

// Run closes the account.
func (c userDisableCmd) Run(ctx context.Context, e *env) error {
	return e.told(func(server *client.Client) error { return server.DisableUser(ctx, c.Email) }, c.Email+" can no longer sign in, and their tokens no longer hold")
}

type userEnableCmd struct {
	Email string `arg:"" help:"Address of the account." placeholder:"EMAIL"`
}

// Run opens the account.
func (c userEnableCmd) Run(ctx context.Context, e *env) error {
	return e.told(func(server *client.Client) error { return server.EnableUser(ctx, c.Email) }, c.Email+" can sign in again")
}

type userResetCmd struct {
	Email string `arg:"" help:"Address of the account." placeholder:"EMAIL"`
}

// Run draws the password.
func (c userResetCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.DrawnPassword, error) {
		return server.DrawPassword(ctx, c.Email)
	}, func(w io.Writer, d client.DrawnPassword) { fmt.Fprintln(w, d.Password) })
}

type userPasswordCmd struct {
	Email        string `required:"" help:"Your address." placeholder:"EMAIL"`
	PasswordFile string `required:"" help:"File whose first line is your present password." placeholder:"FILE"`
	NewFile      string `required:"" help:"File whose first line is the new password; - reads standard input." placeholder:"FILE"`
}

// Run changes the password.
func (c userPasswordCmd) Run(ctx context.Context, e *env) error {
	old, err := e.read("--password-file", c.PasswordFile, 64<<10)
	if err != nil {
		return err
	}
	replacement, err := e.read("--new-file", c.NewFile, 64<<10)
	if err != nil {
		return err
	}
	in := client.ChangePassword{Password: client.Password{Email: c.Email, Password: firstLine(old)}, New: firstLine(replacement)}
	return e.told(func(server *client.Client) error { return server.ChangePassword(ctx, in) }, "the password is changed, and your sessions have ended")
}
