package app

import (
	"context"
	"slices"

	"headway"
	"headway/internal/store"
)

// PlanDocument is one plan with the names that it takes to read it.
type PlanDocument struct {
	Cast
	Plan         headway.Plan
	Releases     map[string]headway.Release
	Environments []headway.Environment
}

// ReleaseName names a release of the document.
func (d PlanDocument) ReleaseName(id string) string {
	r, known := d.Releases[id]
	if !known {
		return id
	}
	t, _ := d.Team(r.TeamID)
	return nameRelease(t, r)
}

// PlanDocumentView gives a plan by name: draft, the number of a published one,
// or for an empty name the draft.
func (a *App) PlanDocumentView(ctx context.Context, by headway.Actor, programme, plan string) (PlanDocument, error) {
	var v PlanDocument
	if plan == "" {
		plan = string(headway.DraftPlan)
	}
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Plan, err = planNamed(ctx, q, p.ID, plan); err != nil {
			return err
		}
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		if v.Environments, err = q.Environments(ctx, p.ID); err != nil {
			return err
		}
		v.Releases = map[string]headway.Release{}
		for _, id := range releasesIn(v.Plan) {
			r, err := q.Release(ctx, p.ID, id)
			if headway.KindOf(err) == headway.NotFound && err != nil {
				continue // gone since
			}
			if err != nil {
				return err
			}
			v.Releases[id] = r
		}
		return nil
	})
	return v, err
}

func releasesIn(p headway.Plan) []string {
	var ids []string
	for _, x := range p.Placements {
		ids = append(ids, x.ReleaseID)
	}
	for _, x := range p.Releases {
		ids = append(ids, x.ReleaseID)
	}
	for _, x := range p.Findings {
		ids = append(ids, x.Release)
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
}

// PublishedPlansView lists the published plans of a programme without their bodies, newest first.
func (a *App) PublishedPlansView(ctx context.Context, by headway.Actor, programme string) (plans []headway.Plan, err error) {
	const most = 200
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		plans, err = q.PublishedPlans(ctx, p.ID, most)
		return err
	})
	return plans, err
}
