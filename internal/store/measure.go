package store

import (
	"context"
	"time"

	"headway"
)

// ProductionDeployments lists the deployments to production, rehearsals left
// out, that ended at or after an instant, oldest first.
func (q Q) ProductionDeployments(ctx context.Context, programmeID string, since time.Time) ([]headway.Deployment, error) {
	return list(ctx, q, scanDeployment, `SELECT `+deploymentColumns+` FROM deployments WHERE programme_id = $1 AND ended_at >= $2 AND rehearsal = 0
		AND environment_id IN (SELECT id FROM environments WHERE programme_id = $1 AND kind = 'production') ORDER BY ended_at, id`, programmeID, ms(since))
}

// keyed is a figure of one release.
type keyed struct {
	id string
	n  int64
}

func scanKeyed(row scanner) (k keyed, err error) {
	err = row.Scan(&k.id, &k.n)
	return k, err
}

// CountCandidates counts the candidates of the releases that reached
// production at or after an instant, withdrawn ones left out.
func (q Q) CountCandidates(ctx context.Context, programmeID string, since time.Time) (map[string]int, error) {
	rows, err := list(ctx, q, scanKeyed, `SELECT release_id, COUNT(*) FROM candidates WHERE programme_id = $1 AND state <> 'withdrawn'
		AND release_id IN (SELECT id FROM releases WHERE programme_id = $1 AND live_at >= $2) GROUP BY release_id`, programmeID, ms(since))
	out := map[string]int{}
	for _, k := range rows {
		out[k.id] = int(k.n)
	}
	return out, err
}

// LastApprovals gives by release when the last approval of its go was given.
func (q Q) LastApprovals(ctx context.Context, programmeID string) (map[string]time.Time, error) {
	rows, err := list(ctx, q, scanKeyed, `SELECT d.release_id, MAX(a.at) FROM decisions d JOIN approvals a ON a.decision_id = d.id
		WHERE d.programme_id = $1 AND d.state IN ('go', 'deployed') AND a.verdict = 'approve' GROUP BY d.release_id`, programmeID)
	out := map[string]time.Time{}
	for _, k := range rows {
		out[k.id] = at(k.n)
	}
	return out, err
}
