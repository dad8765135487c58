-- Written once for both databases: BIGINT becomes INTEGER and tables become
-- STRICT on SQLite (see migrate.go). Times are milliseconds since 1970 UTC, 0 is
-- "not set"; dates are YYYY-MM-DD; lists and documents are JSON text.

CREATE TABLE users (
  id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password_hash TEXT NOT NULL,
  admin BIGINT NOT NULL, disabled_at BIGINT NOT NULL, created_at BIGINT NOT NULL
);

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL
);

CREATE TABLE programmes (
  id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, zone TEXT NOT NULL,
  gap_minimum BIGINT NOT NULL, gap_target BIGINT NOT NULL, gap_maximum BIGINT NOT NULL,
  slot_minutes BIGINT NOT NULL, work_days TEXT NOT NULL, work_from BIGINT NOT NULL, work_to BIGINT NOT NULL,
  wip_limits TEXT NOT NULL, horizon BIGINT NOT NULL, sample BIGINT NOT NULL,
  revision BIGINT NOT NULL, defects BIGINT NOT NULL, created_at BIGINT NOT NULL
);

CREATE TABLE tokens (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  programme_id TEXT REFERENCES programmes (id) ON DELETE CASCADE, name TEXT NOT NULL, scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT NOT NULL, revoked_at BIGINT NOT NULL
);

CREATE TABLE memberships (
  programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL, PRIMARY KEY (programme_id, user_id, role)
);
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE holidays (
  programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  day TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (programme_id, day)
);

CREATE TABLE teams (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  key TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
  cadence_first TEXT NOT NULL, cadence_days BIGINT NOT NULL, cadence_version TEXT NOT NULL, priority BIGINT NOT NULL,
  UNIQUE (programme_id, key)
);

CREATE TABLE people (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE, key TEXT NOT NULL, name TEXT NOT NULL,
  skills TEXT NOT NULL, user_id TEXT REFERENCES users (id) ON DELETE SET NULL, zone TEXT NOT NULL,
  percent BIGINT NOT NULL, reserve BIGINT NOT NULL, UNIQUE (programme_id, key)
);

CREATE TABLE absences (
  id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  first_day TEXT NOT NULL, last_day TEXT NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX absences_person ON absences (person_id);

CREATE TABLE sprints (
  id TEXT PRIMARY KEY, team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  number BIGINT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL, UNIQUE (team_id, number)
);

CREATE TABLE releases (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE, sprint_id TEXT REFERENCES sprints (id),
  version TEXT NOT NULL, component TEXT NOT NULL, series TEXT NOT NULL, state TEXT NOT NULL,
  sprint_end BIGINT NOT NULL, due TEXT NOT NULL, priority BIGINT NOT NULL, hotfix BIGINT NOT NULL,
  shelved_at BIGINT NOT NULL, live_at BIGINT NOT NULL, closed_at BIGINT NOT NULL, created_at BIGINT NOT NULL,
  UNIQUE (team_id, component, version)
);
CREATE INDEX releases_programme ON releases (programme_id, state);
CREATE INDEX releases_live ON releases (programme_id, live_at);

CREATE TABLE candidates (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE, rc BIGINT NOT NULL, name TEXT NOT NULL,
  commit_id TEXT NOT NULL, notes TEXT NOT NULL, facts TEXT NOT NULL, artifacts TEXT NOT NULL, digest TEXT NOT NULL,
  state TEXT NOT NULL, supersedes TEXT NOT NULL, reason TEXT NOT NULL,
  shelved_at BIGINT NOT NULL, shelved_by TEXT NOT NULL, shelved_by_name TEXT NOT NULL,
  UNIQUE (release_id, rc)
);
CREATE INDEX candidates_digest ON candidates (release_id, digest);
CREATE INDEX candidates_programme ON candidates (programme_id, state);

-- What a programme has handed in by digest: a digest alone gives no access to another programme's file.
CREATE TABLE files (
  programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL, size BIGINT NOT NULL, added_at BIGINT NOT NULL, PRIMARY KEY (programme_id, sha256)
);

CREATE TABLE playbooks (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  version BIGINT NOT NULL, activities TEXT NOT NULL, UNIQUE (programme_id, version)
);

CREATE TABLE gates (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  version BIGINT NOT NULL, criteria TEXT NOT NULL, approvals TEXT NOT NULL, UNIQUE (programme_id, version)
);

CREATE TABLE runbooks (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  version BIGINT NOT NULL, steps TEXT NOT NULL, hypercare TEXT NOT NULL, UNIQUE (programme_id, version)
);

CREATE TABLE environments (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  key TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, shared BIGINT NOT NULL,
  candidate_id TEXT NOT NULL, since BIGINT NOT NULL, data_as_of BIGINT NOT NULL, data_gb DOUBLE PRECISION NOT NULL,
  UNIQUE (programme_id, key)
);

CREATE TABLE bookings (
  id TEXT PRIMARY KEY, environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
  starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, purpose TEXT NOT NULL
);
CREATE INDEX bookings_environment ON bookings (environment_id, starts_at);

CREATE TABLE windows (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  key TEXT NOT NULL, name TEXT NOT NULL, days TEXT NOT NULL, start_minute BIGINT NOT NULL, minutes BIGINT NOT NULL,
  zone TEXT NOT NULL, UNIQUE (programme_id, key)
);

CREATE TABLE freezes (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  key TEXT NOT NULL, name TEXT NOT NULL, starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, reason TEXT NOT NULL,
  UNIQUE (programme_id, key)
);

CREATE TABLE backlog_items (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE, candidate_id TEXT NOT NULL,
  activity TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, skill TEXT NOT NULL, people BIGINT NOT NULL,
  estimate_minutes BIGINT NOT NULL, after_items TEXT NOT NULL, environment_id TEXT NOT NULL, in_window BIGINT NOT NULL,
  state TEXT NOT NULL, rank BIGINT NOT NULL, assignees TEXT NOT NULL, pinned_start BIGINT NOT NULL,
  blocked_reason TEXT NOT NULL, result TEXT NOT NULL, outcome TEXT NOT NULL,
  started_at BIGINT NOT NULL, done_at BIGINT NOT NULL, spent_minutes BIGINT NOT NULL,
  version BIGINT NOT NULL, created_at BIGINT NOT NULL
);
CREATE INDEX backlog_release ON backlog_items (release_id, rank);
CREATE INDEX backlog_board ON backlog_items (programme_id, state, rank);
CREATE INDEX backlog_done ON backlog_items (programme_id, done_at);

CREATE TABLE evidence (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  candidate_id TEXT NOT NULL REFERENCES candidates (id) ON DELETE CASCADE, kind TEXT NOT NULL, format TEXT NOT NULL,
  file_name TEXT NOT NULL, sha256 TEXT NOT NULL, size BIGINT NOT NULL, environment TEXT NOT NULL,
  tests TEXT NOT NULL, load TEXT NOT NULL, notes TEXT NOT NULL, outcome TEXT NOT NULL, reasons TEXT NOT NULL,
  added_at BIGINT NOT NULL, added_by TEXT NOT NULL, added_by_name TEXT NOT NULL, UNIQUE (candidate_id, sha256)
);
CREATE INDEX evidence_candidate ON evidence (candidate_id, added_at);

CREATE TABLE waivers (
  id TEXT PRIMARY KEY, candidate_id TEXT NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
  criterion TEXT NOT NULL, role TEXT NOT NULL, by_user TEXT NOT NULL, by_name TEXT NOT NULL, reason TEXT NOT NULL,
  at BIGINT NOT NULL, expires_at BIGINT NOT NULL
);
CREATE INDEX waivers_candidate ON waivers (candidate_id);

CREATE TABLE decisions (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
  candidate_id TEXT NOT NULL REFERENCES candidates (id) ON DELETE CASCADE, state TEXT NOT NULL,
  snapshot TEXT NOT NULL, digest TEXT NOT NULL, rules TEXT NOT NULL, excluded TEXT NOT NULL,
  environment_id TEXT NOT NULL, starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL,
  opened_by TEXT NOT NULL, opened_by_name TEXT NOT NULL, opened_at BIGINT NOT NULL, closed_at BIGINT NOT NULL,
  record TEXT NOT NULL
);
CREATE INDEX decisions_release ON decisions (release_id, opened_at);
CREATE INDEX decisions_programme ON decisions (programme_id, state);

CREATE TABLE approvals (
  id TEXT PRIMARY KEY, decision_id TEXT NOT NULL REFERENCES decisions (id) ON DELETE CASCADE, digest TEXT NOT NULL,
  role TEXT NOT NULL, user_id TEXT NOT NULL, name TEXT NOT NULL, verdict TEXT NOT NULL, note TEXT NOT NULL,
  at BIGINT NOT NULL, UNIQUE (decision_id, user_id)
);

CREATE TABLE deployments (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
  candidate_id TEXT NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
  decision_id TEXT NOT NULL UNIQUE REFERENCES decisions (id), environment_id TEXT NOT NULL, digest TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL, started_by TEXT NOT NULL, started_by_name TEXT NOT NULL,
  started_at BIGINT NOT NULL, ended_at BIGINT NOT NULL
);
CREATE INDEX deployments_release ON deployments (release_id, started_at);
CREATE INDEX deployments_programme ON deployments (programme_id, state);

CREATE TABLE deployment_steps (
  id TEXT PRIMARY KEY, deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
  position BIGINT NOT NULL, attempt BIGINT NOT NULL, key TEXT NOT NULL, phase TEXT NOT NULL, kind TEXT NOT NULL, step TEXT NOT NULL,
  state TEXT NOT NULL, token TEXT NOT NULL, owner TEXT NOT NULL, lease_until BIGINT NOT NULL,
  output TEXT NOT NULL, by_user TEXT NOT NULL, by_name TEXT NOT NULL, reason TEXT NOT NULL,
  started_at BIGINT NOT NULL, ended_at BIGINT NOT NULL, UNIQUE (deployment_id, position, attempt)
);
CREATE INDEX deployment_steps_state ON deployment_steps (state, lease_until);

CREATE TABLE stops (
  programme_id TEXT PRIMARY KEY REFERENCES programmes (id) ON DELETE CASCADE,
  reason TEXT NOT NULL, by_user TEXT NOT NULL, by_name TEXT NOT NULL, at BIGINT NOT NULL
);

CREATE TABLE defects (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE, number BIGINT NOT NULL,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
  candidate_id TEXT NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
  team_id TEXT NOT NULL REFERENCES teams (id), evidence_id TEXT NOT NULL, case_id TEXT NOT NULL,
  title TEXT NOT NULL, detail TEXT NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL, fixed_in TEXT NOT NULL,
  reason TEXT NOT NULL, found_by TEXT NOT NULL, found_by_name TEXT NOT NULL, found_at BIGINT NOT NULL, closed_at BIGINT NOT NULL,
  UNIQUE (programme_id, number)
);
CREATE INDEX defects_release ON defects (release_id, state);
CREATE INDEX defects_programme ON defects (programme_id, state);

CREATE TABLE plans (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  kind TEXT NOT NULL, number BIGINT NOT NULL, revision BIGINT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL,
  reason TEXT NOT NULL, by_user TEXT NOT NULL, by_name TEXT NOT NULL, at BIGINT NOT NULL,
  UNIQUE (programme_id, kind, number)
);

CREATE TABLE imports (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  digest TEXT NOT NULL, rows_done BIGINT NOT NULL, state TEXT NOT NULL, summary TEXT NOT NULL,
  started_at BIGINT NOT NULL, ended_at BIGINT NOT NULL, UNIQUE (programme_id, digest)
);

CREATE TABLE idempotency (
  actor TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, response TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (actor, key)
);

CREATE TABLE events (
  seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, actor_kind TEXT NOT NULL, actor_id TEXT NOT NULL, actor_name TEXT NOT NULL,
  programme_id TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, data TEXT NOT NULL,
  prev_hash TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE INDEX events_programme ON events (programme_id, seq);
CREATE INDEX events_subject ON events (subject, seq);

CREATE TABLE notifications (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, programme_id TEXT NOT NULL,
  event_seq BIGINT NOT NULL, text TEXT NOT NULL, link TEXT NOT NULL, at BIGINT NOT NULL, read_at BIGINT NOT NULL,
  UNIQUE (user_id, event_seq)
);
CREATE INDEX notifications_user ON notifications (user_id, read_at, at);

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
