-- Steps that another system goes on with after it took the call: what it is
-- known by there, when to ask next, the hash of the one-time token it may
-- answer with; and the first of two people of a step that wants two.
ALTER TABLE deployment_steps ADD COLUMN remote TEXT NOT NULL DEFAULT '';
ALTER TABLE deployment_steps ADD COLUMN poll_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deployment_steps ADD COLUMN callback TEXT NOT NULL DEFAULT '';
ALTER TABLE deployment_steps ADD COLUMN first_by TEXT NOT NULL DEFAULT '';
ALTER TABLE deployment_steps ADD COLUMN first_by_name TEXT NOT NULL DEFAULT '';
CREATE INDEX deployment_steps_poll ON deployment_steps (state, poll_at);
CREATE INDEX deployment_steps_callback ON deployment_steps (callback);

ALTER TABLE deployments ADD COLUMN rehearsal BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deployments ADD COLUMN smoke TEXT NOT NULL DEFAULT '';
ALTER TABLE deployments ADD COLUMN hypercare_until BIGINT NOT NULL DEFAULT 0;

ALTER TABLE runbooks ADD COLUMN variables TEXT NOT NULL DEFAULT '[]';
ALTER TABLE runbooks ADD COLUMN hypercare_days BIGINT NOT NULL DEFAULT 0;

-- Other systems that steps call. The secrets are sealed with a key that is not in the database.
CREATE TABLE connections (
  id TEXT PRIMARY KEY, programme_id TEXT NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  key TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, username TEXT NOT NULL,
  secret TEXT NOT NULL, signing TEXT NOT NULL, changed_by TEXT NOT NULL, changed_by_name TEXT NOT NULL, changed_at BIGINT NOT NULL,
  UNIQUE (programme_id, key)
);

-- Ids of the messages that have come in by a callback: each is taken once.
CREATE TABLE messages (
  step_id TEXT NOT NULL REFERENCES deployment_steps (id) ON DELETE CASCADE,
  id TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (step_id, id)
);
