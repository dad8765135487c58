-- Defects know the part of the product that they lie in, how they came to light,
-- whether they are to be fixed in this release, and what repairing them took.
ALTER TABLE defects ADD COLUMN component TEXT NOT NULL DEFAULT '';
ALTER TABLE defects ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE defects ADD COLUMN source_ref TEXT NOT NULL DEFAULT '';
ALTER TABLE defects ADD COLUMN fix_here BIGINT NOT NULL DEFAULT 0;
ALTER TABLE defects ADD COLUMN effort_minutes BIGINT NOT NULL DEFAULT 0;
CREATE INDEX defects_team ON defects (team_id, found_at);

-- What a retrospective changes about one cause of the gap, and what came of it.
CREATE TABLE experiments (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE, number BIGINT NOT NULL,
  cause TEXT NOT NULL, who TEXT NOT NULL, change_text TEXT NOT NULL, expected_days DOUBLE PRECISION NOT NULL, owner TEXT NOT NULL,
  state TEXT NOT NULL, conclusion TEXT NOT NULL, started_at BIGINT NOT NULL, started_by TEXT NOT NULL, started_by_name TEXT NOT NULL,
  ended_at BIGINT NOT NULL, UNIQUE (programme_id, number)
);
