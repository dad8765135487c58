package store

import (
	"context"
	"time"
)

// These queries count what holds on to a noun of the setup, so that nothing in
// use is removed.

// CountTeamUse counts the releases of a team that are more than planned.
func (q Q) CountTeamUse(ctx context.Context, programmeID, teamID string) (int64, error) {
	return one(ctx, q, "count", scanInt,
		`SELECT COUNT(*) FROM releases WHERE programme_id = $1 AND team_id = $2 AND state <> 'planned'`, programmeID, teamID)
}

// CountPersonUse counts the open backlog items that a person is assigned to.
func (q Q) CountPersonUse(ctx context.Context, programmeID, personID string) (int64, error) {
	return one(ctx, q, "count", scanInt, `SELECT COUNT(*) FROM backlog_items
		WHERE programme_id = $1 AND state NOT IN ('done', 'dropped') AND assignees LIKE '%"' || CAST($2 AS TEXT) || '"%'`, programmeID, personID)
}

// CountEnvironmentUse counts the open backlog items, open go/no-gos and
// deployments, and the bookings that end after an instant, of an environment.
func (q Q) CountEnvironmentUse(ctx context.Context, programmeID, environmentID string, after time.Time) (int64, error) {
	return one(ctx, q, "count", scanInt, `SELECT
		(SELECT COUNT(*) FROM backlog_items WHERE programme_id = $1 AND environment_id = $2 AND state NOT IN ('done', 'dropped')) +
		(SELECT COUNT(*) FROM decisions WHERE programme_id = $1 AND environment_id = $2 AND state IN ('open', 'go')) +
		(SELECT COUNT(*) FROM deployments WHERE programme_id = $1 AND environment_id = $2 AND state IN ('running', 'stopped', 'rolling-back')) +
		(SELECT COUNT(*) FROM bookings WHERE environment_id = $2 AND ends_at > $3)`, programmeID, environmentID, ms(after))
}
