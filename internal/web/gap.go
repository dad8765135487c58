package web

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

const gapsTakenApart = 20

func (s *Site) gapPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "gap", "Gap")
	if err != nil {
		return err
	}
	v, err := s.app.GapView(r.Context(), p.actor, p.Programme.Key, gapsTakenApart)
	if err != nil {
		return err
	}
	return p.show(gapBody(p.Page, v))
}

// gapSlices gives the stretches of a gap without their lengths in working days.
func gapSlices(parts []app.GapPart) []headway.GapSlice {
	var out []headway.GapSlice
	for _, part := range parts {
		out = append(out, part.GapSlice)
	}
	return out
}

// causeRow is what one cause took of all the gaps looked at, whoever it was.
type causeRow struct {
	Cause headway.GapCause
	Days  float64
	Share float64
	Who   []app.CauseShare
}

func causeRows(v app.GapView) []causeRow {
	var out []causeRow
	for _, c := range v.Causes {
		i := slices.IndexFunc(out, func(r causeRow) bool { return r.Cause == c.Cause })
		if i < 0 {
			i = len(out)
			out = append(out, causeRow{Cause: c.Cause})
		}
		out[i].Days += c.Days
		out[i].Share += c.Share
		if c.Who != "" {
			out[i].Who = append(out[i].Who, c)
		}
	}
	slices.SortStableFunc(out, func(a, b causeRow) int { return int(1000 * (b.Share - a.Share)) })
	return out
}

// median gives the middle gap of the releases listed.
func median(gaps []app.ReleaseGap) string {
	if len(gaps) == 0 {
		return "–"
	}
	var days []int
	for _, g := range gaps {
		days = append(days, g.Days)
	}
	slices.Sort(days)
	return fmt.Sprint(days[(len(days)-1)/2])
}

// rhythm writes the median headway: hours below two days, days with one
// decimal above. There is none before the second release; none at all is what
// releases have that go out together.
func rhythm(r app.Rhythm) (value, unit string) {
	d := r.Median
	switch {
	case r.Releases < 2:
		return "–", ""
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f", d.Hours()), "hours"
	default:
		return fmt.Sprintf("%.1f", d.Hours()/24), "days"
	}
}

func rhythmText(r app.Rhythm) string {
	value, unit := rhythm(r)
	return value + " " + unit
}

func teamLine(v app.GapView, t headway.Team) string { return lineOf(v.Cast, t.ID) }

func dateText(c ui.Clock, d headway.Date) string {
	if d.IsZero() {
		return "–"
	}
	return c.Day(d.At(12*60, c.Zone()))
}

func whoText(c app.CauseShare) string {
	return fmt.Sprintf("%s %.1f d", headway.Skill(c.Who).Name(), c.Days)
}
