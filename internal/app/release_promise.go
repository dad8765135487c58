package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// Promise is what a published plan said of one release.
type Promise struct {
	Plan       headway.Plan           // without its bodies; zero when none was published that holds the release
	Release    headway.PlannedRelease // when it saw the release in production
	Placements []headway.Placement    // of the release's work
}

// promisesTried is how many published plans are opened to find a promise.
const promisesTried = 4

// promiseOf finds what was promised for a release: the plan that was in force
// when it came on the shelf, or the first after that holds it; for a release
// that is not there yet, the plan in force now.
func promiseOf(ctx context.Context, q store.Q, r headway.Release) (Promise, error) {
	published, err := q.PublishedPlans(ctx, r.ProgrammeID, 200)
	if err != nil {
		return Promise{}, err
	}
	inForce := len(published) // index of the newest that was published by then
	for n, p := range published {
		if r.ShelvedAt.IsZero() || !p.At.After(r.ShelvedAt) {
			inForce = n
			break
		}
	}
	for n := min(inForce, len(published)-1); n >= max(0, inForce-promisesTried); n-- {
		plan, err := q.PublishedPlan(ctx, r.ProgrammeID, published[n].Number)
		if err != nil {
			return Promise{}, err
		}
		if !r.LiveAt.IsZero() && plan.At.After(r.LiveAt) {
			break // said afterwards is no promise
		}
		if planned := plannedOf(plan, r.ID); planned.ReleaseID != "" {
			return Promise{Plan: published[n], Release: planned, Placements: placementsOf(plan, r.ID)}, nil
		}
	}
	return Promise{}, nil
}

func placementsOf(plan headway.Plan, releaseID string) []headway.Placement {
	var out []headway.Placement
	for _, p := range plan.Placements {
		if p.ReleaseID == releaseID {
			out = append(out, p)
		}
	}
	return out
}
