-- Starts that people fixed of activities which are only foreseen; those of
-- backlog items stand with the item.
CREATE TABLE activity_pins (
  programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  activity TEXT NOT NULL, start BIGINT NOT NULL, by_name TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (programme_id, activity)
);

CREATE TABLE scenarios (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  key TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL, changes TEXT NOT NULL,
  revision BIGINT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL,
  by_user TEXT NOT NULL, by_name TEXT NOT NULL, at BIGINT NOT NULL, taken_at BIGINT NOT NULL, version BIGINT NOT NULL,
  UNIQUE (programme_id, key)
);
