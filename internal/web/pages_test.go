package web

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"headway"
	"headway/internal/app"
	"headway/internal/web/timeline"
	"headway/internal/web/ui"
)

// sample is one page with made-up content.
type sample struct {
	name string
	page ui.Page
	body templ.Component
}

func samplesOf(w words) []sample {
	page := func(nav, title string) ui.Page {
		p := fixturePage(nav, title)
		p.Programme.Name, p.Viewer.Name = w.or("Atlas"), w.or("Mei Tanaka")
		return p
	}
	wide := page("plan", "Plan")
	wide.Wide = true
	plan := func(z timeline.Zoom) planView {
		q := planQuery{Zoom: z, Against: "draft", Width: planWidth()}
		q.From = q.start(day(0))
		v := fixturePlan()
		v.Cast = sampleCast(w)
		v.Baseline.Reason = w.say("Portal 3.7 behind the freeze")
		return newPlanView(v, q, fixtureClock(), wide.Programme, withPlan{})
	}
	problem := headway.Conflictf("%s", w.say("what is to be approved is no longer what you saw")).WithHint("look again")
	list := releasesView{ReleaseList: app.ReleaseList{Cast: sampleCast(w), Releases: []headway.Release{sampleRelease(w).Release}, Planned: map[string]headway.PlannedRelease{}, Total: 1}}
	return []sample{
		{"style", page("", "Style"), styleBody(page("", "Style"), styleSample(fixtureNow))},
		{"home", page("", "Programmes"), homeBody(page("", ""), []app.ProgrammeRow{{Programme: sampleCast(w).Programme, Teams: 5, Shelved: 4, Live: 40}})},
		{"plan-week", wide, planBody(wide, plan(timeline.Week))},
		{"plan-month", wide, planBody(wide, plan(timeline.Month))},
		{"shelf", page("shelf", "Shelf"), shelfBody(page("shelf", "Shelf"), sampleShelf(w))},
		{"board", page("board", "Ops board"), boardBody(page("board", "Ops board"), sampleBoard(w))},
		{"find", page("", "Find"), findBody(page("", "Find"), w.say("2.4"), []app.Found{{Kind: "release", ID: "r1", Title: w.or("Payments 2.4.0"), Detail: "proving"}})},
		{"release", page("releases", "Release"), releaseBody(page("releases", "Release"), sampleRelease(w))},
		{"closing", page("releases", "Record"), closingBody(page("releases", "Record"), closingView{sampleRelease(w), sampleDecision(w)})},
		{"releases", page("releases", "Releases"), releasesBody(page("releases", "Releases"), list)},
		{"decisions", page("decisions", "Go/no-go"), decisionsBody(page("decisions", ""), decisionsView{Open: []app.DecisionView{sampleDecision(w)}, Ready: sampleShelf(w).Rows, Cast: sampleCast(w)})},
		{"decision", page("decisions", "Go/no-go"), decisionBody(page("decisions", ""), sampleDecision(w), problem)},
		{"deployments", page("deployments", "Deployments"), deploymentsBody(page("deployments", ""), []app.DeploymentView{sampleDeployment(w)}, []headway.Stop{{ProgrammeID: "p1", Reason: w.say("gateway is down"), ByName: w.or("Ana"), At: at(0, 9)}})},
		{"deployment", page("deployments", "Deployment"), deploymentBody(page("deployments", ""), sampleDeployment(w), nil, nil)},
		{"gap", page("gap", "Gap"), gapBody(page("gap", "Gap"), sampleGap(w))},
		{"calendar", page("calendar", "Calendar"), calendarBody(page("calendar", ""), newCalendar(sampleCalendar(w), sampleCalendarQuery(""), fixtureClock(), wide.Programme), feedsView{})},
		{"calendar-week", page("calendar", "Calendar"), calendarBody(page("calendar", ""), newCalendar(sampleCalendar(w), sampleCalendarQuery("now"), fixtureClock(), wide.Programme), sampleFeeds(w))},
		{"environments", page("environments", "Environments"), environmentsBody(page("environments", ""), sampleEnvironments(w))},
		{"defects", page("defects", "Defects"), defectsBody(page("defects", ""), sampleDefects(w))},
		{"fixes", page("fixes", "Fixes"), fixesBody(page("fixes", ""), sampleFixes(w))},
		{"audit", page("audit", "Audit"), auditBody(page("audit", ""), sampleEvents(w))},
		{"settings", page("settings", "Settings"), settingsBody(page("settings", ""), sampleSettings(w))},
		{"work", page("work", "My work"), workBody(page("work", ""), sampleWork(w))},
		{"sign-in", page("", "Sign in"), signIn(signInForm{Email: w.or("mei@example.com"), Err: problem})},
		{"first-run", page("", "First run"), firstRun(firstRunForm{Name: w.or("Mei"), Err: headway.Invalidf("name", "%s", w.say("too short"))})},
		{"failure", page("", "Failed"), failure(problem, 409)},
	}
}

// emptySamples are the pages of a programme in which there is nothing.
func emptySamples() []sample {
	p := fixturePage("", "Empty")
	c := app.Cast{Programme: fixtureCast().Programme, Calendar: fixtureCast().Calendar}
	q := planQuery{Zoom: timeline.Week, Against: "draft", Width: defaultWidth}
	q.From = q.start(day(0))
	return []sample{
		{"home", p, homeBody(p, nil)},
		{"plan", p, planBody(p, newPlanView(app.PlanPicture{Cast: c}, q, fixtureClock(), p.Programme, withPlan{}))},
		{"shelf", p, shelfBody(p, app.Shelf{Cast: c})},
		{"board", p, boardBody(p, boardView{Board: app.Board{Cast: c}})},
		{"find", p, findBody(p, "", nil)},
		{"releases", p, releasesBody(p, releasesView{ReleaseList: app.ReleaseList{Cast: c}})},
		{"release", p, releaseBody(p, app.ReleaseStory{Cast: c})},
		{"decisions", p, decisionsBody(p, decisionsView{Cast: c})},
		{"decision", p, decisionBody(p, app.DecisionView{}, nil)},
		{"deployments", p, deploymentsBody(p, nil, nil)},
		{"deployment", p, deploymentBody(p, app.DeploymentView{}, nil, nil)},
		{"gap", p, gapBody(p, app.GapView{Cast: c})},
		{"calendar", p, calendarBody(p, newCalendar(app.ProgrammeCalendar{Cast: c}, sampleCalendarQuery(""), fixtureClock(), p.Programme), feedsView{})},
		{"defects", p, defectsBody(p, defectsView{})},
		{"fixes", p, fixesBody(p, fixesView{})},
		{"audit", p, auditBody(p, nil)},
		{"settings", p, settingsBody(p, settingsView{Settings: app.Settings{Cast: c}})},
		{"work", p, workBody(p, app.MyWork{})},
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

// TestPages renders every page with ordinary, hostile and no content, and
// holds each against the content policy. With HEADWAY_PAGES set to a directory
// it leaves the ordinary ones there to be looked at.
func TestPages(t *testing.T) {
	for kind, list := range map[string][]sample{"ordinary": samplesOf(ordinary()), "hostile": samplesOf(hostile()), "empty": emptySamples()} {
		for _, s := range list {
			t.Run(kind+"/"+s.name, func(t *testing.T) {
				page := renderSample(t, s)
				checkPolicy(t, page)
				if dir := os.Getenv("HEADWAY_PAGES"); dir != "" && kind == "ordinary" {
					if err := os.WriteFile(filepath.Join(dir, s.name+".html"), page, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	}
}

// checkPolicy walks a page: no inline script, style or handler, no address
// that runs script, no id twice, a name for every field.
func checkPolicy(t *testing.T, page []byte) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	headings := 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attrs := map[string]string{}
		for _, a := range n.Attr {
			attrs[a.Key] = a.Val
			switch {
			case a.Key == "style", strings.HasPrefix(a.Key, "on"), strings.HasPrefix(a.Key, "hx-on"):
				t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
			case (a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction") && strings.Contains(strings.ToLower(a.Val), "javascript:"):
				t.Errorf("<%s> points at script: %s", n.Data, a.Val)
			}
		}
		switch n.Data {
		case "style":
			t.Error("there is a <style>")
		case "script":
			if n.FirstChild != nil || !strings.HasPrefix(attrs["src"], "/assets/") {
				t.Errorf("there is a <script> that is not ours: %v", attrs)
			}
		case "img", "iframe", "object", "embed", "base":
			t.Errorf("there is a <%s>", n.Data)
		case "h1":
			headings++
		}
		if id := attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("the id %q is there twice", id)
			}
			ids[id] = true
		}
	}
	if headings != 1 {
		t.Errorf("there are %d first headings, want 1", headings)
	}
}
