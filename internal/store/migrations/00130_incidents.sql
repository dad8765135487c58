-- Trouble in production that a release brought.
ALTER TABLE programmes ADD COLUMN incidents BIGINT NOT NULL DEFAULT 0;
CREATE TABLE incidents (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE, number BIGINT NOT NULL,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE, candidate_id TEXT NOT NULL,
  title TEXT NOT NULL, detail TEXT NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL, defect_id TEXT NOT NULL,
  mitigation TEXT NOT NULL, reason TEXT NOT NULL, opened_by TEXT NOT NULL, opened_by_name TEXT NOT NULL,
  started_at BIGINT NOT NULL, opened_at BIGINT NOT NULL, mitigated_at BIGINT NOT NULL, closed_at BIGINT NOT NULL,
  UNIQUE (programme_id, number)
);
CREATE INDEX incidents_release ON incidents (release_id);
CREATE INDEX incidents_started ON incidents (programme_id, started_at);
