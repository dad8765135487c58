package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"headway"
	"headway/internal/server"
)

type demoCmd struct {
	serveFlags
	AccountsJSON string `name:"accounts-json" help:"File to write accounts and API tokens by role to, as JSON. Default: accounts.json in the data directory." placeholder:"FILE"`
}

// Help tells what is there to see.
func (demoCmd) Help() string {
	return `Fills an empty data directory with the sample programme Atlas, then serves it. Its accounts are thrown away with the directory.

Example: headway demo --data /tmp/headway-demo --listen 127.0.0.1:8080`
}

// Run fills and serves.
func (c demoCmd) Run(ctx context.Context, e *env) (err error) {
	config := c.config()
	instance, err := server.Open(ctx, config, newLog(e.Err, config.LogLevel))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, instance.Close()) }()
	file := c.AccountsJSON
	if file == "" {
		file = filepath.Join(c.Data, "accounts.json")
	}
	accounts, err := instance.FillDemo(ctx)
	if err != nil {
		return err
	}
	if accounts != nil {
		text, err := json.MarshalIndent(map[string]any{"accounts": accounts}, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
			return headway.Invalidf("--accounts-json", "%s cannot be written", file).WithHint("name a file in a directory that exists, and start with an empty data directory").Because(err)
		}
	}
	t := table{}
	for _, a := range accounts {
		t.add("  "+a.Role, a.Email, a.Password)
	}
	return instance.Run(ctx, func(address string) {
		fmt.Fprintf(e.Out, "ready http://%s\n", address)
		if accounts == nil {
			fmt.Fprintf(e.Out, "the sample programme was there already; its accounts were told when it was made, and written to a file (%s by default)\n", file)
			return
		}
		fmt.Fprintln(e.Out, "throw-away accounts:")
		t.print(e.Out)
		fmt.Fprintf(e.Out, "API tokens by role: %s\nsign in as the release manager and open Atlas: first the plan, then the shelf\n", file)
	})
}
