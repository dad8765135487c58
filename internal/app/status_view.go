package app

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// ProgrammeStatus is where a programme stands, at a glance.
type ProgrammeStatus struct {
	Programme   headway.Programme
	Shelf       []StatusRelease // a candidate waits
	UnderTest   []StatusRelease
	Decided     []StatusRelease // go was given
	Deploying   []StatusRelease
	Live        []StatusRelease // newest few
	Next        *StatusRelease  // the next that the plan sees in production
	PlanStatus  string          // of the draft, empty before the first
	Baseline    int             // number of the newest published plan, 0: none
	Findings    []headway.Finding
	OpenDefects int
	Stops       []headway.Stop
}

// StatusRelease is one release in a status.
type StatusRelease struct {
	Release    headway.Release
	Name, Team string
	Candidate  string    // newest on the shelf
	Since      time.Time // on the shelf, or live
	Planned    time.Time // production, as the draft plan sees it
	GapDays    int       // working days so far
}

const statusLive = 5

// StatusView tells where programmes stand: one by key, or all that the actor
// may see for an empty key.
func (a *App) StatusView(ctx context.Context, by headway.Actor, programme string) (out []ProgrammeStatus, err error) {
	err = a.store.Read(ctx, func(q store.Q) error {
		ps, err := visible(ctx, q, by, programme)
		if err != nil {
			return err
		}
		for _, p := range ps {
			s, err := statusOf(ctx, q, p, a.Now())
			if err != nil {
				return err
			}
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

// visible lists the programmes that the actor may look into.
func visible(ctx context.Context, q store.Q, by headway.Actor, key string) ([]headway.Programme, error) {
	if key != "" {
		p, err := enter(ctx, q, by, key, headway.ViewProgramme)
		return []headway.Programme{p}, err
	}
	ps, err := q.Programmes(ctx)
	return slices.DeleteFunc(ps, func(p headway.Programme) bool { return !by.May(headway.ViewProgramme, p.ID) }), err
}

func statusOf(ctx context.Context, q store.Q, p headway.Programme, now time.Time) (ProgrammeStatus, error) {
	s := ProgrammeStatus{Programme: p}
	cast, err := castOf(ctx, q, p)
	if err != nil {
		return s, err
	}
	draft, err := maybePlan(q.DraftPlan(ctx, p.ID))
	if err != nil {
		return s, err
	}
	baseline, err := maybePlan(q.BaselinePlan(ctx, p.ID))
	if err != nil {
		return s, err
	}
	s.PlanStatus, s.Findings, s.Baseline = draft.Status, draft.Findings, baseline.Number
	if err := s.sort(ctx, q, cast, draft, now); err != nil {
		return s, err
	}
	defects, err := q.Defects(ctx, p.ID, store.DefectFilter{State: headway.DefectOpen}, 1000)
	if err != nil {
		return s, err
	}
	s.OpenDefects = len(defects)
	s.Stops, err = q.Stops(ctx, p.ID)
	return s, err
}

// sort puts the releases into the columns of the status.
func (s *ProgrammeStatus) sort(ctx context.Context, q store.Q, cast Cast, draft headway.Plan, now time.Time) error {
	planned := map[string]time.Time{}
	for _, r := range draft.Releases {
		planned[r.ReleaseID] = r.Production
	}
	shelf, err := q.CandidatesOnShelf(ctx, cast.Programme.ID)
	if err != nil {
		return err
	}
	candidates := map[string]headway.Candidate{}
	for _, c := range shelf {
		candidates[c.ReleaseID] = c
	}
	row := func(r headway.Release) StatusRelease {
		t, _ := cast.Team(r.TeamID)
		x := StatusRelease{Release: r, Name: nameRelease(t, r), Team: t.Name, Candidate: candidates[r.ID].Name, Since: r.ShelvedAt, Planned: planned[r.ID]}
		end := now
		if !r.LiveAt.IsZero() {
			x.Since, end = r.LiveAt, r.LiveAt
		}
		if from := gapFrom(r); !from.IsZero() && from.Before(end) {
			x.GapDays = cast.Calendar.WorkingDays(from, end)
		}
		return x
	}
	open, err := q.Releases(ctx, cast.Programme.ID, store.ReleaseFilter{States: toBePlanned, Limit: gapHistory})
	if err != nil {
		return err
	}
	live, err := q.Releases(ctx, cast.Programme.ID, store.ReleaseFilter{States: reachedProduction, Limit: 10 * statusLive})
	if err != nil {
		return err
	}
	slices.SortStableFunc(live, func(x, y headway.Release) int { return y.LiveAt.Compare(x.LiveAt) })
	for _, r := range live[:min(len(live), statusLive)] {
		s.Live = append(s.Live, row(r))
	}
	columns := map[headway.ReleaseState]*[]StatusRelease{
		headway.ReleaseShelved: &s.Shelf, headway.ReleaseRolledBack: &s.Shelf, headway.ReleaseProving: &s.UnderTest,
		headway.ReleaseApproved: &s.Decided, headway.ReleaseDeploying: &s.Deploying,
	}
	for _, r := range open {
		x := row(r)
		if column := columns[r.State]; column != nil {
			*column = append(*column, x)
		}
		if !x.Planned.IsZero() && (s.Next == nil || x.Planned.Before(s.Next.Planned)) {
			s.Next = &x
		}
	}
	return nil
}
