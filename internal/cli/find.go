package cli

import (
	"context"
	"io"
	"strings"

	"headway/client"
)

type findCmd struct {
	programmeFlag
	Text []string `arg:"" optional:"" help:"Words that must all be met; none lists the releases on their way." placeholder:"WORD"`
}

// Run looks a text up.
func (c findCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) ([]client.Found, error) {
		return server.Find(ctx, c.Programme, strings.Join(c.Text, " "))
	}, func(w io.Writer, found []client.Found) {
		t := table{}
		for _, f := range found {
			t.add(f.Kind, oneLine(f.Title), f.Detail, f.ID)
		}
		t.print(w)
	})
}
