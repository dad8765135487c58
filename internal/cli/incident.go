package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"headway"
	"headway/client"
)

type incidentCmd struct {
	Open     incidentOpenCmd     `cmd:"" help:"Tell of trouble in production that a release brought."`
	List     incidentListCmd     `cmd:"" help:"List incidents, newest first."`
	Mitigate incidentMitigateCmd `cmd:"" help:"Say what ended the trouble."`
	Defect   incidentDefectCmd   `cmd:"" help:"Make it a defect of the deployed candidate, or one more sign of an open one."`
	Close    incidentCloseCmd    `cmd:"" help:"End an incident with what was learnt."`
}

type incidentOpenCmd struct {
	programmeFlag
	Title    string    `arg:"" help:"What hurts, in one line." placeholder:"TEXT"`
	Release  string    `required:"" help:"Release in production: team/version or id." placeholder:"RELEASE"`
	Severity string    `help:"blocker, major or minor." enum:"blocker,major,minor" default:"major" placeholder:"SEVERITY"`
	Started  time.Time `help:"When production began to hurt, as 2026-12-03T14:00:00Z; without it now." placeholder:"TIME"`
	Detail   string    `help:"File that tells more; - reads standard input." placeholder:"FILE"`
}

// Run opens an incident.
func (c incidentOpenCmd) Run(ctx context.Context, e *env) error {
	in := client.NewIncident{Release: c.Release, Title: c.Title, Severity: c.Severity, StartedAt: c.Started}
	if c.Detail != "" {
		detail, err := e.read("--detail", c.Detail, 64<<10)
		if err != nil {
			return err
		}
		in.Detail = string(detail)
	}
	return ask(e, func(s *client.Client) (client.Incident, error) { return s.OpenIncident(ctx, c.Programme, in) }, printIncident)
}

type incidentListCmd struct {
	programmeFlag
	State   string `help:"Only in this state." enum:",open,mitigated,closed" default:"" placeholder:"STATE"`
	Release string `help:"Only of this release: team/version or id." placeholder:"RELEASE"`
	Before  int    `help:"Only older than this number: the next page." placeholder:"N"`
}

// Run lists incidents.
func (c incidentListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.IncidentList, error) {
		return s.Incidents(ctx, c.Programme, client.IncidentFilter{State: c.State, Release: c.Release, Before: c.Before})
	}, func(w io.Writer, list client.IncidentList) {
		t := table{head: []string{"incident", "severity", "state", "release", "began", "lasted", "defect", "title"}}
		for _, i := range list.Incidents {
			t.add(i.Name, i.Severity, i.State, i.Team+" "+i.Release, moment(i.StartedAt), brief(i.LastedMinutes*60), i.Defect, oneLine(i.Title))
		}
		t.print(w)
		if list.Next > 0 {
			fmt.Fprintf(w, "older ones: --before %d\n", list.Next)
		}
	})
}

// incidentFlag names one incident.
type incidentFlag struct {
	programmeFlag
	Incident string `arg:"" help:"Number, as I-3." placeholder:"I-N"`
}

func (f incidentFlag) number() (int, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(f.Incident), "I-"))
	if err != nil || n < 1 {
		return 0, headway.Invalidf("incident", "%q is no incident", f.Incident).WithHint("write it as I-3")
	}
	return n, nil
}

// ask puts a question about one incident.
func (f incidentFlag) ask(e *env, question func(s *client.Client, number int) (client.Incident, error)) error {
	n, err := f.number()
	if err != nil {
		return err
	}
	return ask(e, func(s *client.Client) (client.Incident, error) { return question(s, n) }, printIncident)
}

type incidentMitigateCmd struct {
	incidentFlag
	How string    `required:"" help:"What ended the trouble." placeholder:"TEXT"`
	At  time.Time `help:"When, as 2026-12-03T14:30:00Z; without it now." placeholder:"TIME"`
}

// Run mitigates.
func (c incidentMitigateCmd) Run(ctx context.Context, e *env) error {
	return c.ask(e, func(s *client.Client, n int) (client.Incident, error) {
		return s.MitigateIncident(ctx, c.Programme, n, client.Mitigation{How: c.How, At: c.At})
	})
}

type incidentDefectCmd struct {
	incidentFlag
	Joins     string `help:"Open defect of the release that it is one more sign of." placeholder:"D-N"`
	Severity  string `help:"Of the defect; without it the incident's." enum:",blocker,major,minor" default:"" placeholder:"SEVERITY"`
	Component string `help:"Part of the product that it lies in." placeholder:"NAME"`
	Cause     string `help:"Team that caused it, when it is another than the release's." placeholder:"KEY"`
}

// Run links incident and defect.
func (c incidentDefectCmd) Run(ctx context.Context, e *env) error {
	in := client.Blame{Severity: c.Severity, Component: c.Component, Cause: c.Cause}
	if c.Joins != "" {
		n, err := defectNumber("--joins", c.Joins)
		if err != nil {
			return err
		}
		in.Joins = n
	}
	return c.ask(e, func(s *client.Client, n int) (client.Incident, error) {
		return s.BlameIncident(ctx, c.Programme, n, in)
	})
}

type incidentCloseCmd struct {
	incidentFlag
	Reason string `required:"" help:"What was learnt." placeholder:"TEXT"`
}

// Run closes.
func (c incidentCloseCmd) Run(ctx context.Context, e *env) error {
	return c.ask(e, func(s *client.Client, n int) (client.Incident, error) {
		return s.CloseIncident(ctx, c.Programme, n, client.Because{Reason: c.Reason})
	})
}

func printIncident(w io.Writer, i client.Incident) {
	fmt.Fprintf(w, "%s (%s, %s) of %s %s, %s: %s", i.Name, i.Severity, i.State, i.Team, i.Release, brief(i.LastedMinutes*60), oneLine(i.Title))
	if i.Defect != "" {
		fmt.Fprintf(w, ", from %s", i.Defect)
	}
	fmt.Fprintln(w)
}
