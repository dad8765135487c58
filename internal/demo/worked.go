package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
)

const (
	// workedDays is how far back the work on releases of the past is told.
	workedDays = 160
	// experimentDays is how long ago the first experiment began.
	experimentDays = 84
)

// worked tells the operations work on a release of the past that took so many
// working days: what was left over, it waited for its regression.
func (f *filler) worked(ctx context.Context, tx *store.Tx, cal headway.Calendar, r headway.Release, candidate string, facts headway.Facts, days int) error {
	book, err := tx.NewestPlaybook(ctx, f.p.ID)
	if err != nil {
		return err
	}
	needed, err := book.Needed(facts, 30*time.Minute)
	if err != nil {
		return err
	}
	end := headway.DateOf(r.SprintEnd.In(cal.Zone))
	at := func(day int, hour float64) time.Time {
		return cal.AddWorkingDays(end, day).At(headway.Clock(hour*60), cal.Zone).UTC()
	}
	proof := max(3, days-3)
	when := map[string]headway.Interval{
		"review":           {From: at(1, 11), To: at(1, 13)},
		"restore-data":     {From: at(2, 9), To: at(2, 13.5)},
		"support-briefing": {From: at(2, 13), To: at(2, 15)},
		"install":          {From: at(2, 14), To: at(2, 16)},
		"migrate-data":     {From: at(2, 16), To: at(3, 9)},
		"regression":       {From: at(proof, 9), To: at(max(proof, min(proof+1, days-1)), 16)},
		"load-test":        {From: at(proof, 10), To: at(proof, 16)},
		"go-no-go":         {From: at(max(proof, days-1), 16), To: at(max(proof, days-1), 17)},
		"deploy":           {From: r.LiveAt.Add(-2 * time.Hour), To: r.LiveAt},
	}
	for n, a := range needed {
		span, did := when[a.Key]
		if !did || span.To.After(r.LiveAt) {
			continue
		}
		i := headway.BacklogItem{
			ID: f.newID(), ProgrammeID: f.p.ID, ReleaseID: r.ID, CandidateID: candidate, Activity: a.Key, Title: a.Title, Kind: a.Kind, Skill: a.Skill, People: a.People,
			Estimate: a.Duration, InWindow: a.InWindow, State: headway.ItemDone, Outcome: headway.Pass, Result: "done", Rank: int64(n + 1), Version: 1,
			StartedAt: span.From, DoneAt: span.To, Spent: cal.WorkingTime(span), CreatedAt: r.ShelvedAt,
		}
		if err := tx.AddBacklogItem(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// experiment is the first one: two more testers, against the wait for them.
func (f *filler) experiment(ctx context.Context, began time.Time) error {
	f.at(began)
	_, err := f.app.StartExperiment(ctx, f.actors[headway.ScrumMaster], Key, app.StartExperiment{
		Cause: headway.GapWaitingPeople, Who: string(headway.SkillQA), Aim: 2, Owner: "Sara Lind",
		Change: "Two testers of the web team, Qiu and Quentin, join operations for the full regression",
	})
	return err
}

// conclude keeps what the first experiment changed, and begins a second one.
func (f *filler) conclude(ctx context.Context) error {
	by := f.actors[headway.ScrumMaster]
	f.at(f.now.AddDate(0, 0, -30))
	v, err := f.app.RetrospectiveView(ctx, by, Key, 0)
	if err != nil {
		return err
	}
	first := slices.IndexFunc(v.Experiments, app.ExperimentOutcome.Due)
	if first < 0 {
		return fmt.Errorf("of the first experiment nothing is known: %+v", v.Experiments)
	}
	if _, err := f.app.ConcludeExperiment(ctx, by, Key, v.Experiments[first].Number, true, "The regression no longer queues. Both stay, and the web team hires one tester"); err != nil {
		return err
	}
	f.at(f.now.AddDate(0, 0, -9))
	_, err = f.app.StartExperiment(ctx, by, Key, app.StartExperiment{
		Cause: headway.GapWaitingPeople, Who: string(headway.SkillDBA), Aim: 0.5, Owner: "Olga Marsh", Change: "Staging gets production's data over night, by itself",
	})
	f.at(f.now)
	return err
}
