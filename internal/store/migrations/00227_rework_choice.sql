-- What the choice of what gives did, so that it can be taken back.
ALTER TABLE rework_budgets ADD COLUMN moved_release TEXT NOT NULL DEFAULT '';
ALTER TABLE rework_budgets ADD COLUMN moved_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rework_budgets ADD COLUMN moved_to BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rework_budgets ADD COLUMN deferred TEXT NOT NULL DEFAULT '';
