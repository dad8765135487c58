package store

import (
	"context"

	"headway"
)

const (
	evidenceHead = `id, programme_id, candidate_id, kind, format, file_name, sha256, size, environment, tests, load, notes, ` +
		`outcome, reasons, added_at, added_by, added_by_name, normal`
	evidenceColumns = evidenceHead + `, detail, conditions`

	// A list is without the curves of load runs, which are large and which only
	// the page of a run draws.
	evidenceListed = evidenceHead + `, CASE WHEN kind = 'load' THEN '' ELSE detail END, conditions`
)

func scanEvidence(row scanner) (headway.Evidence, error) {
	var e headway.Evidence
	var tests, load, notes, reasons, detail, conditions string
	var added int64
	if err := row.Scan(&e.ID, &e.ProgrammeID, &e.CandidateID, &e.Kind, &e.Format, &e.FileName, &e.SHA256, &e.Size, &e.Environment, &tests, &load, &notes,
		&e.Outcome, &reasons, &added, &e.AddedBy, &e.AddedByName, &e.Normal, &detail, &conditions); err != nil {
		return e, err
	}
	e.AddedAt = at(added)
	for _, f := range []struct {
		from string
		into any
	}{{tests, &e.Tests}, {load, &e.Load}, {notes, &e.Notes}, {reasons, &e.Reasons}, {detail, &e.Detail}, {conditions, &e.Conditions}} {
		if err := untext(f.from, f.into); err != nil {
			return e, err
		}
	}
	return e, nil
}

// Evidence finds a piece of evidence of a programme by id.
func (q Q) Evidence(ctx context.Context, programmeID, id string) (headway.Evidence, error) {
	return one(ctx, q, "evidence", scanEvidence, `SELECT `+evidenceColumns+` FROM evidence WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// EvidenceOf lists the evidence about a candidate, newest first.
func (q Q) EvidenceOf(ctx context.Context, programmeID, candidateID string) ([]headway.Evidence, error) {
	return list(ctx, q, scanEvidence, `SELECT `+evidenceListed+` FROM evidence
		WHERE programme_id = $1 AND candidate_id = $2 ORDER BY added_at DESC, id DESC`, programmeID, candidateID)
}

// EvidenceOfRelease lists the evidence about all candidates of a release, newest first.
func (q Q) EvidenceOfRelease(ctx context.Context, programmeID, releaseID string) ([]headway.Evidence, error) {
	return list(ctx, q, scanEvidence, `SELECT `+ofTable("e", evidenceHead)+`, CASE WHEN e.kind = 'load' THEN '' ELSE e.detail END, e.conditions
		FROM candidates c JOIN evidence e ON e.candidate_id = c.id
		WHERE c.release_id = $2 AND c.programme_id = $1 ORDER BY e.added_at DESC, e.id DESC`, programmeID, releaseID)
}

// NewestEvidence finds the newest evidence of a kind about a candidate.
func (q Q) NewestEvidence(ctx context.Context, programmeID, candidateID string, kind headway.EvidenceKind) (headway.Evidence, error) {
	return one(ctx, q, "evidence", scanEvidence, `SELECT `+evidenceColumns+` FROM evidence
		WHERE programme_id = $1 AND candidate_id = $2 AND kind = $3 ORDER BY added_at DESC, id DESC LIMIT 1`, programmeID, candidateID, string(kind))
}

// EvidenceByFile finds the evidence about a candidate that was read from a file.
func (q Q) EvidenceByFile(ctx context.Context, programmeID, candidateID, sha string) (headway.Evidence, error) {
	return one(ctx, q, "evidence", scanEvidence, `SELECT `+evidenceColumns+` FROM evidence
		WHERE programme_id = $1 AND candidate_id = $2 AND sha256 = $3`, programmeID, candidateID, sha)
}

// AddEvidence stores a new piece of evidence.
func (t *Tx) AddEvidence(ctx context.Context, e headway.Evidence) error {
	var documents [6]string
	for i, v := range []any{e.Tests, e.Load, e.Notes, e.Reasons, e.Detail, e.Conditions} {
		var err error
		if documents[i], err = text(v); err != nil {
			return err
		}
	}
	return t.exec(ctx, `INSERT INTO evidence (`+evidenceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		e.ID, e.ProgrammeID, e.CandidateID, string(e.Kind), e.Format, e.FileName, e.SHA256, e.Size, e.Environment, documents[0], documents[1], documents[2],
		string(e.Outcome), documents[3], ms(e.AddedAt), e.AddedBy, e.AddedByName, e.Normal, documents[4], documents[5])
}

// NewestRun finds the newest regression run about a team's releases of a
// component whose cases are kept.
func (q Q) NewestRun(ctx context.Context, programmeID, teamID, component string) (headway.Evidence, error) {
	return one(ctx, q, "regression run", scanEvidence, `SELECT `+evidenceColumns+` FROM evidence WHERE programme_id = $1 AND kind = 'regression' AND normal <> ''
		AND candidate_id IN (SELECT c.id FROM candidates c JOIN releases r ON r.id = c.release_id
			WHERE c.programme_id = $1 AND r.team_id = $2 AND r.component = $3)
		ORDER BY added_at DESC, id DESC LIMIT 1`, programmeID, teamID, component)
}

// releasedOf limits evidence e to one kind about the candidates c that a team
// released of a component, and lists those first that went live last, and of
// each the newest.
const (
	releasedOf = ` FROM releases r JOIN candidates c ON c.release_id = r.id JOIN evidence e ON e.candidate_id = c.id
		WHERE r.programme_id = $1 AND r.team_id = $2 AND r.component = $3 AND e.kind = $4
		AND c.state = 'released' AND r.state IN ('live', 'closed')`
	releasedOrder = ` ORDER BY r.live_at DESC, e.added_at DESC, e.id DESC`
)

// ReleasedEvidence lists the evidence of a kind about the candidates that a
// team released, those that went live last first, and of each the newest first.
func (q Q) ReleasedEvidence(ctx context.Context, programmeID, teamID, component string, kind headway.EvidenceKind, limit int) ([]headway.Evidence, error) {
	return list(ctx, q, scanEvidence, `SELECT `+ofTable("e", evidenceColumns)+releasedOf+releasedOrder+` LIMIT $5`,
		programmeID, teamID, component, string(kind), limit)
}

// ReleasedLoads lists load runs as ReleasedEvidence does, without their curves.
func (q Q) ReleasedLoads(ctx context.Context, programmeID, teamID, component string, limit int) ([]headway.Evidence, error) {
	return list(ctx, q, scanEvidence, `SELECT `+ofTable("e", evidenceHead)+`, '', e.conditions`+releasedOf+releasedOrder+` LIMIT $5`,
		programmeID, teamID, component, string(headway.LoadRun), limit)
}

// ReleasedCases names the file of cases of the newest regression run that has
// one about the candidate that a team released last, but for one candidate;
// empty when there is none.
func (q Q) ReleasedCases(ctx context.Context, programmeID, teamID, component, exceptCandidateID string) (string, error) {
	cases, err := list(ctx, q, scanString, `SELECT e.normal`+releasedOf+` AND e.normal <> '' AND e.candidate_id <> $5`+releasedOrder+` LIMIT 1`,
		programmeID, teamID, component, string(headway.RegressionRun), exceptCandidateID)
	if len(cases) == 0 {
		return "", err
	}
	return cases[0], err
}

// NewestEvidenceOfAll lists the newest evidence of a programme, of one kind
// unless that is empty.
func (q Q) NewestEvidenceOfAll(ctx context.Context, programmeID string, kind headway.EvidenceKind, limit int) ([]headway.Evidence, error) {
	return list(ctx, q, scanEvidence, `SELECT `+evidenceListed+` FROM evidence WHERE programme_id = $1
		AND (CAST($2 AS TEXT) = '' OR kind = $2) ORDER BY added_at DESC, id DESC LIMIT $3`, programmeID, string(kind), limit)
}
