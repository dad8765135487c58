-- The newest deployments of a programme are asked for by every page that shows one.
CREATE INDEX deployments_newest ON deployments (programme_id, started_at);
