package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// MyWork is what waits for one person in a programme.
type MyWork struct {
	Programme     headway.Programme
	Person        headway.Person // zero when the user is nobody of the programme's people
	Team          headway.Team   // that the person is of; zero: none
	Items         []WorkItem     // in the person's hands, then what their skills could take
	Decisions     []WorkDecision // go/no-gos that still take the actor's verdict
	Defects       []headway.Defect
	Bookings      []WorkBooking       // of the weeks to come, for releases of the person's team or with work in their hands
	Reworks       []WorkRework        // choices that wait for the actor as Product Owner
	Experiments   []ExperimentOutcome // running ones that the actor sees to
	Notifications []headway.Notification
	Releases      map[string]string // names by id
}

// WorkItem is a backlog item with when the plan has it.
type WorkItem struct {
	headway.BacklogItem
	Mine       bool
	Start, End time.Time // of the draft plan; zero when it has none
}

// WorkDecision is a go/no-go that waits for the actor.
type WorkDecision struct {
	headway.Decision
	Role headway.Role // that the verdict would count for
}

// WorkBooking is an environment that is held for a release that the person has to do with.
type WorkBooking struct {
	headway.Booking
	Environment string // its name
}

// WorkRework is a team whose rework is over its budget, with nothing chosen yet.
type WorkRework struct {
	headway.ReworkBudget
	Team string // its name
}

const (
	workLimit   = 100
	bookingDays = 28 // ahead
)

// MyWorkView gathers what waits for the actor: items by assignment and skill,
// go/no-gos, open defects of the team, and what they were told.
func (a *App) MyWorkView(ctx context.Context, by headway.Actor, programme string) (MyWork, error) {
	var v MyWork
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		v = MyWork{Programme: p, Releases: map[string]string{}}
		if by.UserID == "" {
			return nil
		}
		people, err := q.PeopleOfUser(ctx, by.UserID)
		if err != nil {
			return err
		}
		for _, person := range people {
			if person.ProgrammeID == p.ID {
				v.Person = person
			}
		}
		if err := v.loadItems(ctx, q); err != nil {
			return err
		}
		if err := v.loadDecisions(ctx, q, by); err != nil {
			return err
		}
		if v.Person.TeamID != "" {
			if v.Team, err = q.Team(ctx, p.ID, v.Person.TeamID); err != nil {
				return err
			}
			for _, state := range []headway.DefectState{headway.DefectOpen, headway.DefectDeferred} {
				some, err := q.Defects(ctx, p.ID, store.DefectFilter{TeamID: v.Person.TeamID, State: state}, workLimit)
				if err != nil {
					return err
				}
				v.Defects = append(v.Defects, some...)
			}
		}
		if err := v.loadBookings(ctx, q, a.Now()); err != nil {
			return err
		}
		if err := v.loadReworks(ctx, q, by, a.Now()); err != nil {
			return err
		}
		if err := v.loadExperiments(ctx, q, by, a.Now()); err != nil {
			return err
		}
		if v.Notifications, err = q.Notifications(ctx, by.UserID, p.ID, workLimit); err != nil {
			return err
		}
		return v.nameReleases(ctx, q)
	})
	return v, err
}

func (v *MyWork) loadItems(ctx context.Context, q store.Q) error {
	if v.Person.ID == "" {
		return nil
	}
	items, err := q.OpenItems(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	draft, err := maybePlan(q.DraftPlan(ctx, v.Programme.ID))
	if err != nil {
		return err
	}
	planned := map[string]headway.Placement{}
	for _, p := range draft.Placements {
		planned[p.ItemID] = p
	}
	for _, i := range items {
		place := planned[i.ID]
		mine := slices.Contains(i.Assignees, v.Person.ID) || len(i.Assignees) == 0 && slices.Contains(place.People, v.Person.ID)
		free := len(i.Assignees) == 0 && i.CandidateID != "" && slices.Contains(v.Person.Skills, i.Skill)
		if mine || free {
			v.Items = append(v.Items, WorkItem{i, mine, place.Start, place.End})
		}
	}
	slices.SortStableFunc(v.Items, func(x, y WorkItem) int {
		if x.Mine != y.Mine {
			return flagOf(y.Mine) - flagOf(x.Mine)
		}
		return x.Start.Compare(y.Start)
	})
	v.Items = v.Items[:min(len(v.Items), workLimit)]
	return nil
}

func flagOf(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (v *MyWork) loadDecisions(ctx context.Context, q store.Q, by headway.Actor) error {
	open, err := q.LiveDecisions(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	for _, d := range open {
		given, err := q.Approvals(ctx, d.ID)
		if err != nil {
			return err
		}
		if roles, err := d.MayApprove(by.UserID, d.Digest, by.RolesIn(v.Programme.ID), given); err == nil {
			v.Decisions = append(v.Decisions, WorkDecision{d, roles[0]})
		}
	}
	return nil
}

// loadReworks finds the choices of what gives that wait for the Product Owner.
func (v *MyWork) loadReworks(ctx context.Context, q store.Q, by headway.Actor, now time.Time) error {
	if !by.Has(v.Programme.ID, headway.ProductOwner) {
		return nil
	}
	c, err := calendarOf(ctx, q, v.Programme)
	if err != nil {
		return err
	}
	budgets, err := q.ReworkBudgetsOn(ctx, v.Programme.ID, headway.DateOf(now.In(c.Zone)))
	if err != nil {
		return err
	}
	for _, b := range budgets {
		if b.OverAt.IsZero() || b.Choice != "" {
			continue
		}
		t, err := q.Team(ctx, v.Programme.ID, b.TeamID)
		if err != nil {
			return err
		}
		v.Reworks = append(v.Reworks, WorkRework{b, t.Name})
	}
	return nil
}

// loadExperiments finds the running experiments that the actor sees to.
func (v *MyWork) loadExperiments(ctx context.Context, q store.Q, by headway.Actor, now time.Time) error {
	all, err := q.Experiments(ctx, v.Programme.ID, mostExperiments)
	if err != nil {
		return err
	}
	mine := slices.DeleteFunc(all, func(e headway.Experiment) bool {
		return e.State != headway.ExperimentRunning || !isNamed(e.Owner, by.Name, by.Email, v.Person.Name)
	})
	v.Experiments, err = outcomesOf(ctx, q, v.Programme, mine, now)
	return err
}

func (v *MyWork) loadBookings(ctx context.Context, q store.Q, now time.Time) error {
	if v.Person.ID == "" {
		return nil
	}
	held, err := q.Bookings(ctx, v.Programme.ID, headway.Interval{From: now, To: now.AddDate(0, 0, bookingDays)})
	if err != nil || len(held) == 0 {
		return err
	}
	places, err := q.Environments(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	for _, b := range held {
		mine := slices.ContainsFunc(v.Items, func(i WorkItem) bool { return i.Mine && i.ReleaseID == b.ReleaseID })
		if !mine && b.ReleaseID != "" {
			r, err := q.Release(ctx, v.Programme.ID, b.ReleaseID)
			if err != nil {
				return err
			}
			mine = r.TeamID == v.Person.TeamID
		}
		if i := slices.IndexFunc(places, func(e headway.Environment) bool { return e.ID == b.EnvironmentID }); mine && i >= 0 {
			v.Bookings = append(v.Bookings, WorkBooking{b, places[i].Name})
		}
	}
	return nil
}

func (v *MyWork) nameReleases(ctx context.Context, q store.Q) error {
	teams, err := q.Teams(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	var ids []string
	for _, i := range v.Items {
		ids = append(ids, i.ReleaseID)
	}
	for _, d := range v.Decisions {
		ids = append(ids, d.ReleaseID)
	}
	for _, d := range v.Defects {
		ids = append(ids, d.ReleaseID)
	}
	for _, b := range v.Bookings {
		if b.ReleaseID != "" {
			ids = append(ids, b.ReleaseID)
		}
	}
	for _, id := range ids {
		if v.Releases[id] != "" {
			continue
		}
		r, err := q.Release(ctx, v.Programme.ID, id)
		if err != nil {
			return err
		}
		for _, t := range teams {
			if t.ID == r.TeamID {
				v.Releases[id] = nameRelease(t, r)
			}
		}
	}
	return nil
}
