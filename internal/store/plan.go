package store

import (
	"context"

	"headway"
)

const planColumns = `id, programme_id, kind, number, revision, status, body, reason, by_user, by_name, at`

// planBody is what the body of a stored plan holds, as JSON.
type planBody struct {
	Placements []headway.Placement      `json:"placements"`
	Releases   []headway.PlannedRelease `json:"releases"`
	Findings   []headway.Finding        `json:"findings"`
	Stats      headway.PlanStats        `json:"stats"`
}

func (q Q) scanPlan(row scanner) (headway.Plan, error) {
	var p headway.Plan
	var body string
	var when int64
	if err := row.Scan(&p.ID, &p.ProgrammeID, &p.Kind, &p.Number, &p.Revision, &p.Status, &body, &p.Reason, &p.By, &p.ByName, &when); err != nil {
		return p, err
	}
	b, err := q.plans.decode(body)
	p.Placements, p.Releases, p.Findings, p.Stats, p.At = b.Placements, b.Releases, b.Findings, b.Stats, at(when)
	return p, err
}

// DraftPlan finds the draft plan of a programme.
func (q Q) DraftPlan(ctx context.Context, programmeID string) (headway.Plan, error) {
	return one(ctx, q, "draft plan", q.scanPlan, `SELECT `+planColumns+` FROM plans WHERE programme_id = $1 AND kind = 'draft'`, programmeID)
}

// PublishedPlan finds a published plan of a programme by its number.
func (q Q) PublishedPlan(ctx context.Context, programmeID string, number int) (headway.Plan, error) {
	return one(ctx, q, "published plan", q.scanPlan,
		`SELECT `+planColumns+` FROM plans WHERE programme_id = $1 AND kind = 'published' AND number = $2`, programmeID, number)
}

// BaselinePlan finds the newest published plan of a programme.
func (q Q) BaselinePlan(ctx context.Context, programmeID string) (headway.Plan, error) {
	return one(ctx, q, "published plan", q.scanPlan,
		`SELECT `+planColumns+` FROM plans WHERE programme_id = $1 AND kind = 'published' ORDER BY number DESC LIMIT 1`, programmeID)
}

// PublishedPlans lists the published plans of a programme without their
// bodies, newest first.
func (q Q) PublishedPlans(ctx context.Context, programmeID string, limit int) ([]headway.Plan, error) {
	return list(ctx, q, q.scanPlan, `SELECT id, programme_id, kind, number, revision, status, '', reason, by_user, by_name, at
		FROM plans WHERE programme_id = $1 AND kind = 'published' ORDER BY number DESC LIMIT $2`, programmeID, limit)
}

// PutDraftPlan stores the draft of a programme in place of the one before.
func (t *Tx) PutDraftPlan(ctx context.Context, p headway.Plan) error {
	p.Kind, p.Number = headway.DraftPlan, 0
	if err := t.exec(ctx, `DELETE FROM plans WHERE programme_id = $1 AND kind = 'draft'`, p.ProgrammeID); err != nil {
		return err
	}
	return t.addPlan(ctx, p)
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
	return t.exec(ctx, `INSERT INTO plans (`+planColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.ID, p.ProgrammeID, string(p.Kind), p.Number, p.Revision, p.Status, body, p.Reason, p.By, p.ByName, ms(p.At))
}
