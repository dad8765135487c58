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
		out := bookingFrom(v.BookingView)
		out.Conflicts = mapped(v.Conflicts, func(k app.ConflictView) client.BookingConflict {
			return client.BookingConflict{Kind: k.Kind, Release: k.Release, From: k.Span.From, To: k.Span.To, Text: k.Text}
		})
		return &bookingOut{out}, err
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
	return client.Environment{
		Key: e.Key, Name: e.Name, Kind: string(e.Kind), Shared: e.Shared, Candidate: v.Candidate, Release: v.Release, Since: e.Since,
		DataAsOf: e.DataAsOf, DataGB: e.DataGB, Bookings: mapped(v.Bookings, bookingFrom),
	}
}

func bookingFrom(b app.BookingView) client.Booking {
	return client.Booking{ID: b.ID, Release: b.Release, From: b.Span.From, To: b.Span.To, Purpose: b.Purpose, Shared: b.Shared, By: b.ByName}
}
