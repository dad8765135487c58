package ui

import "testing"

// TestTheSheetOfKeysBeginsWithThePagesOwn: whoever asks on the plan or the board
// reads how a bar or a card is moved without scrolling.
func TestTheSheetOfKeysBeginsWithThePagesOwn(t *testing.T) {
	for nav, want := range map[string]string{
		"plan": "lift the bar, to move it", "board": "move the card to the next column",
	} {
		found := false
		for _, k := range shortcuts(Page{Nav: nav, Programme: Ref{Key: "atlas"}}) {
			if k.Text == "show this sheet" {
				break
			}
			found = found || k.Text == want
		}
		if !found {
			t.Errorf("%s: %q does not come first", nav, want)
		}
	}
	if first := shortcuts(Page{})[0]; first.Keys[0] != "Ctrl K" {
		t.Errorf("a page of no programme begins with %v", first)
	}
}
