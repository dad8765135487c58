package headway

import "time"

// FlowPoint counts, at an instant, the releases that had come so far: the way
// between two lines is how long they took, their distance how many were under way.
type FlowPoint struct {
	At       time.Time
	Built    int // their sprint was over
	Shelved  int
	Approved int
	Live     int
}

// CumulativeFlow counts releases at each instant, in order.
func CumulativeFlow(releases []Delivered, at []time.Time) []FlowPoint {
	reached := func(t, when time.Time) bool { return !when.IsZero() && !when.After(t) }
	out := make([]FlowPoint, len(at))
	for i, t := range at {
		p := FlowPoint{At: t}
		for _, d := range releases {
			// Who is further has been here before, even where nobody noted when.
			isLive := reached(t, d.LiveAt)
			approved := isLive || reached(t, d.ApprovedAt)
			shelved := approved || reached(t, d.ShelvedAt)
			built := shelved || reached(t, d.SprintEnd)
			count(&p.Built, built)
			count(&p.Shelved, shelved)
			count(&p.Approved, approved)
			count(&p.Live, isLive)
		}
		out[i] = p
	}
	return out
}

func count(n *int, yes bool) {
	if yes {
		*n++
	}
}
