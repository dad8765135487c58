package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"headway"
	"headway/client"
)

type defectCmd struct {
	List   defectListCmd   `cmd:"" help:"List defects, newest first."`
	Report defectReportCmd `cmd:"" help:"Report a defect that a person found."`
	Triage defectTriageCmd `cmd:"" help:"Decide what becomes of a defect."`
}

type defectListCmd struct {
	programmeFlag
	Team     string `help:"Only of this team." placeholder:"KEY"`
	State    string `help:"Only in this state." enum:",open,fixed,accepted,deferred,invalid" default:"" placeholder:"STATE"`
	Severity string `help:"Only of this severity." enum:",blocker,major,minor" default:"" placeholder:"SEVERITY"`
	Before   int    `help:"Only older than this number: the next page." placeholder:"N"`
}

// Run lists defects.
func (c defectListCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.DefectList, error) {
		return server.Defects(ctx, c.Programme, client.DefectFilter{Team: c.Team, State: c.State, Severity: c.Severity, Before: c.Before})
	}, func(w io.Writer, list client.DefectList) {
		t := table{head: []string{"defect", "severity", "state", "team", "found in", "title"}}
		for _, d := range list.Defects {
			t.add(d.Name, d.Severity, d.State, d.Team, d.Candidate, oneLine(d.Title))
		}
		t.print(w)
		if list.Next > 0 {
			fmt.Fprintf(w, "older ones: --before %d\n", list.Next)
		}
	})
}

type defectReportCmd struct {
	candidateFlags
	Title     string `required:"" help:"What is wrong, in one line." placeholder:"TEXT"`
	Detail    string `help:"File that tells more; - reads standard input." placeholder:"FILE"`
	Severity  string `help:"blocker, major or minor." enum:"blocker,major,minor" default:"major"`
	Component string `help:"Part of the product that it lies in." placeholder:"NAME"`
	Cause     string `help:"Team that caused it, when it is another than the candidate's." placeholder:"KEY"`
	Incident  string `help:"Incident that showed it in production." placeholder:"REF"`
	Joins     string `help:"Open defect that this is one more sign of." placeholder:"D-N"`
}

// Run reports a defect.
func (c defectReportCmd) Run(ctx context.Context, e *env) error {
	in := client.NewDefect{Team: c.Team, Version: c.Version, Candidate: c.Candidate, Title: c.Title, Severity: c.Severity, Component: c.Component, Cause: c.Cause, Incident: c.Incident}
	if c.Joins != "" {
		n, err := defectNumber("--joins", c.Joins)
		if err != nil {
			return err
		}
		in.Joins = n
	}
	if c.Detail != "" {
		detail, err := e.read("--detail", c.Detail, 64<<10)
		if err != nil {
			return err
		}
		in.Detail = string(detail)
	}
	return ask(e, func(server *client.Client) (client.Defect, error) {
		return server.ReportDefect(ctx, c.Programme, in)
	}, printDefect)
}

type defectTriageCmd struct {
	programmeFlag
	Defect   string  `arg:"" help:"Number, as D-12." placeholder:"D-N"`
	Decision string  `required:"" enum:"fix-now,next-release,accept,invalid,fixed" help:"fix-now, next-release, accept, invalid or fixed." placeholder:"DECISION"`
	Severity string  `help:"Another severity." enum:",blocker,major,minor" default:"" placeholder:"SEVERITY"`
	Reason   string  `help:"Why; needed but for fix-now." placeholder:"TEXT"`
	Cause    string  `help:"Another team that caused it." placeholder:"KEY"`
	Hours    float64 `help:"Working hours that its repair took: the rework budget learns from them." placeholder:"N"`
}

// Run decides.
func (c defectTriageCmd) Run(ctx context.Context, e *env) error {
	n, err := defectNumber("defect", c.Defect)
	if err != nil {
		return err
	}
	return ask(e, func(server *client.Client) (client.Defect, error) {
		return server.TriageDefect(ctx, c.Programme, n, client.Triage{
			Decision: c.Decision, Severity: c.Severity, Reason: c.Reason, Cause: c.Cause, EffortHours: c.Hours,
		})
	}, printDefect)
}

// defectNumber reads D-12 or 12.
func defectNumber(where, s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(s), "D-"))
	if err != nil || n < 1 {
		return 0, headway.Invalidf(where, "%q is no defect", s).WithHint("write it as D-12")
	}
	return n, nil
}

func printDefect(w io.Writer, d client.Defect) {
	fmt.Fprintf(w, "%s (%s, %s, %s): %s\n", d.Name, d.Severity, d.State, d.Team, oneLine(d.Title))
}
