-- What a programme does about hot fixes, and what releases under test owe to
-- those that went live.
ALTER TABLE programmes ADD COLUMN hotfix TEXT NOT NULL DEFAULT '';
CREATE TABLE hotfix_duties (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE, hotfix_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
  version TEXT NOT NULL, candidate_id TEXT NOT NULL, rebase BIGINT NOT NULL, rerun TEXT NOT NULL, at BIGINT NOT NULL,
  UNIQUE (release_id, hotfix_id)
);
