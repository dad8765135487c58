package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// PlanImpact is what a candidate does to the project-wide plan once it lies on
// the shelf: what moves, which window and bookings, and who is hit.
type PlanImpact struct {
	PlanComparison
	Status   string // of the plan with it
	Window   WindowMove
	Bookings []BookingMove
	Findings []headway.Finding // that the plan before did not have
}

// WindowMove says when production is changed for the candidate's release,
// before and after; zero when a plan does not see it.
type WindowMove struct{ Before, After time.Time }

// Moved tells whether the release needs another window.
func (w WindowMove) Moved() bool { return !w.Before.Equal(w.After) }

// BookingMove is an environment that is held at another time; an empty span
// means that it was not, or is no longer, held for this.
type BookingMove struct {
	Environment, Title, Release string
	Before, After               headway.Interval
}

// impactOf plans the snapshot with and without what shelving would do.
func (f *planFacts) impactOf(ctx context.Context, s Shelved) (*PlanImpact, error) {
	before, err := f.drafted(ctx)
	if err != nil {
		return nil, err
	}
	f.applyShelving(s)
	after, err := f.solve(ctx)
	if err != nil {
		return nil, err
	}
	v := &PlanImpact{PlanComparison: f.compare(before, after), Status: after.Status}
	v.Window = WindowMove{plannedOf(before, s.Release.ID).Production, plannedOf(after, s.Release.ID).Production}
	v.Bookings = f.bookingsMoved(before, after)
	for _, x := range after.Findings {
		if !slices.ContainsFunc(before.Findings, func(y headway.Finding) bool { return y.Rule == x.Rule && y.Text == x.Text }) {
			v.Findings = append(v.Findings, x)
		}
	}
	return v, nil
}

// drafted gives the draft of the snapshot, which is made now when the stored one
// is of older facts.
func (f *planFacts) drafted(ctx context.Context) (headway.Plan, error) {
	if f.draft.ID != "" && f.draft.Revision == f.programme.Revision {
		return f.draft, nil
	}
	draft, err := f.solve(ctx)
	if err == nil {
		f.draft = draft
	}
	return draft, err
}

// applyShelving changes the snapshot as shelving would change the facts.
func (f *planFacts) applyShelving(s Shelved) {
	id := s.Release.ID
	if k := slices.IndexFunc(f.releases, func(r headway.Release) bool { return r.ID == id }); k >= 0 {
		f.releases[k] = s.Release
	} else {
		f.releases = append(f.releases, s.Release)
	}
	f.facts[id] = s.Candidate.Facts
	delete(f.goes, id)
	items := slices.Clone(f.items[id])
	for _, change := range s.Items {
		items = slices.DeleteFunc(items, func(i headway.BacklogItem) bool { return i.ID == change.Item.ID })
		if change.Item.State != headway.ItemDropped {
			items = append(items, change.Item)
		}
	}
	f.items[id] = items
}

// bookingsMoved lists the environments that are held at other times, by time.
func (f *planFacts) bookingsMoved(before, after headway.Plan) []BookingMove {
	s, places := f.speech(), map[string]string{}
	for _, e := range f.environments {
		places[e.ID], places[e.Key] = e.Name, e.Name
	}
	moves := map[string]*BookingMove{}
	note := func(plan headway.Plan, set func(*BookingMove, headway.Interval)) {
		for _, p := range plan.Placements {
			if p.Environment == "" || p.Done {
				continue
			}
			key := p.Activity + "\x00" + p.Environment
			if moves[key] == nil {
				moves[key] = &BookingMove{Environment: cmp.Or(places[p.Environment], p.Environment), Title: p.Title, Release: s.releases[p.ReleaseID]}
			}
			set(moves[key], headway.Interval{From: p.Start, To: p.End})
		}
	}
	note(before, func(m *BookingMove, i headway.Interval) { m.Before = i })
	note(after, func(m *BookingMove, i headway.Interval) { m.After = i })
	var out []BookingMove
	for _, m := range moves {
		if !m.Before.From.Equal(m.After.From) || !m.Before.To.Equal(m.After.To) {
			out = append(out, *m)
		}
	}
	first := func(m BookingMove) time.Time {
		if m.After.From.IsZero() {
			return m.Before.From
		}
		return m.After.From
	}
	slices.SortFunc(out, func(x, y BookingMove) int {
		return cmp.Or(first(x).Compare(first(y)), cmp.Compare(x.Environment, y.Environment), cmp.Compare(x.Release+x.Title, y.Release+y.Title))
	})
	return out
}

// previewShelving says what shelving would do, and to the plan; nothing is
// stored. Without artifacts it is about the next candidate of a release, which
// is not built yet: the same files and facts as the newest.
func (a *App) previewShelving(ctx context.Context, by headway.Actor, programme string, in ShelveCandidate) (Shelved, error) {
	var out Shelved
	var facts *planFacts
	err := a.lookWith(ctx, by, programme, headway.ShelveCandidate, func(l look, p headway.Programme) (err error) {
		if len(in.Artifacts) == 0 {
			if err = l.asBefore(ctx, p, &in); err != nil {
				return err
			}
		}
		if out, err = l.prepareShelving(ctx, p, in); err != nil || !out.Created {
			return err
		}
		facts, err = loadPlanFacts(ctx, l.Q, p, l.now)
		return err
	})
	if err != nil || facts == nil {
		return out, err
	}
	out.Impact, err = facts.impactOf(ctx, out)
	return out, err
}

// notBuilt stands for the commit of a candidate that is only thought of.
const notBuilt = "not built yet"

// asBefore takes what a candidate would hold from the newest of its release.
func (l look) asBefore(ctx context.Context, p headway.Programme, in *ShelveCandidate) error {
	team, err := l.developmentTeam(ctx, p, in.Team)
	if err != nil {
		return err
	}
	to, err := l.newestOf(ctx, p, Judged{Team: team}, in.Version)
	if err != nil {
		return err
	}
	in.Artifacts, in.Commit = to.Candidate.Artifacts, notBuilt
	if in.Facts == nil {
		in.Facts = to.Candidate.Facts
	}
	return nil
}

// NextCandidateView says what a next candidate of a release would mean: what
// stands, what is done again, and what moves. It is meant for people who decide
// about a defect before anything is built.
func (a *App) NextCandidateView(ctx context.Context, by headway.Actor, programme, releaseID string, fixes []string) (Shelved, error) {
	in := ShelveCandidate{Preview: true, Fixes: fixes}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		r, err := q.Release(ctx, p.ID, releaseID)
		if err != nil {
			return err
		}
		t, err := q.Team(ctx, p.ID, r.TeamID)
		in.Team, in.Version = t.Key, r.Version
		return err
	})
	if err != nil {
		return Shelved{}, err
	}
	return a.previewShelving(ctx, by, programme, in)
}
