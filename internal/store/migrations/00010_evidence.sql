-- The cases of a regression run and the parts of a bill of materials are files of their own, by digest (normal);
-- figures of the further kinds of evidence are a document (detail).
ALTER TABLE evidence ADD COLUMN normal TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN detail TEXT NOT NULL DEFAULT '';
CREATE INDEX evidence_kind ON evidence (programme_id, kind, added_at);

CREATE TABLE mutes (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE, case_id TEXT NOT NULL, owner TEXT NOT NULL, reason TEXT NOT NULL,
  at BIGINT NOT NULL, expires_at BIGINT NOT NULL, by_user TEXT NOT NULL, by_name TEXT NOT NULL,
  lifted_at BIGINT NOT NULL, lifted_by_name TEXT NOT NULL
);
CREATE INDEX mutes_team ON mutes (programme_id, team_id);

-- Which teams the files of a programme belong to, as the text of a CODEOWNERS file.
CREATE TABLE owners (
  programme_id TEXT PRIMARY KEY REFERENCES programmes (id) ON DELETE CASCADE,
  text TEXT NOT NULL, teams TEXT NOT NULL, at BIGINT NOT NULL, by_name TEXT NOT NULL
);

-- A test cycle is a list of manual cases to be worked through on a candidate.
CREATE TABLE test_cycles (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  candidate_id TEXT NOT NULL REFERENCES candidates (id) ON DELETE CASCADE, title TEXT NOT NULL,
  created_at BIGINT NOT NULL, created_by_name TEXT NOT NULL, closed_at BIGINT NOT NULL
);
CREATE INDEX test_cycles_candidate ON test_cycles (candidate_id, created_at);

CREATE TABLE cycle_cases (
  cycle_id TEXT NOT NULL REFERENCES test_cycles (id) ON DELETE CASCADE, number BIGINT NOT NULL, doc TEXT NOT NULL,
  outcome TEXT NOT NULL, note TEXT NOT NULL, attachments TEXT NOT NULL, at BIGINT NOT NULL, by_user TEXT NOT NULL, by_name TEXT NOT NULL,
  version BIGINT NOT NULL, PRIMARY KEY (cycle_id, number)
);
