package web

import (
	"bytes"
	"testing"
	"time"

	"headway/internal/app"
)

// Work is assigned by a person's key; the id is for the filter.
func TestTheBoardSendsTheKeyOfWhoeverTakesACard(t *testing.T) {
	w := ordinary()
	p := fixturePage("board", "Ops board")
	page := renderSample(t, sample{"board", p, boardBody(p, sampleBoard(w))})
	if !bytes.Contains(page, []byte(`name="take" value="person-0"`)) {
		t.Error("no card can be taken by person-0")
	}
	if !bytes.Contains(page, []byte(`person=u0`)) {
		t.Error("the filter does not name the person by id")
	}
}

func TestRhythm(t *testing.T) {
	for _, c := range []struct {
		name string
		in   app.Rhythm
		want string
	}{
		{"nothing is live", app.Rhythm{}, "– "},
		{"one release has no headway", app.Rhythm{Releases: 1}, "– "},
		{"two releases went out together", app.Rhythm{Releases: 2}, "0 hours"},
		{"below two days", app.Rhythm{Releases: 2, Median: 47 * time.Hour}, "47 hours"},
		{"two days", app.Rhythm{Releases: 3, Median: 48 * time.Hour}, "2.0 days"},
	} {
		if got := rhythmText(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
