package timeline

import (
	"time"

	"headway"
)

// Zoom is how much time one drawing spans.
type Zoom string

// The zooms, by the unit that is written on the axis.
const (
	Day     Zoom = "day"
	Week    Zoom = "week"
	Month   Zoom = "month"
	Quarter Zoom = "quarter"
)

// Zooms lists every zoom, nearest first.
func Zooms() []Zoom { return []Zoom{Day, Week, Month, Quarter} }

// Days gives the span of one drawing in calendar days.
func (z Zoom) Days() int {
	switch z {
	case Day:
		return 7
	case Month:
		return 84
	case Quarter:
		return 240
	default:
		return 35
	}
}

// Picture is what is to be drawn.
type Picture struct {
	From, To   headway.Date // both included
	Now        time.Time
	Calendar   headway.Calendar
	Zoom       Zoom
	Width      int // of the drawing, in CSS pixels
	Sections   []Section
	Production Track
	Freezes    []Band
	Marks      int                           // about so many bars and gaps are drawn, whole blocks of lanes; 0: all
	First      int                           // lane from which on they are drawn
	More       func(lane int) string         // address that draws from a lane on
	Closer     func(headway.Interval) string // address that shows a span nearer
}

// Section is a group of lanes under one heading.
type Section struct {
	Key         string
	Label, Note string
	Lanes       []Lane
	Empty       string // said in place of lanes
	EmptyHref   string // where what is missing comes from
	Fold        string // address that closes or opens the section
	Folded      bool   // its lanes are not drawn
}

// Lane is one row: a team, the shelf, a person, an environment.
type Lane struct {
	Label, Sub string
	Line       string // class of the team's line colour
	Href       string // where its label leads; empty: nowhere
	Bars       []Bar
	Gaps       []Gap
	Ghosts     []headway.Interval // where the published plan has its bars
	Off        []headway.Interval // absences
}

// Bar is a stretch of time with a name.
type Bar struct {
	Span                         headway.Interval
	Label                        string
	Class                        string // sprint, shelf, now, past, done, blocked, foreseen, conflict
	Line                         string
	Release                      string // id that ties bars of one release together
	Href                         string
	What, Who, When, Why, Status string
	Pinned                       bool
	Moved                        bool   // elsewhere than in the plan it is compared with
	Looked                       bool   // the reader looks at it
	Movable                      string // activity that can be moved; empty: it stays

	// Tell fills in the words of a bar that comes to be drawn; nil: they are there.
	Tell func(*Bar)
}

// Gap is the way of one release from sprint end to production.
type Gap struct {
	Span    headway.Interval
	Days    int // working days
	Band    headway.GapBand
	Open    bool // not in production yet: the end is the plan's
	Release string
	Href    string
	What    string
	When    string

	Tell func(*Gap) // as of a bar
}

// Track is the lane of production: what reached it and what will.
type Track struct {
	Label, Href string // of its lane; empty: Deployments
	Note        string // empty: what the track shows
	Deploys     []Deploy
	Windows     []Band
}

// Deploy is one release reaching production.
type Deploy struct {
	At                           time.Time
	Label, Line, Release, Href   string
	Planned                      bool
	What, Who, When, Why, Status string

	Tell func(*Deploy) // as of a bar
}

// Band is a stretch of the axis with a name: a freeze, a window.
type Band struct {
	Span headway.Interval
	Name string
}
