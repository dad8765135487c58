package store

import (
	"context"
	"time"

	"headway"
)

const itemColumns = `id, programme_id, release_id, candidate_id, activity, title, kind, skill, people, estimate_minutes, after_items,
	environment_id, in_window, state, rank, assignees, pinned_start, blocked_reason, result, outcome,
	started_at, done_at, spent_minutes, version, created_at`

func scanItem(row scanner) (headway.BacklogItem, error) {
	var i headway.BacklogItem
	var after, assignees string
	var estimate, inWindow, pinned, started, done, spent, created int64
	if err := row.Scan(&i.ID, &i.ProgrammeID, &i.ReleaseID, &i.CandidateID, &i.Activity, &i.Title, &i.Kind, &i.Skill, &i.People, &estimate, &after,
		&i.Environment, &inWindow, &i.State, &i.Rank, &assignees, &pinned, &i.BlockedReason, &i.Result, &i.Outcome,
		&started, &done, &spent, &i.Version, &created); err != nil {
		return i, err
	}
	i.Estimate, i.Spent = time.Duration(estimate)*time.Minute, time.Duration(spent)*time.Minute
	i.InWindow, i.PinnedStart = inWindow != 0, at(pinned)
	i.StartedAt, i.DoneAt, i.CreatedAt = at(started), at(done), at(created)
	if err := untext(after, &i.After); err != nil {
		return i, err
	}
	return i, untext(assignees, &i.Assignees)
}

// BacklogItem finds an item of a programme by id.
func (q Q) BacklogItem(ctx context.Context, programmeID, id string) (headway.BacklogItem, error) {
	return one(ctx, q, "backlog item", scanItem,
		`SELECT `+itemColumns+` FROM backlog_items WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// ItemsOf lists the items of a release in their order, dropped ones too.
func (q Q) ItemsOf(ctx context.Context, programmeID, releaseID string) ([]headway.BacklogItem, error) {
	return list(ctx, q, scanItem,
		`SELECT `+itemColumns+` FROM backlog_items WHERE release_id = $2 AND programme_id = $1 ORDER BY rank, id`, programmeID, releaseID)
}

// OpenItems lists the items of a programme that are to do, doing or blocked, in
// their order; foreseen ones too.
func (q Q) OpenItems(ctx context.Context, programmeID string) ([]headway.BacklogItem, error) {
	return list(ctx, q, scanItem, `SELECT `+itemColumns+` FROM backlog_items
		WHERE programme_id = $1 AND state IN ('todo', 'doing', 'blocked') ORDER BY rank, id`, programmeID)
}

// ItemsOfOpenReleases lists the items, done ones too but no dropped ones, of
// all releases of a programme that are still on their way to production. The
// programme is asked of the releases alone: with a condition of its own on the
// items SQLite walks the programme's whole history of them.
func (q Q) ItemsOfOpenReleases(ctx context.Context, programmeID string) ([]headway.BacklogItem, error) {
	return list(ctx, q, scanItem, `SELECT `+itemColumns+` FROM backlog_items
		WHERE state <> 'dropped' AND release_id IN
		(SELECT id FROM releases WHERE programme_id = $1 AND state NOT IN ('closed', 'withdrawn')) ORDER BY rank, id`, programmeID)
}

// BoardFilter narrows the board; empty fields do not.
type BoardFilter struct {
	ReleaseID, Skill, PersonID string
}

// BoardColumn lists the items of one column of the board: by rank, but what is
// done by its time, newest first. Foreseen items stand on no board.
func (q Q) BoardColumn(ctx context.Context, programmeID string, state headway.ItemState, f BoardFilter, limit int) ([]headway.BacklogItem, error) {
	order := `rank, id`
	if state == headway.ItemDone {
		order = `done_at DESC, id DESC`
	}
	return list(ctx, q, scanItem, `SELECT `+itemColumns+` FROM backlog_items WHERE `+boardWhere+` ORDER BY `+order+` LIMIT $6`,
		programmeID, string(state), f.ReleaseID, f.Skill, f.PersonID, limit)
}

// DoneSince lists the items of the board that were done at or after an instant,
// newest first.
func (q Q) DoneSince(ctx context.Context, programmeID string, f BoardFilter, since time.Time, limit int) ([]headway.BacklogItem, error) {
	return list(ctx, q, scanItem, `SELECT `+itemColumns+` FROM backlog_items WHERE `+boardWhere+` AND done_at >= $6 ORDER BY done_at DESC, id DESC LIMIT $7`,
		programmeID, string(headway.ItemDone), f.ReleaseID, f.Skill, f.PersonID, ms(since), limit)
}

// boardWhere leaves out what was done for an earlier candidate and had to be
// done again: only the last item of an activity counts.
const boardWhere = `programme_id = $1 AND state = $2 AND candidate_id <> ''
	AND NOT (state = 'done' AND activity <> '' AND EXISTS (SELECT 1 FROM backlog_items n
		WHERE n.release_id = backlog_items.release_id AND n.activity = backlog_items.activity AND n.state <> 'dropped'
		AND (n.created_at > backlog_items.created_at OR n.created_at = backlog_items.created_at AND n.id > backlog_items.id))) AND (CAST($3 AS TEXT) = '' OR release_id = $3)
	AND (CAST($4 AS TEXT) = '' OR skill = $4) AND (CAST($5 AS TEXT) = '' OR assignees LIKE '%"' || CAST($5 AS TEXT) || '"%')`

// CountColumn counts the items of one column of the board.
func (q Q) CountColumn(ctx context.Context, programmeID string, state headway.ItemState, f BoardFilter) (int, error) {
	n, err := one(ctx, q, "count", scanInt, `SELECT COUNT(*) FROM backlog_items WHERE `+boardWhere,
		programmeID, string(state), f.ReleaseID, f.Skill, f.PersonID)
	return int(n), err
}

// CountBoard counts all items of one column of the board.
func (q Q) CountBoard(ctx context.Context, programmeID string, state headway.ItemState) (int, error) {
	return q.CountColumn(ctx, programmeID, state, BoardFilter{})
}

// LastRank gives the highest rank of what is to do, 0 when there is nothing.
func (q Q) LastRank(ctx context.Context, programmeID string) (int64, error) {
	return one(ctx, q, "rank", scanInt, `SELECT COALESCE(MAX(rank), 0) FROM backlog_items WHERE programme_id = $1 AND state = 'todo'`, programmeID)
}

// FirstRank gives the lowest rank of what is to do, 0 when there is nothing.
func (q Q) FirstRank(ctx context.Context, programmeID string) (int64, error) {
	return one(ctx, q, "rank", scanInt, `SELECT COALESCE(MIN(rank), 0) FROM backlog_items WHERE programme_id = $1 AND state = 'todo'`, programmeID)
}

// AddBacklogItem stores a new item, as its version 1.
func (t *Tx) AddBacklogItem(ctx context.Context, i headway.BacklogItem) error {
	after, assignees, err := itemLists(i)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO backlog_items (`+itemColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
		$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, 1, $24)`,
		i.ID, i.ProgrammeID, i.ReleaseID, i.CandidateID, i.Activity, i.Title, string(i.Kind), string(i.Skill), i.People, int64(i.Estimate/time.Minute), after,
		i.Environment, flag(i.InWindow), string(i.State), i.Rank, assignees, ms(i.PinnedStart), i.BlockedReason, i.Result, string(i.Outcome),
		ms(i.StartedAt), ms(i.DoneAt), int64(i.Spent/time.Minute), ms(i.CreatedAt))
}

// PutBacklogItem stores a changed item if it still is of the version that
// was read, and raises the version; otherwise it is a Conflict.
func (t *Tx) PutBacklogItem(ctx context.Context, i headway.BacklogItem) error {
	after, assignees, err := itemLists(i)
	if err != nil {
		return err
	}
	ok, err := t.changed(ctx, `UPDATE backlog_items SET candidate_id = $4, title = $5, skill = $6, people = $7, estimate_minutes = $8, after_items = $9,
		environment_id = $10, in_window = $11, state = $12, rank = $13, assignees = $14, pinned_start = $15, blocked_reason = $16, result = $17, outcome = $18,
		started_at = $19, done_at = $20, spent_minutes = $21, version = version + 1
		WHERE programme_id = $1 AND id = $2 AND version = $3`,
		i.ProgrammeID, i.ID, i.Version, i.CandidateID, i.Title, string(i.Skill), i.People, int64(i.Estimate/time.Minute), after,
		i.Environment, flag(i.InWindow), string(i.State), i.Rank, assignees, ms(i.PinnedStart), i.BlockedReason, i.Result, string(i.Outcome),
		ms(i.StartedAt), ms(i.DoneAt), int64(i.Spent/time.Minute))
	if err == nil && !ok {
		return headway.Conflictf("%q was changed by somebody else meanwhile", i.Title).WithHint("look at it again")
	}
	return err
}

func itemLists(i headway.BacklogItem) (after, assignees string, err error) {
	if after, err = text(i.After); err != nil {
		return "", "", err
	}
	assignees, err = text(i.Assignees)
	return after, assignees, err
}

// MakeRoom moves the open items from a rank on one further back.
func (t *Tx) MakeRoom(ctx context.Context, programmeID string, rank int64) error {
	return t.exec(ctx, `UPDATE backlog_items SET rank = rank + 1 WHERE programme_id = $1 AND state IN ('todo', 'doing', 'blocked') AND rank >= $2`,
		programmeID, rank)
}
