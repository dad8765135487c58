package store

import (
	"context"
	"time"

	"headway"
)

const teamItemColumns = `id, programme_id, team_id, number, kind, title, estimate_minutes, sprint_id, state, created_at, done_at, version`

func scanTeamItem(row scanner) (headway.TeamItem, error) {
	var i headway.TeamItem
	var estimate, created, done int64
	err := row.Scan(&i.ID, &i.ProgrammeID, &i.TeamID, &i.Number, &i.Kind, &i.Title, &estimate, &i.SprintID, &i.State, &created, &done, &i.Version)
	i.Estimate, i.CreatedAt, i.DoneAt = time.Duration(estimate)*time.Minute, at(created), at(done)
	return i, err
}

// TeamItemByNumber finds an item of a team's backlog by its number in the programme.
func (q Q) TeamItemByNumber(ctx context.Context, programmeID string, number int) (headway.TeamItem, error) {
	return one(ctx, q, "item", scanTeamItem, `SELECT `+teamItemColumns+` FROM team_items WHERE programme_id = $1 AND number = $2`, programmeID, number)
}

// TeamItemsIn lists the items that a team took into a sprint (empty: those in
// none), dropped ones not, in the order in which they came.
func (q Q) TeamItemsIn(ctx context.Context, programmeID, teamID, sprintID string, limit int) ([]headway.TeamItem, error) {
	return list(ctx, q, scanTeamItem, `SELECT `+teamItemColumns+` FROM team_items
		WHERE programme_id = $1 AND team_id = $2 AND sprint_id = $3 AND state <> 'dropped' ORDER BY number LIMIT $4`, programmeID, teamID, sprintID, limit)
}

// TeamItemsLeft lists the items of a team that are still open although their
// sprint ended before a day.
func (q Q) TeamItemsLeft(ctx context.Context, programmeID, teamID string, day headway.Date, limit int) ([]headway.TeamItem, error) {
	return list(ctx, q, scanTeamItem, `SELECT `+teamItemColumns+` FROM team_items
		WHERE programme_id = $1 AND team_id = $2 AND state IN ('todo', 'doing')
		AND sprint_id IN (SELECT id FROM sprints WHERE team_id = $2 AND last_day < $3) ORDER BY number LIMIT $4`, programmeID, teamID, day.String(), limit)
}

// NextTeamItem draws the next number of a programme's team items.
func (t *Tx) NextTeamItem(ctx context.Context, programmeID string) (int64, error) {
	return one(ctx, t.Q, "programme", scanInt, `UPDATE programmes SET team_items = team_items + 1 WHERE id = $1 RETURNING team_items`, programmeID)
}

// AddTeamItem stores a new item, as its version 1.
func (t *Tx) AddTeamItem(ctx context.Context, i headway.TeamItem) error {
	return t.exec(ctx, `INSERT INTO team_items (`+teamItemColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)`,
		i.ID, i.ProgrammeID, i.TeamID, i.Number, string(i.Kind), i.Title, int64(i.Estimate/time.Minute), i.SprintID, string(i.State), ms(i.CreatedAt), ms(i.DoneAt))
}

// PutTeamItem stores a changed item if it still is of the version that was
// read, and raises the version; otherwise it is a Conflict.
func (t *Tx) PutTeamItem(ctx context.Context, i headway.TeamItem) error {
	ok, err := t.changed(ctx, `UPDATE team_items SET kind = $4, title = $5, estimate_minutes = $6, sprint_id = $7, state = $8, done_at = $9, version = version + 1
		WHERE programme_id = $1 AND id = $2 AND version = $3`,
		i.ProgrammeID, i.ID, i.Version, string(i.Kind), i.Title, int64(i.Estimate/time.Minute), i.SprintID, string(i.State), ms(i.DoneAt))
	if err == nil && !ok {
		return headway.Conflictf("%s was changed by somebody else meanwhile", i.Name()).WithHint("look at it again")
	}
	return err
}
