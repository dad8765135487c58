package store

import (
	"context"

	"headway"
)

const decisionColumns = `id, programme_id, release_id, candidate_id, state, snapshot, digest, rules, excluded,
	environment_id, starts_at, ends_at, opened_by, opened_by_name, opened_at, closed_at, record, reason, ask_again, bundle`

func scanDecision(row scanner) (headway.Decision, error) {
	var d headway.Decision
	var snapshot, rules, excluded, record, again, bundle string
	var from, to, opened, closed int64
	if err := row.Scan(&d.ID, &d.ProgrammeID, &d.ReleaseID, &d.CandidateID, &d.State, &snapshot, &d.Digest, &rules, &excluded,
		&d.EnvironmentID, &from, &to, &d.OpenedBy, &d.OpenedByName, &opened, &closed, &record, &d.Reason, &again, &bundle); err != nil {
		return d, err
	}
	d.Snapshot, d.Record = []byte(snapshot), []byte(record)
	if bundle != "" {
		d.Bundle = []byte(bundle)
	}
	d.Span = headway.Interval{From: at(from), To: at(to)}
	d.OpenedAt, d.ClosedAt = at(opened), at(closed)
	if err := untext(rules, &d.Rules); err != nil {
		return d, err
	}
	if err := untext(again, &d.AskAgain); err != nil {
		return d, err
	}
	return d, untext(excluded, &d.Excluded)
}

// Decision finds a go/no-go of a programme.
func (q Q) Decision(ctx context.Context, programmeID, id string) (headway.Decision, error) {
	return one(ctx, q, "go/no-go", scanDecision, `SELECT `+decisionColumns+` FROM decisions WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// DecisionsOf lists the go/no-gos of a release, newest first.
func (q Q) DecisionsOf(ctx context.Context, programmeID, releaseID string) ([]headway.Decision, error) {
	return list(ctx, q, scanDecision, `SELECT `+decisionColumns+` FROM decisions
		WHERE programme_id = $1 AND release_id = $2 AND state NOT IN ('rehearsal', 'way-back') ORDER BY opened_at DESC, id DESC LIMIT 1000`, programmeID, releaseID)
}

// LiveDecisions lists the go/no-gos of a programme that are open or stand at go, oldest first.
func (q Q) LiveDecisions(ctx context.Context, programmeID string) ([]headway.Decision, error) {
	return list(ctx, q, scanDecision, `SELECT `+decisionColumns+` FROM decisions
		WHERE programme_id = $1 AND state IN ('open', 'go') ORDER BY opened_at, id`, programmeID)
}

// AddDecision stores a new go/no-go.
func (t *Tx) AddDecision(ctx context.Context, d headway.Decision) error {
	rules, err := text(d.Rules)
	if err != nil {
		return err
	}
	excluded, err := text(d.Excluded)
	if err != nil {
		return err
	}
	again, err := text(d.AskAgain)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO decisions (`+decisionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		d.ID, d.ProgrammeID, d.ReleaseID, d.CandidateID, string(d.State), string(d.Snapshot), d.Digest, rules, excluded,
		d.EnvironmentID, ms(d.Span.From), ms(d.Span.To), d.OpenedBy, d.OpenedByName, ms(d.OpenedAt), ms(d.ClosedAt), string(d.Record), d.Reason, again, string(d.Bundle))
}

// MoveDecision stores a go/no-go's new state, with how it ended, if it is
// still in the state from; moved tells whether it was.
func (t *Tx) MoveDecision(ctx context.Context, from headway.DecisionState, d headway.Decision) (moved bool, err error) {
	again, err := text(d.AskAgain)
	if err != nil {
		return false, err
	}
	return t.changed(ctx, `UPDATE decisions SET state = $3, closed_at = $4, record = $5, reason = $6, ask_again = $7, bundle = $8
		WHERE id = $1 AND state = $2`,
		d.ID, string(from), string(d.State), ms(d.ClosedAt), string(d.Record), d.Reason, again, string(d.Bundle))
}

const approvalColumns = `id, decision_id, digest, role, user_id, name, verdict, note, at`

// Approvals lists what people said in a go/no-go, oldest first.
func (q Q) Approvals(ctx context.Context, decisionID string) ([]headway.Approval, error) {
	return list(ctx, q, func(row scanner) (headway.Approval, error) {
		var a headway.Approval
		var when int64
		err := row.Scan(&a.ID, &a.DecisionID, &a.Digest, &a.Role, &a.UserID, &a.Name, &a.Verdict, &a.Note, &when)
		a.At = at(when)
		return a, err
	}, `SELECT `+approvalColumns+` FROM approvals WHERE decision_id = $1 ORDER BY at, id`, decisionID)
}

// AddApproval stores one person's verdict; a second one of the same person is a Conflict.
func (t *Tx) AddApproval(ctx context.Context, a headway.Approval) error {
	return t.exec(ctx, `INSERT INTO approvals (`+approvalColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, a.DecisionID, a.Digest, string(a.Role), a.UserID, a.Name, string(a.Verdict), a.Note, ms(a.At))
}

// OpenDecisions lists the open go/no-gos of all programmes, oldest first.
func (q Q) OpenDecisions(ctx context.Context) ([]headway.Decision, error) {
	return list(ctx, q, scanDecision, `SELECT `+decisionColumns+` FROM decisions WHERE state = 'open' ORDER BY opened_at, id`)
}
