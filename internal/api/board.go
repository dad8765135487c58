package api

import (
	"headway"
	"headway/client"
	"headway/internal/app"
)

func boardFrom(v app.Board) client.Board {
	out := client.Board{Columns: []client.BoardColumn{}, DoneSince: v.DoneSince, People: mapped(v.Weeks, weekFrom), Sprint: sprintFrom(v.Sprint)}
	for _, col := range v.Columns {
		c := client.BoardColumn{State: string(col.State), Limit: col.Limit, Count: col.Count, Items: []client.Item{}}
		for _, i := range col.Items {
			item, release := itemFrom(i), v.Releases[i.ReleaseID]
			team, _ := v.Team(release.TeamID)
			item.Team, item.ReleaseName, item.Candidate = team.Key, release.Version, v.Names[i.CandidateID]
			item.AssigneeNames, item.WaitsFor = v.Cast.Names(i.Assignees), v.Waits[i.ID]
			c.Items = append(c.Items, item)
		}
		out.Columns = append(out.Columns, c)
	}
	return out
}

func weekFrom(w app.PersonWeek) client.PersonWeek {
	return client.PersonWeek{
		Person: w.Person.Key, Name: w.Person.Name, Skills: texts(w.Person.Skills),
		HasHours: w.Has.Hours(), PlannedHours: w.Planned.Hours(), FreeHours: w.Free().Hours(), Doing: w.Doing,
	}
}

func sprintFrom(s app.OpsSprint) *client.OpsSprint {
	if s.Sprint.ID == "" {
		return nil
	}
	return &client.OpsSprint{
		Team: s.Team.Key, Number: s.Sprint.Number, From: s.Sprint.Start.String(), To: s.Sprint.End.String(), DaysLeft: s.DaysLeft,
		Items: s.Items, Finished: s.Finished, ScopeHours: s.Scope.Hours(), DoneHours: s.Done.Hours(), SupportHours: s.Support.Hours(),
		Burndown: mapped(s.Points, func(p headway.BurnPoint) client.BurnPoint {
			b := client.BurnPoint{Day: p.Day.String(), ScopeHours: p.Scope.Hours(), IdealHours: p.Ideal.Hours()}
			if p.Left >= 0 {
				left := p.Left.Hours()
				b.LeftHours = &left
			}
			return b
		}),
	}
}
