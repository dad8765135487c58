package headway

import "time"

// ShelfDay is how much lay on the shelf when a day ended.
type ShelfDay struct {
	Day    Date
	Depth  int // releases shelved and not yet in production
	Oldest int // working days that the oldest of them had waited
}

// ShelfDepth gives the depth of the shelf at the end of each day from first to
// last, both included; of the day of now, as it is now. A release lies on the
// shelf from its first candidate until it is in production, or closed without.
func ShelfDepth(releases []Release, c Calendar, first, last Date, now time.Time) []ShelfDay {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	var out []ShelfDay
	for d := first; !d.After(last); d = d.AddDays(1) {
		at := d.AddDays(1).In(zone).Add(-1) // still of that day
		if at.After(now) {
			at = now
		}
		day := ShelfDay{Day: d}
		for _, r := range releases {
			if r.onShelf(at) {
				day.Depth++
				day.Oldest = max(day.Oldest, c.WorkingDays(r.ShelvedAt, at))
			}
		}
		out = append(out, day)
	}
	return out
}

func (r Release) onShelf(at time.Time) bool {
	gone := r.LiveAt
	if gone.IsZero() {
		gone = r.ClosedAt
	}
	return !r.ShelvedAt.IsZero() && !r.ShelvedAt.After(at) && (gone.IsZero() || gone.After(at))
}
