-- The calendar asks which releases the sprints of its days end with.
CREATE INDEX releases_sprint ON releases (sprint_id);
