package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"headway/client"
)

type environmentCmd struct {
	List    environmentListCmd    `cmd:"" help:"Show what is on which environment, and who has it when."`
	Report  environmentReportCmd  `cmd:"" help:"Say what is on an environment: a candidate, the age and size of its data."`
	Book    environmentBookCmd    `cmd:"" help:"Book an environment for a release, or say what a booking would meet."`
	Cancel  environmentCancelCmd  `cmd:"" help:"Give a booked environment free."`
	Refresh environmentRefreshCmd `cmd:"" help:"Ask for newer data on an environment: work that the plan places."`
}

const instantLayout = "2006-01-02 15:04Z"

type environmentListCmd struct{ programmeFlag }

// Run lists the environments and their bookings.
func (c environmentListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) ([]client.Environment, error) {
		return server.Environments(ctx, c.Programme)
	}, func(w io.Writer, all []client.Environment) {
		t := table{head: []string{"environment", "kind", "release", "candidate", "since", "data of", "GB"}}
		booked := table{}
		for _, v := range all {
			data := ""
			if !v.DataAsOf.IsZero() {
				data = v.DataAsOf.UTC().Format(time.DateOnly)
			}
			row := []string{v.Key, v.Kind, "", "", "", data, fmt.Sprintf("%g", v.DataGB)}
			for i := range max(len(v.There), 1) {
				if i < len(v.There) {
					s := v.There[i]
					copy(row[2:], []string{s.Release, s.Candidate, s.Since.UTC().Format(instantLayout)})
				}
				t.add(row...)
				row = make([]string, len(row))
			}
			for _, b := range v.Bookings {
				booked.add(b.ID, v.Key, b.From.UTC().Format(instantLayout), b.To.UTC().Format(instantLayout), b.Release, oneLine(b.Purpose))
			}
		}
		t.print(w)
		booked.print(w)
		for _, v := range all {
			printMeets(w, v)
		}
	})
}

// printMeets tells what the bookings of an environment meet, and its refresh.
func printMeets(w io.Writer, v client.Environment) {
	for _, b := range v.Bookings {
		for _, k := range b.Conflicts {
			fmt.Fprintf(w, "! %s, booked for %s from %s: ", v.Key, printable(b.Release), b.From.UTC().Format(instantLayout))
			printConflict(w, k)
		}
	}
	if r := v.Refresh; r != nil {
		when := "not placed by the plan yet"
		if !r.From.IsZero() {
			when = "planned " + r.From.UTC().Format(instantLayout) + " to " + r.To.UTC().Format(instantLayout)
		}
		fmt.Fprintf(w, "%s is to be refreshed for %s: %g GB, %g h, %s (item %s)\n", v.Key, printable(r.Release), r.DataGB, r.Hours, when, r.Item)
	}
}

func printConflict(w io.Writer, k client.BookingConflict) {
	fmt.Fprintf(w, "%s %s, %s", printable(k.Release), printable(k.Text), k.From.UTC().Format(instantLayout))
	if !k.To.Equal(k.From) {
		fmt.Fprintf(w, " to %s", k.To.UTC().Format(instantLayout))
	}
	fmt.Fprintln(w)
}

type environmentReportCmd struct {
	programmeFlag
	Environment string    `arg:"" help:"Key of the environment." placeholder:"KEY"`
	Team        string    `help:"Key of the candidate's team." env:"HEADWAY_TEAM" placeholder:"KEY"`
	Version     string    `help:"Its newest candidate is there, as 2.4.0." xor:"which" placeholder:"VERSION"`
	Candidate   string    `help:"That candidate is there, as 2.4.0-rc.1." xor:"which" placeholder:"NAME"`
	DataAsOf    time.Time `help:"Of when its data are, as 2026-12-03T20:00:00Z." placeholder:"TIME"`
	DataGB      float64   `name:"data-gb" help:"Size of its data in GB." placeholder:"GB"`
}

// Run reports what is on the environment.
func (c environmentReportCmd) Run(ctx context.Context, e *env) error {
	in := client.EnvironmentReport{Version: c.Version, Candidate: c.Candidate, DataAsOf: c.DataAsOf, DataGB: c.DataGB}
	if c.Version != "" || c.Candidate != "" {
		in.Team = c.Team
	}
	return ask(e, func(server *client.Client) (client.Environment, error) {
		return server.ReportEnvironment(ctx, c.Programme, c.Environment, in)
	}, func(w io.Writer, v client.Environment) {
		fmt.Fprintf(w, "%s: ", printable(v.Name))
		if v.Candidate != "" {
			fmt.Fprintf(w, "%s since %s, ", v.Candidate, v.Since.UTC().Format(instantLayout))
		}
		fmt.Fprintf(w, "%g GB of data", v.DataGB)
		if !v.DataAsOf.IsZero() {
			fmt.Fprintf(w, " of %s", v.DataAsOf.UTC().Format(instantLayout))
		}
		fmt.Fprintln(w)
	})
}

type environmentBookCmd struct {
	releaseFlags
	Environment string    `arg:"" help:"Key of the environment." placeholder:"KEY"`
	From        time.Time `required:"" help:"From when, as 2026-12-03T08:00:00Z." placeholder:"TIME"`
	To          time.Time `required:"" help:"Until when." placeholder:"TIME"`
	Purpose     string    `required:"" help:"What for." placeholder:"TEXT"`
	Shared      bool      `help:"Beside others that share it."`
	Preview     bool      `help:"Say what it would meet, and book nothing."`
}

// Run books the environment.
func (c environmentBookCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Booking, error) {
		return server.BookEnvironment(ctx, c.Programme, c.Environment, client.NewBooking{
			Team: c.Team, Version: c.Version, From: c.From, To: c.To, Purpose: c.Purpose, Shared: c.Shared, Preview: c.Preview,
		})
	}, func(w io.Writer, b client.Booking) {
		for _, k := range b.Conflicts {
			printConflict(w, k)
		}
		switch {
		case b.ID != "":
			fmt.Fprintf(w, "booked for %s (booking %s)\n", printable(b.Release), b.ID)
		case len(b.Conflicts) == 0:
			fmt.Fprintln(w, "nothing is in the way")
		}
	})
}

type environmentRefreshCmd struct {
	releaseFlags
	Environment string  `arg:"" help:"Key of the environment." placeholder:"KEY"`
	DataGB      float64 `name:"data-gb" help:"Size of what comes, in GB; without it as now." placeholder:"GB"`
	Hours       float64 `help:"Hours of work; without it by size, and what refreshes took before." placeholder:"HOURS"`
	Preview     bool    `help:"Say how long it would take, and ask for nothing."`
}

// Run asks for the refresh.
func (c environmentRefreshCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Refresh, error) {
		return server.RefreshEnvironment(ctx, c.Programme, c.Environment, client.NewRefresh{Team: c.Team, Version: c.Version, DataGB: c.DataGB, Hours: c.Hours, Preview: c.Preview})
	}, func(w io.Writer, r client.Refresh) {
		fmt.Fprintf(w, "%g h of work for %g GB (%s)\n", r.Hours, r.DataGB, printable(r.Source))
		if r.Item != "" {
			fmt.Fprintf(w, "on the operations board for %s (item %s)\n", printable(r.Release), r.Item)
		}
	})
}

type environmentCancelCmd struct {
	programmeFlag
	ID string `arg:"" help:"Id of the booking." placeholder:"ID"`
}

// Run cancels the booking.
func (c environmentCancelCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (map[string]string, error) {
		return map[string]string{"cancelled": c.ID}, server.CancelBooking(ctx, c.Programme, c.ID)
	}, func(w io.Writer, _ map[string]string) { fmt.Fprintln(w, "cancelled") })
}
