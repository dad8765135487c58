package app

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// planFacts is one snapshot of everything that the plan of a programme depends
// on. A what-if changes the snapshot and plans with that.
type planFacts struct {
	now          time.Time
	programme    headway.Programme
	calendar     headway.Calendar
	teams        map[string]headway.Team
	people       []headway.Person
	absences     []headway.Absence
	releases     []headway.Release // on their way, and those in production with open items
	items        map[string][]headway.BacklogItem
	facts        map[string]headway.Facts // by release, of its own newest candidate or its team's
	goes         map[string]headway.Interval
	playbook     headway.Playbook
	environments []headway.Environment
	bookings     []headway.Booking
	refreshes    map[string]bool // items that have their environment for themselves
	windows      []headway.Window
	freezes      []headway.Freeze              // each time of them, and the days on which nothing is deployed
	soaks        map[string][]headway.SoakRule // release → what its candidate must still do
	trains       []headway.Train               // open ones

	early    map[string]bool      // release → the minimum gap was lifted
	only     map[string]string    // freeze → the one release that it holds for
	anyHour  map[string]time.Time // release → until when the rule of change windows is lifted
	draft    headway.Plan         // the one before; its ID is empty when there is none
	baseline headway.Plan         // newest published one, likewise

	pins map[string]time.Time // activity → start that people fixed, or a what-if; zero: it is free

	// Of a what-if only.
	shifts   map[string]int      // release → calendar days
	openings []headway.Interval  // change windows more
	lifts    map[string][]string // release → keys of freezes that do not hold for it
	doubles  map[string]int      // environment → how many there are more
	overtime map[string][]dates  // person → days off that are worked
	visits   map[string]dates    // person → when an added one is there
	splits   map[string]bool     // release → it goes without its train
}

// dates are days from the first to the last.
type dates struct{ from, to headway.Date }

func (d dates) holds(day headway.Date) bool { return !day.Before(d.from) && !day.After(d.to) }

// toBePlanned are the states of releases that the plan places.
var toBePlanned = []headway.ReleaseState{
	headway.ReleasePlanned, headway.ReleaseShelved, headway.ReleaseProving, headway.ReleaseApproved, headway.ReleaseDeploying, headway.ReleaseRolledBack,
}

// forgotten is how long after its sprint a release without a candidate is still planned.
const forgotten = 90 * 24 * time.Hour

func loadPlanFacts(ctx context.Context, q store.Q, p headway.Programme, now time.Time) (*planFacts, error) {
	f := &planFacts{
		now: now, programme: p, teams: map[string]headway.Team{}, pins: map[string]time.Time{}, shifts: map[string]int{},
		lifts: map[string][]string{}, doubles: map[string]int{}, overtime: map[string][]dates{}, visits: map[string]dates{}, splits: map[string]bool{},
	}
	holidays, err := q.Holidays(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	if f.calendar, err = p.Calendar(holidays); err != nil {
		return nil, err
	}
	teams, err := q.Teams(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		f.teams[t.ID] = t
	}
	steps := []func(context.Context, store.Q) error{f.loadPeople, f.loadReleases, f.loadWork, f.loadTrains, f.loadPlaces, f.loadPlans}
	for _, load := range steps {
		if err := load(ctx, q); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *planFacts) loadPeople(ctx context.Context, q store.Q) (err error) {
	if f.people, err = q.People(ctx, f.programme.ID); err != nil {
		return err
	}
	if f.absences, err = q.Absences(ctx, f.programme.ID, headway.DateOf(f.now.In(f.calendar.Zone)).AddDays(-1)); err != nil {
		return err
	}
	return f.keepSupport(ctx, q)
}

// keepSupport takes off everybody's capacity what production support was
// measured to take, where that is more than what the setup keeps free.
func (f *planFacts) keepSupport(ctx context.Context, q store.Q) error {
	span := headway.SupportSpan(f.calendar, f.now)
	logged, err := q.Interrupts(ctx, f.programme.ID, span)
	if err != nil || len(logged) == 0 {
		return err
	}
	absences, err := q.Absences(ctx, f.programme.ID, headway.DateOf(span.From))
	if err != nil {
		return err
	}
	loads := supportLoads(f.calendar, f.people, absences, logged, span)
	for i, p := range f.people {
		f.people[i].Reserve = loads[p.ID].Counts
	}
	return nil
}

func (f *planFacts) loadReleases(ctx context.Context, q store.Q) (err error) {
	if f.releases, err = q.Releases(ctx, f.programme.ID, store.ReleaseFilter{States: toBePlanned}); err != nil {
		return err
	}
	items, err := q.ItemsOfOpenReleases(ctx, f.programme.ID)
	if err != nil {
		return err
	}
	f.items = map[string][]headway.BacklogItem{}
	open := map[string]bool{}
	for _, i := range items {
		f.items[i.ReleaseID] = append(f.items[i.ReleaseID], i)
		open[i.ReleaseID] = open[i.ReleaseID] || i.State != headway.ItemDone
	}
	for _, r := range f.releases {
		delete(open, r.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(open)) {
		if !open[id] {
			continue
		}
		r, err := q.Release(ctx, f.programme.ID, id)
		if err != nil {
			return err
		}
		f.releases = append(f.releases, r)
	}
	slices.SortFunc(f.releases, func(a, b headway.Release) int {
		if c := a.SprintEnd.Compare(b.SprintEnd); c != 0 {
			return c
		}
		return cmp.Compare(a.ID, b.ID)
	})
	return nil
}

// loadWork finds the playbook, and for each release the facts that size its work.
func (f *planFacts) loadWork(ctx context.Context, q store.Q) (err error) {
	f.playbook, err = q.NewestPlaybook(ctx, f.programme.ID)
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return err
	}
	f.facts, f.goes = map[string]headway.Facts{}, map[string]headway.Interval{}
	shelf, err := q.CandidatesOnShelf(ctx, f.programme.ID)
	if err != nil {
		return err
	}
	team := map[string]headway.Facts{}
	releaseTeam := map[string]string{}
	for _, r := range f.releases {
		releaseTeam[r.ID] = r.TeamID
	}
	for _, c := range shelf {
		f.facts[c.ReleaseID] = c.Facts
		team[releaseTeam[c.ReleaseID]] = c.Facts // oldest first: the newest stays
	}
	for _, r := range f.releases {
		if _, known := f.facts[r.ID]; known || r.State != headway.ReleasePlanned {
			continue
		}
		if _, known := team[r.TeamID]; !known {
			if team[r.TeamID], err = lastFacts(ctx, q, f.programme.ID, r.TeamID); err != nil {
				return err
			}
		}
		f.facts[r.ID] = team[r.TeamID]
	}
	pins, err := q.ActivityPins(ctx, f.programme.ID)
	if err != nil {
		return err
	}
	for _, p := range pins {
		f.pins[p.Activity] = p.Start
	}
	decisions, err := q.LiveDecisions(ctx, f.programme.ID)
	for _, d := range decisions {
		if d.State == headway.DecisionGo {
			f.goes[d.ReleaseID] = d.Span
		}
	}
	return err
}

// lastFacts gives the facts of the candidate that a team brought to production last.
func lastFacts(ctx context.Context, q store.Q, programmeID, teamID string) (headway.Facts, error) {
	done := []headway.ReleaseState{headway.ReleaseLive, headway.ReleaseClosed}
	last, err := q.Releases(ctx, programmeID, store.ReleaseFilter{TeamID: teamID, States: done, Limit: 1})
	if err != nil || len(last) == 0 {
		return nil, err
	}
	c, err := q.NewestCandidate(ctx, programmeID, last[0].ID)
	if headway.KindOf(err) == headway.NotFound {
		return nil, nil
	}
	return c.Facts, err
}

func (f *planFacts) loadPlaces(ctx context.Context, q store.Q) (err error) {
	if f.environments, err = q.Environments(ctx, f.programme.ID); err != nil {
		return err
	}
	if f.bookings, err = q.Bookings(ctx, f.programme.ID, headway.Interval{From: f.now, To: f.now.AddDate(2, 0, 0)}); err != nil {
		return err
	}
	open, err := q.OpenRefreshes(ctx, f.programme.ID)
	if err != nil {
		return err
	}
	f.refreshes = map[string]bool{}
	for _, r := range open {
		f.refreshes[r.ItemID] = true
	}
	if f.windows, err = q.Windows(ctx, f.programme.ID); err != nil {
		return err
	}
	if f.freezes, err = freezesIn(ctx, q, f.programme, headway.Interval{From: f.now, To: f.now.Add(planAhead)}); err != nil {
		return err
	}
	return f.loadGuards(ctx, q)
}

func (f *planFacts) loadPlans(ctx context.Context, q store.Q) (err error) {
	if f.draft, err = maybePlan(q.DraftPlan(ctx, f.programme.ID)); err != nil {
		return err
	}
	f.baseline, err = maybePlan(q.BaselinePlan(ctx, f.programme.ID))
	return err
}

// maybePlan takes "there is none" as a plan without id.
func maybePlan(p headway.Plan, err error) (headway.Plan, error) {
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return headway.Plan{}, nil
	}
	return p, err
}

// calm gives the plan that a new draft moves as little as it can.
func (f *planFacts) calm() headway.Plan {
	if len(f.draft.Placements) > 0 {
		return f.draft
	}
	return f.baseline
}

// releaseName names a release for people: its team and version.
func (f *planFacts) releaseName(r headway.Release) string {
	return nameRelease(f.teams[r.TeamID], r)
}

// nameRelease names a release for people: its team, or its component, and version.
func nameRelease(t headway.Team, r headway.Release) string {
	if r.Component != "" {
		return r.Component + " " + r.Version
	}
	return t.Name + " " + r.Version
}
