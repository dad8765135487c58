-- Who last changed the rules and the way of a deployment: they cannot approve one.
ALTER TABLE gates ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE gates ADD COLUMN changed_by_name TEXT NOT NULL DEFAULT '';
ALTER TABLE gates ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runbooks ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE runbooks ADD COLUMN changed_by_name TEXT NOT NULL DEFAULT '';
ALTER TABLE runbooks ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;

-- Why a go/no-go ended, who is to be asked again, and its record as a signed bundle.
ALTER TABLE decisions ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN ask_again TEXT NOT NULL DEFAULT '[]';
ALTER TABLE decisions ADD COLUMN bundle TEXT NOT NULL DEFAULT '';

-- What a person saw when they last looked at the go/no-go of a release.
CREATE TABLE decision_looks (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  release_id TEXT NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
  seen TEXT NOT NULL, PRIMARY KEY (user_id, release_id)
);
