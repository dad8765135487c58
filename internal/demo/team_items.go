package demo

import (
	"context"

	"headway"
	"headway/internal/app"
)

// built is what a development team of the sample programme builds: in its
// current sprint some done and some begun, then the next sprint, then later.
type built struct {
	title string
	kind  headway.TeamItemKind
	hours float64
	where string // current, next or none
	state headway.ItemState
}

var teamItems = map[string][]built{
	"web": {
		{"Search as you type", headway.Story, 20, "current", headway.ItemDone},
		{"Basket keeps its content for 30 days", headway.Story, 13, "current", headway.ItemDoing},
		{"Prices with tax for business customers", headway.Story, 16, "current", headway.ItemTodo},
		{"Images load late on slow lines", headway.Bug, 5, "current", headway.ItemDone},
		{"Filter by size and colour", headway.Story, 18, "next", headway.ItemTodo},
		{"Gift wrapping at checkout", headway.Story, 12, "next", headway.ItemTodo},
		{"Wish lists that can be shared", headway.Story, 0, "none", headway.ItemTodo},
	},
	"mobile": {
		{"Sign in with a fingerprint", headway.Story, 16, "current", headway.ItemDone},
		{"Order status as a widget", headway.Story, 20, "current", headway.ItemDoing},
		{"Dark colours", headway.Story, 10, "current", headway.ItemTodo},
		{"Push messages arrive twice", headway.Bug, 4, "current", headway.ItemDone},
		{"Scan a voucher", headway.Story, 14, "next", headway.ItemTodo},
	},
	"payments": {
		{"Pay in three parts", headway.Story, 24, "current", headway.ItemDoing},
		{"Refunds without a call to support", headway.Story, 16, "current", headway.ItemDone},
		{"Rounding of foreign currencies", headway.Bug, 6, "current", headway.ItemDone},
		{"Keys of the card scheme renewed", headway.Task, 8, "current", headway.ItemTodo},
		{"Report of chargebacks", headway.Story, 12, "current", headway.ItemTodo},
		{"Account to account payments", headway.Story, 30, "next", headway.ItemTodo},
		{"Archive bookings older than ten years", headway.Task, 0, "next", headway.ItemTodo},
		{"Invoices in two languages", headway.Story, 0, "none", headway.ItemTodo},
	},
	"platform": {
		{"Log lines carry the order's number", headway.Task, 8, "current", headway.ItemDone},
		{"Move sessions out of the database", headway.Story, 22, "current", headway.ItemDoing},
		{"Time-outs of the price service", headway.Bug, 6, "current", headway.ItemTodo},
		{"Second region for reading", headway.Story, 40, "none", headway.ItemTodo},
	},
}

// teamItems fills the development teams' backlogs; of the sprint before the web
// team has one item left over.
func (f *filler) teamItems(ctx context.Context) error {
	by := f.actors[headway.Developer]
	for _, t := range teams {
		for _, b := range teamItems[t.key] {
			if err := f.build(ctx, by, t.key, b); err != nil {
				return err
			}
		}
	}
	f.at(f.now.AddDate(0, 0, -14))
	err := f.build(ctx, by, "web", built{"Print the order confirmation", headway.Bug, 3, "current", headway.ItemTodo})
	f.at(f.now)
	return err
}

func (f *filler) build(ctx context.Context, by headway.Actor, team string, b built) error {
	i, err := f.app.AddTeamItem(ctx, by, Key, app.AddTeamItem{Team: team, Title: b.title, Kind: b.kind, Hours: b.hours, Sprint: b.where})
	if err != nil || b.state == headway.ItemTodo {
		return err
	}
	_, err = f.app.ChangeTeamItem(ctx, by, Key, app.ChangeTeamItem{Number: i.Number, State: &b.state})
	return err
}
