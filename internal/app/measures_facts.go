package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// measuring gathers the facts of measures.
type measuring struct {
	q          store.Q
	p          headway.Programme
	since, now time.Time
	calendar   headway.Calendar
	releases   map[string]headway.Release
	sprints    map[string]headway.Sprint
	defects    map[string][]headway.Defect // by release, found in production
	facts      headway.MeasureFacts
}

func (m *measuring) load(ctx context.Context) error {
	day := time.Duration(m.calendar.To-m.calendar.From) * time.Minute
	m.facts.Days = func(s headway.Interval) float64 {
		if !s.From.Before(s.To) {
			return 0
		}
		return float64(m.calendar.WorkingTime(s)) / float64(day)
	}
	all, err := m.q.Releases(ctx, m.p.ID, store.ReleaseFilter{Limit: gapHistory})
	if err != nil {
		return err
	}
	m.releases = map[string]headway.Release{}
	for _, r := range all {
		m.releases[r.ID] = r
	}
	steps := []func(context.Context) error{m.loadDefects, func(ctx context.Context) error { return m.loadReleases(ctx, all) }, m.loadAttempts}
	for _, load := range steps {
		if err := load(ctx); err != nil {
			return err
		}
	}
	return nil
}

// loadDefects finds what came to light in production.
func (m *measuring) loadDefects(ctx context.Context) error {
	found, err := m.q.DefectsFoundSince(ctx, m.p.ID, m.since)
	m.defects = map[string][]headway.Defect{}
	for _, d := range found {
		if d.Escaped(m.releases[d.ReleaseID].LiveAt) {
			m.defects[d.ReleaseID] = append(m.defects[d.ReleaseID], d)
		}
	}
	return err
}

func (m *measuring) loadReleases(ctx context.Context, all []headway.Release) error {
	sprints, err := m.q.Sprints(ctx, m.p.ID, headway.DateOf(m.since).AddDays(-180), headway.DateOf(m.now).AddDays(1))
	if err != nil {
		return err
	}
	m.sprints = map[string]headway.Sprint{}
	for _, s := range sprints {
		m.sprints[s.ID] = s
	}
	candidates, err := m.q.CountCandidates(ctx, m.p.ID, m.since)
	if err != nil {
		return err
	}
	approved, err := m.q.LastApprovals(ctx, m.p.ID)
	if err != nil {
		return err
	}
	promised, err := m.promises(ctx)
	if err != nil {
		return err
	}
	apart := 0
	slices.SortStableFunc(all, func(a, b headway.Release) int { return b.LiveAt.Compare(a.LiveAt) })
	for _, r := range all {
		d := headway.Delivered{
			ReleaseID: r.ID, SprintEnd: gapFrom(r), ShelvedAt: r.ShelvedAt, ApprovedAt: approved[r.ID], LiveAt: r.LiveAt,
			Candidates: candidates[r.ID], Escaped: len(m.defects[r.ID]), Promised: promised[r.ID],
		}
		if !r.LiveAt.Before(m.since) && !r.LiveAt.IsZero() && !imported(r) && apart < measuredGaps {
			apart++
			facts, err := gapFacts(ctx, m.q, r, m.now)
			if err != nil {
				return err
			}
			d.Gap = headway.MeasureGap(facts)
		}
		m.facts.Releases = append(m.facts.Releases, d)
	}
	return nil
}

// promises gives by release the production that the first published plan which
// knew it had for it.
func (m *measuring) promises(ctx context.Context) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	plans, err := m.q.PublishedPlans(ctx, m.p.ID, measuredPlans)
	if err != nil {
		return out, err
	}
	for _, listed := range plans { // newest first: the first promise is written last
		p, err := m.q.PublishedPlan(ctx, m.p.ID, listed.Number)
		if err != nil {
			return out, err
		}
		for _, r := range p.Releases {
			out[r.ReleaseID] = r.Production
		}
	}
	return out, nil
}

// loadAttempts takes the deployments to production; a release that is there
// without one (imported, or from before) counts as one.
func (m *measuring) loadAttempts(ctx context.Context) error {
	runs, err := m.q.ProductionDeployments(ctx, m.p.ID, m.since)
	if err != nil {
		return err
	}
	incidents, err := m.q.IncidentsSince(ctx, m.p.ID, m.since)
	if err != nil {
		return err
	}
	tries := map[string][]try{}
	slices.SortStableFunc(runs, func(a, b headway.Deployment) int { return a.StartedAt.Compare(b.StartedAt) })
	back := map[string]headway.Deployment{} // what took a deployment back, by its id
	for _, d := range runs {
		if d.State == headway.DeploymentRolledBack && d.Undoes != "" {
			back[d.Undoes] = d
		}
	}
	for _, d := range runs {
		if d.State.Terminal() && d.Undoes == "" {
			tries[d.ReleaseID] = append(tries[d.ReleaseID], m.tried(d, back[d.ID], len(tries[d.ReleaseID]) > 0))
		}
	}
	for id, r := range m.releases {
		live := func(t try) bool { return t.went }
		if !r.LiveAt.Before(m.since) && !r.LiveAt.IsZero() && !slices.ContainsFunc(tries[id], live) {
			a := headway.Attempt{ReleaseID: id, At: r.LiveAt, Committed: m.committed(r), Live: true}
			tries[id] = append(tries[id], try{Attempt: planned(a, r, false), began: r.LiveAt, went: true})
		}
		if len(tries[id]) > 0 {
			m.blame(tries[id], incidents)
		}
	}
	for _, of := range tries {
		for _, t := range of {
			m.facts.Attempts = append(m.facts.Attempts, t.Troubled(t.troubles))
		}
	}
	slices.SortFunc(m.facts.Attempts, func(a, b headway.Attempt) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ReleaseID, b.ReleaseID))
	})
	return nil
}

// try is one deployment of a release with what went wrong.
type try struct {
	headway.Attempt
	began    time.Time
	went     bool      // to production, at least for a while
	back     time.Time // when it was taken back; zero: it was not
	troubles []headway.Trouble
}

// tried takes a deployment that has ended, with what took it back; again says
// that the release was tried before.
func (m *measuring) tried(d, back headway.Deployment, again bool) try {
	r := m.releases[d.ReleaseID]
	a := headway.Attempt{ReleaseID: d.ReleaseID, At: d.EndedAt, Committed: m.committed(r), Live: d.State == headway.DeploymentSucceeded && back.ID == ""}
	t := try{Attempt: planned(a, r, again), began: d.StartedAt, went: d.State == headway.DeploymentSucceeded, back: back.EndedAt}
	if t.went && back.ID != "" {
		t.troubles = append(t.troubles, headway.Trouble{Name: "taken back", From: back.StartedAt, To: back.EndedAt})
	}
	switch d.State {
	case headway.DeploymentRolledBack:
		t.troubles = append(t.troubles, headway.Trouble{Name: "rolled back", From: d.StartedAt, To: d.EndedAt})
	case headway.DeploymentAbandoned:
		given := headway.Trouble{Name: "given up", From: d.StartedAt}
		if r.LiveAt.After(d.EndedAt) {
			given.To = r.LiveAt
		}
		t.troubles = append(t.troubles, given)
	}
	return t
}

// planned says whether, and why, nobody had planned a deployment.
func planned(a headway.Attempt, r headway.Release, again bool) headway.Attempt {
	switch {
	case r.Hotfix:
		a.Unplanned, a.Cause = true, "hot fix"
	case again:
		a.Unplanned, a.Cause = true, "tried again"
	}
	return a
}

// blame gives the tries of a release, in order, what came to light of it in
// production: each incident to the one that was the last when it began, and the
// blockers that no incident told of to the one that stayed.
func (m *measuring) blame(tries []try, incidents []headway.Incident) {
	release := tries[0].ReleaseID
	told := map[string]bool{}
	for _, i := range incidents {
		if i.ReleaseID != release {
			continue
		}
		told[i.DefectID] = true
		last := 0
		for k := range tries {
			if !tries[k].began.After(i.StartedAt) {
				last = k
			}
		}
		tries[last].troubles = append(tries[last].troubles, headway.Trouble{Name: i.Name(), From: i.StartedAt, To: i.MitigatedAt})
	}
	for k := range tries {
		for _, d := range m.defects[release] {
			if tries[k].went && d.Severity == headway.Blocker && !told[d.ID] {
				tries[k].troubles = append(tries[k].troubles, headway.Trouble{Name: fmt.Sprintf("D-%d", d.Number), From: d.FoundAt, To: d.ClosedAt})
			}
		}
		tries[k].endWithBack()
	}
}

// endWithBack ends the troubles of a deployment that was taken back when that was
// done: production was well again.
func (t *try) endWithBack() {
	for i := range t.troubles {
		if to := t.troubles[i].To; !t.back.IsZero() && (to.IsZero() || to.After(t.back)) {
			t.troubles[i].To = t.back
		}
	}
}

// committed is the middle of a release's sprint, or of one without sprint its shelving.
func (m *measuring) committed(r headway.Release) time.Time {
	s, known := m.sprints[r.SprintID]
	if !known || r.SprintEnd.IsZero() {
		return r.ShelvedAt
	}
	start := s.Start.In(m.calendar.Zone)
	return start.Add(r.SprintEnd.Sub(start) / 2)
}
