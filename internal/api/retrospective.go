package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type retrospectiveIn struct {
	Programme string `path:"programme"`
	Last      int    `query:"last" minimum:"0" maximum:"100" doc:"How many releases to look back at; 0: 10"`
}

type retrospectiveOut struct{ Body client.Retrospective }

type newExperimentIn struct {
	InProgramme
	Body client.NewExperiment
}

type conclusionIn struct {
	InProgramme
	Number int `path:"number" minimum:"1"`
	Body   client.Conclusion
}

type experimentOut struct{ Body client.Experiment }

func (r *room) retrospectives() {
	tags := []string{"Measure"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-retrospective", Method: http.MethodGet, Path: "/programmes/{programme}/retrospective", Summary: "What the last gaps were spent on, and what was tried against it", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *retrospectiveIn) (*retrospectiveOut, error) {
		v, err := r.app.RetrospectiveView(ctx, by, in.Programme, in.Last)
		return &retrospectiveOut{client.Retrospective{
			Releases: mapped(v.Releases, releaseGap),
			Causes: mapped(v.Causes, func(c app.CauseReleases) client.CauseReleases {
				return client.CauseReleases{Cause: string(c.Cause), Who: c.Who, Days: c.Days, Share: c.Share, Mean: c.Mean, Of: c.Of}
			}),
			Experiments: mapped(v.Experiments, func(o app.ExperimentOutcome) client.Experiment {
				out := experiment(o.Experiment)
				out.Effect, out.Releases, out.Days, out.Saved = string(o.Result.Effect), o.Result.Releases, o.Result.Days, o.Result.Saved
				return out
			}),
		}}, err
	})
	register(r, headway.EditPlan, huma.Operation{
		OperationID: "start-experiment", Method: http.MethodPost, Path: "/programmes/{programme}/experiments", Summary: "Turn a cause of the gap into an experiment", Tags: tags, DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by headway.Actor, in *newExperimentIn) (*experimentOut, error) {
		b := in.Body
		e, err := r.app.StartExperiment(ctx, by, in.Programme, app.StartExperiment{Cause: headway.GapCause(b.Cause), Who: b.Who, Change: b.Change, Aim: b.Aim, Owner: b.Owner})
		return &experimentOut{experiment(e)}, err
	})
	register(r, headway.EditPlan, huma.Operation{
		OperationID: "conclude-experiment", Method: http.MethodPost, Path: "/programmes/{programme}/experiments/{number}/conclusion", Summary: "Keep the change of an experiment, or take it back", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *conclusionIn) (*experimentOut, error) {
		e, err := r.app.ConcludeExperiment(ctx, by, in.Programme, in.Number, in.Body.Keep, in.Body.Conclusion)
		return &experimentOut{experiment(e)}, err
	})
}

func experiment(e headway.Experiment) client.Experiment {
	return client.Experiment{
		Number: e.Number, Cause: string(e.Cause), Who: e.Who, Change: e.Change, Aim: e.Aim, Owner: e.Owner, BaseDays: e.BaseDays, BaseReleases: e.BaseReleases,
		State: string(e.State), Conclusion: e.Conclusion, StartedAt: e.StartedAt, StartedBy: e.StartedByName, ClosedAt: e.ClosedAt,
	}
}
