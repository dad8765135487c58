package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type workOut struct{ Body client.Work }

type readIn struct{ Body client.MarkRead }

func (r *room) work() {
	tags := []string{"Work"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-work", Method: http.MethodGet, Path: "/programmes/{programme}/work", Summary: "What waits for you", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *programmeIn) (*workOut, error) {
		v, err := r.app.MyWorkView(ctx, by, in.Programme)
		return &workOut{workBody(v)}, err
	})
	register(r, headway.SignedIn, huma.Operation{
		OperationID: "mark-read", Method: http.MethodPost, Path: "/notifications/read", Summary: "Mark notifications as read", Tags: tags, DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, by headway.Actor, in *readIn) (*struct{}, error) {
		return nil, r.app.MarkRead(ctx, by, in.Body.ID)
	})
}

func workBody(v app.MyWork) client.Work {
	return client.Work{
		Person: v.Person.Key,
		Items: mapped(v.Items, func(i app.WorkItem) client.WorkItem {
			return client.WorkItem{
				ID: i.ID, Title: i.Title, Release: v.Releases[i.ReleaseID], Skill: string(i.Skill), State: string(i.State), Mine: i.Mine, Start: i.Start, End: i.End,
			}
		}),
		Decisions: mapped(v.Decisions, func(d app.WorkDecision) client.WorkDecision {
			return client.WorkDecision{ID: d.ID, Release: v.Releases[d.ReleaseID], Role: string(d.Role), Digest: d.Digest}
		}),
		Defects: mapped(v.Defects, func(d headway.Defect) client.WorkDefect {
			return client.WorkDefect{Number: d.Number, Title: d.Title, Severity: string(d.Severity), Release: v.Releases[d.ReleaseID]}
		}),
		Bookings: mapped(v.Bookings, func(b app.WorkBooking) client.WorkBooking {
			return client.WorkBooking{ID: b.ID, Environment: b.Environment, Release: v.Releases[b.ReleaseID], From: b.Span.From, To: b.Span.To, Purpose: b.Purpose}
		}),
		Reworks: mapped(v.Reworks, func(r app.WorkRework) client.WorkRework {
			return client.WorkRework{Team: r.Team, Sprint: r.Sprint, BudgetHours: r.Hours.Hours(), Since: r.OverAt}
		}),
		Experiments: mapped(v.Experiments, func(e app.ExperimentOutcome) client.WorkTrial {
			return client.WorkTrial{Number: e.Number, Change: e.Change, Effect: string(e.Result.Effect), Due: e.Due()}
		}),
		Notifications: mapped(v.Notifications, func(n headway.Notification) client.Notification {
			return client.Notification{ID: n.ID, Text: n.Text, Link: n.Link, At: n.At, Read: !n.ReadAt.IsZero()}
		}),
	}
}
