package store

import (
	"context"

	"headway"
)

const planColumns = `id, programme_id, kind, number, revision, status, reason, by_user, by_name, at, digest`

// planBody is what the body of a stored plan holds, as JSON.
type planBody struct {
	Placements []headway.Placement      `json:"placements"`
	Releases   []headway.PlannedRelease `json:"releases"`
	Findings   []headway.Finding        `json:"findings"`
	Stats      headway.PlanStats        `json:"stats"`
}

// storedPlan is a plan without its body, which its digest names.
type storedPlan struct {
	headway.Plan
	digest string
}

func scanPlan(row scanner) (storedPlan, error) {
	var p storedPlan
	var when int64
	err := row.Scan(&p.ID, &p.ProgrammeID, &p.Kind, &p.Number, &p.Revision, &p.Status, &p.Reason, &p.By, &p.ByName, &when, &p.digest)
	p.At = at(when)
	return p, err
}

// plan finds one plan. Its body, which may be of megabytes, is read only when
// it is not known by its digest. What placements and releases of the plan refer
// to is shared with other readers and must not be changed.
func (q Q) plan(ctx context.Context, what, where string, args ...any) (headway.Plan, error) {
	p, err := one(ctx, q, what, scanPlan, `SELECT `+planColumns+` FROM plans WHERE `+where, args...)
	if err != nil {
		return p.Plan, err
	}
	b, known := q.plans.known(p.digest)
	if !known {
		body, err := one(ctx, q, what, scanString, `SELECT body FROM plans WHERE id = $1`, p.ID)
		if err != nil {
			return p.Plan, err
		}
		if b, err = q.plans.decode(body); err != nil {
			return p.Plan, err
		}
	}
	p.Placements, p.Releases, p.Findings, p.Stats = b.Placements, b.Releases, b.Findings, b.Stats
	return p.Plan, nil
}

// DraftPlan finds the draft plan of a programme.
func (q Q) DraftPlan(ctx context.Context, programmeID string) (headway.Plan, error) {
	return q.plan(ctx, "draft plan", `programme_id = $1 AND kind = 'draft'`, programmeID)
}

// PublishedPlan finds a published plan of a programme by its number.
func (q Q) PublishedPlan(ctx context.Context, programmeID string, number int) (headway.Plan, error) {
	return q.plan(ctx, "published plan", `programme_id = $1 AND kind = 'published' AND number = $2`, programmeID, number)
}

// BaselinePlan finds the newest published plan of a programme.
func (q Q) BaselinePlan(ctx context.Context, programmeID string) (headway.Plan, error) {
	return q.plan(ctx, "published plan", `programme_id = $1 AND kind = 'published' ORDER BY number DESC LIMIT 1`, programmeID)
}

// PublishedPlans lists the published plans of a programme without their
// bodies, newest first.
func (q Q) PublishedPlans(ctx context.Context, programmeID string, limit int) ([]headway.Plan, error) {
	return list(ctx, q, func(row scanner) (headway.Plan, error) {
		p, err := scanPlan(row)
		return p.Plan, err
	}, `SELECT `+planColumns+` FROM plans WHERE programme_id = $1 AND kind = 'published' ORDER BY number DESC LIMIT $2`, programmeID, limit)
}

// DraftMark names the draft plan of a programme without reading it: its id and
// the revision of the facts that it knows. Without one the id is empty.
func (q Q) DraftMark(ctx context.Context, programmeID string) (id string, revision int64, err error) {
	p, err := one(ctx, q, "draft plan", scanPlan, `SELECT `+planColumns+` FROM plans WHERE programme_id = $1 AND kind = 'draft'`, programmeID)
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return "", 0, nil
	}
	return p.ID, p.Revision, err
}

// PutDraftPlan stores the draft of a programme in place of the one before.
func (t *Tx) PutDraftPlan(ctx context.Context, p headway.Plan) error {
	p.Kind, p.Number = headway.DraftPlan, 0
	if err := t.exec(ctx, `DELETE FROM plans WHERE programme_id = $1 AND kind = 'draft'`, p.ProgrammeID); err != nil {
		return err
	}
	return t.addPlan(ctx, p)
}

// DropReplans deletes the waiting jobs that ask for a plan of facts no newer
// than a revision. One that has begun runs on.
func (t *Tx) DropReplans(ctx context.Context, kind, programmeID string, revision int64) error {
	return t.exec(ctx, `DELETE FROM river_job WHERE kind = $1 AND state = 'available'
		AND args ->> 'programme_id' = $2 AND CAST(args ->> 'revision' AS BIGINT) <= $3`, kind, programmeID, revision)
}

// AddPublishedPlan stores a published plan; it is never changed afterwards.
func (t *Tx) AddPublishedPlan(ctx context.Context, p headway.Plan) error {
	p.Kind = headway.PublishedPlan
	return t.addPlan(ctx, p)
}

func (t *Tx) addPlan(ctx context.Context, p headway.Plan) error {
	body, err := text(planBody{p.Placements, p.Releases, p.Findings, p.Stats})
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO plans (`+planColumns+`, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		p.ID, p.ProgrammeID, string(p.Kind), p.Number, p.Revision, p.Status, p.Reason, p.By, p.ByName, ms(p.At), bodyDigest(body), body)
}
