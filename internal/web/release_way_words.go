package web

import (
	"fmt"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// wayWork is one stretch of work.
type wayWork struct {
	from, to           time.Time
	class, title, href string
}

func promisedWork(c ui.Clock, v app.ReleaseStory) []wayWork {
	var out []wayWork
	for _, pl := range v.Promise.Placements {
		out = append(out, wayWork{pl.Start, pl.End, "promised", fmt.Sprintf("%s, promised for %s", pl.Title, c.Span(headway.Interval{From: pl.Start, To: pl.End})), ""})
	}
	return out
}

// actualWork is what was done and is being done, and of the rest where the
// draft plan has it.
func actualWork(c ui.Clock, v app.ReleaseStory) []wayWork {
	planned := map[string]headway.Placement{}
	for _, pl := range v.Foreseen {
		planned[pl.ItemID] = pl
	}
	var out []wayWork
	for _, i := range v.Items {
		href := "#i-" + i.ID
		switch pl, ok := planned[i.ID]; {
		case !i.StartedAt.IsZero():
			end, class := i.DoneAt, "done"
			if end.IsZero() {
				end, class = c.Now, string(i.State)
			}
			out = append(out, wayWork{i.StartedAt, end, class, fmt.Sprintf("%s, %s: %s", i.Title, i.State, c.Span(headway.Interval{From: i.StartedAt, To: end})), href})
		case ok && i.State != headway.ItemDone && v.Release.LiveAt.IsZero():
			out = append(out, wayWork{pl.Start, pl.End, "foreseen", fmt.Sprintf("%s, planned for %s", i.Title, c.Span(headway.Interval{From: pl.Start, To: pl.End})), href})
		}
	}
	return out
}

// wayWords says promised against actual in one sentence.
func wayWords(c ui.Clock, v app.ReleaseStory) string {
	r, promised := v.Release, v.Promise.Release.Production
	if promised.IsZero() {
		if !r.LiveAt.IsZero() {
			return "In production since " + c.Absolute(r.LiveAt) + ". No plan was published that held it."
		}
		return "No published plan holds it yet."
	}
	said := fmt.Sprintf("Plan %d, published %s, saw it in production on %s.", v.Promise.Plan.Number, c.Day(v.Promise.Plan.At), c.Absolute(promised))
	got := r.LiveAt
	verb := "It came"
	if got.IsZero() {
		got, verb = v.Planned.Production, "The draft plan has it"
		if got.IsZero() {
			return said
		}
	}
	days := v.Calendar.WorkingDays(promised, got)
	switch {
	case days > 0:
		return fmt.Sprintf("%s %s %s later.", said, verb, ui.Count(days, "working day"))
	case days < 0:
		return fmt.Sprintf("%s %s %s earlier.", said, verb, ui.Count(-days, "working day"))
	}
	return fmt.Sprintf("%s %s on that day.", said, verb)
}
