package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
)

type stopIn struct {
	InProgramme
	Body client.Because
}

type instanceStopIn struct{ Body client.Because }

type stopOut struct{ Body client.Stop }

type closeIn struct {
	InProgramme
	Team    string `path:"team" doc:"Key"`
	Version string `path:"version"`
}

type closedOut struct{ Body client.Release }

func (r *room) stops() {
	tags := []string{"Emergency stop"}
	register(r, headway.StopDeployment, huma.Operation{
		OperationID: "set-stop", Method: http.MethodPut, Path: "/programmes/{programme}/stop", Tags: tags, Errors: []int{http.StatusConflict},
		Summary: "Set the emergency stop: what is being deployed stops, nothing starts",
	}, func(ctx context.Context, by headway.Actor, in *stopIn) (*stopOut, error) {
		s, err := r.app.SetStop(ctx, by, in.Programme, in.Body.Reason)
		return &stopOut{client.Stop{Reason: s.Reason, By: s.ByName, At: s.At}}, err
	})
	register(r, headway.OpenDecision, huma.Operation{
		OperationID: "lift-stop", Method: http.MethodDelete, Path: "/programmes/{programme}/stop", Tags: tags, Errors: []int{http.StatusConflict},
		Summary: "Lift the emergency stop", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, by headway.Actor, in *InProgramme) (*struct{}, error) {
		return nil, r.app.LiftStop(ctx, by, in.Programme)
	})
	register(r, headway.ManageUsers, huma.Operation{
		OperationID: "set-instance-stop", Method: http.MethodPut, Path: "/stop", Tags: tags, Errors: []int{http.StatusConflict},
		Summary: "Set the emergency stop of the whole instance",
	}, func(ctx context.Context, by headway.Actor, in *instanceStopIn) (*stopOut, error) {
		s, err := r.app.SetInstanceStop(ctx, by, in.Body.Reason)
		return &stopOut{client.Stop{Reason: s.Reason, By: s.ByName, At: s.At}}, err
	})
	register(r, headway.ManageUsers, huma.Operation{
		OperationID: "lift-instance-stop", Method: http.MethodDelete, Path: "/stop", Tags: tags, Errors: []int{http.StatusConflict},
		Summary: "Lift the emergency stop of the whole instance", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, by headway.Actor, _ *struct{}) (*struct{}, error) {
		return nil, r.app.LiftInstanceStop(ctx, by)
	})
	register(r, headway.RunDeployment, huma.Operation{
		OperationID: "close-release", Method: http.MethodPost, Path: "/programmes/{programme}/teams/{team}/releases/{version}/close", Tags: []string{"Releases"}, Errors: []int{http.StatusConflict},
		Summary: "End the hypercare of a release that is live",
	}, func(ctx context.Context, by headway.Actor, in *closeIn) (*closedOut, error) {
		rel, err := r.app.CloseRelease(ctx, by, in.Programme, in.Team, in.Version)
		return &closedOut{releaseFrom(rel, in.Team)}, err
	})
}
