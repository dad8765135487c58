package store

import (
	"context"
	"time"

	"headway"
)

const stepColumns = `s.id, s.deployment_id, s.position, s.attempt, s.step, s.state, s.token, s.owner, s.lease_until,
	s.output, s.by_user, s.by_name, s.reason, s.started_at, s.ended_at, s.remote, s.poll_at, s.callback, s.first_by, s.first_by_name`

func scanStep(row scanner) (headway.DeploymentStep, error) {
	var s headway.DeploymentStep
	var step string
	var lease, started, ended, poll int64
	if err := row.Scan(&s.ID, &s.DeploymentID, &s.Position, &s.Attempt, &step, &s.State, &s.Token, &s.Owner, &lease,
		&s.Output, &s.By, &s.ByName, &s.Reason, &started, &ended, &s.Remote, &poll, &s.Callback, &s.FirstBy, &s.FirstByName); err != nil {
		return s, err
	}
	s.LeaseUntil, s.StartedAt, s.EndedAt, s.PollAt = at(lease), at(started), at(ended), at(poll)
	return s, untext(step, &s.Step)
}

// DeploymentSteps lists all attempts at all steps of a deployment, in the
// order of the runbook and of the attempts.
func (q Q) DeploymentSteps(ctx context.Context, deploymentID string) ([]headway.DeploymentStep, error) {
	return list(ctx, q, scanStep, `SELECT `+stepColumns+` FROM deployment_steps s WHERE s.deployment_id = $1 ORDER BY s.position, s.attempt`, deploymentID)
}

// DeploymentStep finds one attempt at a step by id, and the programme it belongs to.
func (q Q) DeploymentStep(ctx context.Context, id string) (step headway.DeploymentStep, programmeID string, err error) {
	if step, err = one(ctx, q, "step", scanStep, `SELECT `+stepColumns+` FROM deployment_steps s WHERE s.id = $1`, id); err != nil {
		return step, "", err
	}
	programmeID, err = one(ctx, q, "deployment", scanString, `SELECT programme_id FROM deployments WHERE id = $1`, step.DeploymentID)
	return step, programmeID, err
}

// WaitingCommands lists the command steps of a programme that wait for an agent, oldest first.
func (q Q) WaitingCommands(ctx context.Context, programmeID string, limit int) ([]headway.DeploymentStep, error) {
	return list(ctx, q, scanStep, `SELECT `+stepColumns+` FROM deployment_steps s JOIN deployments d ON d.id = s.deployment_id
		WHERE d.programme_id = $1 AND s.state = 'waiting' AND s.kind = 'command' AND d.state IN ('running', 'rolling-back') ORDER BY s.started_at, s.id LIMIT $2`, programmeID, limit)
}

// PendingCalls lists the steps of all programmes that this server should call,
// of deployments that go on, which nobody has claimed and which have not become
// due between two instants: before them, or after, which a clock that was set
// back leaves; oldest first.
func (q Q) PendingCalls(ctx context.Context, from, to time.Time, limit int) ([]headway.DeploymentStep, error) {
	return list(ctx, q, scanStep, `SELECT `+stepColumns+` FROM deployment_steps s JOIN deployments d ON d.id = s.deployment_id
		WHERE s.state = 'waiting' AND s.kind NOT IN ('manual', 'command') AND (s.started_at < $1 OR s.started_at > $2) AND d.state IN ('running', 'rolling-back')
		ORDER BY s.started_at, s.id LIMIT $3`, ms(from), ms(to), limit)
}

// ExpiredSteps lists the claimed steps whose lease has passed without an outcome.
func (q Q) ExpiredSteps(ctx context.Context, now time.Time, limit int) ([]headway.DeploymentStep, error) {
	return list(ctx, q, scanStep, `SELECT `+stepColumns+` FROM deployment_steps s
		WHERE s.state = 'running' AND s.lease_until <= $1 ORDER BY s.lease_until, s.id LIMIT $2`, ms(now), limit)
}

// AddDeploymentStep stores a new attempt at a step; the same attempt twice is a Conflict.
func (t *Tx) AddDeploymentStep(ctx context.Context, s headway.DeploymentStep) error {
	step, err := text(s.Step)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO deployment_steps (id, deployment_id, position, attempt, key, phase, kind, step,
		state, token, owner, lease_until, output, by_user, by_name, reason, started_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		s.ID, s.DeploymentID, s.Position, s.Attempt, s.Step.Key, string(s.Step.Phase), string(s.Step.Kind), step,
		string(s.State), s.Token, s.Owner, ms(s.LeaseUntil), s.Output, s.By, s.ByName, s.Reason, ms(s.StartedAt), ms(s.EndedAt))
}

// ClaimStep makes a waiting step the claimer's: running, with a new fencing
// token and a lease. Of many claimers one is told true.
func (t *Tx) ClaimStep(ctx context.Context, s headway.DeploymentStep) (claimed bool, err error) {
	return t.changed(ctx, `UPDATE deployment_steps SET state = 'running', token = $2, owner = $3, started_at = $4, lease_until = $5, callback = $6
		WHERE id = $1 AND state = 'waiting' AND token = ''`, s.ID, s.Token, s.Owner, ms(s.StartedAt), ms(s.LeaseUntil), s.Callback)
}

// ExtendLease moves the end of a claim that still holds at now.
func (t *Tx) ExtendLease(ctx context.Context, id, token string, now, lease time.Time) (held bool, err error) {
	return t.changed(ctx, `UPDATE deployment_steps SET lease_until = $4
		WHERE id = $1 AND token = $2 AND state = 'running' AND remote = '' AND lease_until > $3`, id, token, ms(now), ms(lease))
}

// ShortenLeases brings the leases that reach beyond an instant, as a clock that
// was set back leaves them, down to it. Whoever holds one renews it.
func (t *Tx) ShortenLeases(ctx context.Context, longest time.Time) error {
	return t.exec(ctx, `UPDATE deployment_steps SET lease_until = $1 WHERE state = 'running' AND remote = '' AND lease_until > $1`, ms(longest))
}

// LongLeases counts the leases that reach beyond an instant.
func (q Q) LongLeases(ctx context.Context, longest time.Time) (int64, error) {
	return one(ctx, q, "step", scanInt, `SELECT COUNT(*) FROM deployment_steps WHERE state = 'running' AND remote = '' AND lease_until > $1`, ms(longest))
}

// FollowedAhead counts the followed steps that went out after now or are to be
// asked about after an instant, as a clock that was set back leaves them.
func (q Q) FollowedAhead(ctx context.Context, now, latest time.Time) (int64, error) {
	return one(ctx, q, "step", scanInt, `SELECT COUNT(*) FROM deployment_steps
		WHERE state = 'running' AND remote <> '' AND (started_at > $1 OR poll_at > $2)`, ms(now), ms(latest))
}

// BringForward lets the followed steps that FollowedAhead counts have gone out
// now, with the time that they were given, and be asked about now.
func (t *Tx) BringForward(ctx context.Context, now, latest time.Time) error {
	if err := t.exec(ctx, `UPDATE deployment_steps SET lease_until = lease_until - (started_at - $1), started_at = $1
		WHERE state = 'running' AND remote <> '' AND started_at > $1`, ms(now)); err != nil {
		return err
	}
	return t.exec(ctx, `UPDATE deployment_steps SET poll_at = $1 WHERE state = 'running' AND remote <> '' AND poll_at > $2`, ms(now), ms(latest))
}

// FollowStep notes that the other system took the call of a claimed step and
// goes on with it until a deadline, if the claim with this token still holds.
// From then on no lease is kept: the row waits, not a process.
func (t *Tx) FollowStep(ctx context.Context, s headway.DeploymentStep) (held bool, err error) {
	return t.changed(ctx, `UPDATE deployment_steps SET remote = $3, poll_at = $4, lease_until = $5, output = $6
		WHERE id = $1 AND token = $2 AND state = 'running'`, s.ID, s.Token, s.Remote, ms(s.PollAt), ms(s.LeaseUntil), s.Output)
}

// DuePolls lists the followed steps whose other system should be asked now, longest due first.
func (q Q) DuePolls(ctx context.Context, now time.Time, limit int) ([]headway.DeploymentStep, error) {
	return list(ctx, q, scanStep, `SELECT `+stepColumns+` FROM deployment_steps s
		WHERE s.state = 'running' AND s.poll_at > 0 AND s.poll_at <= $1 ORDER BY s.poll_at, s.id LIMIT $2`, ms(now), limit)
}

// TakePoll makes the next question about a followed step the taker's: of many
// takers one is told true.
func (t *Tx) TakePoll(ctx context.Context, s headway.DeploymentStep, next time.Time) (taken bool, err error) {
	return t.changed(ctx, `UPDATE deployment_steps SET poll_at = $4 WHERE id = $1 AND token = $2 AND state = 'running' AND poll_at = $3`,
		s.ID, s.Token, ms(s.PollAt), ms(next))
}

// StepByCallback finds the step whose outcome may be told with a one-time
// token, by the token's hash, and the programme it belongs to.
func (q Q) StepByCallback(ctx context.Context, hash string) (step headway.DeploymentStep, programmeID string, err error) {
	if step, err = one(ctx, q, "callback", scanStep, `SELECT `+stepColumns+` FROM deployment_steps s WHERE s.callback = $1 AND s.callback <> ''`, hash); err != nil {
		return step, "", err
	}
	programmeID, err = one(ctx, q, "deployment", scanString, `SELECT programme_id FROM deployments WHERE id = $1`, step.DeploymentID)
	return step, programmeID, err
}

// TakeMessage notes the id of a message about a step; false means that it had come before.
func (t *Tx) TakeMessage(ctx context.Context, stepID, id string, now time.Time) (first bool, err error) {
	return t.changed(ctx, `INSERT INTO messages (step_id, id, at) VALUES ($1, $2, $3) ON CONFLICT (step_id, id) DO NOTHING`, stepID, id, ms(now))
}

// FinishStep records the outcome of a claimed step, and why if it is unknown,
// if the claim with this token still holds: a late answer changes nothing.
func (t *Tx) FinishStep(ctx context.Context, s headway.DeploymentStep) (held bool, err error) {
	return t.changed(ctx, `UPDATE deployment_steps SET state = $3, output = $4, reason = $5, ended_at = $6, poll_at = 0
		WHERE id = $1 AND token = $2 AND state = 'running'`, s.ID, s.Token, string(s.State), s.Output, s.Reason, ms(s.EndedAt))
}

// MoveDeploymentStep stores a step's new state with who moved it and why, if
// it is still in the state from; moved tells whether it was.
func (t *Tx) MoveDeploymentStep(ctx context.Context, from headway.StepState, s headway.DeploymentStep) (moved bool, err error) {
	return t.changed(ctx, `UPDATE deployment_steps SET state = $3, output = $4, by_user = $5, by_name = $6, reason = $7, started_at = $8, ended_at = $9,
		first_by = $10, first_by_name = $11 WHERE id = $1 AND state = $2`,
		s.ID, string(from), string(s.State), s.Output, s.By, s.ByName, s.Reason, ms(s.StartedAt), ms(s.EndedAt), s.FirstBy, s.FirstByName)
}
