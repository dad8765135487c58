package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type freezesIn struct {
	InProgramme
	From time.Time `query:"from" doc:"Left out: now"`
	To   time.Time `query:"to" doc:"Left out: a year later; two years at most"`
}

type freezesOut struct{ Body []client.FreezeTime }

type importFreezesIn struct {
	InProgramme
	Stream
	File    string `query:"file" default:"calendar" maxLength:"200" doc:"What errors call the calendar"`
	Preview bool   `query:"preview" doc:"Say what would change, and change nothing"`
}

func (r *room) freezes() {
	tags := []string{"Setup"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-freezes", Method: http.MethodGet, Path: "/programmes/{programme}/freezes", Tags: tags,
		Summary: "When must production not change?", Description: "What recurs stands there once for each time.",
	}, func(ctx context.Context, by headway.Actor, in *freezesIn) (*freezesOut, error) {
		all, err := r.app.FreezesView(ctx, by, in.Programme, headway.Interval{From: in.From, To: in.To})
		return &freezesOut{mapped(all, func(f headway.Freeze) client.FreezeTime {
			return client.FreezeTime{Key: f.Key, Name: f.Name, From: f.Span.From, To: f.Span.To, Reason: f.Reason, Repeat: f.Repeat, Teams: texts(f.Teams), Environments: texts(f.Environments)}
		})}, err
	})
	register(r, headway.EditProgramme, huma.Operation{
		OperationID: "import-freezes", Method: http.MethodPost, Path: "/programmes/{programme}/freezes/import", Tags: tags,
		Summary:     "Take the events of a calendar as freezes",
		Description: "Recurrence rules, exceptions, moved and cancelled times are understood. An event's UID makes the freeze's key: the same calendar again changes nothing.",
		RequestBody: streamBody("text/calendar", "iCalendar (RFC 5545), up to 1 MiB and 500 events"),
	}, func(ctx context.Context, by headway.Actor, in *importFreezesIn) (*applyOut, error) {
		c, err := r.app.ImportFreezes(ctx, by, in.Programme, app.ImportFreezes{File: in.Content, Name: in.File, Preview: in.Preview})
		return &applyOut{client.SetupChanges{Added: texts(c.Added), Changed: texts(c.Changed), Removed: texts(c.Removed), Notes: texts(c.Notes)}}, err
	})
}
