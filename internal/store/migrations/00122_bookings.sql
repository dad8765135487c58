-- Bookings beside others, and who made them.
ALTER TABLE bookings ADD COLUMN shared BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bookings ADD COLUMN by_user TEXT NOT NULL DEFAULT '';
ALTER TABLE bookings ADD COLUMN by_name TEXT NOT NULL DEFAULT '';
