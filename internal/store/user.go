package store

import (
	"context"
	"time"

	"headway"
)

const userColumns = `id, email, name, admin, disabled_at, created_at`

func scanUser(row scanner) (headway.User, error) {
	var u headway.User
	var admin, disabled, created int64
	err := row.Scan(&u.ID, &u.Email, &u.Name, &admin, &disabled, &created)
	u.Admin, u.DisabledAt, u.CreatedAt = admin != 0, at(disabled), at(created)
	return u, err
}

// Users lists all accounts by name.
func (q Q) Users(ctx context.Context) ([]headway.User, error) {
	return list(ctx, q, scanUser, `SELECT `+userColumns+` FROM users ORDER BY name, email`)
}

// User finds an account by id.
func (q Q) User(ctx context.Context, id string) (headway.User, error) {
	return one(ctx, q, "user", scanUser, `SELECT `+userColumns+` FROM users WHERE id = $1`, id)
}

// UserByEmail finds an account by its address in lower case.
func (q Q) UserByEmail(ctx context.Context, email string) (headway.User, error) {
	return one(ctx, q, "user", scanUser, `SELECT `+userColumns+` FROM users WHERE email = $1`, email)
}

// PasswordHash gives the stored hash of an account's password.
func (q Q) PasswordHash(ctx context.Context, userID string) (string, error) {
	return one(ctx, q, "user", scanString, `SELECT password_hash FROM users WHERE id = $1`, userID)
}

// CountAdmins counts the administrators that are not disabled.
func (q Q) CountAdmins(ctx context.Context) (int64, error) {
	return one(ctx, q, "count", scanInt, `SELECT COUNT(*) FROM users WHERE admin = 1 AND disabled_at = 0`)
}

// AddUser stores a new account.
func (t *Tx) AddUser(ctx context.Context, u headway.User, passwordHash string) error {
	return t.exec(ctx, `INSERT INTO users (`+userColumns+`, password_hash) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		u.ID, u.Email, u.Name, flag(u.Admin), ms(u.DisabledAt), ms(u.CreatedAt), passwordHash)
}

// SetPassword replaces the hash of an account's password.
func (t *Tx) SetPassword(ctx context.Context, userID, hash string) error {
	return t.exec(ctx, `UPDATE users SET password_hash = $2 WHERE id = $1`, userID, hash)
}

// SetDisabled closes an account, or opens it again with the zero time.
func (t *Tx) SetDisabled(ctx context.Context, userID string, since time.Time) error {
	return t.exec(ctx, `UPDATE users SET disabled_at = $2 WHERE id = $1`, userID, ms(since))
}

// Memberships lists the roles of a user in all programmes.
func (q Q) Memberships(ctx context.Context, userID string) ([]headway.Membership, error) {
	return list(ctx, q, scanMembership, `SELECT programme_id, user_id, role FROM memberships WHERE user_id = $1 ORDER BY programme_id, role`, userID)
}

// Members lists the roles of all users in a programme.
func (q Q) Members(ctx context.Context, programmeID string) ([]headway.Membership, error) {
	return list(ctx, q, scanMembership, `SELECT programme_id, user_id, role FROM memberships WHERE programme_id = $1 ORDER BY user_id, role`, programmeID)
}

func scanMembership(row scanner) (m headway.Membership, err error) {
	err = row.Scan(&m.ProgrammeID, &m.UserID, &m.Role)
	return m, err
}

// SetRoles replaces the roles of a user in a programme.
func (t *Tx) SetRoles(ctx context.Context, programmeID, userID string, roles []headway.Role) error {
	if err := t.exec(ctx, `DELETE FROM memberships WHERE programme_id = $1 AND user_id = $2`, programmeID, userID); err != nil {
		return err
	}
	for _, r := range roles {
		if err := t.exec(ctx, `INSERT INTO memberships (programme_id, user_id, role) VALUES ($1, $2, $3)`, programmeID, userID, string(r)); err != nil {
			return err
		}
	}
	return nil
}

// Session is a signed-in browser; only the hash of its cookie is stored.
type Session struct {
	Hash, UserID                 string
	CreatedAt, SeenAt, ExpiresAt time.Time
}

// AddSession stores a session.
func (t *Tx) AddSession(ctx context.Context, s Session) error {
	return t.exec(ctx, `INSERT INTO sessions (hash, user_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		s.Hash, s.UserID, ms(s.CreatedAt), ms(s.SeenAt), ms(s.ExpiresAt))
}

// Session finds a session by the hash of its cookie.
func (q Q) Session(ctx context.Context, hash string) (Session, error) {
	return one(ctx, q, "session", func(row scanner) (Session, error) {
		s := Session{Hash: hash}
		var created, seen, expires int64
		err := row.Scan(&s.UserID, &created, &seen, &expires)
		s.CreatedAt, s.SeenAt, s.ExpiresAt = at(created), at(seen), at(expires)
		return s, err
	}, `SELECT user_id, created_at, seen_at, expires_at FROM sessions WHERE hash = $1`, hash)
}

// EndSession deletes a session.
func (t *Tx) EndSession(ctx context.Context, hash string) error {
	return t.exec(ctx, `DELETE FROM sessions WHERE hash = $1`, hash)
}

// EndSessions deletes the sessions of a user but for the one with a hash; an
// empty hash keeps none.
func (t *Tx) EndSessions(ctx context.Context, userID, keep string) error {
	return t.exec(ctx, `DELETE FROM sessions WHERE user_id = $1 AND hash <> $2`, userID, keep)
}

// CountSessions counts the sessions of a user that have not ended.
func (q Q) CountSessions(ctx context.Context, userID string, now time.Time) (int64, error) {
	return one(ctx, q, "count", scanInt, `SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND expires_at >= $2`, userID, ms(now))
}

// EndExpiredSessions deletes the sessions that ended before now.
func (t *Tx) EndExpiredSessions(ctx context.Context, now time.Time) error {
	return t.exec(ctx, `DELETE FROM sessions WHERE expires_at < $1`, ms(now))
}

const tokenColumns = `id, user_id, programme_id, name, scopes, created_at, expires_at, used_at, revoked_at` //nolint:gosec // column names, no credentials

func scanToken(row scanner) (headway.Token, error) {
	var t headway.Token
	var programme *string
	var scopes string
	var created, expires, used, revoked int64
	if err := row.Scan(&t.ID, &t.UserID, &programme, &t.Name, &scopes, &created, &expires, &used, &revoked); err != nil {
		return t, err
	}
	if programme != nil {
		t.ProgrammeID = *programme
	}
	t.CreatedAt, t.ExpiresAt, t.UsedAt, t.RevokedAt = at(created), at(expires), at(used), at(revoked)
	return t, untext(scopes, &t.Scopes)
}

// TokenByHash finds an API token by the hash of its secret.
func (q Q) TokenByHash(ctx context.Context, hash string) (headway.Token, error) {
	return one(ctx, q, "token", scanToken, `SELECT `+tokenColumns+` FROM tokens WHERE hash = $1`, hash)
}

// Tokens lists the API tokens of a user.
func (q Q) Tokens(ctx context.Context, userID string) ([]headway.Token, error) {
	return list(ctx, q, scanToken, `SELECT `+tokenColumns+` FROM tokens WHERE user_id = $1 ORDER BY created_at`, userID)
}

// AddToken stores an API token by the hash of its secret.
func (t *Tx) AddToken(ctx context.Context, k headway.Token, hash string) error {
	scopes, err := text(k.Scopes)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO tokens (`+tokenColumns+`, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		k.ID, k.UserID, null(k.ProgrammeID), k.Name, scopes, ms(k.CreatedAt), ms(k.ExpiresAt), ms(k.UsedAt), ms(k.RevokedAt), hash)
}

// RevokeToken ends a token of a user.
func (t *Tx) RevokeToken(ctx context.Context, userID, id string, now time.Time) (bool, error) {
	return t.changed(ctx, `UPDATE tokens SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at = 0`, id, userID, ms(now))
}

// TouchToken notes when a token was used last.
func (t *Tx) TouchToken(ctx context.Context, id string, now time.Time) error {
	return t.exec(ctx, `UPDATE tokens SET used_at = $2 WHERE id = $1`, id, ms(now))
}
