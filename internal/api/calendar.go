package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type daysIn struct {
	InProgramme
	From string `query:"from" required:"true" doc:"First day, as 2026-12-01"`
	To   string `query:"to" required:"true" doc:"Last day; at most 400 days"`
}

type calendarOut struct{ Body client.Calendar }

func (r *room) calendar() {
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-calendar", Method: http.MethodGet, Path: "/programmes/{programme}/calendar", Tags: []string{"Plan"},
		Summary: "Windows, freezes, bookings, absences, sprints and deployments of some days",
	}, func(ctx context.Context, by headway.Actor, in *daysIn) (*calendarOut, error) {
		from, err := headway.ParseDate(in.From)
		if err != nil {
			return nil, headway.Invalidf("from", "%q is no day", in.From).WithHint("write it as 2026-12-01")
		}
		to, err := headway.ParseDate(in.To)
		if err != nil {
			return nil, headway.Invalidf("to", "%q is no day", in.To).WithHint("write it as 2026-12-31")
		}
		v, err := r.app.CalendarView(ctx, by, in.Programme, from, to)
		if err != nil {
			return nil, err
		}
		return &calendarOut{client.Calendar{Zone: v.Calendar.Zone.String(), Entries: mapped(v.Entries, func(e app.CalendarEntry) client.CalendarEntry {
			team := ""
			if t, i := v.Team(e.TeamID); i >= 0 {
				team = t.Key
			}
			return client.CalendarEntry{
				Kind: string(e.Kind), Text: e.Text, From: e.Span.From, To: e.Span.To, WholeDays: e.WholeDays, Team: team, Release: e.ReleaseID, ID: e.ID,
			}
		})}}, nil
	})
}
