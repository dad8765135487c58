package cli

import (
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"headway"
	"headway/client"
)

// screen shows a deployment in a terminal, drawn over itself.
type screen struct {
	f      *os.File
	lines  int  // drawn last
	colour bool // unless the user wants none (no-color.org)
	got    time.Time
	last   client.Deployment
}

func newScreen(f *os.File) *screen { return &screen{f: f, colour: os.Getenv("NO_COLOR") == ""} }

func (s *screen) show(d client.Deployment, lost bool) {
	width, height, err := term.GetSize(int(s.f.Fd()))
	if err != nil || width < 20 || height < 8 {
		width, height = 80, 24
	}
	if d.Seconds != s.last.Seconds || d.State != s.last.State { // a new answer: its clocks count from here
		s.got, s.last = time.Now(), d
	}
	p := picture{d: d, since: time.Since(s.got), width: width, height: height - 1, lost: lost, zone: time.Local}
	lines := p.draw()
	var b strings.Builder
	if s.lines > 0 {
		fmt.Fprintf(&b, "\x1b[%dF", s.lines)
	}
	for _, l := range lines {
		b.WriteString(l.text(s.colour) + "\x1b[K\n")
	}
	b.WriteString("\x1b[J")
	s.lines = len(lines)
	_, _ = s.f.WriteString(b.String()) // a closed terminal cannot be told of
}

// line is one line of a picture, in parts with their colours.
type line []part

type part struct {
	words, sgr string
}

const (
	faint  = "2"
	strong = "1"
	green  = "32"
	red    = "31"
	yellow = "33"
	blue   = "34"
)

func (l line) text(colour bool) string {
	var b strings.Builder
	for _, p := range l {
		if colour && p.sgr != "" {
			b.WriteString("\x1b[" + p.sgr + "m" + p.words + "\x1b[0m")
			continue
		}
		b.WriteString(p.words)
	}
	return b.String()
}

// picture is what is to be drawn of a deployment.
type picture struct {
	d             client.Deployment
	since         time.Duration // the deployment was asked for
	width, height int
	lost          bool
	zone          *time.Location
}

// draw gives the lines of the picture: head, progress, steps, what happened last.
func (p picture) draw() []line {
	out := append([]line{p.head(), p.progress(), p.times(), {}}, p.steps()...)
	out = append(out, line{})
	for i, e := range p.d.Log {
		if i == 3 {
			break
		}
		out = append(out, line{{p.fit(e.At.In(p.zone).Format("15:04:05")+"  "+e.Text, p.width), faint}})
	}
	last := "Ctrl-C ends this view, not the deployment. To stop it: headway deploy stop ID --reason …"
	if p.lost {
		last = "No answer from the server; what is shown may be old."
	}
	return append(out, line{{p.fit(last, p.width), faint}})
}

func (p picture) head() line {
	title := fmt.Sprintf("%s %s to %s", p.d.Team, p.d.Candidate, p.d.Environment)
	if p.d.Rehearsal {
		title += " (rehearsal)"
	}
	state := "  " + p.d.State
	if p.d.Reason != "" {
		state += ": " + oneLine(p.d.Reason)
	}
	title = p.fit(title, p.width)
	return line{{title, strong}, {p.fit(state, p.width-utf8.RuneCountInString(title)), stateColour(p.d.State)}}
}

// progress is a bar over the time that the deployment takes.
func (p picture) progress() line {
	took, left := p.took(p.d.Seconds), max(p.d.LeftSeconds-p.moving(), 0)
	whole := max(took+left, 1)
	cells := max(min(p.width, 100)-1, 1)
	done := min(int(float64(cells)*took/whole), cells)
	return line{{strings.Repeat("━", done), stateColour(p.d.State)}, {"●", stateColour(p.d.State)}, {strings.Repeat("─", cells-done), faint}}
}

func (p picture) times() line {
	text := fmt.Sprintf("%d of %d steps · %s", p.count(headway.StepSucceeded), len(p.d.Steps)-p.count(headway.StepSkipped), brief(p.took(p.d.Seconds)))
	if p.d.EndedAt.IsZero() {
		now := p.d.StartedAt.Add(time.Duration(p.d.Seconds * float64(time.Second)))
		at := func(seconds float64) string {
			return now.Add(time.Duration(seconds * float64(time.Second))).In(p.zone).Format("15:04")
		}
		text += fmt.Sprintf(" · ends %s, on a slow day %s", at(p.d.LeftSeconds), at(p.d.LeftSlowSeconds))
	}
	if !p.d.WindowTo.IsZero() {
		text += " · window closes " + p.d.WindowTo.In(p.zone).Format("15:04")
	}
	if p.d.Beyond != "" {
		text += " · no way back since " + printable(p.d.Beyond)
	}
	return line{{p.fit(text, p.width), ""}}
}

// steps draws as many steps as there is room for, those that are due in view.
func (p picture) steps() []line {
	var all []line
	due := 0
	for _, s := range p.d.Steps {
		if s.NoReturn {
			all = append(all, line{{p.fit(" ══ point of no return ══", p.width), red}})
		}
		if s.Current && s.State != string(headway.StepPending) && due == 0 {
			due = len(all)
		}
		all = append(all, p.step(s))
	}
	room := max(p.height-9, 3)
	if len(all) <= room {
		return all
	}
	from := min(max(due-room/2, 0), len(all)-room)
	return all[from : from+room]
}

func (p picture) step(s client.Step) line {
	mark, sgr := stepSign(s.State)
	took := brief(s.ExpectedSeconds) + " expected"
	if !s.StartedAt.IsZero() && s.State != string(headway.StepSkipped) {
		seconds := s.Seconds
		if s.EndedAt.IsZero() {
			seconds += p.moving()
		}
		took = brief(seconds) + " of " + brief(s.ExpectedSeconds)
	}
	who := s.State
	if s.State == string(headway.StepWaiting) && s.Kind == string(headway.StepManual) {
		who = "waits for a person"
	}
	if s.Owner != "" && s.State != string(headway.StepWaiting) {
		who += " · " + printable(s.Owner)
	} else if s.By != "" {
		who += " · " + printable(s.By)
	}
	const times = 22
	title := max(min(p.width-times-32, 44), 12)
	rest := max(p.width-title-times-5, 0)
	return line{
		{" " + mark + " ", sgr},
		{p.pad(s.Title, title), ""},
		{" ", ""},
		{p.pad(who, rest), faint},
		{p.pad(took, times), faint},
	}
}

func stepSign(state string) (mark, sgr string) {
	switch headway.StepState(state) {
	case headway.StepSucceeded:
		return "✓", green
	case headway.StepFailed:
		return "✗", red
	case headway.StepUnknown:
		return "?", yellow
	case headway.StepRunning:
		return "▶", blue
	case headway.StepWaiting:
		return "●", blue
	case headway.StepSkipped:
		return "–", faint
	}
	return "·", faint
}

func stateColour(state string) string {
	switch headway.DeploymentState(state) {
	case headway.DeploymentSucceeded:
		return green
	case headway.DeploymentStopped:
		return red
	case headway.DeploymentRolledBack, headway.DeploymentRollingBack, headway.DeploymentAbandoned:
		return yellow
	}
	return blue
}

// moving is how far the clocks of what runs have gone on since the answer.
func (p picture) moving() float64 {
	if !p.d.EndedAt.IsZero() {
		return 0
	}
	return p.since.Seconds()
}

func (p picture) took(seconds float64) float64 { return seconds + p.moving() }

func (p picture) count(state headway.StepState) (n int) {
	for _, s := range p.d.Steps {
		if s.State == string(state) {
			n++
		}
	}
	return n
}

// fit cuts text to a width, harmless to a terminal.
func (p picture) fit(text string, width int) string {
	text = printable(text)
	if runes := []rune(text); len(runes) > width {
		if width < 1 {
			return ""
		}
		return string(runes[:width-1]) + "…"
	}
	return text
}

func (p picture) pad(text string, width int) string {
	text = p.fit(text, width)
	return text + strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 0))
}

// brief writes seconds as 45 s, 12 min or 1 h 20 min.
func brief(seconds float64) string {
	if seconds < 60 {
		return fmt.Sprintf("%d s", int(seconds))
	}
	return headway.HoursMinutes((time.Duration(seconds) * time.Second).Truncate(time.Minute))
}
