package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type environmentsOut struct{ Body []client.Environment }

type environmentReportIn struct {
	InProgramme
	Environment string `path:"environment" doc:"Key"`
	Body        client.EnvironmentReport
}

type environmentOut struct{ Body client.Environment }

type newBookingIn struct {
	InProgramme
	Environment string `path:"environment" doc:"Key"`
	Body        client.NewBooking
}

type bookingOut struct{ Body client.Booking }

type newRefreshIn struct {
	InProgramme
	Environment string `path:"environment" doc:"Key"`
	Body        client.NewRefresh
}

type refreshOut struct{ Body client.Refresh }

type bookingIn struct {
	InProgramme
	Booking string `path:"booking" doc:"Id"`
}

func (r *room) environments() {
	tags := []string{"Environments"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-environments", Method: http.MethodGet, Path: "/programmes/{programme}/environments", Tags: tags,
		Summary: "What is on which environment, how old its data are, and who has it in the next eight weeks",
	}, func(ctx context.Context, by headway.Actor, in *programmeIn) (*environmentsOut, error) {
		all, err := r.app.EnvironmentsView(ctx, by, in.Programme, headway.Interval{})
		return &environmentsOut{mapped(all, environmentFrom)}, err
	})
	register(r, headway.AddEvidence, huma.Operation{
		OperationID: "report-environment", Method: http.MethodPost, Path: "/programmes/{programme}/environments/{environment}/report", Tags: tags,
		Summary: "Say what is on an environment", Description: "What is on production only deployments say; its data may be reported.",
	}, func(ctx context.Context, by headway.Actor, in *environmentReportIn) (*environmentOut, error) {
		b := in.Body
		v, err := r.app.ReportEnvironment(ctx, by, in.Programme, app.ReportEnvironment{
			Environment: in.Environment, Team: b.Team, Version: b.Version, Candidate: b.Candidate, DataAsOf: b.DataAsOf, DataGB: b.DataGB,
		})
		return &environmentOut{environmentFrom(v)}, err
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "book-environment", Method: http.MethodPost, Path: "/programmes/{programme}/environments/{environment}/bookings", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Book an environment for a release",
		Description: "Refused where another booking is in the way, unless both are shared. What the plan would do there meanwhile is said; it then goes around an exclusive booking.",
	}, func(ctx context.Context, by headway.Actor, in *newBookingIn) (*bookingOut, error) {
		b := in.Body
		v, err := r.app.BookEnvironment(ctx, by, in.Programme, app.BookEnvironment{
			Environment: in.Environment, Team: b.Team, Version: b.Version, From: b.From, To: b.To, Purpose: b.Purpose, Shared: b.Shared, Preview: b.Preview,
		})
		return &bookingOut{bookingFrom(v)}, err
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "refresh-environment", Method: http.MethodPost, Path: "/programmes/{programme}/environments/{environment}/refreshes", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Ask for newer data on an environment",
		Description: "Makes an item of the operations backlog that has the environment for itself; the plan places it. When that item is done, the data are as of its beginning.",
	}, func(ctx context.Context, by headway.Actor, in *newRefreshIn) (*refreshOut, error) {
		b := in.Body
		v, err := r.app.RefreshEnvironment(ctx, by, in.Programme, app.RefreshEnvironment{
			Environment: in.Environment, Team: b.Team, Version: b.Version, DataGB: b.DataGB, Hours: b.Hours, Preview: b.Preview,
		})
		return &refreshOut{refreshFrom(v)}, err
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "cancel-booking", Method: http.MethodDelete, Path: "/programmes/{programme}/bookings/{booking}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Give a booked environment free",
	}, func(ctx context.Context, by headway.Actor, in *bookingIn) (*struct{}, error) {
		return nil, r.app.CancelBooking(ctx, by, in.Programme, in.Booking)
	})
}

func environmentFrom(v app.EnvironmentView) client.Environment {
	e := v.Environment
	out := client.Environment{
		Key: e.Key, Name: e.Name, Kind: string(e.Kind), Shared: e.Shared, Candidate: v.Candidate, Release: v.Release, Since: e.Since,
		DataAsOf: e.DataAsOf, DataGB: e.DataGB, Bookings: mapped(v.Bookings, bookingFrom),
	}
	for _, s := range v.There {
		out.There = append(out.There, client.Stay{Candidate: s.Candidate, Release: s.Release, Since: s.From, By: s.By})
	}
	if v.Refresh != nil {
		r := refreshFrom(*v.Refresh)
		out.Refresh = &r
	}
	return out
}

func refreshFrom(v app.AskedRefresh) client.Refresh {
	return client.Refresh{
		Item: v.ItemID, Environment: v.Environment.Key, Release: v.Release, DataGB: v.DataGB, Hours: v.Item.Estimate.Hours(), Source: v.Source,
		State: string(v.Item.State), By: v.AskedByName, From: v.Planned.From, To: v.Planned.To,
	}
}

func bookingFrom(b app.BookingView) client.Booking {
	out := client.Booking{ID: b.ID, Release: b.Release, From: b.Span.From, To: b.Span.To, Purpose: b.Purpose, Shared: b.Shared, By: b.ByName}
	for _, k := range b.Conflicts {
		out.Conflicts = append(out.Conflicts, client.BookingConflict{Kind: k.Kind, Release: k.Release, From: k.Span.From, To: k.Span.To, Text: k.Text})
	}
	return out
}
