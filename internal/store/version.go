package store

import (
	"context"
	"database/sql"
	"errors"
)

// nextVersion compares content with that of the newest stored version, which
// the query finds as number and text, and gives the number to store it under;
// changed is false when both are equal.
func (q Q) nextVersion(ctx context.Context, newest, programmeID, content string) (version int, changed bool, err error) {
	var have string
	err = q.db.QueryRowContext(ctx, newest, programmeID).Scan(&version, &have)
	if errors.Is(err, sql.ErrNoRows) {
		return 1, true, nil
	}
	if err != nil || have == content {
		return version, false, err
	}
	return version + 1, true, nil
}
