package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"headway"
)

// Sizes of the drawing, in CSS pixels.
const (
	headHeight    = 42
	sectionHeight = 22
	barHeight     = 20
	barPitch      = 24
	gapPitch      = 15
	lanePad       = 5
	trackHeight   = 74
	labelWidth    = 176
	charWidth     = 6.0 // of the 11 px label font, generously
)

// Drawing is a picture with positions.
type Drawing struct {
	Width, Height, LabelWidth int
	Axis                      []DayAt
	Calendar                  headway.Calendar
	Zoom                      Zoom
	Head                      []Tick
	Sections                  []Row
	Rows                      []Row
	Days                      []Box // days off and holidays
	Freezes                   []Box
	Windows                   []Box
	Off                       []Box
	Ghosts                    []Box
	Bars                      []BarBox
	Gaps                      []GapBox
	Blocks                    []Block
	Deploys                   []DeployBox
	Headways                  []Text
	TrackY                    float64
	Today                     float64 // negative when it is not in sight
	TodayText                 string
}

// DayAt is where a day begins in the drawing.
type DayAt struct {
	Date headway.Date
	X    float64
}

// Box is a rectangle with a name.
type Box struct {
	X, Y, W, H float64
	Class      string
	Text       string
}

// Text is a word at a place.
type Text struct {
	X, Y float64
	Text string
}

// Row is a line of the label column.
type Row struct {
	Y, H       float64
	Label, Sub string
	Line       string
	Href       string
	Fold       string
	Folded     bool
}

// Tick is a line of the axis.
type Tick struct {
	X     float64
	Text  string
	Major bool
	Rule  bool // drawn down through the lanes
}

// BarBox is a placed bar.
type BarBox struct {
	Bar
	X, Y, W, H float64
	Text       string // what fits of the label
	Count      int    // of bars that are too narrow to be drawn one by one; 0: it is one
}

// GapBox is a placed gap; Drop is where its thread to production ends.
type GapBox struct {
	Gap
	X1, X2, Y, Drop float64
	Text            string
	Ends            bool // the end is in sight
}

// DeployBox is a placed deployment.
type DeployBox struct {
	Deploy
	X, Y   float64
	LabelY float64
	Count  int // of deployments that would lie on each other; 0: it is one
}

// Lay places everything that the drawing sees.
func Lay(p Picture) Drawing {
	l := layer{p: p, axis: newAxis(p), y: headHeight}
	l.d = Drawing{Width: p.Width, LabelWidth: labelWidth, Zoom: p.Zoom, Head: ticks(p, l.axis), Today: -1}
	for i, day := range l.axis.days {
		l.d.Axis = append(l.d.Axis, DayAt{day, l.axis.x[i]})
	}
	l.d.Calendar = p.Calendar
	l.d.Calendar.From, l.d.Calendar.To = l.axis.from, l.axis.to
	for _, s := range p.Sections {
		l.section(s)
	}
	l.blocks()
	l.track()
	l.d.Height = int(l.y) + 1
	l.bands()
	for i := range l.d.Gaps {
		l.d.Gaps[i].Drop = l.d.TrackY
	}
	if l.axis.sees(headway.Interval{From: p.Now, To: p.Now.Add(time.Second)}) {
		l.d.Today, l.d.TodayText = l.axis.at(p.Now), p.Now.In(l.axis.zone).Format("2 Jan 15:04")
	}
	return l.d
}

type layer struct {
	p    Picture
	axis axis
	d    Drawing
	y    float64

	lanes []laneMarks
}

func (l *layer) section(s Section) {
	l.d.Sections = append(l.d.Sections, Row{Y: l.y, H: sectionHeight, Label: s.Label, Sub: s.Note, Fold: s.Fold, Folded: s.Folded})
	l.y += sectionHeight
	if s.Folded {
		return
	}
	if len(s.Lanes) == 0 && s.Empty != "" {
		l.d.Rows = append(l.d.Rows, Row{Y: l.y, H: barPitch + 2*lanePad, Label: s.Empty, Href: s.EmptyHref})
		l.y += barPitch + 2*lanePad
	}
	for _, lane := range s.Lanes {
		l.lane(lane)
	}
}

func (l *layer) lane(lane Lane) {
	top := l.y
	marks := laneMarks{y: top, ghosts: len(l.d.Ghosts), bars: len(l.d.Bars), gaps: len(l.d.Gaps)}
	var rows rows
	for _, g := range lane.Ghosts {
		if l.axis.sees(g) {
			x1, x2 := l.axis.at(g.From), l.axis.at(g.To)
			l.d.Ghosts = append(l.d.Ghosts, Box{X: x1, Y: top + lanePad - 2.5, W: max(x2-x1, 2), H: barHeight + 5})
		}
	}
	bars := slices.Clone(lane.Bars)
	slices.SortStableFunc(bars, func(a, b Bar) int { return cmp.Or(a.Span.From.Compare(b.Span.From), b.Span.To.Compare(a.Span.To)) })
	for _, b := range bars {
		if !l.axis.sees(b.Span) {
			continue
		}
		x1, x2 := l.axis.at(b.Span.From), l.axis.at(b.Span.To)
		x2 = max(x2, x1+3)
		row := rows.place(x1, x2-0.5)
		l.d.Bars = append(l.d.Bars, BarBox{Bar: b, X: x1, Y: top + lanePad + float64(row)*barPitch, W: max(x2-x1-1, 2), H: barHeight})
	}
	l.d.Bars = append(l.d.Bars[:marks.bars], l.gather(l.d.Bars[marks.bars:])...)
	height := lanePad*2 + float64(max(len(rows.ends), 1))*barPitch - (barPitch - barHeight)
	height += l.gaps(lane, top+height-2)
	l.d.Rows = append(l.d.Rows, Row{Y: top, H: height, Label: lane.Label, Sub: lane.Sub, Line: lane.Line, Href: lane.Href})
	for _, o := range lane.Off {
		if l.axis.sees(o) {
			x1, x2 := l.axis.at(o.From), l.axis.at(o.To)
			l.d.Off = append(l.d.Off, Box{X: x1, Y: top + 1, W: x2 - x1, H: height - 2})
		}
	}
	l.y += height
	marks.h = height
	l.lanes = append(l.lanes, marks)
}

// gaps places the gaps of a lane below its bars and gives the height they take.
func (l *layer) gaps(lane Lane, top float64) float64 {
	var rows rows
	gaps := slices.Clone(lane.Gaps)
	slices.SortStableFunc(gaps, func(a, b Gap) int { return a.Span.From.Compare(b.Span.From) })
	last := l.axis.starts[len(l.axis.starts)-1]
	for _, g := range gaps {
		if !l.axis.sees(g.Span) {
			continue
		}
		x1, x2 := l.axis.at(g.Span.From), l.axis.at(g.Span.To)
		text := fmt.Sprintf("%d d", g.Days)
		row := rows.place(x1, x2+float64(len(text))*charWidth+8)
		l.d.Gaps = append(l.d.Gaps, GapBox{Gap: g, X1: x1, X2: x2, Y: top + 5 + float64(row)*gapPitch, Text: text, Ends: g.Span.To.Before(last)})
	}
	if len(rows.ends) == 0 {
		return 0
	}
	return float64(len(rows.ends))*gapPitch + 2
}

func (l *layer) track() {
	t := l.p.Production
	l.d.Sections = append(l.d.Sections, Row{Y: l.y, H: sectionHeight, Label: "Production", Sub: cmp.Or(t.Note, "the headway between releases is written on the line")})
	l.y += sectionHeight
	l.d.TrackY = l.y + trackHeight/2
	l.d.Rows = append(l.d.Rows, Row{Y: l.y, H: trackHeight, Label: cmp.Or(t.Label, "Deployments"), Href: t.Href})
	for _, w := range t.Windows {
		if l.axis.sees(w.Span) {
			x1, x2 := l.axis.at(w.Span.From), l.axis.at(w.Span.To)
			l.d.Windows = append(l.d.Windows, Box{X: x1, Y: l.y + 1, W: max(x2-x1, 2), H: trackHeight - 2, Text: w.Name})
		}
	}
	deploys := slices.Clone(l.p.Production.Deploys)
	slices.SortStableFunc(deploys, func(a, b Deploy) int { return a.At.Compare(b.At) })
	var above, below float64
	for i, d := range deploys {
		if i > 0 {
			l.headway(deploys[i-1].At, d.At)
		}
		if !l.axis.sees(headway.Interval{From: d.At, To: d.At.Add(time.Second)}) {
			continue
		}
		x := l.axis.at(d.At)
		if l.joins(x, len(deploys)) {
			continue
		}
		box := DeployBox{Deploy: d, X: x, Y: l.d.TrackY, LabelY: l.d.TrackY - 15}
		half := float64(len(d.Label)) * charWidth / 2
		switch {
		case x-half > above:
			above = x + half + 4
		case x-half > below:
			box.LabelY, below = l.d.TrackY+25, x+half+4
		default:
			box.Label = ""
		}
		l.d.Deploys = append(l.d.Deploys, box)
	}
	l.nameJoined()
	l.y += trackHeight
}

// headway writes the time between two deployments on the line between them,
// when there is room.
func (l *layer) headway(a, b time.Time) {
	if !l.axis.sees(headway.Interval{From: a, To: b}) {
		return
	}
	x1, x2 := l.axis.at(a), l.axis.at(b)
	text := fmt.Sprintf("%.0f d", b.Sub(a).Hours()/24)
	if b.Sub(a) < 36*time.Hour {
		text = fmt.Sprintf("%.0f h", b.Sub(a).Hours())
	}
	if x2-x1 > float64(len(text))*charWidth+26 {
		l.d.Headways = append(l.d.Headways, Text{(x1 + x2) / 2, l.d.TrackY + 3.5, text})
	}
}

// bands shades days off, holidays and freezes over the whole height.
func (l *layer) bands() {
	h := float64(l.d.Height - headHeight)
	for i, day := range l.axis.days {
		if l.p.Calendar.IsWorkingDay(day) {
			continue
		}
		b := Box{X: l.axis.x[i], Y: headHeight, W: l.axis.x[i+1] - l.axis.x[i], H: h, Class: "off"}
		if name, ok := l.p.Calendar.Holidays[day]; ok {
			b.Class, b.Text = "holiday", name
		}
		if n := len(l.d.Days); n > 0 && b.Class == "off" && l.d.Days[n-1].Class == "off" && l.d.Days[n-1].X+l.d.Days[n-1].W >= b.X-0.01 {
			l.d.Days[n-1].W += b.W
			continue
		}
		l.d.Days = append(l.d.Days, b)
	}
	for _, f := range l.p.Freezes {
		if l.axis.sees(f.Span) {
			x1, x2 := l.axis.at(f.Span.From), l.axis.at(f.Span.To)
			l.freeze(Box{X: x1, Y: headHeight, W: max(x2-x1, 2), H: h, Text: f.Name})
		}
	}
}

// freeze places a band; its name goes before the note of the section that it would stand on.
func (l *layer) freeze(f Box) {
	l.d.Freezes = append(l.d.Freezes, f)
	first := &l.d.Sections[0]
	if fit(f.Text, f.W-8) != "" && f.X < 10+float64(len(first.Sub))*charWidth {
		first.Sub = ""
	}
}

// rows stacks spans that would overlap.
type rows struct{ ends []float64 }

func (r *rows) place(from, to float64) int {
	for i, end := range r.ends {
		if from >= end-0.5 {
			r.ends[i] = to
			return i
		}
	}
	r.ends = append(r.ends, to)
	return len(r.ends) - 1
}

// fit cuts a label to a width; too little room leaves nothing.
func fit(label string, width float64) string {
	n := int(width / charWidth)
	runes := []rune(label)
	switch {
	case len(runes) <= n:
		return label
	case n < 3:
		return ""
	default:
		return string(runes[:n-1]) + "…"
	}
}
