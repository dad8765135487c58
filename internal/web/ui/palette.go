package ui

import "headway"

// Shortcut is what a key does.
type Shortcut struct {
	Keys []string
	Text string
}

// shortcuts lists the keys of a page: its own, those of everywhere, those that go somewhere.
func shortcuts(p Page) []Shortcut {
	out := pageKeys(p.Nav)
	out = append(out,
		Shortcut{[]string{"Ctrl K"}, "go to a page, release, person or action (⌘ K on a Mac)"},
		Shortcut{[]string{"/"}, "the same"},
		Shortcut{[]string{"?"}, "show this sheet"},
		Shortcut{[]string{"Esc"}, "close a menu or a sheet"},
	)
	if p.Programme.Key == "" {
		return out
	}
	for _, s := range append(Stops(), Sidings()...) {
		out = append(out, Shortcut{[]string{"g", s.Letter}, s.Label})
	}
	return out
}

// pageKeys are the keys that one page alone has: whoever asks on it wants them first.
func pageKeys(nav string) []Shortcut {
	switch nav {
	case "plan":
		return []Shortcut{
			{[]string{"↑", "↓", "←", "→"}, "walk from bar to bar: what, who, when, why here"},
			{[]string{"Enter"}, "open the bar"},
			{[]string{"m"}, "lift the bar, to move it"},
			{[]string{"←", "→"}, "then: an hour earlier or later; with Shift a day"},
			{[]string{"Enter"}, "then: see what else moves, before anything is changed"},
			{[]string{"Esc"}, "then: put the bar back"},
		}
	case "board":
		return []Shortcut{
			{[]string{"↑", "↓", "←", "→"}, "walk over the cards"},
			{[]string{"Shift ←", "Shift →"}, "move the card to the next column"},
			{[]string{"Shift ↑", "Shift ↓"}, "give the card to the person of the lane above or below"},
			{[]string{"m"}, "open the card's form"},
			{[]string{"t"}, "take the card and begin"},
		}
	}
	return nil
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
