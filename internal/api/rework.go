package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type reworkIn struct {
	InProgramme
	Team string `query:"team" doc:"Only one team's, by key"`
}

type reworkOut struct{ Body client.ReworkList }

type reworkTeamIn struct {
	InProgramme
	Team string `path:"team" doc:"Key of the team"`
}

type reworkTradeOut struct{ Body client.ReworkTrade }

type newReworkBudgetIn struct {
	InProgramme
	Team string `path:"team" doc:"Key of the team"`
	Body client.NewReworkBudget
}

type reworkChoiceIn struct {
	InProgramme
	Team string `path:"team" doc:"Key of the team"`
	Body client.ReworkChoice
}

type reworkBudgetOut struct{ Body client.ReworkBudget }

type effortIn struct {
	InProgramme
	Number int `path:"number" minimum:"1" doc:"12 for D-12"`
	Body   client.Effort
}

func (r *room) rework() {
	tags := []string{"Rework"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-rework", Method: http.MethodGet, Path: "/programmes/{programme}/rework", Tags: tags,
		Summary: "Rework that teams must expect, what they set aside for it, and what came",
	}, func(ctx context.Context, by headway.Actor, in *reworkIn) (*reworkOut, error) {
		v, err := r.app.ReworkView(ctx, by, in.Programme, in.Team)
		return &reworkOut{client.ReworkList{Teams: mapped(v.Rework, reworkFrom)}}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-rework-trade", Method: http.MethodGet, Path: "/programmes/{programme}/rework/{team}/trade", Tags: tags,
		Summary: "What can give when a sprint's rework goes beyond its budget, with what each would mean",
	}, func(ctx context.Context, by headway.Actor, in *reworkTeamIn) (*reworkTradeOut, error) {
		v, err := r.app.ReworkTradeView(ctx, by, in.Programme, in.Team)
		return &reworkTradeOut{tradeFrom(v)}, err
	})
	register(r, headway.EditPlan, huma.Operation{
		OperationID: "set-rework-budget", Method: http.MethodPut, Path: "/programmes/{programme}/rework/{team}", Tags: tags,
		Summary: "Set working time aside for rework in a sprint", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *newReworkBudgetIn) (*reworkBudgetOut, error) {
		b, err := r.app.SetReworkBudget(ctx, by, in.Programme, app.SetReworkBudget{Team: in.Team, Sprint: in.Body.Sprint, Hours: hoursOf(in.Body.Hours)})
		return &reworkBudgetOut{budgetFrom(in.Team, b)}, err
	})
	register(r, headway.EditPlan, huma.Operation{
		OperationID: "choose-rework", Method: http.MethodPost, Path: "/programmes/{programme}/rework/{team}/choice", Tags: tags,
		Summary: "The Product Owner's choice of what gives", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *reworkChoiceIn) (*reworkBudgetOut, error) {
		b, err := r.app.ChooseRework(ctx, by, in.Programme, app.ChooseRework{Team: in.Team, Choice: headway.ReworkChoice(in.Body.Choice), Reason: in.Body.Reason})
		return &reworkBudgetOut{budgetFrom(in.Team, b)}, err
	})
	register(r, headway.EditPlan, huma.Operation{
		OperationID: "take-rework-choice-back", Method: http.MethodDelete, Path: "/programmes/{programme}/rework/{team}/choice", Tags: tags,
		Summary: "Open the choice again, with what it did undone", Errors: []int{http.StatusConflict}, DefaultStatus: http.StatusOK,
	}, func(ctx context.Context, by headway.Actor, in *reworkTeamIn) (*reworkBudgetOut, error) {
		b, err := r.app.TakeReworkChoiceBack(ctx, by, in.Programme, in.Team)
		return &reworkBudgetOut{budgetFrom(in.Team, b)}, err
	})
	register(r, headway.ReportDefect, huma.Operation{
		OperationID: "tell-effort", Method: http.MethodPut, Path: "/programmes/{programme}/defects/{number}/effort", Tags: []string{"Defects"},
		Summary: "Say what repairing a defect took so far, all in all",
	}, func(ctx context.Context, by headway.Actor, in *effortIn) (*defectOut, error) {
		d, err := r.app.TellEffort(ctx, by, in.Programme, in.Number, hoursOf(in.Body.Hours))
		return &defectOut{defectFrom(d)}, err
	})
}

func hoursOf(h float64) time.Duration {
	return time.Duration(h * float64(time.Hour)).Truncate(time.Minute)
}

func budgetFrom(team string, b headway.ReworkBudget) client.ReworkBudget {
	return client.ReworkBudget{Team: team, Sprint: b.Sprint, Hours: b.Hours.Hours(), Choice: string(b.Choice)}
}

func reworkFrom(t app.TeamRework) client.TeamRework {
	e := t.Expect
	return client.TeamRework{
		Team: t.Team.Key, Current: burnFrom(t.Current), Next: burnFrom(t.Next), Offered: t.Offered().Hours(),
		Past: mapped(t.Past, func(b app.SprintBurn) client.SprintRework { return *burnFrom(&b) }),
		Expect: client.ReworkExpected{
			MeanHours: e.Mean.Hours(), P50Hours: e.P50.Hours(), P85Hours: e.P85.Hours(), Sprints: e.Sprints, Repairs: e.Repairs, Told: e.Told, Few: e.Few, Method: e.Method,
		},
	}
}

func burnFrom(b *app.SprintBurn) *client.SprintRework {
	if b == nil {
		return nil
	}
	out := &client.SprintRework{
		Sprint: b.Sprint.Number, Start: b.Sprint.Start.String(), End: b.Sprint.End.String(), SpentHours: b.Spent.Hours(), GuessedHours: b.Guessed.Hours(),
		AheadHours: b.Ahead.Hours(), OverHours: b.Over().Hours(), Mended: mapped(b.Mended, defectName), Open: mapped(b.Open, defectName),
	}
	if k := b.Budget; k != nil {
		hours := k.Hours.Hours()
		out.BudgetHours, out.Choice, out.Reason, out.ChosenBy = &hours, string(k.Choice), k.Reason, k.ChosenByName
	}
	return out
}

func defectName(d headway.Defect) string { return fmt.Sprintf("D-%d", d.Number) }

func tradeFrom(v app.ReworkTrade) client.ReworkTrade {
	out := client.ReworkTrade{
		Team: v.Team.Key, Sprint: v.Burn.Sprint.Number, OverHours: v.Over.Hours(), Share: v.Share, Defer: mapped(v.Defer, defectName),
		SparedHours: v.Spared.Hours(), Days: v.Days, Release: v.Release.Version,
	}
	if v.Impact != nil {
		out.Before, out.After = v.Impact.Window.Before, v.Impact.Window.After
		out.Moves = v.Moves()
	}
	return out
}
