-- A waiver of the freezes lifts those that it names, and none that is declared later.
ALTER TABLE waivers ADD COLUMN freezes TEXT NOT NULL DEFAULT '[]';

-- Rolling back what has gone live is a run of its own: which one it undoes, and
-- of every way back which candidate was there again at its end.
ALTER TABLE deployments ADD COLUMN undoes TEXT NOT NULL DEFAULT '';
ALTER TABLE deployments ADD COLUMN restored TEXT NOT NULL DEFAULT '';

-- The release whose trouble in production a release mends.
ALTER TABLE releases ADD COLUMN mends TEXT NOT NULL DEFAULT '';

-- Refreshes of an environment's data: the work that brings them, and how it ended.
CREATE TABLE refreshes (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  item_id TEXT NOT NULL UNIQUE REFERENCES backlog_items (id) ON DELETE CASCADE,
  data_gb DOUBLE PRECISION NOT NULL, asked_by TEXT NOT NULL, asked_by_name TEXT NOT NULL, asked_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL, spent BIGINT NOT NULL
);
CREATE INDEX refreshes_environment ON refreshes (environment_id, asked_at);

-- Addresses at which a calendar program reads a programme's calendar. Of the secret only its digest is kept.
CREATE TABLE feeds (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, name TEXT NOT NULL, kinds TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL, used_at BIGINT NOT NULL, revoked_at BIGINT NOT NULL
);
CREATE INDEX feeds_user ON feeds (user_id, created_at);
