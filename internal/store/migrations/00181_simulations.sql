-- Simulations that nodes share: what is simulated, and what each part came to.
-- Both are deleted when the answer is given.
CREATE TABLE simulations (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE, study TEXT NOT NULL, asked_at BIGINT NOT NULL
);
CREATE INDEX simulations_programme ON simulations (programme_id);
CREATE TABLE simulation_parts (
  simulation_id TEXT NOT NULL REFERENCES simulations (id) ON DELETE CASCADE, first BIGINT NOT NULL, outcome TEXT NOT NULL, PRIMARY KEY (simulation_id, first)
);
