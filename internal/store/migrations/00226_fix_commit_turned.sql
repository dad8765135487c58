-- A revert is known by all its names, so that a picked revert of it is recognised.
ALTER TABLE fix_commits ADD COLUMN turned TEXT NOT NULL DEFAULT '';
UPDATE fix_commits SET turned = reverted;
