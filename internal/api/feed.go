package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type newFeedIn struct {
	InProgramme
	Body client.NewFeed
}

type passwordFeedIn struct {
	From
	Body client.PasswordFeed
}

type feedIn struct {
	InProgramme
	Feed string `path:"feed" doc:"Id"`
}

type endFeedIn struct {
	From
	Feed string `path:"feed" doc:"Id"`
	Body client.Password
}

type feedOut struct{ Body client.Feed }

type feedsOut struct{ Body []client.Feed }

func (r *room) feeds() {
	tags := []string{"Calendar feeds"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "add-feed", Method: http.MethodPost, Path: "/programmes/{programme}/feeds", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Make an address at which a calendar program reads the calendar", Description: "Only for a signed-in person: the address outlives a token. It is given this once.",
	}, func(ctx context.Context, by headway.Actor, in *newFeedIn) (*feedOut, error) {
		f, address, err := r.app.AddFeed(ctx, by, newFeed(in.Programme, in.Body))
		return &feedOut{feedFrom(f, address)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-feeds", Method: http.MethodGet, Path: "/programmes/{programme}/feeds", Tags: tags, Summary: "List your calendar addresses that hold",
	}, func(ctx context.Context, by headway.Actor, in *programmeIn) (*feedsOut, error) {
		all, err := r.app.FeedsView(ctx, by, in.Programme)
		return &feedsOut{mapped(all, func(f headway.Feed) client.Feed { return feedFrom(f, headway.Secret{}) })}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "revoke-feed", Method: http.MethodDelete, Path: "/programmes/{programme}/feeds/{feed}", Tags: tags, DefaultStatus: http.StatusNoContent, Summary: "End a calendar address of yours",
	}, func(ctx context.Context, by headway.Actor, in *feedIn) (*struct{}, error) {
		return nil, r.app.RevokeFeed(ctx, by, in.Feed)
	})
	register(r, headway.Anybody, huma.Operation{
		OperationID: "add-feed-with-password", Method: http.MethodPost, Path: "/feeds/with-password", Tags: tags, DefaultStatus: http.StatusCreated, Summary: "Make a calendar address, without a session",
	}, func(ctx context.Context, _ headway.Actor, in *passwordFeedIn) (*feedOut, error) {
		f, address, err := r.app.FeedWithPassword(ctx, in.with(in.Body.Password), newFeed(in.Body.Programme, in.Body.NewFeed))
		return &feedOut{feedFrom(f, address)}, err
	})
	register(r, headway.Anybody, huma.Operation{
		OperationID: "revoke-feed-with-password", Method: http.MethodPost, Path: "/feeds/{feed}/revoke-with-password", Tags: tags, Summary: "End a calendar address of yours, without a session",
	}, func(ctx context.Context, _ headway.Actor, in *endFeedIn) (*struct{}, error) {
		return nil, r.app.RevokeFeedWithPassword(ctx, in.with(in.Body), in.Feed)
	})
}

func newFeed(programme string, in client.NewFeed) app.NewFeed {
	out := app.NewFeed{Programme: programme, Name: in.Name}
	for _, k := range in.Kinds {
		out.Kinds = append(out.Kinds, app.CalendarKind(k))
	}
	return out
}

func feedFrom(f headway.Feed, address headway.Secret) client.Feed {
	out := client.Feed{ID: f.ID, Name: f.Name, Kinds: f.Kinds, CreatedAt: f.CreatedAt, Address: address.Reveal()}
	if !f.UsedAt.IsZero() {
		out.UsedAt = &f.UsedAt
	}
	return out
}
