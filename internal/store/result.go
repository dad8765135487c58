package store

import (
	"context"
	"time"

	"headway"
)

const resultColumns = `programme_id, key, question, basis, as_of, took_ms, wanted, wanted_at, beat_at, done, total, failed, failure, failed_at`

func scanResult(row scanner) (headway.Result, error) {
	var r headway.Result
	var asOf, took, wanted, beat, failed int64
	err := row.Scan(&r.ProgrammeID, &r.Key, &r.Question, &r.Basis, &asOf, &took, &r.Wanted, &wanted, &beat, &r.Done, &r.Total, &r.Failed, &r.Failure, &failed)
	r.AsOf, r.Took, r.WantedAt, r.BeatAt, r.FailedAt = at(asOf), time.Duration(took)*time.Millisecond, at(wanted), at(beat), at(failed)
	return r, err
}

// Result finds what is kept of a question, without the answer's body.
func (q Q) Result(ctx context.Context, programmeID, key string) (headway.Result, error) {
	return one(ctx, q, "result", scanResult, `SELECT `+resultColumns+` FROM results WHERE programme_id = $1 AND key = $2`, programmeID, key)
}

// ResultBody gives the answer to a question, as it was kept.
func (q Q) ResultBody(ctx context.Context, programmeID, key string) (string, error) {
	return one(ctx, q, "result", scanString, `SELECT body FROM results WHERE programme_id = $1 AND key = $2`, programmeID, key)
}

// AskResult notes that a question is to be answered on a basis. Of a
// programme's results those that were asked for longest ago give way.
func (t *Tx) AskResult(ctx context.Context, r headway.Result) error {
	if err := t.exec(ctx, `INSERT INTO results (`+resultColumns+`, body) VALUES ($1, $2, $3, '', 0, 0, $4, $5, 0, 0, 0, '', '', 0, '')
		ON CONFLICT (programme_id, key) DO UPDATE SET wanted = excluded.wanted, wanted_at = excluded.wanted_at, beat_at = 0, done = 0, total = 0`,
		r.ProgrammeID, r.Key, r.Question, r.Wanted, ms(r.WantedAt)); err != nil {
		return err
	}
	return t.exec(ctx, `DELETE FROM results WHERE programme_id = $1 AND key NOT IN
		(SELECT key FROM results WHERE programme_id = $1 ORDER BY wanted_at DESC, key LIMIT $2)`, r.ProgrammeID, headway.ResultsKept)
}

// BeatResult says how far the computation of an answer is.
func (t *Tx) BeatResult(ctx context.Context, programmeID, key string, done, total int, now time.Time) error {
	return t.exec(ctx, `UPDATE results SET done = $3, total = $4, beat_at = $5 WHERE programme_id = $1 AND key = $2`, programmeID, key, done, total, ms(now))
}

// KeepResult keeps an answer in place of the one before and tells whether the
// question still is one. What was asked for meanwhile on another basis stays asked.
func (t *Tx) KeepResult(ctx context.Context, r headway.Result, body string) (bool, error) {
	return t.changed(ctx, `UPDATE results SET basis = $3, body = $4, as_of = $5, took_ms = $6, failed = '', failure = '', failed_at = 0, beat_at = 0,
		wanted = CASE WHEN wanted = $3 THEN '' ELSE wanted END WHERE programme_id = $1 AND key = $2`,
		r.ProgrammeID, r.Key, r.Basis, body, ms(r.AsOf), r.Took.Milliseconds())
}

// FailResult says why an answer could not be computed on a basis; the one
// before stays. It tells whether the question still is one.
func (t *Tx) FailResult(ctx context.Context, r headway.Result) (bool, error) {
	return t.changed(ctx, `UPDATE results SET failed = $3, failure = $4, failed_at = $5, beat_at = 0,
		wanted = CASE WHEN wanted = $3 THEN '' ELSE wanted END WHERE programme_id = $1 AND key = $2`,
		r.ProgrammeID, r.Key, r.Failed, r.Failure, ms(r.FailedAt))
}
