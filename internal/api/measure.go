package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type gapIn struct {
	Programme string `path:"programme"`
	Details   int    `query:"details" minimum:"0" maximum:"200" doc:"For how many of the newest releases the gap is taken apart; 0: the usual number"`
}

type gapOut struct{ Body client.Gaps }

type releaseGapIn struct {
	Programme string `path:"programme"`
	Release   string `path:"release"`
}

type releaseGapOut struct{ Body client.ReleaseGap }

type statusIn struct {
	Programme string `query:"programme" doc:"Key; empty: all that you may see"`
}

type statusOut struct{ Body []client.Status }

func (r *room) measures() {
	tags := []string{"Measure"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-gap", Method: http.MethodGet, Path: "/programmes/{programme}/gap", Summary: "Gaps, headway and forecasts", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *gapIn) (*gapOut, error) {
		v, err := r.app.GapView(ctx, by, in.Programme, in.Details)
		return &gapOut{gaps(v)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-release-gap", Method: http.MethodGet, Path: "/programmes/{programme}/releases/{release}/gap", Summary: "The gap of one release", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *releaseGapIn) (*releaseGapOut, error) {
		v, err := r.app.ReleaseGapView(ctx, by, in.Programme, in.Release)
		return &releaseGapOut{releaseGap(v)}, err
	})
	register(r, headway.SignedIn, huma.Operation{
		OperationID: "get-status", Method: http.MethodGet, Path: "/status", Summary: "Where programmes stand", Tags: tags,
	}, func(ctx context.Context, by headway.Actor, in *statusIn) (*statusOut, error) {
		all, err := r.app.StatusView(ctx, by, in.Programme)
		return &statusOut{mapped(all, status)}, err
	})
}

func gaps(v app.GapView) client.Gaps {
	return client.Gaps{
		Policy:   client.GapPolicy{Minimum: v.Policy.Minimum, Target: v.Policy.Target, Maximum: v.Policy.Maximum},
		Finished: v.Finished, Headway: rhythm(v.Headway), Truncated: v.Truncated,
		Teams: mapped(v.ByTeam, teamGap),
		Causes: mapped(v.Causes, func(c app.CauseShare) client.GapCause {
			return client.GapCause{Cause: string(c.Cause), Who: c.Who, Days: c.Days, Share: c.Share}
		}),
		Releases: mapped(v.Releases, releaseGap),
		Forecasts: mapped(v.Forecasts, func(f app.ReleaseForecast) client.ReleaseForecast {
			return client.ReleaseForecast{
				ReleaseID: f.ReleaseID, Release: f.Name, Planned: f.Planned, Gap: forecastOf(f.Gap),
				P50: f.P50.String(), P85: f.P85.String(), P95: f.P95.String(),
			}
		}),
	}
}

func teamGap(g app.TeamGap) client.TeamGap {
	out := client.TeamGap{
		Team: g.Team.Key, Name: g.Team.Name, Releases: g.Releases, MedianDays: g.Median, P85Days: g.P85Days, LastDays: g.Last,
		WithinTarget: g.WithinTargetRate, BeyondMax: g.BeyondMaximum, Headway: rhythm(g.Headway),
	}
	if g.Forecast.Basis != "" {
		next := forecastOf(g.Forecast)
		out.Next = &next
	}
	return out
}

func rhythm(w app.Rhythm) client.Rhythm {
	days := func(d time.Duration) float64 { return d.Hours() / 24 }
	return client.Rhythm{Releases: w.Releases, MedianDays: days(w.Median), LastDays: days(w.Last), LastLive: w.LastLive}
}

func forecastOf(f app.Forecast) client.Forecast {
	return client.Forecast{P50: f.P50, P85: f.P85, P95: f.P95, Basis: string(f.Basis), Own: f.Own, All: f.All}
}

func releaseGap(g app.ReleaseGap) client.ReleaseGap {
	return client.ReleaseGap{
		ReleaseID: g.Release.ID, Release: g.Name, Team: g.Team, From: g.From, To: g.To, Days: g.Days, Band: string(g.Band),
		Slices: mapped(g.Slices, func(s app.GapPart) client.GapPart {
			return client.GapPart{Cause: string(s.Cause), Who: s.Who, From: s.Span.From, To: s.Span.To, Days: s.Days}
		}),
	}
}

func status(s app.ProgrammeStatus) client.Status {
	out := client.Status{
		Programme: s.Programme.Key, Name: s.Programme.Name,
		Shelf: mapped(s.Shelf, statusRelease), UnderTest: mapped(s.UnderTest, statusRelease), Decided: mapped(s.Decided, statusRelease),
		Deploying: mapped(s.Deploying, statusRelease), Live: mapped(s.Live, statusRelease),
		PlanStatus: s.PlanStatus, Baseline: s.Baseline, OpenDefects: s.OpenDefects,
		Findings: mapped(s.Findings, func(f headway.Finding) client.Finding {
			f.Release = "" // its text names it
			return finding(f, nil)
		}),
	}
	if s.Next != nil {
		next := statusRelease(*s.Next)
		out.Next = &next
	}
	for _, stop := range s.Stops {
		out.Stopped = append(out.Stopped, stop.Reason)
	}
	return out
}

func statusRelease(r app.StatusRelease) client.StatusRelease {
	return client.StatusRelease{
		ReleaseID: r.Release.ID, Release: r.Name, Team: r.Team, Candidate: r.Candidate, Since: r.Since, Planned: r.Planned, GapDays: r.GapDays,
	}
}
