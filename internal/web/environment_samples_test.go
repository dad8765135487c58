package web

import (
	"time"

	"headway"
	"headway/internal/app"
)

// sampleFeeds has an address that was just made, and one that is read.
func sampleFeeds(w words) feedsView {
	return feedsView{
		[]headway.Feed{{ID: "f1", Name: w.or("phone"), Kinds: []string{"window", "holiday"}, CreatedAt: at(-3, 9), UsedAt: at(0, 8)}},
		feedForm{Name: w.or("phone"), Address: headway.NewSecret("https://headway.example/calendar/hwcal_secret.ics")},
	}
}

// sampleEnvironments has bookings that meet each other, planned work and a refresh.
func sampleEnvironments(w words) environmentsView {
	cast := sampleCast(w)
	span := headway.Interval{From: at(-7, 0), To: at(35, 0)}
	place := headway.Environment{ID: "e1", Key: "staging", Name: w.or("Staging"), Kind: headway.EnvStaging, DataGB: 120, DataAsOf: at(-9, 8)}
	stay := app.StayView{Stay: headway.Stay{EnvironmentID: "e1", CandidateID: "c1", ReleaseID: "r1", TeamID: cast.Teams[0].ID, From: at(-3, 9), By: w.or("a rehearsal")}, Candidate: "2.4.0-rc.1", Release: w.or("Payments 2.4.0")}
	clash := app.ConflictView{BookingConflict: headway.BookingConflict{Kind: headway.ConflictBooked, ReleaseID: "r2", Span: headway.Interval{From: at(1, 8), To: at(2, 8)}, Text: w.say("is booked there: load")}, Release: w.or("Web 3.0.0")}
	e := app.EnvironmentView{
		Environment: place, Candidate: stay.Candidate, Release: stay.Release, There: []app.StayView{stay}, Stays: []app.StayView{stay},
		Bookings: []app.BookingView{{
			Booking:     headway.Booking{ID: "b1", EnvironmentID: "e1", ReleaseID: "r1", Span: headway.Interval{From: at(0, 8), To: at(2, 17)}, Purpose: w.say("acceptance"), ByName: w.or("Ana")},
			Environment: place, Release: w.or("Payments 2.4.0"), Conflicts: []app.ConflictView{clash},
		}},
		Uses: []app.UseView{{PlannedUse: headway.PlannedUse{ReleaseID: "r1", Title: w.say("Regression"), Span: headway.Interval{From: at(3, 9), To: at(5, 12)}}, Release: w.or("Payments 2.4.0"), TeamID: cast.Teams[0].ID}},
		Refresh: &app.AskedRefresh{
			Refresh: headway.Refresh{DataGB: 140, AskedByName: w.or("Ana")}, Item: headway.BacklogItem{State: headway.ItemTodo, Estimate: 3 * time.Hour}, Environment: place, Release: w.or("Payments 2.4.0"),
		},
	}
	v := environmentsView{
		EnvironmentBoard: app.EnvironmentBoard{Cast: cast, Span: span, Environments: []app.EnvironmentView{e}, Releases: []headway.Release{{ID: "r1", TeamID: cast.Teams[0].ID, Version: "2.4.0", State: headway.ReleaseProving}}},
		First:            headway.DateOf(span.From), Form: environmentForm{On: "staging", Do: "book", Purpose: w.say("acceptance"), Tried: true, Met: []app.ConflictView{clash}},
	}
	v.Lanes = []stripLane{newStripLane(v.EnvironmentBoard, e, fixtureClock())}
	return v
}
