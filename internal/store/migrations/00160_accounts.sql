-- Wrong passwords of the last minutes, for accounts that exist and those that
-- do not: the account is kept as a digest of the address that was typed.
CREATE TABLE password_guesses (
  id TEXT PRIMARY KEY, account TEXT NOT NULL, client TEXT NOT NULL, guessed_at BIGINT NOT NULL
);
CREATE INDEX password_guesses_account ON password_guesses (account, guessed_at);
CREATE INDEX password_guesses_time ON password_guesses (guessed_at);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX tokens_user ON tokens (user_id, created_at);
