package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"headway"
)

const reworkColumns = `b.id, b.programme_id, b.team_id, b.sprint, b.minutes, b.set_at, b.set_by, b.set_by_name, b.over_at, b.choice, b.reason, b.chosen_by_name, b.chosen_at,
	b.moved_release, b.moved_from, b.moved_to, b.deferred`

func scanRework(row scanner) (headway.ReworkBudget, error) {
	var b headway.ReworkBudget
	var minutes, set, over, chosen, from, to int64
	var deferred string
	err := row.Scan(&b.ID, &b.ProgrammeID, &b.TeamID, &b.Sprint, &minutes, &set, &b.SetBy, &b.SetByName, &over, &b.Choice, &b.Reason, &b.ChosenByName, &chosen,
		&b.Moved.ReleaseID, &from, &to, &deferred)
	b.Moved.From, b.Moved.To = at(from), at(to)
	for n := range strings.FieldsSeq(deferred) {
		if number, bad := strconv.Atoi(n); bad == nil {
			b.Deferred = append(b.Deferred, number)
		}
	}
	b.Hours, b.SetAt, b.OverAt, b.ChosenAt = time.Duration(minutes)*time.Minute, at(set), at(over), at(chosen)
	return b, err
}

// ReworkBudgets lists the rework budgets of a team, newest sprint first.
func (q Q) ReworkBudgets(ctx context.Context, programmeID, teamID string) ([]headway.ReworkBudget, error) {
	return list(ctx, q, scanRework, `SELECT `+reworkColumns+` FROM rework_budgets b WHERE b.programme_id = $1 AND b.team_id = $2 ORDER BY b.sprint DESC`, programmeID, teamID)
}

// ReworkBudgetsOn lists the rework budgets of the sprints that contain a day.
func (q Q) ReworkBudgetsOn(ctx context.Context, programmeID string, day headway.Date) ([]headway.ReworkBudget, error) {
	return list(ctx, q, scanRework, `SELECT `+reworkColumns+` FROM rework_budgets b JOIN sprints s ON s.team_id = b.team_id AND s.number = b.sprint
		WHERE b.programme_id = $1 AND s.first_day <= $2 AND s.last_day >= $2 ORDER BY b.team_id`, programmeID, day.String())
}

// PutReworkBudget stores a rework budget, new or changed.
func (t *Tx) PutReworkBudget(ctx context.Context, b headway.ReworkBudget) error {
	return t.exec(ctx, `INSERT INTO rework_budgets (id, programme_id, team_id, sprint, minutes, set_at, set_by, set_by_name, over_at, choice, reason, chosen_by_name, chosen_at,
		moved_release, moved_from, moved_to, deferred)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (team_id, sprint) DO UPDATE SET minutes = excluded.minutes, set_at = excluded.set_at, set_by = excluded.set_by,
		set_by_name = excluded.set_by_name, over_at = excluded.over_at, choice = excluded.choice, reason = excluded.reason,
		chosen_by_name = excluded.chosen_by_name, chosen_at = excluded.chosen_at, moved_release = excluded.moved_release,
		moved_from = excluded.moved_from, moved_to = excluded.moved_to, deferred = excluded.deferred`,
		b.ID, b.ProgrammeID, b.TeamID, b.Sprint, int64(b.Hours/time.Minute), ms(b.SetAt), b.SetBy, b.SetByName, ms(b.OverAt), string(b.Choice), b.Reason, b.ChosenByName, ms(b.ChosenAt),
		b.Moved.ReleaseID, ms(b.Moved.From), ms(b.Moved.To), strings.Trim(fmt.Sprint(b.Deferred), "[]"))
}

// DefectsCaused lists the defects that a team caused and that are still to be
// mended or were closed at or after an instant, oldest first.
func (q Q) DefectsCaused(ctx context.Context, programmeID, teamID string, since time.Time) ([]headway.Defect, error) {
	return list(ctx, q, scanDefect, `SELECT `+defectColumns+` FROM defects
		WHERE programme_id = $1 AND team_id = $2 AND (state IN ('open', 'deferred') OR closed_at >= $3) ORDER BY number`, programmeID, teamID, ms(since))
}

// FirstDefectAt tells when the first defect of a programme was found, the zero
// time when none was: before, nobody wrote down what there was to mend.
func (q Q) FirstDefectAt(ctx context.Context, programmeID string) (time.Time, error) {
	first, err := one(ctx, q, "defect", scanInt, `SELECT COALESCE(MIN(found_at), 0) FROM defects WHERE programme_id = $1`, programmeID)
	return at(first), err
}

// EffortsOf lists what was told of the repairs of a team since an instant, in order.
func (q Q) EffortsOf(ctx context.Context, programmeID, teamID string, since time.Time) ([]headway.Effort, error) {
	return list(ctx, q, scanEffort, `SELECT e.defect_id, e.at, e.minutes FROM defect_efforts e JOIN defects d ON d.id = e.defect_id
		WHERE d.programme_id = $1 AND d.team_id = $2 AND e.at >= $3 ORDER BY e.at, d.number`, programmeID, teamID, ms(since))
}

func scanEffort(row scanner) (headway.Effort, error) {
	var e headway.Effort
	var when, minutes int64
	err := row.Scan(&e.DefectID, &when, &minutes)
	e.At, e.Spent = at(when), time.Duration(minutes)*time.Minute
	return e, err
}

// AddEffort stores what was told of a repair.
func (t *Tx) AddEffort(ctx context.Context, e headway.Effort) error {
	return t.exec(ctx, `INSERT INTO defect_efforts (defect_id, at, minutes) VALUES ($1, $2, $3)
		ON CONFLICT (defect_id, at) DO UPDATE SET minutes = defect_efforts.minutes + excluded.minutes`, e.DefectID, ms(e.At), int64(e.Spent/time.Minute))
}
