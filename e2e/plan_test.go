package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"headway/e2e/browser"
)

// movable names a foreseen activity of the timeline that can be moved.
const movable = `[...document.querySelectorAll(".bar.foreseen[data-act]")].filter(b => b.getBoundingClientRect().width > 12).at(-4)`

// TestMoveOnThePlan drags an activity, sees what else moves, drops it; moves it
// again with keys alone and accepts.
func TestMoveOnThePlan(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/plan")
	p.Until(movable)
	activity := p.Eval(movable + `.dataset.act`)
	bar := `.bar[data-act="` + activity + `"]`

	p.Drag(bar, 60)
	p.Until(`document.querySelector("[data-preview] [data-accept], [data-preview] .stop-ink")`)
	if p.Eval(`String(document.querySelector("[data-preview] > header").offsetWidth >= document.querySelector("[data-preview]").clientWidth)`) != "true" {
		t.Error("the head of the preview does not stand over what it says, but beside it")
	}
	if !strings.Contains(p.Path(), "pin=") {
		t.Errorf("the preview has no address of its own: %s", p.Path())
	}
	p.Eval(`document.querySelector("[data-drop]").click(); ""`)
	p.Until(`!document.querySelector("[data-preview]")`)

	p.Eval(`document.querySelector('` + bar + `').focus(); ""`)
	p.Keys("m", false)
	for range 3 {
		p.PressOn(bar, "ArrowRight", false)
	}
	p.Keys(kb.Enter, false)
	p.Until(`document.activeElement.matches("[data-accept]")`)
	p.Keys(kb.Enter, false)
	p.Until(`!location.search.includes("pin=") && document.body.innerText.includes("Taken.")`)
	p.Go("/p/atlas/plan?state=pinned")
	p.Until(`document.querySelector('` + bar + ` .pin')`)
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(strings.Join(bad, "\n"))
	}
}

// TestThePlanOnPaper prints the plan from its menu: the server's picture with
// all lanes stands in the place of the drawing, light, and leaves with the sheet.
// A page that is printed past the menu keeps the bars of its drawing.
func TestThePlanOnPaper(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/plan")
	p.Until(movable)
	p.Eval(`document.documentElement.dataset.theme = "dark"; window.sheets = []; window.print = () => {
		const i = document.querySelector(".plan-picture");
		sheets.push([i.complete && i.naturalWidth > 1000 && i.getBoundingClientRect().width > 300, getComputedStyle(document.querySelector(".tl")).display].join(" "));
	}; ""`)
	p.Paper()
	if seen := p.Eval(`[".tl .bar", "header.bar"].map(s => getComputedStyle(document.querySelector(s)).display !== "none").join(" ") + " " + getComputedStyle(document.documentElement).colorScheme`); seen != "true false light" {
		t.Errorf("whether a bar of the plan and that of the page are seen, and the colours, are %q on paper", seen)
	}
	p.Eval(`document.querySelector("[data-paper]").click(); ""`)
	p.Until(`window.sheets.length > 0`)
	if seen := p.Eval(`sheets.join(", ")`); seen != "true none" {
		t.Errorf("of each sheet, picture and drawing are %q", seen)
	}
	p.Eval(`dispatchEvent(new Event("afterprint")); ""`)
	if p.Eval(`String(document.querySelector(".plan-picture"))`) != "null" {
		t.Error("the picture stays on the page")
	}
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(strings.Join(bad, "\n"))
	}
}

// TestPinWithoutAScript moves an activity by the form beside it.
func TestPinWithoutAScript(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/plan")
	p.Until(movable)
	look := p.Eval(movable + `.getAttribute("href")`)
	p.NoScript()
	p.Go(look)
	p.Submit(`#look form button`)
	if !strings.Contains(p.Text(), "What if") {
		t.Fatalf("no preview:\n%.800s", p.Text())
	}
	p.Submit(`[data-accept]`)
	if !strings.Contains(p.Text(), "Taken.") {
		t.Fatalf("not taken:\n%.800s", p.Text())
	}
}

// TestRepairIsPreviewedAndTaken takes a way out that a finding offers; one that
// planning alone cannot make true becomes a scenario.
func TestRepairIsPreviewedAndTaken(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/plan")
	for end := time.Now().Add(2 * time.Minute); p.Eval(`String(document.querySelectorAll(".repairs a").length)`) == "0"; p.Go("/p/atlas/plan") {
		if time.Now().After(end) {
			t.Fatal("no repair is offered")
		}
	}
	promise := p.Eval(`document.querySelector(".repairs strong").textContent`)
	p.Eval(`document.querySelector(".repairs a").click(); ""`)
	p.Until(`document.querySelector("[data-preview]")`)
	if p.Eval(`String(Boolean(document.querySelector("[data-accept]")))`) == "true" {
		p.Submit(`[data-accept]`)
		if !strings.Contains(p.Text(), "Taken.") {
			t.Fatalf("%s was not taken", promise)
		}
		return
	}
	p.Fill(`[data-preview] input[name=name]`, "As the finding says")
	p.Submit(`[data-preview] form:last-of-type button`)
	p.Until(`document.querySelector("#scenarios").innerText.includes("As the finding says")`)
	p.Eval(`[...document.querySelectorAll("#scenarios th a")].find(a => a.textContent === "As the finding says").click(); ""`)
	p.Until(`location.search.includes("scenario=") && document.querySelector(".seg a[aria-current]:last-child").textContent === "As the finding says"`)
}

// TestEveryViewOfThePlanIsAnAddress filters, folds and zooms, and comes back.
func TestEveryViewOfThePlanIsAnAddress(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/plan?zoom=month&team=web&find=regression&fold=environments")
	for what, script := range map[string]string{
		"zoom":   `document.querySelector(".seg a[aria-current]").textContent === "Month"`,
		"filter": `[...document.querySelectorAll(".bar[data-act]")].every(b => b.dataset.what.includes("egression"))`,
		"fold":   `document.querySelector('.fold[aria-label="Environments: open"]')`,
	} {
		if p.Eval(`String(Boolean(`+script+`))`) != "true" {
			t.Errorf("%s is not as the address says", what)
		}
	}
	p.Go("/p/atlas/plan?find=nowhere")
	if text := p.Text(); !strings.Contains(text, "Nothing in the plan matches this filter") || p.Eval(`String(document.querySelectorAll(".tl .bar").length)`) != "0" {
		t.Errorf("a search that finds nothing says nothing, or shows what does not match:\n%.600s", text)
	}
	p.Eval(`[...document.querySelectorAll("#timeline > p a")].find(a => a.textContent === "Show all").click(); ""`)
	p.Until(`document.querySelectorAll(".tl .bar").length > 0 && !document.body.innerText.includes("matches this filter")`)
	p.Go("/p/atlas/plan?zoom=month&team=web&find=regression&fold=environments")
	before := p.Path()
	p.Eval(`document.querySelector('.fold[aria-label^="QA"]').dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true})); ""`)
	p.Until(`document.querySelector('.fold[aria-label="QA: open"]') && location.search.includes("fold=qa")`)
	p.Eval(`history.back(); ""`)
	p.Until(`location.pathname + location.search === "` + before + `" && document.querySelector('.fold[aria-label="QA: close"]')`)
}
