package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headway/e2e/browser"
)

// many is the setup of a programme whose plan is not drawn whole at once.
func many(teams, people int) string {
	first := time.Now().UTC().AddDate(0, 0, -int(time.Now().UTC().Weekday())-6).Format(time.DateOnly)
	var b strings.Builder
	fmt.Fprint(&b, "programme: {key: many, name: Many, zone: Europe/Berlin, horizon: 6, slot_minutes: 240}\nteams:\n  - {key: ops, name: Operations, kind: operations}\n")
	for k := range teams {
		fmt.Fprintf(&b, "  - {key: t%02d, name: Team %02d, kind: development, cadence: {first: %s, days: 14, version: 1.0.0}}\n", k, k, first)
	}
	fmt.Fprint(&b, "people:\n")
	for k := range people {
		fmt.Fprintf(&b, "  - {key: p%02d, name: Person %02d, team: ops, skills: [qa, appserver]}\n", k, k)
	}
	fmt.Fprint(&b, `playbook:
  - {key: install, title: Install, kind: install, skill: appserver, people: 1, estimate: {hours: 4}}
  - {key: regression, title: Full regression, kind: regression, skill: qa, people: 1, estimate: {hours: 12}, after: [install]}
  - {key: deploy, title: Deploy, kind: deployment, skill: appserver, people: 1, estimate: {hours: 4}, after: [regression]}
`)
	return b.String()
}

// TestLargePlanIsDrawnAsItIsSeen looks around in a plan of many lanes: those out
// of sight are drawn when they come into it, a wheel pans and zooms, and without
// a script links lead to every lane.
func TestLargePlanIsDrawnAsItIsSeen(t *testing.T) {
	address, accounts := demo(t)
	file := filepath.Join(t.TempDir(), "many.yaml")
	if err := os.WriteFile(file, []byte(many(40, 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"programme", "apply", file},
		{"member", "set", accounts["release-manager"].Email, "--role", "release-manager", "--programme", "many"},
	} {
		cmd := exec.CommandContext(context.Background(), binary(t), args...)
		cmd.Env = append(cmd.Environ(), "HEADWAY_URL="+address, "HEADWAY_TOKEN="+accounts["admin"].Token)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/many/plan?zoom=month")
	p.Until(`document.body.innerText.includes("activities") && document.querySelector(".undrawn")`)

	last := `[...document.querySelectorAll("[data-block]")].at(-1)`
	p.Eval(last + `.scrollIntoView(); ""`)
	p.Until(`!` + last + `.querySelector(".undrawn") && ` + last + `.querySelector(".bar")`)
	p.Until(`new URLSearchParams(location.search).has("lanes")`)

	p.Eval(`document.querySelector("#timeline").scrollIntoView({block: "start"}); ""`)
	p.Until(`!new URLSearchParams(location.search).has("lanes")`)
	before := p.Eval(`document.querySelector(".tl").dataset.axis.split(" ")[4]`)
	for range 8 {
		p.Wheel(700, 400, 60, 0, false)
	}
	p.Until(`document.querySelector(".tl").dataset.axis.split(" ")[4] > "` + before + `" && !document.querySelector(".tl.looking")`)
	if from := p.Eval(`new URLSearchParams(location.search).get("from") ?? ""`); from <= before {
		t.Errorf("after panning the address begins at %q, before at %s", from, before)
	}
	for range 8 {
		p.Wheel(700, 400, 0, -40, true)
	}
	p.Until(`document.querySelector(".seg[aria-label=Zoom] a[aria-current]").textContent === "Week" && !document.querySelector(".tl.looking")`)
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(strings.Join(bad, "\n"))
	}

	p.NoScript()
	p.Go("/p/many/plan?zoom=month")
	p.Go(p.Eval(`[...document.querySelectorAll(".undrawn")].at(-1).getAttribute("href")`))
	if p.Eval(`String(Boolean(document.querySelector(location.hash + " > .bar")))`) != "true" {
		t.Errorf("%s does not draw the lanes that it names", p.Path())
	}
}

// TestStalePlanIsToldSo acts from a page that others have overtaken: nothing is
// taken, and the page says so and shows what the change does now.
func TestStalePlanIsToldSo(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/plan")
	p.Until(movable)
	look := p.Eval(movable + `.getAttribute("href")`)
	p.NoScript() // the page cannot hear of the change
	p.Go(look)
	p.Submit(`#look form button`)
	revision := p.Eval(`document.querySelector("#try input[name=revision]").value`)
	cmd := exec.CommandContext(context.Background(), binary(t), "absence", "add", "--person", "quinn", "--from", time.Now().AddDate(0, 0, 30).Format(time.DateOnly), "--programme", "atlas")
	cmd.Env = append(cmd.Environ(), "HEADWAY_URL="+address, "HEADWAY_TOKEN="+accounts["release-manager"].Token)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p.Submit(`[data-accept]`)
	text := p.Text()
	if strings.Contains(text, "Taken.") || !strings.Contains(text, "What if") || !strings.Contains(p.Eval(`document.querySelector("#try [role=alert], #try .note-box")?.innerText ?? ""`), "changed") {
		t.Fatalf("the stale page was not told so:\n%.900s", text)
	}
	if now := p.Eval(`document.querySelector("#try input[name=revision]").value`); now == revision {
		t.Errorf("the preview is still of revision %s", now)
	}
	p.Submit(`[data-accept]`)
	if !strings.Contains(p.Text(), "Taken.") {
		t.Errorf("what was looked at again was not taken:\n%.600s", p.Text())
	}
}
