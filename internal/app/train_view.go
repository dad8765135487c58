package app

import (
	"context"
	"slices"

	"headway"
	"headway/internal/store"
)

// TrainRider is a member of a train with where it stands.
type TrainRider struct {
	headway.TrainMember
	Team      headway.Team
	Release   headway.Release
	Candidate headway.Candidate      // newest; zero: nothing is on the shelf
	Planned   headway.PlannedRelease // of the draft; zero: the plan does not see it
	Verdicts  []headway.Verdict      // of the train's criteria; nil: nothing to judge
	Decision  headway.Decision       // newest go/no-go; zero: there is none
	Behind    string                 // name of a release that must be in production before it, and is not
	NextName  string                 // of the train that it took instead
}

// Name names the release for people.
func (r TrainRider) Name() string { return nameRelease(r.Team, r.Release) }

// TrainView is a train with its members: those who ride in their order, then
// those who missed it.
type TrainView struct {
	headway.Train
	Riders []TrainRider
	Missed []TrainRider
}

// Arrived counts the members that are in production.
func (v TrainView) Arrived() (n int) {
	for _, r := range v.Riders {
		if r.Release.State.InProduction() {
			n++
		}
	}
	return n
}

// TrainList is a programme's trains with what can join them.
type TrainList struct {
	Cast
	Trains []TrainView       // open ones first, the next to depart on top; then those that ended lately
	Free   []headway.Release // that could join one: they ride in none and are not in production
}

// endedTrains is how many trains that have ended are shown.
const endedTrains = 20

// TrainsView lists the trains of a programme.
func (a *App) TrainsView(ctx context.Context, by headway.Actor, programme string) (TrainList, error) {
	var v TrainList
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		open, err := q.Trains(ctx, p.ID, headway.TrainOpen, allTrains)
		if err != nil {
			return err
		}
		slices.Reverse(open) // the next to depart first, those without a day last
		all, err := q.Trains(ctx, p.ID, "", allTrains)
		if err != nil {
			return err
		}
		ended := slices.DeleteFunc(all, func(t headway.Train) bool { return t.State == headway.TrainOpen })
		slices.SortStableFunc(ended, func(x, y headway.Train) int { return y.ClosedAt.Compare(x.ClosedAt) })
		s := trainSeer{a: a, q: q, p: p, cast: v.Cast}
		if s.draft, err = maybePlan(q.DraftPlan(ctx, p.ID)); err != nil {
			return err
		}
		riding := map[string]bool{}
		for _, t := range append(open, ended[:min(len(ended), endedTrains)]...) {
			view, err := s.see(ctx, t)
			if err != nil {
				return err
			}
			v.Trains = append(v.Trains, view)
			for _, m := range t.Riding() {
				riding[m.ReleaseID] = true
			}
		}
		coming, err := q.Releases(ctx, p.ID, store.ReleaseFilter{States: toBePlanned})
		for _, r := range coming {
			if !riding[r.ID] && r.State != headway.ReleaseDeploying {
				v.Free = append(v.Free, r)
			}
		}
		slices.Reverse(v.Free) // oldest first
		return err
	})
	return v, err
}

// TrainView gives one train.
func (a *App) TrainView(ctx context.Context, by headway.Actor, programme, key string) (TrainView, error) {
	var v TrainView
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		cast, err := castOf(ctx, q, p)
		if err != nil {
			return err
		}
		t, err := q.TrainByKey(ctx, p.ID, key)
		if err != nil {
			return unknownAt(err, "train", key)
		}
		s := trainSeer{a: a, q: q, p: p, cast: cast}
		if s.draft, err = maybePlan(q.DraftPlan(ctx, p.ID)); err != nil {
			return err
		}
		v, err = s.see(ctx, t)
		return err
	})
	return v, err
}

// trainSeer gathers what is told of trains, over one snapshot.
type trainSeer struct {
	a     *App
	q     store.Q
	p     headway.Programme
	cast  Cast
	draft headway.Plan
}

func (s trainSeer) see(ctx context.Context, t headway.Train) (TrainView, error) {
	v := TrainView{Train: t}
	for _, m := range t.Riding() {
		r, err := s.rider(ctx, t, m)
		if err != nil {
			return v, err
		}
		v.Riders = append(v.Riders, r)
	}
	for _, m := range t.Members {
		if m.State == headway.MemberRiding {
			continue
		}
		r, err := s.rider(ctx, t, m)
		if err != nil {
			return v, err
		}
		v.Missed = append(v.Missed, r)
	}
	for k, r := range v.Riders {
		for _, m := range t.Ahead(r.ReleaseID) {
			i := slices.IndexFunc(v.Riders, func(o TrainRider) bool { return o.ReleaseID == m.ReleaseID })
			if v.Riders[k].Behind == "" && !v.Riders[i].Release.State.InProduction() && !r.Release.State.InProduction() {
				v.Riders[k].Behind = v.Riders[i].Name()
			}
		}
	}
	return v, nil
}

func (s trainSeer) rider(ctx context.Context, t headway.Train, m headway.TrainMember) (TrainRider, error) {
	r := TrainRider{TrainMember: m}
	var err error
	if r.Release, err = s.q.Release(ctx, s.p.ID, m.ReleaseID); err != nil {
		return r, err
	}
	r.Team, _ = s.cast.Team(r.Release.TeamID)
	if m.State == headway.MemberMissed {
		if m.Next != "" {
			next, err := s.q.TrainByKey(ctx, s.p.ID, m.Next)
			r.NextName = next.Name
			return r, err
		}
		return r, nil
	}
	r.Planned = plannedOf(s.draft, m.ReleaseID)
	r.Candidate, err = s.q.NewestCandidate(ctx, s.p.ID, m.ReleaseID)
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	decisions, err := s.q.DecisionsOf(ctx, s.p.ID, m.ReleaseID)
	if err != nil {
		return r, err
	}
	if len(decisions) > 0 {
		r.Decision = decisions[0]
	}
	if len(t.Criteria) > 0 && !r.Release.State.InProduction() {
		r.Verdicts, err = judgeBy(ctx, s.q, s.p, t.Gate(headway.Gate{}), r.Release, r.Candidate, aim{}, s.a.Now())
	}
	return r, err
}
