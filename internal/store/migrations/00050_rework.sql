-- Defects know the part of the product that they lie in, how they came to light,
-- whether they are to be fixed in this release, and what repairing them took.
ALTER TABLE defects ADD COLUMN component TEXT NOT NULL DEFAULT '';
ALTER TABLE defects ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE defects ADD COLUMN source_ref TEXT NOT NULL DEFAULT '';
ALTER TABLE defects ADD COLUMN fix_here BIGINT NOT NULL DEFAULT 0;
ALTER TABLE defects ADD COLUMN effort_minutes BIGINT NOT NULL DEFAULT 0;
CREATE INDEX defects_team ON defects (team_id, found_at);
