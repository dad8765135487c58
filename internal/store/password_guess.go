package store

import (
	"context"
	"time"
)

// PasswordGuess is one password that was tried and not (yet) found right.
type PasswordGuess struct {
	ID, Account, Client string // Account is a digest of the address that was typed
	At                  time.Time
}

// PasswordGuesses lists the guesses for an account since a time, oldest first.
func (q Q) PasswordGuesses(ctx context.Context, account string, since time.Time) ([]PasswordGuess, error) {
	return list(ctx, q, func(row scanner) (PasswordGuess, error) {
		g := PasswordGuess{Account: account}
		var when int64
		err := row.Scan(&g.ID, &g.Client, &when)
		g.At = at(when)
		return g, err
	}, `SELECT id, client, guessed_at FROM password_guesses WHERE account = $1 AND guessed_at > $2 ORDER BY guessed_at, id`, account, ms(since))
}

// AddPasswordGuess stores a guess.
func (t *Tx) AddPasswordGuess(ctx context.Context, g PasswordGuess) error {
	return t.exec(ctx, `INSERT INTO password_guesses (id, account, client, guessed_at) VALUES ($1, $2, $3, $4)`, g.ID, g.Account, g.Client, ms(g.At))
}

// ForgetPasswordGuesses deletes the guesses for an account.
func (t *Tx) ForgetPasswordGuesses(ctx context.Context, account string) error {
	return t.exec(ctx, `DELETE FROM password_guesses WHERE account = $1`, account)
}

// ForgetPasswordGuessesBefore deletes the guesses of all accounts before a time.
func (t *Tx) ForgetPasswordGuessesBefore(ctx context.Context, before time.Time) error {
	return t.exec(ctx, `DELETE FROM password_guesses WHERE guessed_at <= $1`, ms(before))
}
