package store

import (
	"context"
	"time"

	"headway"
)

const feedColumns = `id, programme_id, user_id, name, kinds, created_at, used_at, revoked_at`

func scanFeed(row scanner) (headway.Feed, error) {
	var f headway.Feed
	var kinds string
	var created, used, revoked int64
	if err := row.Scan(&f.ID, &f.ProgrammeID, &f.UserID, &f.Name, &kinds, &created, &used, &revoked); err != nil {
		return f, err
	}
	f.CreatedAt, f.UsedAt, f.RevokedAt = at(created), at(used), at(revoked)
	return f, untext(kinds, &f.Kinds)
}

// FeedByHash finds a feed by the hash of its secret.
func (q Q) FeedByHash(ctx context.Context, hash string) (headway.Feed, error) {
	return one(ctx, q, "feed", scanFeed, `SELECT `+feedColumns+` FROM feeds WHERE hash = $1`, hash)
}

// Feeds lists the feeds of a user that hold, oldest first.
func (q Q) Feeds(ctx context.Context, userID string) ([]headway.Feed, error) {
	return list(ctx, q, scanFeed, `SELECT `+feedColumns+` FROM feeds WHERE user_id = $1 AND revoked_at = 0 ORDER BY created_at, id`, userID)
}

// AddFeed stores a feed by the hash of its secret.
func (t *Tx) AddFeed(ctx context.Context, f headway.Feed, hash string) error {
	kinds, err := text(f.Kinds)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO feeds (`+feedColumns+`, hash) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7)`,
		f.ID, f.ProgrammeID, f.UserID, f.Name, kinds, ms(f.CreatedAt), hash)
}

// RevokeFeed ends a feed of a user, and tells whether it held.
func (t *Tx) RevokeFeed(ctx context.Context, userID, id string, now time.Time) (bool, error) {
	return t.changed(ctx, `UPDATE feeds SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at = 0`, id, userID, ms(now))
}

// TouchFeed notes when a feed was read last.
func (t *Tx) TouchFeed(ctx context.Context, id string, now time.Time) error {
	return t.exec(ctx, `UPDATE feeds SET used_at = $2 WHERE id = $1`, id, ms(now))
}
