package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"headway"
)

const releaseColumns = `id, programme_id, team_id, sprint_id, version, component, series, state, sprint_end, due, priority,
	hotfix, shelved_at, live_at, closed_at, created_at, mends`

func scanRelease(row scanner) (headway.Release, error) {
	var r headway.Release
	var sprint *string
	var due string
	var end, hotfix, shelved, live, closed, created int64
	if err := row.Scan(&r.ID, &r.ProgrammeID, &r.TeamID, &sprint, &r.Version, &r.Component, &r.Series, &r.State, &end, &due, &r.Priority,
		&hotfix, &shelved, &live, &closed, &created, &r.Mends); err != nil {
		return r, err
	}
	if sprint != nil {
		r.SprintID = *sprint
	}
	r.SprintEnd, r.Hotfix, r.ShelvedAt, r.LiveAt, r.ClosedAt, r.CreatedAt = at(end), hotfix != 0, at(shelved), at(live), at(closed), at(created)
	return r, r.Due.UnmarshalText([]byte(due))
}

// releaseTime orders releases: the end of their sprint, or of imported history
// without one the time of production.
const releaseTime = `(CASE WHEN sprint_end > 0 THEN sprint_end ELSE live_at END)`

// ReleaseFilter narrows a list of releases. Zero fields do not.
type ReleaseFilter struct {
	TeamID    string
	States    []headway.ReleaseState
	Component string
	Series    string
	LiveSince time.Time // reached production at or after
	LiveUntil time.Time // and before
	Named     string    // text in the version
	Holds     string    // text in the version or the component
	Nearest   bool      // what is not over first, nearest sprint end first, then what is over, newest first
	After     *headway.Release
	Limit     int // 0: all
}

// Near to far: from what comes next to what is long over: two keys,
// and the id between equals.
const (
	isOver   = `(CASE WHEN state IN ('closed', 'withdrawn') THEN 1 ELSE 0 END)`
	nearness = `(CASE WHEN state IN ('closed', 'withdrawn') THEN -` + releaseTime + ` ELSE ` + releaseTime + ` END)`
)

// order tells how a list is sorted, and the condition that goes on behind a release.
func (f ReleaseFilter) order(a headway.Release) (sorted, behind string, values []any) {
	when := ms(a.SprintEnd)
	if when == 0 {
		when = ms(a.LiveAt)
	}
	if !f.Nearest {
		return releaseTime + " DESC, id DESC", "(" + releaseTime + ", id) < (?, ?)", []any{when, a.ID}
	}
	over := 0
	if a.State.Terminal() {
		over, when = 1, -when
	}
	return isOver + ", " + nearness + ", id", "(" + isOver + ", " + nearness + ", id) > (?, ?, ?)", []any{over, when, a.ID}
}

func (f ReleaseFilter) where(programmeID string) (clause string, args []any) {
	args = []any{programmeID}
	var b strings.Builder
	b.WriteString(`programme_id = $1`)
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		b.WriteString(" AND " + condition)
	}
	if f.TeamID != "" {
		add("team_id = ?", f.TeamID)
	}
	if len(f.States) > 0 {
		var states []any
		for _, s := range f.States {
			states = append(states, string(s))
		}
		add("state IN (?"+strings.Repeat(", ?", len(states)-1)+")", states...)
	}
	if f.Component != "" {
		add("component = ?", f.Component)
	}
	if f.Series != "" {
		add("series = ?", f.Series)
	}
	if !f.LiveSince.IsZero() {
		add("live_at >= ?", ms(f.LiveSince))
	}
	if !f.LiveUntil.IsZero() {
		add("live_at > 0 AND live_at < ?", ms(f.LiveUntil))
	}
	if f.Named != "" {
		add(`LOWER(version) LIKE ? ESCAPE '\'`, like(f.Named))
	}
	if f.Holds != "" {
		add(`(LOWER(version) LIKE ? ESCAPE '\' OR LOWER(component) LIKE ? ESCAPE '\')`, like(f.Holds), like(f.Holds))
	}
	if f.After != nil {
		_, behind, values := f.order(*f.After)
		add(behind, values...)
	}
	return b.String(), args
}

// Releases lists the releases of a programme that a filter lets through, newest
// first if not nearest. The next page follows the last release of this one: set
// After to it.
func (q Q) Releases(ctx context.Context, programmeID string, f ReleaseFilter) ([]headway.Release, error) {
	clause, args := f.where(programmeID)
	sorted, _, _ := f.order(headway.Release{})
	query := `SELECT ` + releaseColumns + ` FROM releases WHERE ` + clause + ` ORDER BY ` + sorted
	if f.Limit > 0 {
		args = append(args, f.Limit)
		query += fmt.Sprintf(" LIMIT $%d", len(args))
	}
	return list(ctx, q, scanRelease, query, args...)
}

// ReleasesOf lists releases by their ids, those that are of the programme.
func (q Q) ReleasesOf(ctx context.Context, programmeID string, ids []string) ([]headway.Release, error) {
	return listOf(ctx, q, scanRelease, `SELECT `+releaseColumns+` FROM releases WHERE programme_id = $1 AND id IN (IDS)`, ids, programmeID)
}

// ReleasesOfSprints lists the releases that sprints end with.
func (q Q) ReleasesOfSprints(ctx context.Context, programmeID string, sprintIDs []string) ([]headway.Release, error) {
	return listOf(ctx, q, scanRelease, `SELECT `+releaseColumns+` FROM releases WHERE programme_id = $1 AND sprint_id IN (IDS)`, sprintIDs, programmeID)
}

// NextReleases lists the releases of a programme in some states whose sprints
// ended or end first.
func (q Q) NextReleases(ctx context.Context, programmeID string, states []headway.ReleaseState, limit int) ([]headway.Release, error) {
	clause, args := ReleaseFilter{States: states}.where(programmeID)
	return list(ctx, q, scanRelease, fmt.Sprintf(`SELECT `+releaseColumns+` FROM releases WHERE `+clause+`
		ORDER BY sprint_end, `+releaseTime+` DESC, id DESC LIMIT $%d`, len(args)+1), append(args, limit)...)
}

// CountReleases counts the releases of a programme that a filter lets through.
func (q Q) CountReleases(ctx context.Context, programmeID string, f ReleaseFilter) (int64, error) {
	clause, args := f.where(programmeID)
	return one(ctx, q, "count", scanInt, `SELECT COUNT(*) FROM releases WHERE `+clause, args...)
}

// CountReleasesOf counts the releases of a programme for each team by state.
func (q Q) CountReleasesOf(ctx context.Context, programmeID string) (map[string]map[headway.ReleaseState]int, error) {
	type row struct {
		team  string
		state headway.ReleaseState
		n     int
	}
	rows, err := list(ctx, q, func(s scanner) (r row, err error) {
		err = s.Scan(&r.team, &r.state, &r.n)
		return r, err
	}, `SELECT team_id, state, COUNT(*) FROM releases WHERE programme_id = $1 GROUP BY team_id, state`, programmeID)
	count := map[string]map[headway.ReleaseState]int{}
	for _, r := range rows {
		if count[r.team] == nil {
			count[r.team] = map[headway.ReleaseState]int{}
		}
		count[r.team][r.state] = r.n
	}
	return count, err
}

// Release finds a release of a programme by id.
func (q Q) Release(ctx context.Context, programmeID, id string) (headway.Release, error) {
	return one(ctx, q, "release", scanRelease, `SELECT `+releaseColumns+` FROM releases WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// ReleaseByVersion finds a release of a team by component (empty but for
// imported history) and version.
func (q Q) ReleaseByVersion(ctx context.Context, programmeID, teamID, component, version string) (headway.Release, error) {
	return one(ctx, q, "release", scanRelease, `SELECT `+releaseColumns+` FROM releases
		WHERE programme_id = $1 AND team_id = $2 AND component = $3 AND version = $4`, programmeID, teamID, component, version)
}

// AddRelease stores a new release.
func (t *Tx) AddRelease(ctx context.Context, r headway.Release) error {
	return t.exec(ctx, `INSERT INTO releases (`+releaseColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		r.ID, r.ProgrammeID, r.TeamID, null(r.SprintID), r.Version, r.Component, r.Series, string(r.State), ms(r.SprintEnd), r.Due.String(), r.Priority,
		flag(r.Hotfix), ms(r.ShelvedAt), ms(r.LiveAt), ms(r.ClosedAt), ms(r.CreatedAt), r.Mends)
}

// ReleasesThatMend lists the releases that roll another one forward, oldest first.
func (q Q) ReleasesThatMend(ctx context.Context, programmeID, releaseID string) ([]headway.Release, error) {
	return list(ctx, q, scanRelease, `SELECT `+releaseColumns+` FROM releases WHERE programme_id = $1 AND mends = $2 ORDER BY created_at, id`, programmeID, releaseID)
}

// SaveRelease stores what may change of a release (state, sprint end, due,
// priority, hotfix, what it mends, the times of shelving, production and closing) if it is
// still in the state from, and tells whether it was.
func (t *Tx) SaveRelease(ctx context.Context, r headway.Release, from headway.ReleaseState) (bool, error) {
	return t.changed(ctx, `UPDATE releases SET state = $4, sprint_end = $5, due = $6, priority = $7, hotfix = $8, shelved_at = $9,
		live_at = $10, closed_at = $11, mends = $12 WHERE programme_id = $1 AND id = $2 AND state = $3`,
		r.ProgrammeID, r.ID, string(from), string(r.State), ms(r.SprintEnd), r.Due.String(), r.Priority, flag(r.Hotfix), ms(r.ShelvedAt),
		ms(r.LiveAt), ms(r.ClosedAt), r.Mends)
}

// RemoveRelease deletes a release if it is still only planned.
func (t *Tx) RemoveRelease(ctx context.Context, programmeID, id string) (bool, error) {
	return t.changed(ctx, `DELETE FROM releases WHERE programme_id = $1 AND id = $2 AND state = 'planned'`, programmeID, id)
}

// MendedBy lists the releases that mend one, oldest first.
func (q Q) MendedBy(ctx context.Context, programmeID, releaseID string) ([]headway.Release, error) {
	return list(ctx, q, scanRelease, `SELECT `+releaseColumns+` FROM releases WHERE programme_id = $1 AND mends = $2 ORDER BY created_at, id`, programmeID, releaseID)
}
