package web

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"headway"
	"headway/internal/app"
)

// TestWhatWasToldLongAgoIsFolded: My work is for today; a hundred old words do
// not stand in its way, and none is lost.
func TestWhatWasToldLongAgoIsFolded(t *testing.T) {
	var v app.MyWork
	for n := range 3 * toldAtOnce {
		v.Notifications = append(v.Notifications, headway.Notification{ID: fmt.Sprint(n), Text: fmt.Sprintf("word %d.", n), At: fixtureNow, ReadAt: fixtureNow})
	}
	var b bytes.Buffer
	if err := workBody(fixturePage("work", "My work"), v).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	seen, folded, found := strings.Cut(b.String(), `id="told-before"`)
	if n, m := strings.Count(seen, "word "), strings.Count(folded, "word "); !found || n != toldAtOnce || m != 2*toldAtOnce {
		t.Errorf("%d are seen, %d are folded", n, m)
	}
}
