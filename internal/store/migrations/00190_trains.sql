-- Releases that go to production together, and in which order. Those that
-- missed a train stay on record; a release rides in one train at most.
CREATE TABLE trains (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  key TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, departs TEXT NOT NULL, criteria TEXT NOT NULL, reason TEXT NOT NULL,
  changed_by TEXT NOT NULL, changed_by_name TEXT NOT NULL, changed_at BIGINT NOT NULL, created_at BIGINT NOT NULL, closed_at BIGINT NOT NULL,
  UNIQUE (programme_id, key)
);
CREATE TABLE train_members (
  train_id TEXT NOT NULL REFERENCES trains (id) ON DELETE CASCADE, release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
  position BIGINT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, next_train TEXT NOT NULL,
  by_user TEXT NOT NULL, by_name TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (train_id, release_id)
);
CREATE UNIQUE INDEX train_members_riding ON train_members (release_id) WHERE state = 'riding';
