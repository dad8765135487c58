package timeline

import (
	"fmt"
	"slices"

	"headway"
)

const (
	blockLanes = 12   // at most, in one block
	blockMarks = 90   // about so many in one block
	narrow     = 6.0  // px below which a bar cannot be read or met
	crowd      = 24   // narrow bars of a lane from which on they are gathered
	bundle     = 64.0 // px of the widest bundle of gathered bars
	touching   = 15.0 // px between deployments that would lie on each other
	busy       = 40   // deployments from which on such are drawn as one
)

// Block is some lanes next to each other, drawn together or not at all.
type Block struct {
	First, Lanes int // number of the first lane, and how many there are
	Y, H         float64
	Drawn        bool
	More         string // address that draws it, when it is not
	Ghosts       []Box
	Bars         []BarBox
	Gaps         []GapBox
}

// laneMarks is where the marks of a lane begin in the lists of the drawing.
type laneMarks struct {
	y, h               float64
	ghosts, bars, gaps int
}

// blocks parts the lanes into blocks and decides which are drawn: all when they
// are few, else those from the first lane that is asked for, as far as the
// number of marks goes. Words are made only for what is drawn.
func (l *layer) blocks() {
	end := laneMarks{ghosts: len(l.d.Ghosts), bars: len(l.d.Bars), gaps: len(l.d.Gaps)}
	all, left := end.bars+end.gaps, l.p.Marks
	everything := l.p.Marks == 0 || all <= l.p.Marks*5/4
	for from := 0; from < len(l.lanes); {
		to, next := from, end
		for to < len(l.lanes) && (to == from || to-from < blockLanes && marksBetween(l.lanes[from], l.lanes[to]) < blockMarks) {
			to++
		}
		if to < len(l.lanes) {
			next = l.lanes[to]
		}
		a, last := l.lanes[from], l.lanes[to-1]
		b := Block{
			First: from, Lanes: to - from, Y: a.y, H: last.y + last.h - a.y,
			Ghosts: l.d.Ghosts[a.ghosts:next.ghosts], Bars: l.d.Bars[a.bars:next.bars], Gaps: l.d.Gaps[a.gaps:next.gaps],
		}
		marks := marksBetween(a, next)
		b.Drawn = everything || marks == 0 || to > l.p.First && left > 0
		if b.Drawn {
			b.tell()
			if to > l.p.First {
				left -= marks
			}
		} else if l.p.More != nil {
			b.More = l.p.More(from)
		}
		l.d.Blocks = append(l.d.Blocks, b)
		from = to
	}
}

func marksBetween(a, b laneMarks) int { return b.bars - a.bars + b.gaps - a.gaps }

// tell fills in the words of what is drawn.
func (b *Block) tell() {
	for i := range b.Bars {
		x := &b.Bars[i]
		if x.Count == 0 && x.Tell != nil {
			x.Tell(&x.Bar)
		}
		x.Text = fit(x.Label, x.W-11)
	}
	for i := range b.Gaps {
		if g := &b.Gaps[i]; g.Tell != nil {
			g.Tell(&g.Gap)
		}
	}
}

// gather draws the narrow bars of a crowded lane as bundles that lead nearer:
// one by one they could neither be read nor met.
func (l *layer) gather(bars []BarBox) []BarBox {
	isNarrow := func(b BarBox) bool { return b.W < narrow && !b.Looked }
	n := 0
	for _, b := range bars {
		if isNarrow(b) {
			n++
		}
	}
	if n < crowd || l.p.Closer == nil {
		return bars
	}
	var out []BarBox
	open := map[float64]int{} // by row: place in out of the bundle that may take more
	for _, b := range bars {
		if i, ok := open[b.Y]; ok && isNarrow(b) && b.X+b.W-out[i].X <= bundle {
			o := &out[i]
			o.W, o.Count, o.Span.To = b.X+b.W-o.X, o.Count+1, b.Span.To
			continue
		}
		delete(open, b.Y)
		if isNarrow(b) {
			open[b.Y], b.Count = len(out), 1
		}
		out = append(out, b)
	}
	for i := range out {
		if b := &out[i]; b.Count == 1 {
			b.Count = 0
		} else if b.Count > 1 {
			b.Bar = Bar{Span: b.Span, Class: "bundle", Label: fmt.Sprint(b.Count), What: fmt.Sprintf("%d activities", b.Count), When: l.when(b.Span), Href: l.p.Closer(b.Span)}
		}
	}
	return slices.Clip(out)
}

func (l *layer) when(i headway.Interval) string {
	const day = "Mon 2 Jan 2006"
	return i.From.In(l.axis.zone).Format(day) + " – " + i.To.In(l.axis.zone).Format(day)
}

// joins adds a deployment to the one before it when both would lie on each
// other and there are many.
func (l *layer) joins(x float64, all int) bool {
	n := len(l.d.Deploys)
	if all < busy || n == 0 || l.p.Closer == nil || x-l.d.Deploys[n-1].X >= touching {
		return false
	}
	d := &l.d.Deploys[n-1]
	d.Count = max(d.Count, 1) + 1
	return true
}

// nameJoined fills in the words of deployments, and says of those that are
// drawn as one how many they are.
func (l *layer) nameJoined() {
	for i := range l.d.Deploys {
		d := &l.d.Deploys[i]
		if d.Count == 0 {
			if d.Tell != nil {
				d.Tell(&d.Deploy)
			}
			continue
		}
		span := headway.Interval{From: d.At, To: d.At.AddDate(0, 0, 1)}
		d.Deploy = Deploy{
			At: d.At, Planned: d.Planned, Label: fmt.Sprint(d.Count), Href: l.p.Closer(span),
			What: fmt.Sprintf("%d deployments", d.Count), When: "from " + d.At.In(l.axis.zone).Format("Mon 2 Jan 2006, 15:04") + " on",
		}
		d.LabelY = d.Y + 3.5
	}
}
