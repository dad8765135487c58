package ui

import "headway"

// Shortcut is what a key does.
type Shortcut struct {
	Keys []string
	Text string
}

// shortcuts lists the keys of a page, those of everywhere first.
func shortcuts(p Page) []Shortcut {
	out := []Shortcut{
		{[]string{"Ctrl K"}, "go to a page, release, person or action (⌘ K on a Mac)"},
		{[]string{"/"}, "the same"},
		{[]string{"?"}, "show this sheet"},
		{[]string{"Esc"}, "close a menu or a sheet"},
	}
	if p.Programme.Key == "" {
		return out
	}
	for _, s := range append(Stops(), Sidings()...) {
		out = append(out, Shortcut{[]string{"g", s.Letter}, s.Label})
	}
	if p.Nav == "board" {
		out = append(out,
			Shortcut{[]string{"↑", "↓", "←", "→"}, "walk over the cards"},
			Shortcut{[]string{"Shift ←", "Shift →"}, "move the card to the next column"},
			Shortcut{[]string{"Shift ↑", "Shift ↓"}, "give the card to the person of the lane above or below"},
			Shortcut{[]string{"m"}, "open the card's form"},
			Shortcut{[]string{"t"}, "take the card and begin"},
		)
	}
	return out
}

// action is something to do, by where it is done.
type action struct{ Label, Path string }

func actions(p Page) []action {
	var out []action
	for _, a := range []struct {
		may headway.Action
		action
	}{
		{headway.WorkBacklog, action{"Log an interrupt", "/board#menu-interrupt"}},
		{headway.ReportDefect, action{"Report a defect", "/defects#report"}},
		{headway.OpenDecision, action{"Open a go/no-go", "/decisions"}},
		{headway.PublishPlan, action{"Publish the plan", "/plan#publish"}},
		{headway.StopDeployment, action{"Stop all deployments", "/deployments#stop"}},
	} {
		if p.Viewer.May(a.may) {
			out = append(out, a.action)
		}
	}
	return out
}

func findPath(p Page) string {
	if p.Programme.Key == "" {
		return "/"
	}
	return p.Programme.Path("/find")
}
