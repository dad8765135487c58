package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
	"headway/internal/ingest"
)

// InTrain names a train of a programme.
type InTrain struct {
	InProgramme
	Train string `path:"train" doc:"Key of the train"`
}

type newTrainIn struct {
	InProgramme
	Body client.NewTrain
}

type trainIn struct {
	InTrain
	Body client.NewTrain
}

type joinTrainIn struct {
	InTrain
	Body client.JoinTrain
}

type missTrainIn struct {
	InProgramme
	Body client.MissTrain
}

type cancelTrainIn struct {
	InTrain
	Body client.Because
}

type trainOut struct{ Body client.Train }

type trainsOut struct{ Body []client.Train }

type missedTrainOut struct{ Body client.MissedTrain }

func (r *room) trains() {
	tags := []string{"Trains"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-trains", Method: http.MethodGet, Path: "/programmes/{programme}/trains", Tags: tags,
		Summary: "Which releases go to production together, and in which order?",
	}, func(ctx context.Context, by headway.Actor, in *InProgramme) (*trainsOut, error) {
		v, err := r.app.TrainsView(ctx, by, in.Programme)
		out := &trainsOut{Body: []client.Train{}}
		for _, t := range v.Trains {
			one, err := trainFrom(t)
			if err != nil {
				return nil, err
			}
			out.Body = append(out.Body, one)
		}
		return out, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-train", Method: http.MethodGet, Path: "/programmes/{programme}/trains/{train}", Tags: tags, Summary: "Show a train",
	}, func(ctx context.Context, by headway.Actor, in *InTrain) (*trainOut, error) {
		return r.train(ctx, by, in.Programme, in.Train)
	})
	register(r, headway.EditTrain, huma.Operation{
		OperationID: "add-train", Method: http.MethodPost, Path: "/programmes/{programme}/trains", Tags: tags, Summary: "Form a train", DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by headway.Actor, in *newTrainIn) (*trainOut, error) {
		criteria, err := ingest.Criteria(in.Body.Criteria, "criteria")
		if err != nil {
			return nil, err
		}
		t, err := r.app.AddTrain(ctx, by, in.Programme, app.PutTrain{Key: in.Body.Key, Name: in.Body.Name, Departs: in.Body.Departs, Criteria: criteria})
		if err != nil {
			return nil, err
		}
		return r.train(ctx, by, in.Programme, t.Key)
	})
	register(r, headway.EditTrain, huma.Operation{
		OperationID: "change-train", Method: http.MethodPut, Path: "/programmes/{programme}/trains/{train}", Tags: tags,
		Summary: "Change name, day and criteria of a train", Description: "Go/no-gos of members that were about other criteria are void.",
	}, func(ctx context.Context, by headway.Actor, in *trainIn) (*trainOut, error) {
		criteria, err := ingest.Criteria(in.Body.Criteria, "criteria")
		if err != nil {
			return nil, err
		}
		if in.Body.Key != "" && in.Body.Key != in.Train {
			return nil, headway.Invalidf("key", "a train keeps its key").WithHint("leave the key out, or form another train")
		}
		if _, err := r.app.ChangeTrain(ctx, by, in.Programme, app.PutTrain{Key: in.Train, Name: in.Body.Name, Departs: in.Body.Departs, Criteria: criteria}); err != nil {
			return nil, err
		}
		return r.train(ctx, by, in.Programme, in.Train)
	})
	r.trainMembers(tags)
}

func (r *room) trainMembers(tags []string) {
	register(r, headway.EditTrain, huma.Operation{
		OperationID: "join-train", Method: http.MethodPost, Path: "/programmes/{programme}/trains/{train}/members", Tags: tags,
		Summary: "Put a release on a train, or at another place in it", Description: "Go/no-gos that decided on another order are void.",
	}, func(ctx context.Context, by headway.Actor, in *joinTrainIn) (*trainOut, error) {
		b := in.Body
		if _, err := r.app.JoinTrain(ctx, by, in.Programme, app.JoinTrain{Train: in.Train, Team: b.Team, Version: b.Version, Position: b.Position}); err != nil {
			return nil, err
		}
		return r.train(ctx, by, in.Programme, in.Train)
	})
	register(r, headway.EditTrain, huma.Operation{
		OperationID: "miss-train", Method: http.MethodPost, Path: "/programmes/{programme}/trains/miss", Tags: tags,
		Summary: "Let a release miss its train", Description: "The others go without it, and it takes the next. Its go/no-go, and those of members behind it, are void.",
	}, func(ctx context.Context, by headway.Actor, in *missTrainIn) (*missedTrainOut, error) {
		b := in.Body
		t, m, err := r.app.MissTrain(ctx, by, in.Programme, app.MissTrain{Team: b.Team, Version: b.Version, Reason: b.Reason, Next: b.Next})
		return &missedTrainOut{client.MissedTrain{Train: t.Key, Next: m.Next}}, err
	})
	register(r, headway.EditTrain, huma.Operation{
		OperationID: "cancel-train", Method: http.MethodPost, Path: "/programmes/{programme}/trains/{train}/cancel", Tags: tags,
		Summary: "End a train: its members go by themselves",
	}, func(ctx context.Context, by headway.Actor, in *cancelTrainIn) (*trainOut, error) {
		if _, err := r.app.CancelTrain(ctx, by, in.Programme, in.Train, in.Body.Reason); err != nil {
			return nil, err
		}
		return r.train(ctx, by, in.Programme, in.Train)
	})
}

// train answers with a train as it stands.
func (r *room) train(ctx context.Context, by headway.Actor, programme, key string) (*trainOut, error) {
	v, err := r.app.TrainView(ctx, by, programme, key)
	if err != nil {
		return nil, err
	}
	out, err := trainFrom(v)
	return &trainOut{out}, err
}

func trainFrom(v app.TrainView) (client.Train, error) {
	criteria, err := ingest.CriteriaYAML(v.Criteria)
	out := client.Train{
		Key: v.Key, Name: v.Name, State: string(v.State), Departs: v.Departs, Criteria: criteria, Members: []client.TrainMember{}, Reason: v.Reason,
		ChangedBy: v.ChangedByName, ChangedAt: v.ChangedAt, ClosedAt: v.ClosedAt,
	}
	for _, list := range [][]app.TrainRider{v.Riders, v.Missed} {
		for _, m := range list {
			out.Members = append(out.Members, client.TrainMember{
				Team: m.Team.Key, Version: m.Release.Version, ReleaseID: m.ReleaseID, Position: m.Position, State: string(m.State), Release: string(m.Release.State),
				Candidate: m.Candidate.Name, Decision: string(m.Decision.State), Production: m.Planned.Production, Behind: m.Behind, Verdicts: verdictsFrom(m.Verdicts),
				Reason: m.Reason, Next: m.Next, By: m.ByName, At: m.At,
			})
		}
	}
	return out, err
}
