package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type forecastIn struct {
	Programme   string  `path:"programme"`
	Simulations int     `query:"simulations" minimum:"0" maximum:"10000" doc:"0: the usual thousand"`
	Again       float64 `query:"again" minimum:"-1" maximum:"0.95" default:"-1" doc:"What if this share of candidates needed another; -1: as it was"`
	SupportDays float64 `query:"support_days" minimum:"0" maximum:"15" doc:"What if production support took so many working days a month of each person, beyond what is kept free"`
	Skill       string  `query:"skill" doc:"What if there were more people with this skill"`
	More        int     `query:"more" minimum:"0" maximum:"20" doc:"How many of them; 0: one"`
}

type forecastOut struct{ Body client.ProgrammeForecast }

type backtestIn struct {
	Programme string `path:"programme"`
}

type backtestOut struct{ Body client.Backtest }

type adviceIn struct {
	Programme  string  `path:"programme"`
	Confidence float64 `query:"confidence" minimum:"0" maximum:"0.99" doc:"0: 0.85"`
}

type adviceOut struct{ Body client.GapAdvice }

type queueOut struct{ Body client.Queue }

func (r *room) forecasts() {
	tags := []string{"Measure"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-forecast", Method: http.MethodGet, Path: "/programmes/{programme}/forecast", Summary: "When releases are to be expected, by simulation and history", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *forecastIn) (*forecastOut, error) {
		v, err := r.app.ForecastView(ctx, by, in.Programme, in.what())
		return &forecastOut{programmeForecast(v)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-backtest", Method: http.MethodGet, Path: "/programmes/{programme}/forecast/backtest", Summary: "How forecasts of finished releases would have fared", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *backtestIn) (*backtestOut, error) {
		b, why, err := r.app.BacktestView(ctx, by, in.Programme)
		return &backtestOut{backtest(b, why)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-gap-advice", Method: http.MethodGet, Path: "/programmes/{programme}/gap/advice", Summary: "The shortest gap that holds", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *adviceIn) (*adviceOut, error) {
		v, err := r.app.GapAdviceView(ctx, by, in.Programme, in.Confidence)
		return &adviceOut{gapAdvice(v)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-queue", Method: http.MethodGet, Path: "/programmes/{programme}/queue", Summary: "Whether operations keeps up with the sprints", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *backtestIn) (*queueOut, error) {
		v, err := r.app.QueueView(ctx, by, in.Programme)
		return &queueOut{queue(v)}, err
	})
}

func (in *forecastIn) what() app.ForecastIf {
	out := app.ForecastIf{Simulations: in.Simulations, SupportDays: in.SupportDays}
	if in.Again >= 0 {
		out.Again = &in.Again
	}
	if in.Skill != "" {
		out.People = []headway.WhatIfPerson{{Skills: []headway.Skill{headway.Skill(in.Skill)}, Count: max(1, in.More)}}
	}
	return out
}

func programmeForecast(v app.ProgrammeForecast) client.ProgrammeForecast {
	var parts *client.ForecastParts
	if x := v.Explained; x != nil {
		parts = &client.ForecastParts{
			SimulatedP85: x.Simulated, HistoryP85: x.History, Own: x.Own, Mean: x.MeanDays,
			Fills: mapped(x.Fills, func(f app.GapFill) client.GapFill { return client.GapFill(f) }),
		}
	}
	return client.ProgrammeForecast{
		Explained:   parts,
		Simulations: v.Simulations, Placed: v.Placed, HeadwayDays: client.Quantiles(v.Headway), PerRelease: v.PerRelease,
		Again: v.Again, Works: v.Works, Finished: v.Finished,
		Releases: mapped(v.Releases, func(o app.ReleaseOutlook) client.ReleaseOutlook {
			out := client.ReleaseOutlook{
				ReleaseID: o.Release.ID, Release: o.Name, Team: o.Team, Planned: o.Planned, P50: o.P50.String(), P85: o.P85.String(), P95: o.P95.String(),
				Gap: forecastOf(o.Gap), Simulated: client.Quantiles{P50: o.Simulated.P50, P85: o.Simulated.P85, P95: o.Simulated.P95},
				Weight: o.Weight, Due: o.Due.String(), MeetsTarget: o.MeetsTarget, Never: o.Never, Overdue: o.Overdue,
			}
			if o.Meets >= 0 {
				out.MeetsDue = &o.Meets
			}
			return out
		}),
	}
}

func backtest(b app.Backtest, why string) client.Backtest {
	figure := func(q app.BacktestQuantile) client.BacktestFigure { return client.BacktestFigure(q) }
	return client.Backtest{
		Why: why, Releases: b.Releases, Finished: b.Finished, Cycles: b.Cycles, P50: figure(b.P50), P85: figure(b.P85), P95: figure(b.P95),
		Naive: client.BacktestNaive{Last: client.BacktestPeer(b.Naive.Last), Mean5: client.BacktestPeer(b.Naive.Mean5)}, BetterP85: b.BetterByP85,
		Rows: mapped(b.Rows, func(r app.BacktestRow) client.BacktestEntry {
			return client.BacktestEntry{Series: r.Series, Deliverable: r.Deliverable, Version: r.Version, GapDays: r.GapDays, P50: r.P50, P85: r.P85, P95: r.P95}
		}),
	}
}

func gapAdvice(v app.GapAdvice) client.GapAdvice {
	return client.GapAdvice{
		Policy: client.GapPolicy{Minimum: v.Policy.Minimum, Target: v.Policy.Target, Maximum: v.Policy.Maximum}, Confidence: v.Confidence,
		Simulated: v.Simulated, Finished: v.Finished, Programme: teamAdvice(v.Programme), Teams: mapped(v.Teams, teamAdvice),
		Curves: mapped(v.Curves, func(c app.AdviceCurve) client.AdviceCurve {
			return client.AdviceCurve{Name: c.Name, Unit: c.Unit, Points: mapped(c.Points, func(p app.AdvicePoint) client.AdvicePoint { return client.AdvicePoint(p) })}
		}),
	}
}

func teamAdvice(a app.TeamAdvice) client.TeamAdvice {
	return client.TeamAdvice{
		Team: a.Team.Key, Days: a.Days, Needed: a.Needed, Simulated: a.Simulated, History: a.History, Own: a.Own, Guarded: a.Guarded, Band: string(a.Band),
		OneWeek: a.OneWeek, TwoWeeks: a.TwoWeeks, AtTarget: a.AtTarget, MeanDays: a.MeanDays,
		Fills: mapped(a.Fills, func(f app.GapFill) client.GapFill { return client.GapFill(f) }),
	}
}

func queue(v app.QueueView) client.Queue {
	return client.Queue{
		Verdict: v.Verdict, Why: v.Why, Settles: v.Settles, Tight: v.Tight, Load: v.Load, Bottleneck: v.Bottleneck, People: append([]string{}, v.People...),
		Releases: v.Releases, GrowsBy: v.GrowsBy, GapP85: v.Gap, Headway: v.Headway, AgeNow: v.AgeNow, AgeLater: v.AgeLater,
		Skills: mapped(v.Skills, func(s app.SkillLoad) client.SkillLoad {
			return client.SkillLoad{Skill: string(s.Skill), Demand: s.Demand, Capacity: s.Capacity, Load: s.Load, Rework: s.Rework, Support: s.Interrupts, People: append([]string{}, s.People...)}
		}),
		Shelf: mapped(v.Shelf, func(s app.ShelfAt) client.ShelfWeek { return client.ShelfWeek(s) }),
		Remedies: mapped(v.Remedies, func(r app.Remedy) client.Remedy {
			return client.Remedy{
				Name: r.Name, Assumes: r.Assumes, Load: r.Load, GapP85: r.Gap, Headway: r.Headway, Shelf: r.Shelf,
				LoadBy: r.LoadBy, GapBy: r.GapBy, HwayBy: r.Hway, Settling: r.Settles,
			}
		}),
	}
}
