-- Guards that were lifted for a release, and by whom. Withdrawn ones stay.
CREATE TABLE overrides (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE, rule TEXT NOT NULL, freezes TEXT NOT NULL,
  role TEXT NOT NULL, by_user TEXT NOT NULL, by_name TEXT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL,
  withdrawn_by TEXT NOT NULL, withdrawn_by_name TEXT NOT NULL, withdrawn_reason TEXT NOT NULL, withdrawn_at BIGINT NOT NULL
);
CREATE INDEX overrides_release ON overrides (release_id, at);

-- Which candidate was on which environment from when to when; 0: it still is.
CREATE TABLE stays (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  candidate_id TEXT NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
  from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, by_name TEXT NOT NULL
);
CREATE INDEX stays_environment ON stays (environment_id, from_at);
CREATE INDEX stays_candidate ON stays (candidate_id, from_at);
INSERT INTO stays (id, programme_id, environment_id, candidate_id, from_at, to_at, by_name)
  SELECT 'stay-' || e.id, e.programme_id, e.id, e.candidate_id, e.since, 0, '' FROM environments e JOIN candidates c ON c.id = e.candidate_id;
