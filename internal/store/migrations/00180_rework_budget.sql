-- What a team sets aside in a sprint for mending defects, what is chosen when
-- that is spent, and when the effort of repairs was told.
CREATE TABLE rework_budgets (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE, sprint BIGINT NOT NULL, minutes BIGINT NOT NULL,
  set_at BIGINT NOT NULL, set_by TEXT NOT NULL, set_by_name TEXT NOT NULL, over_at BIGINT NOT NULL,
  choice TEXT NOT NULL, reason TEXT NOT NULL, chosen_by_name TEXT NOT NULL, chosen_at BIGINT NOT NULL, UNIQUE (team_id, sprint)
);
CREATE INDEX rework_budgets_programme ON rework_budgets (programme_id);
CREATE TABLE defect_efforts (
  defect_id TEXT NOT NULL REFERENCES defects (id) ON DELETE CASCADE, at BIGINT NOT NULL, minutes BIGINT NOT NULL, PRIMARY KEY (defect_id, at)
);
INSERT INTO defect_efforts (defect_id, at, minutes)
  SELECT id, CASE WHEN closed_at > 0 THEN closed_at ELSE found_at END, effort_minutes FROM defects WHERE effort_minutes > 0;
