package web

import (
	"slices"
	"strings"

	"headway/internal/web/form"
)

// graph is a playbook drawn from left to right: what waits for something stands
// in a later column.
type graph struct {
	Width, Height int
	Nodes         []graphNode
	Lines         []graphLine
}

type graphNode struct {
	X, Y        int
	Title, Note string
	Element     int
	Conditional bool
}

// graphLine is an SVG path from the end of one node to the beginning of another.
type graphLine struct{ D string }

const (
	nodeWidth, nodeHeight = 196, 40
	columnGap, rowGap     = 36, 12
)

// drawPlaybook lays the activities of the form out; a circle among them is cut
// where it is found.
func drawPlaybook(elements []form.Element) graph {
	index := map[string]int{}
	after := make([][]string, len(elements))
	for k, e := range elements {
		if e.New || e.Removed {
			continue
		}
		for _, f := range e.Fields {
			switch f.Path {
			case "key":
				index[f.Value] = k
			case "after":
				after[k] = f.Values
			}
		}
	}
	column := make([]int, len(elements))
	var depth func(k int, path []int) int
	depth = func(k int, path []int) int {
		d := 0
		for _, a := range after[k] {
			if j, ok := index[a]; ok && !slices.Contains(path, j) {
				d = max(d, 1+depth(j, append(path, k)))
			}
		}
		return d
	}
	rows := map[int]int{}
	var g graph
	at := map[int]graphNode{}
	for k, e := range elements {
		if e.New || e.Removed {
			continue
		}
		column[k] = depth(k, []int{k})
		n := graphNode{X: column[k] * (nodeWidth + columnGap), Y: rows[column[k]] * (nodeHeight + rowGap), Title: e.Title, Note: e.Note, Element: e.Index}
		n.Conditional = slices.ContainsFunc(e.Fields, func(f form.Field) bool { return f.Path == "when" && f.Value != "" })
		rows[column[k]]++
		at[k] = n
		g.Nodes = append(g.Nodes, n)
		g.Width, g.Height = max(g.Width, n.X+nodeWidth), max(g.Height, n.Y+nodeHeight)
	}
	for k := range elements {
		for _, a := range after[k] {
			if j, ok := index[a]; ok {
				g.Lines = append(g.Lines, graphLine{curve(at[j], at[k])})
			}
		}
	}
	return g
}

func curve(a, b graphNode) string {
	x1, y1, x2, y2 := a.X+nodeWidth, a.Y+nodeHeight/2, b.X, b.Y+nodeHeight/2
	mid := (x1 + x2) / 2
	var s strings.Builder
	for _, part := range []any{"M", x1, y1, "C", mid, y1, mid, y2, x2, y2} {
		writePart(&s, part)
	}
	return strings.TrimSpace(s.String())
}
