package store

import (
	"context"
	"strings"

	"headway"
)

const fixColumns = `id, programme_id, team_id, number, defect, title, noted_at, noted_by, noted_by_name`

func scanFix(row scanner) (headway.Fix, error) {
	var f headway.Fix
	var noted int64
	err := row.Scan(&f.ID, &f.ProgrammeID, &f.TeamID, &f.Number, &f.Defect, &f.Title, &noted, &f.NotedBy, &f.NotedByName)
	f.NotedAt = at(noted)
	return f, err
}

// NextFix draws the next fix number of a programme.
func (t *Tx) NextFix(ctx context.Context, programmeID string) (int64, error) {
	return one(ctx, t.Q, "programme", scanInt, `UPDATE programmes SET fixes = fixes + 1 WHERE id = $1 RETURNING fixes`, programmeID)
}

// FixByNumber finds a fix of a programme by its number.
func (q Q) FixByNumber(ctx context.Context, programmeID string, number int) (headway.Fix, error) {
	return one(ctx, q, "fix", scanFix, `SELECT `+fixColumns+` FROM fixes WHERE programme_id = $1 AND number = $2`, programmeID, number)
}

// FixesOf lists the fixes of a team, newest first.
func (q Q) FixesOf(ctx context.Context, programmeID, teamID string) ([]headway.Fix, error) {
	return list(ctx, q, scanFix, `SELECT `+fixColumns+` FROM fixes WHERE programme_id = $1 AND team_id = $2 ORDER BY number DESC`, programmeID, teamID)
}

// TeamsWithFixes lists the ids of the teams of a programme that have a fix.
func (q Q) TeamsWithFixes(ctx context.Context, programmeID string) ([]string, error) {
	return list(ctx, q, scanString, `SELECT DISTINCT team_id FROM fixes WHERE programme_id = $1`, programmeID)
}

// AddFix stores a new fix.
func (t *Tx) AddFix(ctx context.Context, f headway.Fix) error {
	return t.exec(ctx, `INSERT INTO fixes (`+fixColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		f.ID, f.ProgrammeID, f.TeamID, f.Number, f.Defect, f.Title, ms(f.NotedAt), f.NotedBy, f.NotedByName)
}

const fixCommitColumns = `fix_id, place, sha, picked_from, patch_id, subject, sign, told_at, reverted, reverted_at, turned`

func scanFixCommit(row scanner) (headway.FixCommit, error) {
	var c headway.FixCommit
	var told, reverted int64
	var picked, turned string
	err := row.Scan(&c.FixID, &c.Place, &c.SHA, &picked, &c.PatchID, &c.Subject, &c.Sign, &told, &c.Reverted, &reverted, &turned)
	c.Picked, c.Turned = strings.Fields(picked), strings.Fields(turned)
	c.ToldAt, c.RevertedAt = at(told), at(reverted)
	return c, err
}

// FixCommitsOf lists the commits that carry the fixes of a team, as they were told.
func (q Q) FixCommitsOf(ctx context.Context, programmeID, teamID string) ([]headway.FixCommit, error) {
	return list(ctx, q, scanFixCommit, `SELECT `+fixCommitColumns+` FROM fix_commits WHERE programme_id = $1
		AND fix_id IN (SELECT id FROM fixes WHERE team_id = $2) ORDER BY told_at, fix_id, sha`, programmeID, teamID)
}

// PutFixCommit stores a commit that carries a fix in a place, or whether it was
// taken out again; when it was told first is kept.
func (t *Tx) PutFixCommit(ctx context.Context, programmeID string, c headway.FixCommit) error {
	return t.exec(ctx, `INSERT INTO fix_commits (`+fixCommitColumns+`, programme_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (fix_id, place, sha) DO UPDATE SET reverted = excluded.reverted, reverted_at = excluded.reverted_at, turned = excluded.turned`,
		c.FixID, c.Place, c.SHA, strings.Join(c.Picked, " "), c.PatchID, c.Subject, string(c.Sign), ms(c.ToldAt), c.Reverted, ms(c.RevertedAt), strings.Join(c.Turned, " "), programmeID)
}

const fixMarkColumns = `fix_id, place, state, sign, reason, marked_at, marked_by, marked_by_name`

func scanFixMark(row scanner) (headway.FixMark, error) {
	var m headway.FixMark
	var marked int64
	err := row.Scan(&m.FixID, &m.Place, &m.State, &m.Sign, &m.Reason, &marked, &m.By, &m.ByName)
	m.At = at(marked)
	return m, err
}

// FixMarksOf lists what people and candidates say of the fixes of a team.
func (q Q) FixMarksOf(ctx context.Context, programmeID, teamID string) ([]headway.FixMark, error) {
	return list(ctx, q, scanFixMark, `SELECT `+fixMarkColumns+` FROM fix_marks WHERE programme_id = $1
		AND fix_id IN (SELECT id FROM fixes WHERE team_id = $2) ORDER BY marked_at, fix_id`, programmeID, teamID)
}

// PutFixMark stores what is said of a fix in a place, in place of what was said before.
func (t *Tx) PutFixMark(ctx context.Context, programmeID string, m headway.FixMark) error {
	return t.exec(ctx, `INSERT INTO fix_marks (`+fixMarkColumns+`, programme_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (fix_id, place) DO UPDATE SET state = excluded.state, sign = excluded.sign, reason = excluded.reason,
		marked_at = excluded.marked_at, marked_by = excluded.marked_by, marked_by_name = excluded.marked_by_name`,
		m.FixID, m.Place, string(m.State), string(m.Sign), m.Reason, ms(m.At), m.By, m.ByName, programmeID)
}

// FixToldOf lists the places of a team that have told their commits.
func (q Q) FixToldOf(ctx context.Context, programmeID, teamID string) ([]headway.FixTold, error) {
	return list(ctx, q, func(row scanner) (headway.FixTold, error) {
		var f headway.FixTold
		var told int64
		err := row.Scan(&f.TeamID, &f.Place, &f.Head, &told, &f.ByName)
		f.At = at(told)
		return f, err
	}, `SELECT team_id, place, head, told_at, told_by_name FROM fix_told WHERE programme_id = $1 AND team_id = $2`, programmeID, teamID)
}

// PutFixTold stores until which commit a place has told.
func (t *Tx) PutFixTold(ctx context.Context, programmeID string, f headway.FixTold) error {
	return t.exec(ctx, `INSERT INTO fix_told (team_id, place, head, told_at, told_by_name, programme_id) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (team_id, place) DO UPDATE SET head = excluded.head, told_at = excluded.told_at, told_by_name = excluded.told_by_name`,
		f.TeamID, f.Place, f.Head, ms(f.At), f.ByName, programmeID)
}

// NewestNames gives the names of the newest candidates of a team's releases
// that are on their way to production, by release id.
func (q Q) NewestNames(ctx context.Context, programmeID, teamID string) (map[string]string, error) {
	out := map[string]string{}
	rows, err := list(ctx, q, func(row scanner) (pair [2]string, err error) {
		err = row.Scan(&pair[0], &pair[1])
		return pair, err
	}, `SELECT c.release_id, c.name FROM releases r JOIN candidates c ON c.release_id = r.id
		WHERE r.programme_id = $1 AND r.team_id = $2 AND r.state IN ('shelved', 'proving', 'approved', 'deploying', 'rolled-back') ORDER BY c.rc`, programmeID, teamID)
	for _, r := range rows {
		out[r[0]] = r[1]
	}
	return out, err
}

// FoundIn gives the releases in which the defects of some fixes of a team were
// found, by the defects' numbers, and which of these are still open.
func (q Q) FoundIn(ctx context.Context, programmeID, teamID string) (map[int]string, map[int]bool, error) {
	type found struct {
		number         int
		release, state string
	}
	rows, err := list(ctx, q, func(row scanner) (f found, err error) {
		err = row.Scan(&f.number, &f.release, &f.state)
		return f, err
	}, `SELECT d.number, d.release_id, d.state FROM defects d JOIN fixes f ON f.programme_id = d.programme_id AND f.defect = d.number
		WHERE d.programme_id = $1 AND f.team_id = $2`, programmeID, teamID)
	out, open := map[int]string{}, map[int]bool{}
	for _, f := range rows {
		out[f.number], open[f.number] = f.release, f.state == string(headway.DefectOpen)
	}
	return out, open, err
}

// DefectTitles gives the titles of a programme's defects by number, of those named.
func (q Q) DefectTitles(ctx context.Context, programmeID string, numbers []int) (map[int]string, error) {
	out := map[int]string{}
	for _, n := range numbers {
		d, err := q.DefectByNumber(ctx, programmeID, n)
		switch {
		case err == nil:
			out[n] = d.Title
		case headway.KindOf(err) != headway.NotFound:
			return nil, err
		}
	}
	return out, nil
}
