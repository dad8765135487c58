package store

import (
	"context"

	"headway"
)

const candidateColumns = `c.id, c.programme_id, c.release_id, c.rc, c.name, c.commit_id, c.notes, c.facts, c.artifacts, c.digest,
	c.state, c.supersedes, c.reason, c.shelved_at, c.shelved_by, c.shelved_by_name`

func scanCandidate(row scanner) (headway.Candidate, error) {
	var c headway.Candidate
	var facts, artifacts string
	var shelved int64
	if err := row.Scan(&c.ID, &c.ProgrammeID, &c.ReleaseID, &c.RC, &c.Name, &c.Commit, &c.Notes, &facts, &artifacts, &c.Digest,
		&c.State, &c.Supersedes, &c.Reason, &shelved, &c.ShelvedBy, &c.ShelvedByName); err != nil {
		return c, err
	}
	c.ShelvedAt = at(shelved)
	if err := untext(facts, &c.Facts); err != nil {
		return c, err
	}
	return c, untext(artifacts, &c.Artifacts)
}

// Candidate finds a candidate of a programme by id.
func (q Q) Candidate(ctx context.Context, programmeID, id string) (headway.Candidate, error) {
	return one(ctx, q, "candidate", scanCandidate,
		`SELECT `+candidateColumns+` FROM candidates c WHERE c.programme_id = $1 AND c.id = $2`, programmeID, id)
}

// CandidatesOf lists the candidates of a release, newest first.
func (q Q) CandidatesOf(ctx context.Context, programmeID, releaseID string) ([]headway.Candidate, error) {
	return list(ctx, q, scanCandidate,
		`SELECT `+candidateColumns+` FROM candidates c WHERE c.programme_id = $1 AND c.release_id = $2 ORDER BY c.rc DESC`, programmeID, releaseID)
}

// NewestCandidate finds the candidate of a release with the highest number.
func (q Q) NewestCandidate(ctx context.Context, programmeID, releaseID string) (headway.Candidate, error) {
	return one(ctx, q, "candidate", scanCandidate,
		`SELECT `+candidateColumns+` FROM candidates c WHERE c.programme_id = $1 AND c.release_id = $2 ORDER BY c.rc DESC LIMIT 1`, programmeID, releaseID)
}

// CandidateByDigest finds the candidate of a release with this content.
func (q Q) CandidateByDigest(ctx context.Context, programmeID, releaseID, digest string) (headway.Candidate, error) {
	return one(ctx, q, "candidate", scanCandidate,
		`SELECT `+candidateColumns+` FROM candidates c WHERE c.programme_id = $1 AND c.release_id = $2 AND c.digest = $3 ORDER BY c.rc DESC LIMIT 1`,
		programmeID, releaseID, digest)
}

// CandidatesByName lists the candidates of a team with a name such as
// 2.4.0-rc.1; only imported history can have one for each of several components.
func (q Q) CandidatesByName(ctx context.Context, programmeID, teamID, name string) ([]headway.Candidate, error) {
	return list(ctx, q, scanCandidate, `SELECT `+candidateColumns+` FROM candidates c JOIN releases r ON r.id = c.release_id
		WHERE c.programme_id = $1 AND r.team_id = $2 AND c.name = $3 ORDER BY c.shelved_at DESC`, programmeID, teamID, name)
}

// CandidatesOnShelf lists the candidates that no later one has replaced and
// whose release is not in production yet, oldest first.
func (q Q) CandidatesOnShelf(ctx context.Context, programmeID string) ([]headway.Candidate, error) {
	return list(ctx, q, scanCandidate, `SELECT `+candidateColumns+` FROM candidates c JOIN releases r ON r.id = c.release_id
		WHERE c.programme_id = $1 AND c.state = 'shelved' AND r.state IN ('shelved', 'proving', 'approved', 'deploying', 'rolled-back')
		ORDER BY c.shelved_at, c.id`, programmeID)
}

// CountOnShelf counts the candidates on the shelf.
func (q Q) CountOnShelf(ctx context.Context, programmeID string) (int, error) {
	n, err := one(ctx, q, "count", scanInt, `SELECT COUNT(*) FROM candidates c JOIN releases r ON r.id = c.release_id
		WHERE c.programme_id = $1 AND c.state = 'shelved' AND r.state IN ('shelved', 'proving', 'approved', 'deploying', 'rolled-back')`, programmeID)
	return int(n), err
}

// CandidateHasArtifact tells whether some candidate of a programme holds a file.
func (q Q) CandidateHasArtifact(ctx context.Context, programmeID, sha string) (bool, error) {
	n, err := one(ctx, q, "count", scanInt,
		`SELECT COUNT(*) FROM candidates WHERE programme_id = $1 AND artifacts LIKE '%"sha256":"' || CAST($2 AS TEXT) || '"%'`, programmeID, sha)
	return n > 0, err
}

// AddCandidate stores a new candidate.
func (t *Tx) AddCandidate(ctx context.Context, c headway.Candidate) error {
	facts, err := text(c.Facts)
	if err != nil {
		return err
	}
	artifacts, err := text(c.Artifacts)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO candidates (id, programme_id, release_id, rc, name, commit_id, notes, facts, artifacts, digest,
		state, supersedes, reason, shelved_at, shelved_by, shelved_by_name)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		c.ID, c.ProgrammeID, c.ReleaseID, c.RC, c.Name, c.Commit, c.Notes, facts, artifacts, c.Digest,
		string(c.State), c.Supersedes, c.Reason, ms(c.ShelvedAt), c.ShelvedBy, c.ShelvedByName)
}

// SetCandidateState moves a candidate; its content never changes.
func (t *Tx) SetCandidateState(ctx context.Context, programmeID, id string, state headway.CandidateState) error {
	return t.exec(ctx, `UPDATE candidates SET state = $3 WHERE programme_id = $1 AND id = $2`, programmeID, id, string(state))
}
