package cli

import (
	"context"
	"fmt"
	"io"

	"headway/client"
)

type releaseCmd struct {
	Show  releaseShowCmd  `cmd:"" help:"Tell everything of one release."`
	List  releaseListCmd  `cmd:"" help:"List releases, newest first."`
	Close releaseCloseCmd `cmd:"" help:"End the hypercare of a release that is live."`
}

type releaseCloseCmd struct{ releaseFlags }

// Run closes the release.
func (c releaseCloseCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.Release, error) {
		return s.CloseRelease(ctx, c.Programme, c.Team, c.Version)
	}, func(w io.Writer, r client.Release) { fmt.Fprintf(w, "%s is %s\n", nameOf(r), r.State) })
}
