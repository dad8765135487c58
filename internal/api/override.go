package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type newOverrideIn struct {
	InProgramme
	Body client.NewOverride
}

type overridesIn struct {
	InProgramme
	Team    string `query:"team" doc:"Key; left out: what stands in the programme"`
	Version string `query:"version" doc:"Of the team's release, with the team"`
}

type overrideIn struct {
	InProgramme
	Override string `path:"override" doc:"Id of the override"`
	Body     client.Because
}

type overrideOut struct{ Body client.Override }

type overridesOut struct{ Body []client.Override }

func (r *room) overrides() {
	tags := []string{"Go/no-go"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-overrides", Method: http.MethodGet, Path: "/programmes/{programme}/overrides", Tags: tags,
		Summary: "Which guards are lifted for which release?", Description: "Of one release, withdrawn ones too.",
	}, func(ctx context.Context, by headway.Actor, in *overridesIn) (*overridesOut, error) {
		all, err := r.app.OverridesView(ctx, by, in.Programme, in.Team, in.Version)
		return &overridesOut{mapped(all, overrideFrom)}, err
	})
	register(r, headway.WaiveCriterion, huma.Operation{
		OperationID: "override-guard", Method: http.MethodPost, Path: "/programmes/{programme}/overrides", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Lift a guard of the gate for one release",
		Description: "Only a role that the gate names for the guard may. It voids nothing, is shown until the release is closed, and stands in the signed record of the go/no-go.",
	}, func(ctx context.Context, by headway.Actor, in *newOverrideIn) (*overrideOut, error) {
		b := in.Body
		o, err := r.app.OverrideGuard(ctx, by, in.Programme, app.OverrideGuard{Team: b.Team, Version: b.Version, Rule: b.Rule, Role: headway.Role(b.Role), Reason: b.Reason, Freezes: b.Freezes})
		if err != nil {
			return nil, err
		}
		return r.override(ctx, by, in.Programme, o.ID)
	})
	register(r, headway.WaiveCriterion, huma.Operation{
		OperationID: "withdraw-override", Method: http.MethodPost, Path: "/programmes/{programme}/overrides/{override}/withdraw", Tags: tags,
		Summary: "Take an override back", Description: "A deployment under way that went by it stops before its next step.",
	}, func(ctx context.Context, by headway.Actor, in *overrideIn) (*overrideOut, error) {
		if _, err := r.app.WithdrawOverride(ctx, by, in.Programme, in.Override, in.Body.Reason); err != nil {
			return nil, err
		}
		return r.override(ctx, by, in.Programme, in.Override)
	})
}

// override answers with an override as it stands.
func (r *room) override(ctx context.Context, by headway.Actor, programme, id string) (*overrideOut, error) {
	v, err := r.app.OverrideView(ctx, by, programme, id)
	return &overrideOut{overrideFrom(v)}, err
}

func overrideFrom(v app.OverrideView) client.Override {
	return client.Override{
		ID: v.ID, Team: v.Team.Key, Version: v.Release.Version, Rule: v.Rule, Freezes: texts(v.Freezes), Role: string(v.Role), By: v.ByName, Reason: v.Reason, At: v.At,
		WithdrawnBy: v.WithdrawnByName, WithdrawnReason: v.WithdrawnReason, WithdrawnAt: v.WithdrawnAt,
	}
}
