package demo

import (
	"context"
	"slices"
	"time"

	"headway"
	"headway/internal/store"
)

// current is how many of a team's newest finished sprints are left to present.
const current = 2

// history closes the releases of the sprints that lie further back, with gaps
// as programmes have them: mostly around the target, some long ones. Twelve weeks
// ago an experiment began, and what was built since then got through faster.
func (f *filler) history(ctx context.Context) error {
	began := f.now.AddDate(0, 0, -experimentDays)
	if err := f.past(ctx, func(r headway.Release) bool { return r.SprintEnd.Before(began) }, 10.6, 1.8); err != nil {
		return err
	}
	if err := f.experiment(ctx, began); err != nil {
		return err
	}
	if err := f.past(ctx, func(r headway.Release) bool { return !r.SprintEnd.Before(began) }, 7.2, 1.1); err != nil {
		return err
	}
	return f.conclude(ctx)
}

// past closes those releases of the past that which picks, each after about so
// many working days.
func (f *filler) past(ctx context.Context, which func(headway.Release) bool, days, spread float64) error {
	return f.store.Write(ctx, func(tx *store.Tx) error {
		all, err := tx.Releases(ctx, f.p.ID, store.ReleaseFilter{States: []headway.ReleaseState{headway.ReleasePlanned}})
		if err != nil {
			return err
		}
		holidays, err := tx.Holidays(ctx, f.p.ID)
		if err != nil {
			return err
		}
		cal, err := f.p.Calendar(holidays)
		if err != nil {
			return err
		}
		slices.Reverse(all) // oldest first
		finished := map[string][]headway.Release{}
		for _, r := range all {
			if r.SprintEnd.Before(f.now) {
				finished[r.TeamID] = append(finished[r.TeamID], r)
			}
		}
		for _, t := range teams {
			team, err := tx.TeamByKey(ctx, f.p.ID, t.key)
			if err != nil {
				return err
			}
			past := finished[team.ID]
			for _, r := range past[:max(0, len(past)-current)] {
				if !which(r) {
					continue
				}
				if err := f.finish(ctx, tx, cal, t.key, r, f.gapDays(days, spread)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// gapDays draws a gap in working days.
func (f *filler) gapDays(days, spread float64) int {
	drawn := int(days + spread*f.random.NormFloat64())
	if f.random.IntN(12) == 0 {
		drawn += 3 + f.random.IntN(6) // a hard one: data, or a defect found late
	}
	return min(max(drawn, 4), 22)
}

// finish closes one release of the past, so many working days after its sprint.
func (f *filler) finish(ctx context.Context, tx *store.Tx, cal headway.Calendar, team string, r headway.Release, days int) error {
	end := headway.DateOf(r.SprintEnd.In(cal.Zone))
	r.ShelvedAt = cal.AddWorkingDays(end, 1).At(10*60, cal.Zone).UTC()
	r.LiveAt = cal.AddWorkingDays(end, days).At(headway.Clock(19*60+f.random.IntN(120)), cal.Zone).UTC()
	if r.LiveAt.After(f.now.AddDate(0, 0, -3)) {
		r.LiveAt = f.now.AddDate(0, 0, -3).Truncate(time.Minute)
	}
	r.ClosedAt, r.State = r.LiveAt.Add(48*time.Hour), headway.ReleaseClosed
	if _, err := tx.SaveRelease(ctx, r, headway.ReleasePlanned); err != nil {
		return err
	}
	rcs := 1
	if days > 10 {
		rcs = 2
	}
	before := ""
	for rc := 1; rc <= rcs; rc++ {
		c := headway.Candidate{
			ID: f.newID(), ProgrammeID: f.p.ID, ReleaseID: r.ID, RC: rc, Name: headway.CandidateName(r.Version, rc), Facts: factsOf(team),
			State: headway.CandidateSuperseded, Supersedes: before, ShelvedAt: r.ShelvedAt.AddDate(0, 0, 4*(rc-1)), ShelvedByName: "CI",
		}
		if rc == rcs {
			c.State = headway.CandidateReleased
		}
		c.Digest = c.Seal(r.Version)
		if err := tx.AddCandidate(ctx, c); err != nil {
			return err
		}
		if before != "" && c.ShelvedAt.After(f.now.AddDate(0, 0, -mendedDays)) {
			if err := f.mended(ctx, tx, r, before, c); err != nil {
				return err
			}
		}
		before = c.ID
	}
	if r.SprintEnd.Before(f.now.AddDate(0, 0, -workedDays)) {
		return nil
	}
	return f.worked(ctx, tx, cal, r, before, factsOf(team), days)
}

// mendedDays is how far back the sample programme tells what repairs took: half a year.
const mendedDays = 182

// mended notes the defect that a further candidate of the past mended, and what
// the repair took.
func (f *filler) mended(ctx context.Context, tx *store.Tx, r headway.Release, foundIn string, by headway.Candidate) error {
	n, err := tx.NextDefect(ctx, f.p.ID)
	if err != nil {
		return err
	}
	faults := []string{"Prices are rounded twice", "The session ends while paying", "Old orders cannot be opened", "A refund is booked twice", "The search misses umlauts"}
	d := headway.Defect{
		ID: f.newID(), ProgrammeID: f.p.ID, Number: int(n), ReleaseID: r.ID, CandidateID: foundIn, TeamID: r.TeamID, Source: headway.FoundByRegression,
		Title: faults[int(n)%len(faults)], Severity: headway.Major, State: headway.DefectFixed, FixedIn: by.ID, FoundByName: "CI",
		FoundAt: by.ShelvedAt.AddDate(0, 0, -2), ClosedAt: by.ShelvedAt, Effort: time.Duration(2+n*7%9) * time.Hour,
	}
	if err := tx.AddDefect(ctx, d); err != nil {
		return err
	}
	return tx.AddEffort(ctx, headway.Effort{DefectID: d.ID, At: d.ClosedAt, Spent: d.Effort})
}
