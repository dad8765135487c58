package web

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/web/ui"
)

// way is the drawing of a release from the end of its sprint to production:
// what was promised above what happened, in the units of its viewBox.
type way struct {
	Height     float64
	Ticks      []tick
	Zones      []wayBar  // of the gap policy
	Rows       []wayText // labels at the left
	Bars       []wayBar
	Marks      []wayMark
	Today      float64 // below 0: not within
	Words      string  // the drawing in one sentence
	Top, Floor float64 // of the lines of days
}

type wayBar struct {
	X, Y, W, H         float64
	Class, Title, Href string
}

type wayMark struct {
	X, Y               float64
	Class, Title, Href string
	Text               string
}

type wayText struct {
	Y    float64
	Text string
}

const (
	wayLeft, wayRight = 118.0, 992.0
	wayLane           = 9.0 // of parallel work
	wayRow            = 24.0
)

// wayDrafter places instants on the drawing and rows below each other.
type wayDrafter struct {
	way
	c        ui.Clock
	p        ui.Ref
	v        app.ReleaseStory
	from, to time.Time
	y        float64
}

// newWay draws a release; nothing is drawn before its sprint has an end.
func newWay(c ui.Clock, p ui.Ref, v app.ReleaseStory) way {
	d := wayDrafter{c: c, p: p, v: v, y: 34}
	if !d.span() {
		return way{}
	}
	d.way.Top, d.Today = 22, -1
	d.axis()
	d.candidates()
	d.work("Promised", promisedWork(c, v))
	d.production("promised", v.Promise.Release.Production, "promised in plan "+fmt.Sprint(v.Promise.Plan.Number))
	d.work("As it went", actualWork(c, v))
	d.arrival()
	d.defects()
	d.decided()
	d.gap()
	d.Floor = d.y - 6
	d.Height = d.y + 16
	d.Words = wayWords(c, v)
	return d.way
}

// span finds the first and the last instant that is drawn.
func (d *wayDrafter) span() bool {
	v := d.v
	if gap := v.Slices; len(gap) > 0 {
		d.from, d.to = gap[0].Span.From, gap[len(gap)-1].Span.To
	}
	take := func(times ...time.Time) {
		for _, t := range times {
			if t.IsZero() {
				continue
			}
			if d.from.IsZero() || t.Before(d.from) {
				d.from = t
			}
			if t.After(d.to) {
				d.to = t
			}
		}
	}
	take(v.Release.SprintEnd, v.Release.ShelvedAt, v.Release.LiveAt, v.Promise.Release.Production)
	for _, pl := range v.Promise.Placements {
		take(pl.Start)
	}
	for _, i := range v.Items {
		take(i.StartedAt)
	}
	if v.Release.LiveAt.IsZero() {
		take(v.Planned.Production)
		if !v.Expected.P85.IsZero() {
			take(v.Expected.P85.At(18*60, d.c.Zone()))
		}
	}
	if d.from.IsZero() {
		return false
	}
	zone := d.c.Zone()
	d.from, d.to = headway.DateOf(d.from.In(zone)).In(zone), headway.DateOf(d.to.In(zone)).AddDays(2).In(zone)
	return true
}

func (d *wayDrafter) x(t time.Time) float64 {
	share := float64(t.Sub(d.from)) / float64(d.to.Sub(d.from))
	return wayLeft + min(1, max(0, share))*(wayRight-wayLeft)
}

// axis writes days and the gap policy's bounds, counted from the end of the sprint.
func (d *wayDrafter) axis() {
	zone := d.c.Zone()
	first, last := headway.DateOf(d.from.In(zone)), headway.DateOf(d.to.In(zone))
	step := max(1, (first.DaysUntil(last)+9)/10)
	for day := first; day.Before(last); day = day.AddDays(step) {
		d.Ticks = append(d.Ticks, tick{d.x(day.In(zone)), day.In(time.UTC).Format("2 Jan")})
	}
	if now := d.c.Now; now.After(d.from) && now.Before(d.to) {
		d.Today = d.x(now)
	}
	if d.v.Release.SprintEnd.IsZero() {
		return
	}
	end, policy := headway.DateOf(d.v.Release.SprintEnd.In(zone)), d.v.Programme.Gap
	edge := d.x(d.v.Release.SprintEnd)
	for _, z := range []struct {
		days  int
		class string
		name  string
	}{{policy.Minimum, "z-min", "below the minimum"}, {policy.Target, "z-in", "within the target"}, {policy.Maximum, "z-late", "beyond the target"}, {1 << 20, "z-max", "beyond the maximum"}} {
		to := wayRight
		if z.days < 1<<20 {
			to = d.x(d.v.Calendar.AddWorkingDays(end, z.days).AddDays(1).In(zone))
		}
		if to > edge {
			d.Zones = append(d.Zones, wayBar{X: edge, Y: 22, W: to - edge, H: 4, Class: z.class, Title: "A gap " + z.name})
		}
		edge = max(edge, to)
	}
}

func (d *wayDrafter) row(name string, height float64) (top float64) {
	d.Rows = append(d.Rows, wayText{d.y + min(height, wayRow)/2 + 4, name})
	top = d.y
	d.y += height + 6
	return top
}

func (d *wayDrafter) bar(from, to time.Time, y, h float64, class, title, href string) {
	x := d.x(from)
	d.Bars = append(d.Bars, wayBar{x, y, max(2.5, d.x(to)-x), h, class, title, href})
}

// candidates draws how long each lay on the shelf until the next took its place.
func (d *wayDrafter) candidates() {
	if len(d.v.Candidates) == 0 {
		return
	}
	top := d.row("Candidates", wayRow-6)
	line := slices.Clone(d.v.Candidates)
	slices.SortFunc(line, func(a, b headway.Candidate) int { return cmp.Compare(a.RC, b.RC) })
	for n, c := range line {
		end := d.v.Release.LiveAt
		if end.IsZero() {
			end = d.c.Now
		}
		if n+1 < len(line) {
			end = line[n+1].ShelvedAt
		}
		title := fmt.Sprintf("%s, shelved %s", c.Name, d.c.Absolute(c.ShelvedAt))
		if c.Reason != "" {
			title += ": " + c.Reason
		}
		d.bar(c.ShelvedAt, end, top+5, 8, "shelf", title, "#c-"+c.ID)
		d.Marks = append(d.Marks, wayMark{X: d.x(c.ShelvedAt), Y: top + 9, Class: "candidate", Title: title, Href: "#c-" + c.ID, Text: fmt.Sprintf("rc.%d", c.RC)})
	}
}

// work draws stretches of work, parallel ones below each other.
func (d *wayDrafter) work(name string, parts []wayWork) {
	if len(parts) == 0 {
		return
	}
	slices.SortStableFunc(parts, func(a, b wayWork) int { return a.from.Compare(b.from) })
	var free []time.Time // when each lane is free again
	lanes := make([]int, len(parts))
	for n, w := range parts {
		lane := slices.IndexFunc(free, func(t time.Time) bool { return !t.After(w.from) })
		if lane < 0 {
			lane = len(free)
			free = append(free, w.to)
		}
		free[lane], lanes[n] = w.to, lane
	}
	top := d.row(name, max(wayRow-6, float64(len(free))*wayLane+4))
	for n, w := range parts {
		d.bar(w.from, w.to, top+2+float64(lanes[n])*wayLane, wayLane-2, w.class, w.title, w.href)
	}
}

// production marks an instant at which production is, or was to be, reached,
// in the row before.
func (d *wayDrafter) production(class string, at time.Time, text string) {
	if at.IsZero() || len(d.Rows) == 0 {
		return
	}
	y := d.Rows[len(d.Rows)-1].Y - 4
	d.Marks = append(d.Marks, wayMark{X: d.x(at), Y: y, Class: "production " + class, Title: fmt.Sprintf("Production %s: %s", text, d.c.Absolute(at))})
}

// arrival is where production was reached, or is expected.
func (d *wayDrafter) arrival() {
	v := d.v
	if !v.Release.LiveAt.IsZero() {
		d.production("live", v.Release.LiveAt, "reached")
		return
	}
	d.production("planned", v.Planned.Production, "as the draft plan has it now")
	if v.Expected.Gap.Basis != "" {
		top := d.row("Expected", wayRow-6)
		noon := func(x headway.Date) time.Time { return x.At(12*60, d.c.Zone()) }
		title := fmt.Sprintf("In half of the cases by %s, in 85 of 100 by %s, %s", dateText(d.c, v.Expected.P50), dateText(d.c, v.Expected.P85), restsOn(v.Expected))
		d.bar(noon(v.Expected.P50), noon(v.Expected.P85), top+5, 8, "expected", title, "")
		d.Marks = append(d.Marks, wayMark{X: d.x(noon(v.Expected.P50)), Y: top + 9, Class: "p50", Title: title})
	}
}

// defects draws each from the day it was found until it was closed.
func (d *wayDrafter) defects() {
	if len(d.v.Defects) == 0 {
		return
	}
	var parts []wayWork
	for _, x := range d.v.Defects {
		end := x.ClosedAt
		if end.IsZero() {
			end = d.c.Now
		}
		class := "defect"
		if x.Severity == headway.Blocker {
			class = "defect blocker"
		}
		parts = append(parts, wayWork{x.FoundAt, end, class, fmt.Sprintf("D-%d, %s, %s: %s", x.Number, x.Severity, x.State, x.Title), d.p.Path(fmt.Sprintf("/defects#d-%d", x.Number))})
	}
	d.work("Defects", parts)
}

// decided draws go/no-gos while they were open, and deployments while they ran.
func (d *wayDrafter) decided() {
	var parts []wayWork
	for _, x := range d.v.Decisions {
		end := x.ClosedAt
		if x.State == headway.DecisionOpen || end.IsZero() && x.State == headway.DecisionGo {
			end = d.c.Now
		}
		if x.State != headway.DecisionRehearsal && !end.IsZero() {
			parts = append(parts, wayWork{x.OpenedAt, end, "decision " + string(x.State), fmt.Sprintf("Go/no-go: %s, opened %s", x.State, d.c.Absolute(x.OpenedAt)), d.p.Path("/decisions/" + x.ID)})
		}
	}
	for _, x := range d.v.Deployments {
		end := x.EndedAt
		if end.IsZero() {
			end = d.c.Now
		}
		parts = append(parts, wayWork{x.StartedAt, end, "deployment " + string(x.State), fmt.Sprintf("%s: %s, began %s", deploymentName(x), x.State, d.c.Absolute(x.StartedAt)), d.p.Path("/deployments/" + x.ID)})
	}
	d.work("Go, deployment", parts)
}

// gap is the way cut into its causes.
func (d *wayDrafter) gap() {
	if len(d.v.Slices) == 0 {
		return
	}
	top := d.row("Gap", wayRow-6)
	for _, s := range d.v.Slices {
		d.bar(s.Span.From, s.Span.To, top+4, 11, ui.CauseClass(s.Cause), sliceTitle(d.c, s), "")
	}
}

func sliceTitle(c ui.Clock, s headway.GapSlice) string {
	return ui.BarOf(c, []headway.GapSlice{s})[0].Title
}

func deploymentName(x headway.Deployment) string {
	if x.Rehearsal {
		return "Rehearsal"
	}
	if x.Undoes != "" {
		return "Way back"
	}
	return "Deployment"
}
