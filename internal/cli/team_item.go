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

type backlogCmd struct {
	Show backlogShowCmd `cmd:"" help:"Show what a development team has before it: sprints, releases, rework."`
	Add  backlogAddCmd  `cmd:"" help:"Add an item to a development team's backlog."`
	Edit backlogEditCmd `cmd:"" help:"Change an item: title, kind, estimate, sprint."`
	Move backlogMoveCmd `cmd:"" help:"Say how far an item is."`
}

type backlogShowCmd struct {
	programmeFlag
	Team string `arg:"" help:"Key of the development team." placeholder:"TEAM"`
}

// Run shows a team's backlog.
func (c backlogShowCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.TeamBacklog, error) { return s.TeamBacklog(ctx, c.Programme, c.Team) }, printTeamBacklog)
}

func printTeamBacklog(w io.Writer, v client.TeamBacklog) {
	for i, s := range []*client.TeamSprint{v.Current, v.Next} {
		if s == nil {
			continue
		}
		fmt.Fprintf(w, "%s sprint %d, %s to %s: %s\n", []string{"current", "next"}[i], s.Number, s.Start, s.End, sprintWork(*s))
		printTeamItems(w, s.Items)
	}
	for _, part := range []struct {
		head  string
		items []client.TeamItem
	}{{"left over from sprints that are over", v.Left}, {"in no sprint", v.Later}} {
		if len(part.items) > 0 {
			fmt.Fprintln(w, part.head)
			printTeamItems(w, part.items)
		}
	}
	if len(v.Releases) > 0 {
		fmt.Fprintln(w, "releases")
		t := table{}
		for _, r := range v.Releases {
			gap := ""
			if r.GapDays != nil {
				gap = fmt.Sprintf("gap %d days (%s)", *r.GapDays, r.GapBand)
			}
			t.add("  "+r.Version, r.State, fmt.Sprintf("%d/%d", r.Done, r.Items), "production "+moment(r.Production), gap)
		}
		t.print(w)
	}
	if len(v.Rework) > 0 {
		fmt.Fprintln(w, "rework from operations")
		t := table{}
		for _, d := range v.Rework {
			t.add("  "+d.Name, d.Severity, d.State, "found in "+d.Candidate, fmt.Sprintf("%d days", d.AgeDays), oneLine(d.Title))
		}
		t.print(w)
	}
}

func sprintWork(s client.TeamSprint) string {
	text := fmt.Sprintf("%d of %d items done, %g of %g h", s.Done, len(s.Items), s.DoneHours, s.Hours)
	if s.Unestimated > 0 {
		text += fmt.Sprintf(", %d not estimated", s.Unestimated)
	}
	if s.RoomHours > 0 {
		text += fmt.Sprintf(", room for %.0f h", s.RoomHours)
	}
	return text
}

func printTeamItems(w io.Writer, items []client.TeamItem) {
	t := table{}
	for _, i := range items {
		hours := "–"
		if i.Hours > 0 {
			hours = fmt.Sprintf("%g h", i.Hours)
		}
		t.add("  "+i.Name, i.Kind, i.State, hours, oneLine(i.Title))
	}
	t.print(w)
}

type backlogAddCmd struct {
	programmeFlag
	Title  string  `arg:"" help:"What is to be built, in one line." placeholder:"TEXT"`
	Team   string  `required:"" help:"Key of the development team." placeholder:"TEAM"`
	Kind   string  `help:"story, bug or task." enum:"story,bug,task" default:"story" placeholder:"KIND"`
	Hours  float64 `help:"Estimate in working hours." placeholder:"HOURS"`
	Sprint string  `help:"current, next or a number; without it in none yet." placeholder:"SPRINT"`
}

// Run adds an item.
func (c backlogAddCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(s *client.Client) (client.TeamItem, error) {
		return s.AddTeamItem(ctx, c.Programme, c.Team, client.NewTeamItem{Title: c.Title, Kind: c.Kind, Hours: c.Hours, Sprint: c.Sprint})
	}, printTeamItem)
}

// teamItemFlag names one item of a team's backlog.
type teamItemFlag struct {
	programmeFlag
	Item string `arg:"" help:"Number, as B-12." placeholder:"B-N"`
	Seen int64  `name:"seen" help:"Version that was seen: refuse when it has changed since." placeholder:"N"`
}

func (f teamItemFlag) change(ctx context.Context, e *env, in client.TeamItemEdit) error {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(f.Item), "B-"))
	if err != nil || n < 1 {
		return headway.Invalidf("item", "%q is no item of a team's backlog", f.Item).WithHint("write it as B-12")
	}
	in.Version = f.Seen
	return ask(e, func(s *client.Client) (client.TeamItem, error) { return s.ChangeTeamItem(ctx, f.Programme, n, in) }, printTeamItem)
}

type backlogEditCmd struct {
	teamItemFlag
	Title  *string  `help:"Another title." placeholder:"TEXT"`
	Kind   *string  `help:"story, bug or task." placeholder:"KIND"`
	Hours  *float64 `help:"Another estimate in working hours; 0: not estimated." placeholder:"HOURS"`
	Sprint *string  `help:"current, next or a number; none takes it out of its sprint." placeholder:"SPRINT"`
}

// Run changes an item.
func (c backlogEditCmd) Run(ctx context.Context, e *env) error {
	return c.change(ctx, e, client.TeamItemEdit{Title: c.Title, Kind: c.Kind, Hours: c.Hours, Sprint: c.Sprint})
}

type backlogMoveCmd struct {
	teamItemFlag
	To string `arg:"" help:"todo, doing, done or dropped." enum:"todo,doing,done,dropped" placeholder:"STATE"`
}

// Run moves an item.
func (c backlogMoveCmd) Run(ctx context.Context, e *env) error {
	return c.change(ctx, e, client.TeamItemEdit{State: &c.To})
}

func printTeamItem(w io.Writer, i client.TeamItem) {
	where := "in no sprint"
	if i.Sprint > 0 {
		where = fmt.Sprintf("in sprint %d", i.Sprint)
	}
	hours := "not estimated"
	if i.Hours > 0 {
		hours = fmt.Sprintf("%g h", i.Hours)
	}
	fmt.Fprintf(w, "%s (%s, %s, %s) is %s: %s\n", i.Name, i.Kind, hours, where, i.State, oneLine(i.Title))
}
