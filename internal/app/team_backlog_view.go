package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// TeamBacklog is what a development team has before it: what it builds, its
// releases on their way, and what came back from operations.
type TeamBacklog struct {
	Cast
	Team          headway.Team
	Current, Next TeamSprint         // zero when the plan has none
	Left          []headway.TeamItem // open although their sprint is over
	Later         []headway.TeamItem // in no sprint
	Sprints       []headway.Sprint   // that an item can be taken into
	Numbers       map[string]int     // of sprints, by id
	Releases      []TeamRelease      // on their way, the next to production first; then the newest that arrived
	Rework        []TeamDefect       // what is open or waits for the next release, then what was settled in this sprint
}

// TeamSprint is a sprint with what was taken into it.
type TeamSprint struct {
	headway.Sprint
	Items    []headway.TeamItem
	Work     headway.TeamWork
	Room     time.Duration // working time that the team's people have in it; 0: they are not in the plan
	DaysLeft int           // working days from today on
}

// TeamRelease is a release of the team with its gap and how far operations are.
type TeamRelease struct {
	headway.Release
	Planned   headway.PlannedRelease // of the draft plan, zero when it has none
	Gap       int                    // working days: measured, so far, or as planned
	GapKnown  bool
	Done, All int // operations items
}

// TeamDefect is a defect that the team caused, and where it was found.
type TeamDefect struct {
	headway.Defect
	Release   headway.Release
	Candidate headway.Candidate
	AgeDays   int // working days since it was found, or until it was settled
}

const (
	teamItemLimit   = 200
	teamDefectLimit = 100
	teamArrived     = 3 // newest releases in production that are shown
)

// TeamBacklogView shows a development team's backlog; without a key that of the
// actor's own team, or the first.
func (a *App) TeamBacklogView(ctx context.Context, by headway.Actor, programme, team string) (TeamBacklog, error) {
	var v TeamBacklog
	err := a.lookWith(ctx, by, programme, headway.ViewProgramme, func(l look, p headway.Programme) (err error) {
		v = TeamBacklog{Numbers: map[string]int{}}
		if v.Cast, err = castOf(ctx, l.Q, p); err != nil {
			return err
		}
		if team == "" {
			team = v.home(by)
		}
		if team == "" {
			return nil
		}
		if v.Team, err = l.developmentTeam(ctx, p, team); err != nil {
			return err
		}
		if err := v.sprints(ctx, l); err != nil {
			return err
		}
		if v.Later, err = l.TeamItemsIn(ctx, p.ID, v.Team.ID, "", teamItemLimit); err != nil {
			return err
		}
		if err := v.releases(ctx, l.Q, l.now); err != nil {
			return err
		}
		return v.rework(ctx, l.Q, l.now)
	})
	return v, err
}

// home is the development team that the actor is of, else the first.
func (v TeamBacklog) home(by headway.Actor) string {
	first := ""
	for _, t := range v.Teams {
		if t.Kind != headway.DevelopmentTeam {
			continue
		}
		first = cmp.Or(first, t.Key)
		for _, p := range v.People {
			if p.TeamID == t.ID && p.ID == by.PersonIDs[v.Programme.ID] {
				return t.Key
			}
		}
	}
	return first
}

func (v *TeamBacklog) sprints(ctx context.Context, l look) error {
	today := headway.DateOf(l.now.In(v.Calendar.Zone))
	all, err := l.SprintsOf(ctx, v.Programme.ID, v.Team.ID)
	if err != nil {
		return err
	}
	absences, err := l.Absences(ctx, v.Programme.ID, today.AddDays(-90))
	if err != nil {
		return err
	}
	for _, s := range all {
		v.Numbers[s.ID] = s.Number
		if s.End.Before(today) {
			continue
		}
		v.Sprints = append(v.Sprints, s)
		into := &v.Next
		if !s.Start.After(today) {
			into = &v.Current
		}
		if into.ID != "" {
			continue
		}
		items, err := l.TeamItemsIn(ctx, v.Programme.ID, v.Team.ID, s.ID, teamItemLimit)
		if err != nil {
			return err
		}
		*into = TeamSprint{Sprint: s, Items: items, Work: headway.SumTeamItems(items), Room: v.room(s, absences)}
		for d := today; !d.After(s.End); d = d.AddDays(1) {
			if v.Calendar.IsWorkingDay(d) {
				into.DaysLeft++
			}
		}
	}
	v.Left, err = l.TeamItemsLeft(ctx, v.Programme.ID, v.Team.ID, today, teamItemLimit)
	return err
}

// room is the working time of the team's people in a sprint, less absences and
// what is kept for production support.
func (v *TeamBacklog) room(s headway.Sprint, absences []headway.Absence) (room time.Duration) {
	span := headway.Interval{From: s.Start.In(v.Calendar.Zone), To: s.End.AddDays(1).In(v.Calendar.Zone)}
	for _, p := range v.People {
		if p.TeamID != v.Team.ID {
			continue
		}
		away := slices.DeleteFunc(slices.Clone(absences), func(a headway.Absence) bool { return a.PersonID != p.ID })
		room += presentTime(v.Calendar, away, span) * time.Duration(p.Percent*(100-p.Reserve)) / 10_000
	}
	return room
}

func (v *TeamBacklog) releases(ctx context.Context, q store.Q, now time.Time) error {
	p := v.Programme
	draft, err := maybePlan(q.DraftPlan(ctx, p.ID))
	if err != nil {
		return err
	}
	var all []headway.Release
	for _, f := range []store.ReleaseFilter{
		{States: []headway.ReleaseState{headway.ReleasePlanned, headway.ReleaseShelved, headway.ReleaseProving, headway.ReleaseApproved, headway.ReleaseDeploying, headway.ReleaseRolledBack}},
		{States: reachedProduction, Limit: teamArrived},
	} {
		f.TeamID = v.Team.ID
		some, err := q.Releases(ctx, p.ID, f)
		if err != nil {
			return err
		}
		slices.SortStableFunc(some, func(a, b headway.Release) int { return a.SprintEnd.Compare(b.SprintEnd) })
		if f.Limit > 0 {
			slices.Reverse(some)
		}
		all = append(all, some...)
	}
	for _, r := range all {
		beyond := r.State == headway.ReleasePlanned && r.SprintID != v.Current.ID && r.SprintID != v.Next.ID && r.SprintEnd.After(now)
		if beyond {
			continue
		}
		row := TeamRelease{Release: r, Planned: plannedOf(draft, r.ID)}
		row.measure(v.Calendar, now)
		items, err := q.ItemsOf(ctx, p.ID, r.ID)
		if err != nil {
			return err
		}
		var done ShelfRow
		done.work(headway.CountingItems(items))
		row.Done, row.All = done.Done, done.All
		v.Releases = append(v.Releases, row)
	}
	return nil
}

// measure reads the gap: of what is live from sprint end to production, of what
// is on its way so far, of what is still built as it is planned.
func (r *TeamRelease) measure(c headway.Calendar, now time.Time) {
	if r.SprintID == "" || r.SprintEnd.IsZero() {
		return
	}
	switch {
	case r.State.InProduction():
		r.Gap, r.GapKnown = c.WorkingDays(r.SprintEnd, r.LiveAt), true
	case r.SprintEnd.Before(now):
		r.Gap, r.GapKnown = c.WorkingDays(r.SprintEnd, now), true
	case r.Planned.ReleaseID != "":
		r.Gap, r.GapKnown = r.Planned.GapDays, true
	}
}

func (v *TeamBacklog) rework(ctx context.Context, q store.Q, now time.Time) error {
	p := v.Programme
	since := v.Current.Start.In(v.Calendar.Zone)
	if v.Current.ID == "" {
		since = now
	}
	for _, state := range []headway.DefectState{headway.DefectOpen, headway.DefectDeferred, headway.DefectFixed, headway.DefectAccepted, headway.DefectInvalid} {
		some, err := q.Defects(ctx, p.ID, store.DefectFilter{TeamID: v.Team.ID, State: state}, teamDefectLimit)
		if err != nil {
			return err
		}
		slices.SortStableFunc(some, func(a, b headway.Defect) int {
			return cmp.Or(cmp.Compare(flagOf(b.Blocks()), flagOf(a.Blocks())), cmp.Compare(b.Severity.Rank(), a.Severity.Rank()), cmp.Compare(a.Number, b.Number))
		})
		for _, d := range some {
			waits := state == headway.DefectOpen || state == headway.DefectDeferred
			if !waits && d.ClosedAt.Before(since) {
				continue
			}
			row := TeamDefect{Defect: d, AgeDays: v.Calendar.WorkingDays(d.FoundAt, now)}
			if !waits {
				row.AgeDays = v.Calendar.WorkingDays(d.FoundAt, d.ClosedAt)
			}
			if row.Release, err = q.Release(ctx, p.ID, d.ReleaseID); err != nil {
				return err
			}
			if row.Candidate, err = q.Candidate(ctx, p.ID, d.CandidateID); err != nil {
				return err
			}
			v.Rework = append(v.Rework, row)
		}
	}
	return nil
}
