CREATE TABLE experiments (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE, number BIGINT NOT NULL,
  cause TEXT NOT NULL, who TEXT NOT NULL, change TEXT NOT NULL, aim DOUBLE PRECISION NOT NULL, owner TEXT NOT NULL,
  base_days DOUBLE PRECISION NOT NULL, base_releases BIGINT NOT NULL, state TEXT NOT NULL, conclusion TEXT NOT NULL,
  started_at BIGINT NOT NULL, started_by_name TEXT NOT NULL, closed_at BIGINT NOT NULL, UNIQUE (programme_id, number)
);
