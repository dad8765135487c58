package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"headway/e2e/browser"
)

// TestPeopleAtTheirPages follows what people do with their hands, in one sample programme.
func TestPeopleAtTheirPages(t *testing.T) {
	address, accounts := demo(t)
	program := binary(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["ops"])
	t.Run("a card is dragged into another person's lane", func(t *testing.T) { givenAway(t, p) })
	t.Run("a card is moved too late", func(t *testing.T) { movedTooLate(t, p, asOf(t, program, address, accounts["ops"])) })
	t.Run("a card is given without a script", func(t *testing.T) { givenByForms(t, newPlain(t, address, accounts["ops"])) })
	t.Run("a candidate that is shelved by command appears on the shelf", func(t *testing.T) {
		p.Go("/p/atlas/shelf")
		p.Until(`document.querySelector('.live').dataset.state === 'on'`)
		p.Eval(`window.sameDocument = true; ''`)
		if strings.Contains(p.Text(), "9.9.9") {
			t.Fatal("it is there already")
		}
		file := filepath.Join(t.TempDir(), "web.tar")
		if err := os.WriteFile(file, []byte("the whole shop"), 0o600); err != nil {
			t.Fatal(err)
		}
		asOf(t, program, address, accounts["developer"])("shelve", "--team", "web", "--version", "9.9.9", "--artifact", file)
		p.WaitText("9.9.9-rc.1")
		if p.Eval(`String(window.sameDocument)`) != "true" {
			t.Error("the page was loaded again")
		}
	})
	p.Complaints()
	t.Run("a developer works the team's backlog", func(t *testing.T) { builtByATeam(t, address, accounts["developer"]) })
	t.Run("keys alone approve", func(t *testing.T) { approvedByKeys(t, address, accounts["product-owner"]) })
	t.Run("a slider of the forecast is moved", func(t *testing.T) { triedBySlider(t, p) })
	t.Run("a criterion is waived with a reason", func(t *testing.T) { waivedOnItsPage(t, address, accounts["product-owner"]) })
}

// givenAway drags a card of QA to the other tester and takes it back.
func givenAway(t *testing.T, p *browser.Page) {
	t.Helper()
	p.Size(1280, 9000) // every lane in sight
	defer p.Size(1280, 900)
	p.Go("/p/atlas/board?lanes=person")
	found := p.Eval(`(() => { for (const who of ["quinn", "qadir"]) for (const col of ["todo", "doing"]) {
		const card = document.querySelector("[data-column=" + col + "][data-person=" + who + "] [data-item]");
		if (card) return who + " " + (who === "quinn" ? "qadir" : "quinn") + " " + col + " " + card.dataset.item } return "" })()`)
	var from, to, column, id string
	if _, err := fmt.Sscan(found, &from, &to, &column, &id); err != nil {
		t.Fatalf("no tester has a card (%q):\n%s", found, p.Text())
	}
	cell := func(person string) string { return `[data-column=` + column + `][data-person=` + person + `]` }
	card := `[data-item="` + id + `"]`
	in := func(person string) string {
		return `document.querySelector('` + cell(person) + ` ` + strings.ReplaceAll(card, `"`, `\"`) + `') !== null`
	}
	said := func(text string) {
		t.Helper()
		p.Until(fmt.Sprintf(`document.querySelector('#page [data-flash]')?.innerText.includes(%q)`, text))
	}
	p.DragOnto(card, cell(to))
	said("was given away")
	p.Until(in(to))
	p.Click(`#page [data-flash] button`)
	p.Until(in(from))

	// Who lacks the skill does not get it, by hand or by keys: the card says why.
	refused := func() {
		t.Helper()
		p.Until(in(from) + ` && document.querySelector('` + strings.ReplaceAll(card, `"`, `\"`) + ` [data-refused]')?.innerText.includes('does not have the skill')`)
	}
	p.DragOnto(card, cell("olga"))
	refused()
	p.Eval(`window.again = false; document.addEventListener("headway:refreshed", () => { window.again = true }, { once: true });
		document.getElementById("live").dispatchEvent(new Event("changed", { bubbles: true })); ''`)
	p.Until(`window.again`) // what others do meanwhile does not take the word away
	refused()
	shot(p, "board-refused")
	lanes := p.Eval(`[...document.querySelectorAll("[data-column=` + column + `]")].map(c => c.dataset.person).join(" ")`)
	at := slices.Index(strings.Fields(lanes), from)
	for _, key := range []struct {
		name string
		step int
	}{{"ArrowDown", 1}, {"ArrowUp", -1}} {
		next := at + key.step
		if next < 0 || next >= len(strings.Fields(lanes)) {
			continue
		}
		p.Eval(`document.querySelectorAll('[data-refused]').forEach(e => e.remove()); ''`)
		p.PressOn(card, key.name, true)
		if able := strings.Fields(lanes)[next]; strings.HasPrefix(able, "q") || able == "-" {
			p.Until(`document.querySelector('#page [data-flash].go') !== null && document.querySelector('#page [data-flash] button') !== null`)
			p.Click(`#page [data-flash] button`)
			p.Until(in(from))
			continue
		}
		refused()
	}
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// givenByForms gives a card by its form as a page without a script sends it.
func givenByForms(t *testing.T, b *plain) {
	t.Helper()
	const board = "/p/atlas/board?lanes=person"
	_, page := b.get(board)
	form := regexp.MustCompile(`(?s)action="(/p/atlas/items/[0-9a-f-]+)/move">.*?name="version" value="(\d+)".*?name="from" value="(doing|todo)"`)
	m := form.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("no card can be moved")
	}
	send := func(version, give, to string) (int, string) {
		return b.send(m[1]+"/move", url.Values{"version": {version}, "from": {m[3]}, "to": {to}, "give": {give}, "back": {board}})
	}
	code, page := send(m[2], "nobody-here", m[3])
	if code != http.StatusNotFound || !strings.Contains(page, "nobody-here") {
		t.Errorf("a person that is unknown: %d", code)
	}
	code, page = send(m[2], "-", m[3])
	if code != http.StatusOK || !strings.Contains(page, "Nobody has") {
		t.Errorf("given to nobody: %d", code)
	}
	if code, page = send(m[2], "-", m[3]); code != http.StatusOK || !strings.Contains(page, "was changed meanwhile") {
		t.Errorf("a card that was changed meanwhile: %d", code)
	}
	shown := url.Values{"at": {"0"}, "Column": {"Blocked"}, "Blocked because": {"the lab burns"}}.Encode()
	code, page = b.send(m[1]+"/assign", url.Values{"version": {m[2]}, "person": {""}, "shown": {shown}, "back": {board}})
	for _, says := range []string{"was changed meanwhile, so this was not done", "was taken back from everybody", "<del>Blocked</del>", "<ins>" + column(m[3]) + "</ins>", "<del>the lab burns</del>"} {
		if code != http.StatusOK || !strings.Contains(page, says) {
			t.Errorf("a card that was changed meanwhile (%d) does not say %q", code, says)
		}
	}
	version := b.found(page, `action="`+m[1]+`/move">[^§]*?name="version" value="(\d+)"`)
	if code, page = send(version, "-", "no-column"); code != http.StatusOK || !strings.Contains(page, "but it stays where it was") {
		t.Errorf("given, and a column that is none: %d", code)
	}
}

func column(state string) string {
	return map[string]string{"todo": "To do", "doing": "Doing"}[state]
}

// movedTooLate moves a card by its keys after somebody else gave it away: it
// stays, and says at the card what is different and who did it.
func movedTooLate(t *testing.T, p *browser.Page, others func(...string) string) {
	t.Helper()
	p.Go("/p/atlas/board?lanes=person")
	p.Until(`document.querySelector('.live').dataset.state === 'on'`)
	p.Eval(`window.addEventListener('changed', (e) => e.stopImmediatePropagation(), true); ''`) // hears of nothing
	id := p.Eval(`document.querySelector('[data-column=doing] [data-item]').dataset.item`)
	card := `[data-item="` + id + `"]`
	had := p.Eval(`document.querySelector('` + card + `').closest('[data-column]').dataset.person`)
	others("item", "assign", id)
	p.PressOn(card, "ArrowLeft", true)
	at := `document.querySelector('` + card + ` [data-refused]')`
	p.Until(at + ` !== null`)
	said := p.Eval(at + `.innerText`)
	for _, says := range []string{"was changed meanwhile", "was taken back from everybody", "In the hands of", "nobody"} {
		if !strings.Contains(said, says) {
			t.Errorf("too late, the card of %s does not say %q: %s", had, says, said)
		}
	}
	if got := p.Eval(`document.querySelector('` + card + `').closest('[data-column]').dataset.column`); got != "doing" {
		t.Errorf("the card stands in %s", got)
	}
	shot(p, "board-too-late")
	p.PressOn(card, "ArrowLeft", true) // seen, and done again
	p.Until(`document.querySelector('` + card + `').closest('[data-column]').dataset.column === 'todo'`)
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// builtByATeam adds an item, takes it into the sprint, begins and ends it.
func builtByATeam(t *testing.T, address string, who account) {
	t.Helper()
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, who)
	p.Go("/p/atlas/teams")
	if at := p.Path(); !strings.HasPrefix(at, "/p/atlas/teams/") {
		t.Fatalf("the team's backlog is at %s", at)
	}
	p.Go("/p/atlas/teams/payments")
	shot(p, "team-developer")
	p.Fill(`#later footer input[name=title]`, "Receipts by mail")
	p.Fill(`#later footer input[name=hours]`, "7.5")
	p.Click(`#later footer button`)
	const row = `[...document.querySelectorAll('.build')].find(b => b.innerText.includes('Receipts by mail'))`
	p.Until(row + `?.innerText.includes('7.5 h')`)
	p.Until(`document.querySelector('#later footer input[name=title]').value === ''`)
	for _, step := range []struct{ press, then string }{
		{"Take next", row + `.closest('.card').innerText.includes('Next sprint')`},
		{"Take now", row + `.closest('.card').innerText.includes('Current sprint')`},
		{"Begin", row + `.querySelector('.pill').innerText === 'Doing'`},
		{"Done", row + `.querySelector('.pill').innerText === 'Done'`},
	} {
		if got := p.Eval(row + `.querySelector('form button').innerText.split('\n')[0].trim()`); !strings.HasPrefix(got, step.press) {
			t.Fatalf("the next step is %q, wanted %q", got, step.press)
		}
		p.Eval(row + `.querySelector('form button').click(); ''`)
		p.Until(step.then)
	}
	p.Eval(row + `.querySelector('details').open = true; ''`)
	p.Eval(row + `.querySelector('details select[name=state]').value = 'todo'; ` + row + `.querySelector('details input[name=hours]').value = '9'; ` + row + `.querySelector('details form').requestSubmit(); ''`)
	p.Until(row + `?.innerText.includes('9 h') && ` + row + `.querySelector('.pill').innerText === 'To do'`)
	shot(p, "team-worked")
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// tabTo presses Tab until what is focused matches.
func tabTo(t *testing.T, p *browser.Page, selector string) {
	t.Helper()
	for range 250 {
		p.Keys(kb.Tab, false)
		if p.Eval(fmt.Sprintf(`document.activeElement?.matches(%q) ? 'yes' : ''`, selector)) == "yes" {
			if p.Eval(`(() => { const r = document.activeElement.getBoundingClientRect(); return r.width > 0 && r.height > 0 ? 'yes' : '' })()`) == "" {
				t.Errorf("%s has the focus and is not to be seen", selector)
			}
			return
		}
	}
	t.Fatalf("Tab never comes to %s at %s", selector, p.Path())
}

// approvedByKeys goes from the list to the approval with Tab, Enter and letters.
func approvedByKeys(t *testing.T, address string, who account) {
	t.Helper()
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, who)
	p.Go("/p/atlas/work")
	tabTo(t, p, `.skip`)
	p.Keys(kb.Enter, false)
	tabTo(t, p, `main a[href^="/p/atlas/decisions/"]`)
	p.Keys(kb.Enter, false)
	p.Until(`location.pathname.startsWith('/p/atlas/decisions/') && document.querySelector('button[value=approve]')`)
	tabTo(t, p, `form[action$="/verdict"] [name=note]`)
	p.Keys("looked at all of it", false)
	tabTo(t, p, `button[value=approve]`)
	shot(p, "approve-focus")
	p.Keys(kb.Enter, false)
	p.WaitText("Your approval counts")
	p.WaitText("looked at all of it")
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// waivedOnItsPage lifts a criterion: not without a reason, then with one.
func waivedOnItsPage(t *testing.T, address string, who account) {
	t.Helper()
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, who)
	p.Go("/p/atlas/decisions")
	id := ""
	for to := range strings.FieldsSeq(p.Eval(`[...document.querySelectorAll('main a[href^="/p/atlas/decisions/"]:not([href$="/new"])')].map(a => a.getAttribute('href')).join(' ')`)) {
		p.Go(to)
		if id = p.Eval(`document.querySelector('details[id^="w-"]')?.id ?? ''`); id != "" {
			break
		}
	}
	if id == "" {
		t.Fatalf("nothing can be waived:\n%s", p.Text())
	}
	p.Click(`#` + id + ` summary`)
	p.Click(`#` + id + ` form button`)
	if text := p.Text(); strings.Contains(text, "waived by") {
		t.Fatal("it was waived without a reason")
	}
	p.Fill(`#`+id+` input[name=reason]`, "The load lab is being moved")
	shot(p, "waive-form")
	p.Submit(`#` + id + ` form button`)
	p.WaitText("waived by")
	shot(p, "waived")
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// triedBySlider moves the slider of further candidates: the figures follow
// without leaving the page, and the address keeps what was tried.
func triedBySlider(t *testing.T, p *browser.Page) {
	t.Helper()
	p.Go("/p/atlas/forecast")
	p.Until(`document.querySelector("#try-again") && !document.querySelector("[data-again]")`)
	dates := `[...document.querySelectorAll("main table .strong")].slice(0, 12).map(d => d.innerText).join()`
	p.Eval(`window.sameDocument = true; ''`)
	before := p.Eval(dates)
	p.PressOn("#try-again", "ArrowRight", false)
	p.Eval(`(() => { const s = document.querySelector("#try-again"); s.value = 90; s.dispatchEvent(new Event("input", { bubbles: true })); return "" })()`)
	p.Until(`new URLSearchParams(location.search).get("again") === "90" && !document.querySelector("form[data-sliding][aria-busy]")`)
	if after := p.Eval(dates); after == before {
		t.Errorf("with 90 %% of candidates needing another the dates are still %s", after)
	}
	if got := p.Eval(`document.querySelector("output[for=try-again]").innerText + " " + document.querySelector("#try-again").value + " " + window.sameDocument + " " + document.activeElement.id`); got != "90 90 true try-again" {
		t.Errorf("after the slider: %s", got)
	}
	p.Until(`!document.querySelector(".toast[data-stale], [data-stale]")`)
}
