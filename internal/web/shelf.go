package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

func (s *Site) shelfPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "shelf", "Shelf")
	if err != nil {
		return err
	}
	v, err := s.app.ShelfView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	return p.show(shelfBody(p.Page, v))
}

// lineOf gives the line colour of a team of the cast.
func lineOf(c app.Cast, teamID string) string {
	if _, i := c.Team(teamID); i >= 0 {
		return ui.LineOf(i)
	}
	return ""
}

func teamName(c app.Cast, teamID string) string {
	t, _ := c.Team(teamID)
	return t.Name
}

// blockedBy says in a few words what keeps a candidate from going on.
func blockedBy(row app.ShelfRow) []string {
	var out []string
	if row.Blockers > 0 {
		out = append(out, ui.Count(row.Blockers, "blocker"))
	}
	for _, i := range row.Blocked {
		out = append(out, i.Title+": "+i.BlockedReason)
	}
	for _, e := range row.Evidence {
		if e.Outcome == headway.Fail {
			out = append(out, ui.KindName(string(e.Kind))+" failed")
		}
	}
	return out
}

func oldest(rows []app.ShelfRow) int {
	age := 0
	for _, r := range rows {
		age = max(age, r.AgeDays)
	}
	return age
}

func teamKey(c app.Cast, teamID string) string {
	t, _ := c.Team(teamID)
	return t.Key
}

// pathSegment escapes a name for one segment of an address.
func pathSegment(s string) string { return url.PathEscape(s) }

// workLabel and workNow say who has the candidate now: what is in hand, else
// what somebody could take on.
func workLabel(row app.ShelfRow) string {
	if len(row.Doing) == 0 && len(row.Next) > 0 {
		return "Next"
	}
	return "Now"
}

func workNow(row app.ShelfRow) string {
	items := row.Doing
	if len(items) == 0 {
		items = row.Next
	}
	if len(items) == 0 && row.All > 0 && row.Done == row.All {
		return "all operations work is done"
	}
	if len(items) == 0 {
		return "nobody works on it"
	}
	var out []string
	for _, i := range items[:min(len(items), 3)] {
		out = append(out, fmt.Sprintf("%s (%s)", i.Title, i.Skill.Name()))
	}
	if n := len(items) - len(out); n > 0 {
		out = append(out, fmt.Sprintf("%d more", n))
	}
	return strings.Join(out, ", ")
}

func restsOn(f app.ReleaseForecast) string {
	switch {
	case f.Apart:
		return "from its plan alone, a hot fix does not wait as ordinary releases do"
	case f.Gap.Own > 0:
		return fmt.Sprintf("from %s of its own", ui.Count(f.Gap.Own, "finished release"))
	case f.Gap.All > 0:
		return fmt.Sprintf("from %s of the programme", ui.Count(f.Gap.All, "finished release"))
	}
	return "from the plan alone, there is no history yet"
}

// depthChart is the geometry of the shelf's depth, in the units of its viewBox.
type depthChart struct {
	Line, Area    string
	Ticks, Levels []tick // of levels X is the height
}

const (
	depthLeft, depthRight = 22.0, 1000.0
	depthTop, depthBase   = 10.0, 104.0
)

// layDepth draws one step a day: a release is there or it is not.
func layDepth(days []headway.ShelfDay) depthChart {
	var c depthChart
	far := max(1, deepest(days))
	y := func(n int) float64 { return depthBase - float64(n)/float64(far)*(depthBase-depthTop) }
	x := func(i int) float64 { return depthLeft + float64(i)*(depthRight-depthLeft)/float64(max(1, len(days))) }
	var b strings.Builder
	for i, d := range days {
		verb := "L"
		if i == 0 {
			verb = "M"
		}
		fmt.Fprintf(&b, "%s%.1f %.1fH%.1f", verb, x(i), y(d.Depth), x(i+1))
		if d.Day.Weekday() == time.Monday && i%14 < 7 && i < len(days)-5 {
			c.Ticks = append(c.Ticks, tick{x(i), d.Day.In(time.UTC).Format("2 Jan")})
		}
	}
	c.Line = b.String()
	c.Area = fmt.Sprintf("%sV%.1fH%.1fZ", c.Line, depthBase, depthLeft)
	step := max(1, (far+2)/3)
	for n := 0; n <= far; n += step {
		c.Levels = append(c.Levels, tick{y(n), fmt.Sprint(n)})
	}
	return c
}

func deepest(days []headway.ShelfDay) int {
	far := 0
	for _, d := range days {
		far = max(far, d.Depth)
	}
	return far
}

// weekly takes every seventh day back from the last, oldest first.
func weekly(days []headway.ShelfDay) []headway.ShelfDay {
	var out []headway.ShelfDay
	for i := (len(days) + 6) % 7; i < len(days); i += 7 {
		out = append(out, days[i])
	}
	return out
}

// depthText says what the chart shows.
func depthText(days []headway.ShelfDay) string {
	if len(days) < 29 {
		return ""
	}
	now, before := days[len(days)-1].Depth, days[len(days)-29].Depth
	switch {
	case now > before:
		return fmt.Sprintf("%s now, %d four weeks ago: it grows.", ui.Count(now, "release"), before)
	case now < before:
		return fmt.Sprintf("%s now, %d four weeks ago: it shrinks.", ui.Count(now, "release"), before)
	}
	return fmt.Sprintf("%s now, as many as four weeks ago.", ui.Count(now, "release"))
}
