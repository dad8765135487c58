package store

import (
	"context"
	"errors"

	"headway"
)

// Setting gives a value of the instance; ok is false when it was never set.
func (q Q) Setting(ctx context.Context, key string) (value string, ok bool, err error) {
	value, err = one(ctx, q, "setting", scanString, `SELECT value FROM settings WHERE key = $1`, key)
	var none *headway.Error
	if errors.As(err, &none) && none.Kind == headway.NotFound {
		return "", false, nil
	}
	return value, err == nil, err
}

// SetSetting stores a value of the instance.
func (t *Tx) SetSetting(ctx context.Context, key, value string) error {
	return t.exec(ctx, `INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
}
