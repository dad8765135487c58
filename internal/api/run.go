package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type evidenceOut struct{ Body client.Evidence }

type runIn struct {
	InProgramme
	Evidence string `path:"evidence" doc:"Id of the regression run"`
	Against  string `query:"against" doc:"Candidate, id of a run, or previous; the last released one when empty"`
	Change   string `query:"change" doc:"all, muted, or one change as new-failure, still-failing, missing, flaky, slower, now-skipped, fixed, new; what changed or failed when empty"`
	Search   string `query:"search" maxLength:"500" doc:"In the ids of cases"`
	Page     int    `query:"page" minimum:"0"`
}

type runOut struct{ Body client.Run }

type comparisonOut struct{ Body client.Comparison }

type mutesIn struct {
	InProgramme
	Team string `query:"team" doc:"Only those of a team, by key"`
}

type mutesOut struct{ Body client.MuteList }

type newMuteIn struct {
	InProgramme
	Body client.NewMute
}

type muteIn struct {
	InProgramme
	Mute string `path:"mute" doc:"Id"`
}

type muteOut struct{ Body client.Mute }

type ownersIn struct {
	InProgramme
	Body client.Owners
}

type ownersOut struct{ Body client.Owners }

func (r *room) runs() {
	tags := []string{"Evidence"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-evidence", Method: http.MethodGet, Path: "/programmes/{programme}/evidence/{evidence}", Tags: tags,
		Summary: "Show a piece of evidence",
	}, func(ctx context.Context, by headway.Actor, in *evidenceFileIn) (*evidenceOut, error) {
		v, err := r.app.EvidenceStoryView(ctx, by, in.Programme, in.Evidence)
		return &evidenceOut{evidenceFrom(v)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-run", Method: http.MethodGet, Path: "/programmes/{programme}/evidence/{evidence}/cases", Tags: tags,
		Summary: "Show the cases of a regression run, compared with another", Description: "Fifty cases a page, the worst first.",
	}, func(ctx context.Context, by headway.Actor, in *runIn) (*runOut, error) {
		v, err := r.app.RunStoryView(ctx, by, in.Programme, in.Evidence, app.RunQuery{Against: in.Against, Change: headway.CaseChange(in.Change), Search: in.Search, Page: in.Page})
		if err != nil {
			return nil, err
		}
		return &runOut{runFrom(v)}, nil
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "compare-evidence", Method: http.MethodGet, Path: "/programmes/{programme}/evidence/{evidence}/comparison", Tags: tags,
		Summary: "Show what of a load run, a bill of materials, a scan or a coverage report differs from the release last in production",
	}, func(ctx context.Context, by headway.Actor, in *evidenceFileIn) (*comparisonOut, error) {
		e, err := r.app.EvidenceStoryView(ctx, by, in.Programme, in.Evidence)
		if err != nil {
			return nil, err
		}
		if e.Kind == headway.LoadRun {
			v, err := r.app.LoadStoryView(ctx, by, in.Programme, in.Evidence)
			return &comparisonOut{loadComparisonFrom(v)}, err
		}
		v, err := r.app.PartsStoryView(ctx, by, in.Programme, in.Evidence)
		return &comparisonOut{partsComparisonFrom(v)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-mutes", Method: http.MethodGet, Path: "/programmes/{programme}/mutes", Tags: tags,
		Summary: "List known failures, expired ones too",
	}, func(ctx context.Context, by headway.Actor, in *mutesIn) (*mutesOut, error) {
		v, err := r.app.MutesView(ctx, by, in.Programme, in.Team)
		out := client.MuteList{Mutes: []client.Mute{}}
		for _, m := range v.Mutes {
			team, _ := v.Team(m.TeamID)
			one := muteFrom(m)
			one.Team, one.Expired = team.Key, !m.Holds(v.Now)
			out.Mutes = append(out.Mutes, one)
		}
		return &mutesOut{out}, err
	})
	register(r, headway.TriageDefect, huma.Operation{
		OperationID: "add-mute", Method: http.MethodPost, Path: "/programmes/{programme}/mutes", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Mute a known failure, with owner, reason and end",
	}, func(ctx context.Context, by headway.Actor, in *newMuteIn) (*muteOut, error) {
		b := in.Body
		m, err := r.app.AddMute(ctx, by, in.Programme, app.AddMute{Team: b.Team, Case: b.Case, Owner: b.Owner, Reason: b.Reason, Expires: b.Expires})
		out := muteFrom(m)
		out.Team = b.Team
		return &muteOut{out}, err
	})
	register(r, headway.TriageDefect, huma.Operation{
		OperationID: "lift-mute", Method: http.MethodPost, Path: "/programmes/{programme}/mutes/{mute}/lift", Tags: tags, Errors: []int{http.StatusConflict},
		Summary: "End a mute before it expires",
	}, func(ctx context.Context, by headway.Actor, in *muteIn) (*muteOut, error) {
		m, err := r.app.LiftMute(ctx, by, in.Programme, in.Mute)
		return &muteOut{muteFrom(m)}, err
	})
	r.owners(tags)
}

func (r *room) owners(tags []string) {
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-owners", Method: http.MethodGet, Path: "/programmes/{programme}/owners", Tags: tags,
		Summary: "Show which team's tests are whose",
	}, func(ctx context.Context, by headway.Actor, in *InProgramme) (*ownersOut, error) {
		o, err := r.app.OwnersView(ctx, by, in.Programme)
		return &ownersOut{ownersFrom(o)}, err
	})
	register(r, headway.EditProgramme, huma.Operation{
		OperationID: "set-owners", Method: http.MethodPut, Path: "/programmes/{programme}/owners", Tags: tags,
		Summary: "Set which team's tests are whose, as a CODEOWNERS file",
	}, func(ctx context.Context, by headway.Actor, in *ownersIn) (*ownersOut, error) {
		o, err := r.app.SetOwners(ctx, by, in.Programme, app.SetOwners{Text: in.Body.Text, Teams: in.Body.Teams})
		return &ownersOut{ownersFrom(o)}, err
	})
}

func ownersFrom(o app.Ownership) client.Owners {
	return client.Owners{Text: o.Text, Teams: o.Teams, Rules: o.Rules, Teamless: o.Teamless, By: o.ByName, At: o.At}
}

func muteFrom(m headway.Mute) client.Mute {
	return client.Mute{ID: m.ID, Case: m.Case, Owner: m.Owner, Reason: m.Reason, By: m.ByName, At: m.At, Expires: m.ExpiresAt, Lifted: m.LiftedAt}
}

func runFrom(v app.RunStory) client.Run {
	out := client.Run{
		Evidence: evidenceFrom(v.Evidence), History: []client.RunRef{}, Cases: []client.RunCase{}, Found: v.Found, Pages: v.Pages,
		Quiet: orEmpty(v.Compared.Quiet), Expired: orEmpty(v.Compared.Expired), Notes: []string{},
		Counts: map[string]int{"tests": v.Compared.Tests, "passed": v.Compared.Passed, "failed": v.Compared.Failed, "skipped": v.Compared.Skipped, "muted": v.Compared.Muted},
	}
	if !v.Kept {
		out.Notes = append(out.Notes, "the cases of this run were not kept: it was handed in to an earlier version")
		return out
	}
	if why := v.Compared.Partial(); why != "" {
		out.Notes = append(out.Notes, why)
	}
	for change, n := range v.Compared.Counts {
		out.Counts[string(change)] = n
	}
	if v.Against != nil {
		out.Against = &client.RunRef{Evidence: v.Against.Evidence, Candidate: v.Against.Candidate, At: v.Against.At}
	}
	for _, r := range v.Runs {
		out.History = append(out.History, client.RunRef{Evidence: r.Evidence, Candidate: r.Candidate, At: r.At})
	}
	for _, c := range v.Rows {
		row := client.RunCase{
			ID: c.ID, Outcome: c.Outcome().String(), Change: string(c.Change), Seconds: c.Duration.Seconds(), Message: strings.TrimSpace(c.Message),
			History: c.History, FailingFor: c.FailingFor, Flaky: c.Flaky, Ran: c.Ran, Muted: c.Muted, Team: c.Team,
		}
		if c.Was != nil {
			row.Was = c.Was.Outcome().String()
		}
		out.Cases = append(out.Cases, row)
	}
	return out
}

func loadComparisonFrom(v app.LoadStory) client.Comparison {
	out := client.Comparison{Evidence: evidenceFrom(v.Evidence), Verdicts: verdictsFrom(v.Verdicts), Differs: v.Differs}
	for _, t := range v.Trend {
		out.Trend = append(out.Trend, client.TrendPoint{RunRef: pointFrom(t.Evidence, t.Candidate), Total: t.Evidence.Load.Total})
	}
	if b := v.Baseline; b != nil {
		ref := pointFrom(b.Evidence, b.Candidate)
		out.Against, out.Was = &ref, b.Evidence.Load
	}
	return out
}

func partsComparisonFrom(v app.PartsStory) client.Comparison {
	out := client.Comparison{Evidence: evidenceFrom(v.Evidence), Verdicts: verdictsFrom(v.Verdicts), Components: v.Changes, Appeared: v.Appeared, Gone: v.Gone}
	if v.Was != nil {
		ref := pointFrom(*v.Was, *v.Against)
		out.Against = &ref
		if v.Was.Detail != nil {
			out.Coverage = v.Was.Detail.Coverage
		}
	}
	return out
}

func pointFrom(e headway.Evidence, c headway.Candidate) client.RunRef {
	return client.RunRef{Evidence: e.ID, Candidate: c.Name, At: e.AddedAt}
}
