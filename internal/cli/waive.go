package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"headway"
	"headway/client"
)

type waiveCmd struct {
	candidateFlags
	Criterion string   `arg:"" help:"Key of the gate's criterion." placeholder:"CRITERION"`
	Reason    string   `required:"" help:"Why it may be lifted; it is kept with the go/no-go." placeholder:"TEXT"`
	Role      string   `help:"In which of your roles; without it the first that may." placeholder:"ROLE"`
	Freeze    []string `help:"Key of a freeze that is lifted; without it those that stand in the way now." placeholder:"KEY"`
	Until     string   `help:"Day on which the waiver ends, within 90 days; without it in seven." placeholder:"YYYY-MM-DD"`
}

// Run lifts the criterion.
func (c waiveCmd) Run(ctx context.Context, e *env) error {
	const week = 7
	until := headway.DateOf(time.Now().UTC()).AddDays(week)
	if c.Until != "" {
		d, err := headway.ParseDate(c.Until)
		if err != nil {
			return headway.Invalidf("--until", "%q is not a date", c.Until).WithHint("write it as YYYY-MM-DD")
		}
		until = d
	}
	return ask(e, func(server *client.Client) (client.Waiver, error) {
		return server.Waive(ctx, c.Programme, client.NewWaiver{
			Team: c.Team, Version: c.Version, Candidate: c.Candidate, Criterion: c.Criterion, Role: c.Role, Reason: c.Reason, Freezes: c.Freeze,
			Expires: until.AddDays(1).In(time.UTC).Add(-time.Second),
		})
	}, func(out io.Writer, w client.Waiver) {
		fmt.Fprintf(out, "%s is lifted by %s as %s until %s\n", w.Criterion, printable(w.By), w.Role, w.Expires.Format("2006-01-02 15:04Z"))
	})
}
