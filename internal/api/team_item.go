package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

// InTeam is embedded in the input of operations about one team; it is exported because huma fills only exported fields.
type InTeam struct {
	InProgramme
	Team string `path:"team" doc:"Key of a development team"`
}

type newTeamItemIn struct {
	InTeam
	Body client.NewTeamItem
}

// InTeamItem is embedded in the input of operations about one item of a team's backlog.
type InTeamItem struct {
	InProgramme
	Number int `path:"number" minimum:"1" doc:"12 for B-12"`
}

type editTeamItemIn struct {
	InTeamItem
	Body client.TeamItemEdit
}

type teamBacklogOut struct{ Body client.TeamBacklog }

type teamItemOut struct{ Body client.TeamItem }

func (r *room) teamItems() {
	tags := []string{"Team backlogs"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-team-backlog", Method: http.MethodGet, Path: "/programmes/{programme}/teams/{team}/backlog", Tags: tags,
		Summary: "A development team's sprints, releases and what came back from operations",
	}, func(ctx context.Context, by headway.Actor, in *InTeam) (*teamBacklogOut, error) {
		v, err := r.app.TeamBacklogView(ctx, by, in.Programme, in.Team)
		if err != nil {
			return nil, err
		}
		return &teamBacklogOut{teamBacklogFrom(v)}, nil
	})
	register(r, headway.WorkTeamBacklog, huma.Operation{
		OperationID: "add-team-item", Method: http.MethodPost, Path: "/programmes/{programme}/teams/{team}/backlog", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Add an item to a development team's backlog", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *newTeamItemIn) (*teamItemOut, error) {
		b := in.Body
		i, err := r.app.AddTeamItem(ctx, by, in.Programme, app.AddTeamItem{Team: in.Team, Title: b.Title, Kind: headway.TeamItemKind(b.Kind), Hours: b.Hours, Sprint: b.Sprint})
		if err != nil {
			return nil, err
		}
		return r.teamItemBody(ctx, by, in.Programme, i.Number)
	})
	const one = "/programmes/{programme}/backlog/{number}"
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-team-item", Method: http.MethodGet, Path: one, Tags: tags, Summary: "Show an item of a team's backlog",
	}, func(ctx context.Context, by headway.Actor, in *InTeamItem) (*teamItemOut, error) {
		return r.teamItemBody(ctx, by, in.Programme, in.Number)
	})
	register(r, headway.WorkTeamBacklog, huma.Operation{
		OperationID: "change-team-item", Method: http.MethodPatch, Path: one, Tags: tags,
		Summary: "Change an item of a team's backlog: what it is, how large, in which sprint, how far", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *editTeamItemIn) (*teamItemOut, error) {
		b := in.Body
		_, err := r.app.ChangeTeamItem(ctx, by, in.Programme, app.ChangeTeamItem{
			Number: in.Number, Version: b.Version, Title: b.Title, Kind: (*headway.TeamItemKind)(b.Kind), Hours: b.Hours, State: (*headway.ItemState)(b.State), Sprint: b.Sprint,
		})
		if err != nil {
			return nil, err
		}
		return r.teamItemBody(ctx, by, in.Programme, in.Number)
	})
}

func (r *room) teamItemBody(ctx context.Context, by headway.Actor, programme string, number int) (*teamItemOut, error) {
	i, s, err := r.app.TeamItemView(ctx, by, programme, number)
	return &teamItemOut{teamItemFrom(i, s.Number)}, err
}

func teamItemFrom(i headway.TeamItem, sprint int) client.TeamItem {
	return client.TeamItem{
		Number: i.Number, Name: i.Name(), Kind: string(i.Kind), Title: i.Title, Hours: i.Estimate.Hours(), Sprint: sprint, State: string(i.State),
		CreatedAt: i.CreatedAt, DoneAt: i.DoneAt, Version: i.Version,
	}
}

func teamBacklogFrom(v app.TeamBacklog) client.TeamBacklog {
	items := func(list []headway.TeamItem) []client.TeamItem {
		out := []client.TeamItem{}
		for _, i := range list {
			out = append(out, teamItemFrom(i, v.Numbers[i.SprintID]))
		}
		return out
	}
	sprint := func(s app.TeamSprint) *client.TeamSprint {
		if s.ID == "" {
			return nil
		}
		return &client.TeamSprint{
			Number: s.Number, Start: s.Start.String(), End: s.End.String(), DaysLeft: s.DaysLeft, Items: items(s.Items), Done: s.Work.Done,
			Hours: s.Work.Hours.Hours(), DoneHours: s.Work.DoneHours.Hours(), Unestimated: s.Work.Unestimated, RoomHours: s.Room.Hours(),
		}
	}
	out := client.TeamBacklog{
		Team: v.Team.Key, Name: v.Team.Name, Current: sprint(v.Current), Next: sprint(v.Next), Left: items(v.Left), Later: items(v.Later),
		Releases: []client.TeamRelease{}, Rework: []client.TeamDefect{},
	}
	for _, r := range v.Releases {
		row := client.TeamRelease{ID: r.ID, Version: r.Version, State: string(r.State), SprintEnd: r.SprintEnd, Production: r.LiveAt, Done: r.Done, Items: r.All}
		if r.LiveAt.IsZero() {
			row.Production = r.Planned.Production
		}
		if r.GapKnown {
			row.GapDays, row.GapBand = &r.Gap, string(v.Programme.Gap.Band(r.Gap))
		}
		out.Releases = append(out.Releases, row)
	}
	for _, d := range v.Rework {
		out.Rework = append(out.Rework, client.TeamDefect{
			Number: d.Number, Name: fmt.Sprintf("D-%d", d.Number), Title: d.Title, Severity: string(d.Severity), State: string(d.State),
			FixHere: d.FixHere, Blocks: d.Blocks(), Release: d.Release.Version, Candidate: d.Candidate.Name, AgeDays: d.AgeDays,
		})
	}
	return out
}
