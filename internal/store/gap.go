package store

import (
	"context"
	"time"

	"headway"
)

// ItemsOfReleases lists the items of releases as ItemsOf does of one, by
// release. The join leads SQLite to the rows of these releases: asked for a
// programme and some releases, it would go through all rows of the programme.
func (q Q) ItemsOfReleases(ctx context.Context, programmeID string, releaseIDs []string) (map[string][]headway.BacklogItem, error) {
	items, err := listOf(ctx, q, scanItem, `SELECT `+ofTable("i", itemColumns)+` FROM releases r JOIN backlog_items i ON i.release_id = r.id
		WHERE r.programme_id = $1 AND r.id IN (IDS) ORDER BY i.rank, i.id`, releaseIDs, programmeID)
	out := map[string][]headway.BacklogItem{}
	for _, i := range items {
		out[i.ReleaseID] = append(out[i.ReleaseID], i)
	}
	return out, err
}

// BlockedSpans gives by release the spans from a blocking defect that was one
// to the candidate that fixed it, else to its end; To is zero while there is neither.
func (q Q) BlockedSpans(ctx context.Context, programmeID string, releaseIDs []string) (map[string][]headway.Interval, error) {
	type row struct {
		release   string
		found, to int64
	}
	rows, err := listOf(ctx, q, func(s scanner) (r row, err error) {
		err = s.Scan(&r.release, &r.found, &r.to)
		return r, err
	}, `SELECT d.release_id, d.found_at, COALESCE(c.shelved_at, d.closed_at) FROM releases r JOIN defects d ON d.release_id = r.id
		LEFT JOIN candidates c ON c.id = d.fixed_in AND c.release_id = d.release_id
		WHERE r.programme_id = $1 AND r.id IN (IDS) AND d.severity = 'blocker' AND d.state <> 'invalid'
		ORDER BY d.number DESC`, releaseIDs, programmeID)
	out := map[string][]headway.Interval{}
	for _, r := range rows {
		out[r.release] = append(out[r.release], headway.Interval{From: at(r.found), To: at(r.to)})
	}
	return out, err
}

// LastGoes gives by release the last approval of its go/no-gos that came to go.
func (q Q) LastGoes(ctx context.Context, programmeID string, releaseIDs []string) (map[string]time.Time, error) {
	return q.latestOf(ctx, `SELECT d.release_id, MAX(a.at) FROM decisions d JOIN approvals a ON a.decision_id = d.id
		WHERE d.programme_id = $1 AND d.state IN ('go', 'deployed') AND a.verdict = 'approve' AND d.release_id IN (IDS)
		GROUP BY d.release_id`, releaseIDs, programmeID)
}

// LastDeployed gives by release the start of the last deployment that
// succeeded or has not ended.
func (q Q) LastDeployed(ctx context.Context, programmeID string, releaseIDs []string) (map[string]time.Time, error) {
	return q.latestOf(ctx, `SELECT release_id, MAX(started_at) FROM deployments
		WHERE programme_id = $1 AND state NOT IN ('rolled-back', 'abandoned') AND release_id IN (IDS)
		GROUP BY release_id`, releaseIDs, programmeID)
}

func (q Q) latestOf(ctx context.Context, query string, ids []string, args ...any) (map[string]time.Time, error) {
	rows, err := listOf(ctx, q, scanKeyed, query, ids, args...)
	out := map[string]time.Time{}
	for _, k := range rows {
		out[k.id] = at(k.n)
	}
	return out, err
}
