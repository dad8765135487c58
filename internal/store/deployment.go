package store

import (
	"context"

	"headway"
)

const deploymentColumns = `id, programme_id, release_id, candidate_id, decision_id, environment_id, digest,
	state, reason, started_by, started_by_name, started_at, ended_at, rehearsal, smoke, hypercare_until, undoes, restored`

func scanDeployment(row scanner) (headway.Deployment, error) {
	var d headway.Deployment
	var started, ended, rehearsal, hypercare int64
	err := row.Scan(&d.ID, &d.ProgrammeID, &d.ReleaseID, &d.CandidateID, &d.DecisionID, &d.EnvironmentID, &d.Digest,
		&d.State, &d.Reason, &d.StartedBy, &d.StartedByName, &started, &ended, &rehearsal, &d.Smoke, &hypercare, &d.Undoes, &d.Restored)
	d.StartedAt, d.EndedAt, d.Rehearsal, d.HypercareUntil = at(started), at(ended), rehearsal != 0, at(hypercare)
	return d, err
}

// Deployment finds a deployment of a programme.
func (q Q) Deployment(ctx context.Context, programmeID, id string) (headway.Deployment, error) {
	return one(ctx, q, "deployment", scanDeployment, `SELECT `+deploymentColumns+` FROM deployments WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// DeploymentOfDecision finds the deployment that used a go/no-go.
func (q Q) DeploymentOfDecision(ctx context.Context, programmeID, decisionID string) (headway.Deployment, error) {
	return one(ctx, q, "deployment", scanDeployment, `SELECT `+deploymentColumns+` FROM deployments
		WHERE programme_id = $1 AND decision_id = $2`, programmeID, decisionID)
}

// Undoing finds the newest deployment that takes another back.
func (q Q) Undoing(ctx context.Context, programmeID, id string) (headway.Deployment, error) {
	return one(ctx, q, "deployment", scanDeployment, `SELECT `+deploymentColumns+` FROM deployments
		WHERE programme_id = $1 AND undoes = $2 ORDER BY started_at DESC, id DESC LIMIT 1`, programmeID, id)
}

// Deployments lists the deployments of a programme, newest first.
func (q Q) Deployments(ctx context.Context, programmeID string, limit int) ([]headway.Deployment, error) {
	return list(ctx, q, scanDeployment, `SELECT `+deploymentColumns+` FROM deployments
		WHERE programme_id = $1 ORDER BY started_at DESC, id DESC LIMIT $2`, programmeID, limit)
}

// DeploymentsOf lists the deployments of a release, newest first.
func (q Q) DeploymentsOf(ctx context.Context, programmeID, releaseID string) ([]headway.Deployment, error) {
	return list(ctx, q, scanDeployment, `SELECT `+deploymentColumns+` FROM deployments
		WHERE programme_id = $1 AND release_id = $2 ORDER BY started_at DESC, id DESC LIMIT 1000`, programmeID, releaseID)
}

// ActiveDeployments lists the deployments of a programme that have not ended, oldest first.
func (q Q) ActiveDeployments(ctx context.Context, programmeID string) ([]headway.Deployment, error) {
	return list(ctx, q, scanDeployment, `SELECT `+deploymentColumns+` FROM deployments
		WHERE programme_id = $1 AND state IN ('running', 'stopped', 'rolling-back') ORDER BY started_at, id`, programmeID)
}

// AddDeployment stores a new deployment; a second one for the same go/no-go is a Conflict.
func (t *Tx) AddDeployment(ctx context.Context, d headway.Deployment) error {
	return t.exec(ctx, `INSERT INTO deployments (`+deploymentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		d.ID, d.ProgrammeID, d.ReleaseID, d.CandidateID, d.DecisionID, d.EnvironmentID, d.Digest,
		string(d.State), d.Reason, d.StartedBy, d.StartedByName, ms(d.StartedAt), ms(d.EndedAt), flag(d.Rehearsal), string(d.Smoke), ms(d.HypercareUntil), d.Undoes, d.Restored)
}

// MoveDeployment stores a deployment's new state, reason, end and what came of it if it is
// still in the state from; moved tells whether it was.
func (t *Tx) MoveDeployment(ctx context.Context, from headway.DeploymentState, d headway.Deployment) (moved bool, err error) {
	return t.changed(ctx, `UPDATE deployments SET state = $3, reason = $4, ended_at = $5, smoke = $6, hypercare_until = $7, restored = $8 WHERE id = $1 AND state = $2`,
		d.ID, string(from), string(d.State), d.Reason, ms(d.EndedAt), string(d.Smoke), ms(d.HypercareUntil), d.Restored)
}
