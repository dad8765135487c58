-- Fixes, and what is told of them in releases and in trunk.
ALTER TABLE programmes ADD COLUMN fixes BIGINT NOT NULL DEFAULT 0;
CREATE TABLE fixes (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE, number BIGINT NOT NULL, defect BIGINT NOT NULL, title TEXT NOT NULL,
  noted_at BIGINT NOT NULL, noted_by TEXT NOT NULL, noted_by_name TEXT NOT NULL, UNIQUE (programme_id, number)
);
CREATE INDEX fixes_team ON fixes (team_id, number);
CREATE UNIQUE INDEX fixes_defect ON fixes (programme_id, team_id, defect) WHERE defect > 0;
CREATE TABLE fix_commits (
  fix_id TEXT NOT NULL REFERENCES fixes (id) ON DELETE CASCADE, place TEXT NOT NULL, sha TEXT NOT NULL,
  programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  picked_from TEXT NOT NULL, patch_id TEXT NOT NULL, subject TEXT NOT NULL, sign TEXT NOT NULL,
  told_at BIGINT NOT NULL, reverted TEXT NOT NULL, reverted_at BIGINT NOT NULL, PRIMARY KEY (fix_id, place, sha)
);
CREATE TABLE fix_marks (
  fix_id TEXT NOT NULL REFERENCES fixes (id) ON DELETE CASCADE, place TEXT NOT NULL,
  programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  state TEXT NOT NULL, sign TEXT NOT NULL, reason TEXT NOT NULL, marked_at BIGINT NOT NULL, marked_by TEXT NOT NULL,
  marked_by_name TEXT NOT NULL, PRIMARY KEY (fix_id, place)
);
CREATE TABLE fix_told (
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE, place TEXT NOT NULL,
  programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  head TEXT NOT NULL, told_at BIGINT NOT NULL, told_by_name TEXT NOT NULL, PRIMARY KEY (team_id, place)
);
