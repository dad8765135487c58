package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type takeIn struct {
	Programme string `path:"programme"`
	Body      client.TakeChanges
}

type findingIn struct {
	Programme string `path:"programme"`
	Finding   int    `path:"finding" minimum:"1" doc:"Place in the draft's list of findings, from 1"`
}

type repairsOut struct{ Body []client.Repair }

type keepIn struct {
	Programme string `path:"programme"`
	Body      client.KeepScenario
}

type scenarioIn struct {
	Programme string `path:"programme"`
	Scenario  string `path:"scenario"`
}

type scenarioOut struct{ Body client.Scenario }

type scenariosOut struct{ Body []client.Scenario }

// scenarios registers taking changes, repairs, and the scenarios.
func (r *room) scenarios(op func(id, method, path, summary string) huma.Operation) {
	register(r, headway.EditPlan, op("take-changes", http.MethodPost, "/plan/take", "Make pins, promises and priorities that were previewed facts"),
		func(ctx context.Context, by headway.Actor, in *takeIn) (*struct{}, error) {
			changes, err := whatIf(in.Body.Changes)
			if err != nil {
				return nil, err
			}
			return &struct{}{}, r.app.TakeChanges(ctx, by, in.Programme, app.TakeChanges{Changes: changes, Revision: in.Body.Revision})
		})
	register(r, headway.EditPlan, op("find-repairs", http.MethodGet, "/plan/findings/{finding}/repairs", "Ways out of a finding of the draft, measured"),
		func(ctx context.Context, by headway.Actor, in *findingIn) (*repairsOut, error) {
			found, err := r.app.FindingRepairs(ctx, by, in.Programme, in.Finding)
			return &repairsOut{mapped(found, repair)}, err
		})
	register(r, headway.ViewProgramme, op("list-scenarios", http.MethodGet, "/scenarios", "Scenarios beside the draft"),
		func(ctx context.Context, by headway.Actor, in *programmeIn) (*scenariosOut, error) {
			v, err := r.app.ScenariosView(ctx, by, in.Programme)
			return &scenariosOut{mapped(v.Lines, scenarioLine)}, err
		})
	register(r, headway.EditPlan, op("keep-scenario", http.MethodPost, "/scenarios", "Plan a what-if and keep it under a name"),
		func(ctx context.Context, by headway.Actor, in *keepIn) (*scenarioOut, error) {
			changes, err := whatIf(in.Body.Changes)
			if err != nil {
				return nil, err
			}
			s, err := r.app.KeepScenario(ctx, by, in.Programme, app.KeepScenario{Key: in.Body.Key, Name: in.Body.Name, Note: in.Body.Note, Changes: changes})
			return &scenarioOut{scenario(s)}, err
		})
	register(r, headway.EditPlan, op("solve-scenario", http.MethodPost, "/scenarios/{scenario}/solve", "Plan a scenario anew from the facts of today"),
		func(ctx context.Context, by headway.Actor, in *scenarioIn) (*scenarioOut, error) {
			s, err := r.app.SolveScenario(ctx, by, in.Programme, in.Scenario)
			return &scenarioOut{scenario(s)}, err
		})
	register(r, headway.EditPlan, op("take-scenario", http.MethodPost, "/scenarios/{scenario}/take", "Make the changes of a scenario facts"),
		func(ctx context.Context, by headway.Actor, in *scenarioIn) (*scenarioOut, error) {
			s, err := r.app.TakeScenario(ctx, by, in.Programme, in.Scenario)
			return &scenarioOut{scenario(s)}, err
		})
	register(r, headway.EditPlan, op("remove-scenario", http.MethodDelete, "/scenarios/{scenario}", "Forget a scenario"),
		func(ctx context.Context, by headway.Actor, in *scenarioIn) (*struct{}, error) {
			return &struct{}{}, r.app.RemoveScenario(ctx, by, in.Programme, in.Scenario)
		})
}

func repair(r headway.Repair) client.Repair {
	return client.Repair{Text: r.Text, Effect: r.Effect, Changes: whatIfOut(r.Changes)}
}

func scenario(s headway.Scenario) client.Scenario {
	out := client.Scenario{
		Key: s.Key, Name: s.Name, Note: s.Note, Changes: whatIfOut(s.Changes), By: s.ByName, At: s.At, TakenAt: s.TakenAt,
		Status: s.Plan.Status, Revision: s.Plan.Revision, Findings: len(s.Plan.Findings),
	}
	return out
}

func scenarioLine(l app.ScenarioLine) client.Scenario {
	out, comparison := scenario(l.Scenario), planComparison(l.Comparison)
	out.Words, out.Stale, out.GapDays, out.Comparison = l.Words, l.Stale, l.GapDays, &comparison
	return out
}
