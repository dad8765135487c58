package ui

import "headway"

// Page is what the shell around every page needs.
type Page struct {
	Title      string
	Nav        string // key of the current stop
	Viewer     Viewer
	Programme  Ref   // empty on pages of the instance
	Programmes []Ref // that the viewer may see
	Counts     map[string]Badge
	Clock      Clock
	Flash      Flash
	Theme      string // light, dark or empty for the system's
	Assets     Assets
	Wide       bool
	Narrow     bool
	Path       string // its own address, also when it answers a form
	Held       bool   // shows what was typed, or what is shown once: it is not refreshed by itself
}

// Viewer is who looks.
type Viewer struct {
	Name, Email string
	Admin       bool
	Roles       []headway.Role // in the programme
}

// May tells whether the viewer may do something in the page's programme, so
// that pages offer only what can be done. The verb asks again.
func (v Viewer) May(a headway.Action) bool {
	for _, r := range v.Roles {
		if r.May(a) {
			return true
		}
	}
	return false
}

// Ref names a programme.
type Ref struct{ Key, Name string }

// Path gives an address under the programme.
func (r Ref) Path(rest string) string { return "/p/" + r.Key + rest }

// Badge is a number beside a stop of the line.
type Badge struct {
	N   int
	Hot bool // somebody waits for the viewer
}

// Flash is one message after a redirect.
type Flash struct {
	Text    string
	Bad     bool
	Differs []Difference // between what was seen and what is, where a form came too late
	Undo    *Undo        // the form that takes it back; nil when nothing does
}

// Difference is one thing that is another than it was.
type Difference struct{ What, Was, Is string }

// Undo is a form that takes back what was just done.
type Undo struct {
	Action string
	Values []Value
}

// Value is one hidden field of a form.
type Value struct{ Name, Value string }

// Assets are the addresses of the built front-end; empty when it was not built.
type Assets struct{ App, Style string }

// Stop is one page of a programme.
type Stop struct{ Key, Label, Path, Letter string }

// Stops gives the pages in the order in which a release travels.
func Stops() []Stop {
	return []Stop{
		{"plan", "Plan", "/plan", "p"},
		{"shelf", "Shelf", "/shelf", "s"},
		{"board", "Ops board", "/board", "b"},
		{"decisions", "Go/no-go", "/decisions", "g"},
		{"deployments", "Deployments", "/deployments", "d"},
		{"gap", "Gap", "/gap", "a"},
	}
}

// Sidings gives the pages beside the line.
func Sidings() []Stop {
	return []Stop{
		{"work", "My work", "/work", "m"},
		{"teams", "Team backlog", "/teams", "k"},
		{"forecast", "Forecast", "/forecast", "t"},
		{"advice", "Gap advice", "/advice", "v"},
		{"queue", "Queue", "/queue", "q"},
		{"measures", "Measures", "/measures", "i"},
		{"retrospective", "Retrospective", "/retrospective", "o"},
		{"releases", "Releases", "/releases", "r"},
		{"trains", "Trains", "/trains", "l"},
		{"evidence", "Evidence", "/evidence", "e"},
		{"environments", "Environments", "/environments", "w"},
		{"calendar", "Calendar", "/calendar", "c"},
		{"defects", "Defects", "/defects", "f"},
		{"fixes", "Fixes", "/fixes", "x"},
		{"incidents", "Incidents", "/incidents", "n"},
		{"rework", "Rework", "/rework", "y"},
		{"audit", "Audit", "/audit", "u"},
		{"settings", "Settings", "/settings", ","},
	}
}
