CREATE TABLE interrupts (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, release_id TEXT NOT NULL, title TEXT NOT NULL,
  ended_at BIGINT NOT NULL, spent_minutes BIGINT NOT NULL, logged_by TEXT NOT NULL, logged_by_name TEXT NOT NULL
);
CREATE INDEX interrupts_programme ON interrupts (programme_id, ended_at);
