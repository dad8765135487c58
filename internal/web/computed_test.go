package web

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"headway/internal/app"
)

func TestAnAnswerSaysOfWhenItIs(t *testing.T) {
	ago := func(d time.Duration) time.Time { return fixtureNow.Add(-d) }
	for name, c := range map[string]struct {
		is    app.Computed
		says  []string
		again bool // the page looks again by itself
	}{
		"none yet":        {app.Computed{Computing: true}, []string{"waits for its turn", "Look again"}, true},
		"being computed":  {app.Computed{Computing: true, Done: 256, Total: 2500}, []string{"256 of 2500 simulations", `value="256"`}, true},
		"of today":        {app.Computed{AsOf: ago(time.Hour), Took: 90 * time.Second}, []string{"Computed from the facts of", "in 1 min"}, false},
		"outrun":          {app.Computed{AsOf: ago(time.Hour), Stale: true, Computing: true, Done: 5, Total: 9}, []string{"As of", "Facts have changed since", "5 of 9"}, true},
		"failed":          {app.Computed{Failure: "no <release>", FailedAt: ago(time.Second)}, []string{"There is no answer yet", "no &lt;release&gt;", "tried again"}, false},
		"failed, outrun":  {app.Computed{AsOf: ago(time.Hour), Stale: true, Failure: "too long", FailedAt: ago(time.Second)}, []string{"As of", "Facts have changed since", "too long"}, false},
		"failed, resumed": {app.Computed{AsOf: ago(time.Hour), Stale: true, Computing: true, Failure: "too long", FailedAt: ago(time.Minute)}, []string{"too long", "waits for its turn"}, true},
	} {
		var b bytes.Buffer
		if err := computedNote(fixturePage("forecast", "Forecast"), c.is).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		for _, want := range c.says {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: %q is not said:\n%s", name, want, b.String())
			}
		}
		if got := strings.Contains(b.String(), "data-again"); got != c.again {
			t.Errorf("%s: looks again %v", name, got)
		}
	}
}
