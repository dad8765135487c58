package store

import (
	"context"
	"time"

	"headway"
)

const notificationColumns = `id, user_id, programme_id, event_seq, text, link, at, read_at`

func scanNotification(row scanner) (headway.Notification, error) {
	var n headway.Notification
	var when, read int64
	err := row.Scan(&n.ID, &n.UserID, &n.ProgrammeID, &n.EventSeq, &n.Text, &n.Link, &when, &read)
	n.At, n.ReadAt = at(when), at(read)
	return n, err
}

// Notifications lists what a user was told, unread before read, newest first.
// An empty programme lists those of all programmes.
func (q Q) Notifications(ctx context.Context, userID, programmeID string, limit int) ([]headway.Notification, error) {
	return list(ctx, q, scanNotification, `SELECT `+notificationColumns+` FROM notifications
		WHERE user_id = $1 AND (CAST($2 AS TEXT) = '' OR programme_id = $2)
		ORDER BY CASE WHEN read_at = 0 THEN 0 ELSE 1 END, at DESC, event_seq DESC LIMIT $3`, userID, programmeID, limit)
}

// CountUnread counts what a user was told and has not read.
func (q Q) CountUnread(ctx context.Context, userID string) (int64, error) {
	return one(ctx, q, "count", scanInt, `SELECT COUNT(*) FROM notifications WHERE user_id = $1 AND read_at = 0`, userID)
}

// AddNotification stores a notification; telling a user of the same event
// again changes nothing.
func (t *Tx) AddNotification(ctx context.Context, n headway.Notification) error {
	return t.exec(ctx, `INSERT INTO notifications (`+notificationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (user_id, event_seq) DO NOTHING`,
		n.ID, n.UserID, n.ProgrammeID, n.EventSeq, n.Text, n.Link, ms(n.At), ms(n.ReadAt))
}

// MarkRead marks what a user was told as read; an empty id marks everything.
func (t *Tx) MarkRead(ctx context.Context, userID, id string, now time.Time) (bool, error) {
	return t.changed(ctx, `UPDATE notifications SET read_at = $3
		WHERE user_id = $1 AND (CAST($2 AS TEXT) = '' OR id = $2) AND read_at = 0`, userID, id, ms(now))
}

// Event finds one event of the audit chain by its number.
func (q Q) Event(ctx context.Context, seq int64) (headway.Event, error) {
	return one(ctx, q, "event", scanEvent, `SELECT `+eventColumns+` FROM events WHERE seq = $1`, seq)
}
