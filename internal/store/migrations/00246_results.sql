-- Answers that jobs computed. Who asks last stands in wanted_at; what is asked
-- for longest ago gives way.
CREATE TABLE results (
  programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE, key TEXT NOT NULL, question TEXT NOT NULL,
  basis TEXT NOT NULL, body TEXT NOT NULL, as_of BIGINT NOT NULL, took_ms BIGINT NOT NULL,
  wanted TEXT NOT NULL, wanted_at BIGINT NOT NULL, beat_at BIGINT NOT NULL, done BIGINT NOT NULL, total BIGINT NOT NULL,
  failed TEXT NOT NULL, failure TEXT NOT NULL, failed_at BIGINT NOT NULL,
  PRIMARY KEY (programme_id, key)
);
-- By it a plan's body is known without being read.
ALTER TABLE plans ADD COLUMN digest TEXT NOT NULL DEFAULT '';
