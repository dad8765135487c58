-- Freezes that recur by a rule of RFC 5545, and that hold for some teams or
-- environments only. Lists are JSON.
ALTER TABLE freezes ADD COLUMN recurs TEXT NOT NULL DEFAULT '';
ALTER TABLE freezes ADD COLUMN excepted TEXT NOT NULL DEFAULT '[]';
ALTER TABLE freezes ADD COLUMN zone TEXT NOT NULL DEFAULT '';
ALTER TABLE freezes ADD COLUMN teams TEXT NOT NULL DEFAULT '[]';
ALTER TABLE freezes ADD COLUMN environments TEXT NOT NULL DEFAULT '[]';
