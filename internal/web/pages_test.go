package web

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/a-h/templ"

	"headway/internal/web/timeline"
	"headway/internal/web/ui"
)

// sample is one page with made-up content.
type sample struct {
	name string
	page ui.Page
	body templ.Component
}

func samples() []sample {
	plan := fixturePage("plan", "Plan")
	plan.Wide = true
	view := func(z timeline.Zoom, width int) planView {
		q := planQuery{Zoom: z, Against: "draft", Width: width}
		q.From = q.start(day(0))
		return newPlanView(fixturePlan(), q, fixtureClock(), plan.Programme)
	}
	return []sample{
		{"style", fixturePage("", "Style"), styleBody(fixturePage("", "Style"), styleSample(fixtureNow))},
		{"plan-week", plan, planBody(plan, view(timeline.Week, planWidth()))},
		{"plan-month", plan, planBody(plan, view(timeline.Month, planWidth()))},
	}
}

// planWidth lets screenshots be drawn for the browser's width.
func planWidth() int {
	if os.Getenv("HEADWAY_PLAN_WIDTH") == "wide" {
		return 2080
	}
	return 800
}

func renderSample(t *testing.T, s sample) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := ui.Shell(s.page).Render(templ.WithChildren(context.Background(), s.body), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPagesRender renders every page; with HEADWAY_PAGES set to a directory it
// leaves them there to be looked at.
func TestPagesRender(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			html := renderSample(t, s)
			if dir := os.Getenv("HEADWAY_PAGES"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, s.name+".html"), html, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
