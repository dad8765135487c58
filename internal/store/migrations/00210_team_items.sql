-- What development teams mean to build, by sprint.
ALTER TABLE programmes ADD COLUMN team_items BIGINT NOT NULL DEFAULT 0;
CREATE TABLE team_items (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE, number BIGINT NOT NULL,
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE, kind TEXT NOT NULL, title TEXT NOT NULL,
  estimate_minutes BIGINT NOT NULL, sprint_id TEXT NOT NULL, state TEXT NOT NULL,
  created_at BIGINT NOT NULL, done_at BIGINT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (programme_id, number)
);
CREATE INDEX team_items_sprint ON team_items (team_id, sprint_id);
