package store

import (
	"context"

	"headway"
)

const programmeColumns = `id, key, name, zone, gap_minimum, gap_target, gap_maximum, slot_minutes, work_days,
	work_from, work_to, wip_limits, horizon, sample, revision, created_at, hotfix`

func scanProgramme(row scanner) (headway.Programme, error) {
	var p headway.Programme
	var days, limits, hotfix string
	var sample, created int64
	if err := row.Scan(&p.ID, &p.Key, &p.Name, &p.Zone, &p.Gap.Minimum, &p.Gap.Target, &p.Gap.Maximum, &p.SlotMinutes, &days,
		&p.WorkFrom, &p.WorkTo, &limits, &p.Horizon, &sample, &p.Revision, &created, &hotfix); err != nil {
		return p, err
	}
	p.Sample, p.CreatedAt = sample != 0, at(created)
	if err := untext(days, &p.WorkDays); err != nil {
		return p, err
	}
	if err := untext(hotfix, &p.Hotfix); err != nil {
		return p, err
	}
	return p, untext(limits, &p.WIPLimits)
}

// Programmes lists all programmes by name.
func (q Q) Programmes(ctx context.Context) ([]headway.Programme, error) {
	return list(ctx, q, scanProgramme, `SELECT `+programmeColumns+` FROM programmes ORDER BY name, key`)
}

// Programme finds a programme by id.
func (q Q) Programme(ctx context.Context, id string) (headway.Programme, error) {
	return one(ctx, q, "programme", scanProgramme, `SELECT `+programmeColumns+` FROM programmes WHERE id = $1`, id)
}

// ProgrammeByKey finds a programme by its key.
func (q Q) ProgrammeByKey(ctx context.Context, key string) (headway.Programme, error) {
	return one(ctx, q, "programme", scanProgramme, `SELECT `+programmeColumns+` FROM programmes WHERE key = $1`, key)
}

// PutProgramme stores a programme under its id, new or changed; revision and
// creation time are kept.
func (t *Tx) PutProgramme(ctx context.Context, p headway.Programme) error {
	days, err := text(p.WorkDays)
	if err != nil {
		return err
	}
	limits, err := text(p.WIPLimits)
	if err != nil {
		return err
	}
	hotfix, err := text(p.Hotfix)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO programmes (`+programmeColumns+`, defects)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15, $16, 0)
		ON CONFLICT (id) DO UPDATE SET key = excluded.key, name = excluded.name, zone = excluded.zone,
		gap_minimum = excluded.gap_minimum, gap_target = excluded.gap_target, gap_maximum = excluded.gap_maximum,
		slot_minutes = excluded.slot_minutes, work_days = excluded.work_days, work_from = excluded.work_from,
		work_to = excluded.work_to, wip_limits = excluded.wip_limits, horizon = excluded.horizon, hotfix = excluded.hotfix`,
		p.ID, p.Key, p.Name, p.Zone, p.Gap.Minimum, p.Gap.Target, p.Gap.Maximum, p.SlotMinutes, days,
		p.WorkFrom, p.WorkTo, limits, p.Horizon, flag(p.Sample), ms(p.CreatedAt), hotfix)
}

// TouchProgramme raises the revision of the programme's facts: the plan must be computed again.
func (t *Tx) TouchProgramme(ctx context.Context, id string) (revision int64, err error) {
	return one(ctx, t.Q, "programme", scanInt, `UPDATE programmes SET revision = revision + 1 WHERE id = $1 RETURNING revision`, id)
}

// NextDefect draws the next defect number of a programme.
func (t *Tx) NextDefect(ctx context.Context, programmeID string) (int64, error) {
	return one(ctx, t.Q, "programme", scanInt, `UPDATE programmes SET defects = defects + 1 WHERE id = $1 RETURNING defects`, programmeID)
}

func scanInt(row scanner) (n int64, err error) { err = row.Scan(&n); return }

func scanString(row scanner) (s string, err error) { err = row.Scan(&s); return }

// Holidays lists the days on which nobody of a programme works.
func (q Q) Holidays(ctx context.Context, programmeID string) ([]headway.Holiday, error) {
	return list(ctx, q, func(row scanner) (headway.Holiday, error) {
		h := headway.Holiday{ProgrammeID: programmeID}
		var day string
		if err := row.Scan(&day, &h.Name); err != nil {
			return h, err
		}
		return h, h.Day.UnmarshalText([]byte(day))
	}, `SELECT day, name FROM holidays WHERE programme_id = $1 ORDER BY day`, programmeID)
}

// SetHolidays replaces the holidays of a programme.
func (t *Tx) SetHolidays(ctx context.Context, programmeID string, days []headway.Holiday) error {
	if err := t.exec(ctx, `DELETE FROM holidays WHERE programme_id = $1`, programmeID); err != nil {
		return err
	}
	for _, h := range days {
		if err := t.exec(ctx, `INSERT INTO holidays (programme_id, day, name) VALUES ($1, $2, $3)`, programmeID, h.Day.String(), h.Name); err != nil {
			return err
		}
	}
	return nil
}
