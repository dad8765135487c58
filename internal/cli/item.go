package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type itemCmd struct {
	Move   itemMoveCmd   `cmd:"" help:"Move an item on the board; on finishing, record its result."`
	Assign itemAssignCmd `cmd:"" help:"Give an item to people."`
	Edit   itemEditCmd   `cmd:"" help:"Change an item's title or size."`
	Add    itemAddCmd    `cmd:"" help:"Add work to a release's backlog by hand."`
}

type itemMoveCmd struct {
	programmeFlag
	Item    string `arg:"" help:"Id of the item, as board --json lists it." placeholder:"ID"`
	To      string `arg:"" help:"todo, doing, blocked or done." enum:"todo,doing,blocked,done" placeholder:"COLUMN"`
	Reason  string `help:"Why it is blocked." placeholder:"TEXT"`
	Result  string `help:"What came out, on finishing." placeholder:"TEXT"`
	Outcome string `help:"pass or fail, on finishing." enum:",pass,fail" default:"" placeholder:"OUTCOME"`
	Seen    int64  `name:"seen" help:"Version that was seen: refuse when it has changed since." placeholder:"N"`
}

// Run moves the item.
func (c itemMoveCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.MovedItem, error) {
		return server.MoveItem(ctx, c.Programme, c.Item, client.ItemMove{To: c.To, Version: c.Seen, Reason: c.Reason, Result: c.Result, Outcome: c.Outcome})
	}, func(w io.Writer, out client.MovedItem) { printItem(w, out.Item) })
}

type itemAssignCmd struct {
	programmeFlag
	Item   string   `arg:"" help:"Id of the item." placeholder:"ID"`
	People []string `arg:"" optional:"" help:"Keys of people; none takes it back from everybody." placeholder:"PERSON"`
	Seen   int64    `name:"seen" help:"Version that was seen: refuse when it has changed since." placeholder:"N"`
}

// Run assigns the item.
func (c itemAssignCmd) Run(ctx context.Context, e *env) error {
	people := append([]string{}, c.People...) // a list, also when empty
	return ask(e, func(server *client.Client) (client.Item, error) {
		return server.AssignItem(ctx, c.Programme, c.Item, client.Assignment{People: people, Version: c.Seen})
	}, printItem)
}

type itemEditCmd struct {
	programmeFlag
	Item  string  `arg:"" help:"Id of the item." placeholder:"ID"`
	Title string  `help:"Another title." placeholder:"TEXT"`
	Hours float64 `help:"Another estimate in working hours." placeholder:"HOURS"`
	Crew  int     `name:"crew" help:"How many people it takes at once." placeholder:"N"`
	Seen  int64   `name:"seen" help:"Version that was seen: refuse when it has changed since." placeholder:"N"`
}

// Run changes the item.
func (c itemEditCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Item, error) {
		return server.EditItem(ctx, c.Programme, c.Item, client.ItemEdit{Title: c.Title, Hours: c.Hours, People: c.Crew, Version: c.Seen})
	}, printItem)
}

type itemAddCmd struct {
	programmeFlag
	Release     string   `required:"" help:"Release, as team/version." placeholder:"TEAM/VERSION"`
	Title       string   `required:"" help:"What is to be done." placeholder:"TEXT"`
	Skill       string   `required:"" help:"Skill it takes." placeholder:"SKILL"`
	Hours       float64  `required:"" help:"Estimate in working hours." placeholder:"HOURS"`
	Kind        string   `help:"Kind of operations work." default:"task" placeholder:"KIND"`
	Crew        int      `name:"crew" help:"How many people it takes at once." default:"1" placeholder:"N"`
	Environment string   `help:"Key of the environment it occupies." placeholder:"KEY"`
	After       []string `help:"Id of an item that must be done first. Repeatable." placeholder:"ID"`
	InWindow    bool     `help:"Only wholly inside a change window."`
}

// Run adds the item.
func (c itemAddCmd) Run(ctx context.Context, e *env) error {
	return ask(e, func(server *client.Client) (client.Item, error) {
		return server.AddItem(ctx, c.Programme, client.NewItem{
			Release: c.Release, Title: c.Title, Kind: c.Kind, Skill: c.Skill, People: c.Crew, Hours: c.Hours,
			Environment: c.Environment, After: c.After, InWindow: c.InWindow,
		})
	}, printItem)
}

func printItem(w io.Writer, i client.Item) {
	who := strings.Join(i.AssigneeNames, ", ")
	if who != "" {
		who = ", " + who
	}
	fmt.Fprintf(w, "%s is %s (%s, %g h%s)\n", printable(i.Title), i.State, i.Skill, i.Hours, printable(who))
}
