package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"headway/e2e/browser"
)

// axe is the accessibility checker, when the front-end packages are there.
func axe(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../internal/web/assets/node_modules/axe-core/axe.min.js")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("axe-core is missing: run make assets")
		}
		t.Log("axe-core is missing, accessibility is not checked: run make assets")
		return ""
	}
	return string(b)
}

const axeRun = `axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations.map(
	v => v.id + ': ' + v.help + ' at ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | '))))`

// pages are held to what every page keeps to: add yours as one line. One that
// ends in /* stands for the first page that the list before it links to, or
// behind > for the first one of that address.
func pages() []string {
	return []string{
		"/",
		"/api",
		"/account",
		"/style",
		"/p/atlas/plan",
		"/p/atlas/plan?zoom=day",
		"/p/atlas/plan?zoom=month",
		"/p/atlas/plan?zoom=quarter",
		"/p/atlas/plan/compare",
		"/p/atlas/shelf",
		"/p/atlas/board",
		"/p/atlas/board?lanes=person",
		"/p/atlas/find?q=1.5",
		"/p/atlas/releases",
		"/p/atlas/releases/*",
		"/p/atlas/releases?state=shelved/*/next",
		"/p/atlas/releases?state=closed/*",
		"/p/atlas/releases?state=closed/*/record",
		"/p/atlas/releases?state=rolled-back/*",
		"/p/atlas/evidence",
		"/p/atlas/evidence?kind=regression/*",
		"/p/atlas/evidence?kind=load/*",
		"/p/atlas/evidence?kind=sbom/*",
		"/p/atlas/evidence?kind=vulnerabilities/*",
		"/p/atlas/evidence?kind=coverage/*",
		"/p/atlas/cycles/new",
		cycleOfTheSample,
		"/p/atlas/trains",
		"/p/atlas/decisions",
		"/p/atlas/decisions/*",
		"/p/atlas/deployments",
		"/p/atlas/rehearsals/new",
		"/p/atlas/decisions/new",
		"/p/atlas/settings/connections",
		"/p/atlas/settings/variables",
		"/p/atlas/deployments/*",
		"/p/atlas/gap",
		"/p/atlas/forecast",
		"/p/atlas/advice",
		"/p/atlas/queue",
		"/p/atlas/measures",
		"/p/atlas/measures?figure=gap",
		"/p/atlas/retrospective",
		"/p/atlas/work",
		"/p/atlas/teams",
		"/p/atlas/teams/payments",
		"/p/atlas/defects",
		"/p/atlas/fixes",
		"/p/atlas/incidents",
		"/p/atlas/environments",
		"/p/atlas/rework",
		"/p/atlas/calendar",
		"/p/atlas/calendar?week=now",
		"/p/atlas/settings",
		"/p/atlas/settings/teams",
		"/p/atlas/settings/people",
		"/p/atlas/settings/holidays",
		"/p/atlas/settings/environments",
		"/p/atlas/settings/windows",
		"/p/atlas/settings/criteria",
		"/p/atlas/settings/approvals",
		"/p/atlas/settings/steps",
		"/p/atlas/settings/hypercare",
		"/p/atlas/settings/programme",
		"/p/atlas/settings/hotfixes",
		"/p/atlas/shelve",
		"/p/atlas/report",
		"/p/atlas/settings/playbook",
		"/p/atlas/settings/freezes",
		"/p/atlas/settings/document",
		"/p/atlas/audit",
	}
}

// doors are the pages that the release manager does not open, by the role of
// who does; nobody signed in opens those of "".
func doors() map[string][]string {
	return map[string][]string{
		"":      {"/sign-in"},
		"admin": {"/accounts", "/programmes/new"},
	}
}

// cycleOfTheSample is the first test cycle that the list of evidence links to.
const cycleOfTheSample = "/p/atlas/evidence?kind=manual>/p/atlas/cycles/*"

// TestEveryPageIsSoundAndAccessible visits every page of the sample programme,
// light and dark: nothing may be refused by the content security policy, no
// script may fail, nothing may overflow sideways, and axe finds no violation.
// With SHOTS=DIR it keeps screenshots at three widths to be looked at, and with
// PAGES=PART only of pages whose address has that part.
func TestEveryPageIsSoundAndAccessible(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	checker := axe(t)
	signIn(t, p, accounts["release-manager"])
	hold := func(path string) {
		if !strings.Contains(path, os.Getenv("PAGES")) {
			return
		}
		t.Run(strings.ReplaceAll(strings.Trim(path, "/"), "/", " "), func(t *testing.T) {
			isSound(t, p, opened(t, p, path), shotName(path), checker)
		})
	}
	for _, path := range pages() {
		hold(path)
	}
	for _, role := range slices.Sorted(maps.Keys(doors())) {
		signOut(p)
		if role != "" {
			signIn(t, p, accounts[role])
		}
		for _, path := range doors()[role] {
			hold(path)
		}
		if role == "" {
			signIn(t, p, accounts["viewer"])
		}
	}
}

// isSound holds a page to the rules of every page, light and dark, at three widths.
func isSound(t *testing.T, p *browser.Page, path, shot, checker string) {
	t.Helper()
	p.Complaints()
	for _, theme := range []string{"light", "dark"} {
		visit(t, p, path, theme, checker)
		for _, width := range []int64{390, 1280, 2560} {
			p.Size(width, 900)
			if wide := p.Eval(`String(document.documentElement.scrollWidth - document.documentElement.clientWidth)`); wide != "0" {
				t.Errorf("%s at %d pixels is %s pixels too wide", path, width, wide)
			}
			if dir := os.Getenv("SHOTS"); dir != "" {
				p.Shot(filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", shot, theme, width)))
			}
		}
		p.Size(1280, 900)
	}
}

// TestEveryPageOfTheRoutesIsVisited finds a page that was added to the routes
// and to no list of those that are looked at.
func TestEveryPageOfTheRoutesIsVisited(t *testing.T) {
	raw, err := os.ReadFile("../internal/server/testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := map[string]string{
		"/first-run":          "TestFirstRunLeadsToAPlan",
		"/p/{programme}":      "leads to the plan",
		"/p/{programme}/live": "a stream",
	}
	looked := pages()
	for _, list := range doors() {
		looked = append(looked, list...)
	}
	isFile := regexp.MustCompile(`^/(api/|assets/|calendar/|livez|readyz|metrics)|\.(csv|json)$|\{name\}$|\{file\}$|/file$`)
	seen := 0
	for line := range strings.Lines(string(raw)) {
		method, rest, _ := strings.Cut(line, " ")
		route, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if method != "GET" || isFile.MatchString(route) || elsewhere[route] != "" {
			continue
		}
		seen++
		if route = strings.TrimSuffix(route, "{$}"); !slices.ContainsFunc(looked, func(path string) bool { return isOf(path, route) }) {
			t.Errorf("%s is a page that nobody looks at: give it a line in pages or doors", route)
		}
	}
	if seen < 40 {
		t.Errorf("%d pages in the routes", seen)
	}
}

// isOf tells whether the address of a list of pages is one of a route.
func isOf(path, route string) bool {
	if _, to, elsewhere := strings.Cut(path, ">"); elsewhere {
		path = to
	}
	path = regexp.MustCompile(`\?[^/]*`).ReplaceAllString(path, "")
	pattern := regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(route, `[^/]+`)
	return regexp.MustCompile("^" + pattern + "$").MatchString(path)
}

// opened gives the address of a page, following the first link of a list.
func opened(t *testing.T, p *browser.Page, path string) string {
	t.Helper()
	path, rest, under := strings.Cut(path, "/*/")
	if under {
		return opened(t, p, path+"/*") + "/" + rest
	}
	list, isFirst := strings.CutSuffix(path, "/*")
	if !isFirst {
		return path
	}
	from, to, elsewhere := strings.Cut(list, ">")
	p.Go(from)
	list, _, _ = strings.Cut(from, "?")
	if elsewhere {
		list = to
	}
	link := p.Eval(`document.querySelector('main a[href^="` + list + `/"]:not([href$="/new"])')?.getAttribute('href') ?? ''`)
	if link == "" {
		t.Fatalf("%s lists nothing to open", list)
	}
	return link
}

func shotName(path string) string {
	if _, to, elsewhere := strings.Cut(path, ">"); elsewhere {
		path = to
	}
	if name := strings.NewReplacer("/p/atlas/", "", "/*", "-one", "/", "-", "?", "-", "=", "-", "&", "-").Replace(path); name != "-" {
		return strings.Trim(name, "-")
	}
	return "home"
}

// visit opens a page in a theme and holds it to the rules of every page.
func visit(t *testing.T, p *browser.Page, path, theme, checker string) {
	t.Helper()
	p.Go(path)
	p.Until(`!document.querySelector("[data-again]")`) // what a job computes has come
	p.Eval(`document.documentElement.dataset.theme = '` + theme + `'; ''`)
	// At the end of every transition, so that no colour is measured half way.
	p.Eval(still)
	if bad := p.Complaints(); len(bad) > 0 {
		t.Errorf("%s: %s", theme, strings.Join(bad, "\n"))
	}
	if checker == "" {
		return
	}
	p.Eval(checker + "; ''")
	var violations []string
	if err := json.Unmarshal([]byte(p.Eval(axeRun)), &violations); err != nil {
		t.Fatal(err)
	}
	if len(violations) > 0 {
		t.Errorf("%s: %s", theme, strings.Join(violations, "\n"))
	}
}

func TestAPageThatIsNotYoursLooksUnknown(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["viewer"])
	p.Go("/p/atlas/audit")
	if text := p.Text(); !strings.Contains(text, "may not") {
		t.Errorf("a viewer read the audit log:\n%.300s", text)
	}
	p.Go("/p/other/plan")
	if text := p.Text(); !strings.Contains(text, "no programme") {
		t.Errorf("an unknown programme:\n%.300s", text)
	}
	if bad := p.Complaints(); slices.ContainsFunc(bad, func(s string) bool { return strings.Contains(s, "Content Security Policy") }) {
		t.Error(bad)
	}
}
