package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

// InItem is embedded in the input of operations of an item.
type InItem struct {
	InProgramme
	Item string `path:"item" doc:"Id of the item"`
}

type moveItemIn struct {
	InItem
	Body client.ItemMove
}

type assignItemIn struct {
	InItem
	Body client.Assignment
}

type editItemIn struct {
	InItem
	Body client.ItemEdit
}

type newItemIn struct {
	InProgramme
	Body client.NewItem
}

type boardIn struct {
	InProgramme
	Release string `query:"release" doc:"Only items of a release, by id"`
	Person  string `query:"person" doc:"Only items in the hands of a person, by id"`
	Skill   string `query:"skill" doc:"Only items that take a skill"`
}

type boardOut struct{ Body client.Board }

type itemOut struct{ Body client.Item }

type movedItemOut struct{ Body client.MovedItem }

func (r *room) items() {
	tags := []string{"Operations board"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-board", Method: http.MethodGet, Path: "/programmes/{programme}/board", Tags: tags,
		Summary: "The operations team's board",
	}, func(ctx context.Context, by headway.Actor, in *boardIn) (*boardOut, error) {
		v, err := r.app.BoardView(ctx, by, in.Programme, app.BoardQuery{Release: in.Release, Person: in.Person, Skill: headway.Skill(in.Skill)})
		if err != nil {
			return nil, err
		}
		return &boardOut{boardFrom(v)}, nil
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "move-item", Method: http.MethodPost, Path: "/programmes/{programme}/items/{item}/move", Tags: tags,
		Summary: "Move an item on the board", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *moveItemIn) (*movedItemOut, error) {
		b := in.Body
		out, err := r.app.MoveItem(ctx, by, in.Programme, app.MoveItem{
			ID: in.Item, To: headway.ItemState(b.To), Version: b.Version, Reason: b.Reason, Result: b.Result, Outcome: headway.Outcome(b.Outcome), Before: b.Before,
		})
		return &movedItemOut{client.MovedItem{Item: itemFrom(out.Item), Release: releaseFrom(out.Release, ""), Voided: orEmpty(out.Voided)}}, err
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "assign-item", Method: http.MethodPut, Path: "/programmes/{programme}/items/{item}/assignees", Tags: tags,
		Summary: "Give an item to people who have its skill", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *assignItemIn) (*itemOut, error) {
		i, err := r.app.AssignItem(ctx, by, in.Programme, app.AssignItem{ID: in.Item, People: in.Body.People, Version: in.Body.Version})
		return &itemOut{itemFrom(i)}, err
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "edit-item", Method: http.MethodPatch, Path: "/programmes/{programme}/items/{item}", Tags: tags,
		Summary: "Change the size or the title of an item", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *editItemIn) (*itemOut, error) {
		b := in.Body
		i, err := r.app.EditItem(ctx, by, in.Programme, app.EditItem{ID: in.Item, Version: b.Version, Title: b.Title, Hours: b.Hours, People: b.People})
		return &itemOut{itemFrom(i)}, err
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "add-item", Method: http.MethodPost, Path: "/programmes/{programme}/items", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Add work to a release's operations backlog",
	}, func(ctx context.Context, by headway.Actor, in *newItemIn) (*itemOut, error) {
		b := in.Body
		i, err := r.app.AddItem(ctx, by, in.Programme, app.AddItem{
			Release: b.Release, Title: b.Title, Kind: headway.ActivityKind(b.Kind), Skill: headway.Skill(b.Skill), People: b.People,
			Hours: b.Hours, Environment: b.Environment, After: b.After, InWindow: b.InWindow,
		})
		return &itemOut{itemFrom(i)}, err
	})
}

func itemFrom(i headway.BacklogItem) client.Item {
	return client.Item{
		ID: i.ID, ReleaseID: i.ReleaseID, Activity: i.Activity, Title: i.Title, Kind: string(i.Kind), Skill: string(i.Skill),
		People: i.People, Hours: i.Estimate.Hours(), After: i.After, Environment: i.Environment, InWindow: i.InWindow, State: string(i.State),
		Rank: i.Rank, Assignees: orEmpty(i.Assignees), Blocked: i.BlockedReason, Result: i.Result, Outcome: string(i.Outcome),
		StartedAt: i.StartedAt, DoneAt: i.DoneAt, SpentHours: i.Spent.Hours(), Version: i.Version,
	}
}
