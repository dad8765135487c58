package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/e2e/browser"
)

// TestPagesStayAlive: what others do arrives also after a refusal and after the
// server was away, and what lasts says so.
func TestPagesStayAlive(t *testing.T) {
	address, accounts := demo(t)
	program := binary(t)
	b := stand(t, address)
	others := func() {
		t.Helper()
		asOf(t, program, address, accounts["ops"])("interrupt", "log", "15", "Somebody rang", "--person", "sven", "--programme", "atlas")
	}
	t.Run("a refused decision goes on", func(t *testing.T) {
		p := browser.Open(t, b.address, 1280, 900)
		signIn(t, p, accounts["product-owner"])
		refusedGoesOn(t, p, others)
	})
	p := browser.Open(t, b.address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	t.Run("a refused form keeps what was typed", func(t *testing.T) { refusedIsKept(t, p, b, others) })
	t.Run("a server that was away", func(t *testing.T) { comesBack(t, p, b, others) })
	t.Run("a page that takes long", func(t *testing.T) { showsThatItWaits(t, p, b) })
	t.Run("a session that ends while somebody writes", func(t *testing.T) { keepsWhatWasTyped(t, p, accounts["release-manager"]) })
	t.Run("a form that is sent again", func(t *testing.T) { sendsItsButtonAgain(t, b, accounts["developer"]) })
	t.Run("a card's form comes back beside it", func(t *testing.T) { keepsACardsForm(t, p, accounts["release-manager"]) })
	t.Run("files that take long", func(t *testing.T) { showsHowMuchIsSent(t, p, b) })
	t.Run("files that are refused", func(t *testing.T) { refusedFilesStandAtTheirPage(t, p, b) })
}

// refusedGoesOn approves a digest that is not there, and stays on the page of
// the decision: it follows what happens, and still says why.
func refusedGoesOn(t *testing.T, p *browser.Page, others func()) {
	t.Helper()
	at := opened(t, p, "/p/atlas/work>/p/atlas/decisions/*")
	p.Go(at)
	p.Eval(`document.querySelector('form[action$="/verdict"] input[name=digest]').value = 'sha256:' + '0'.repeat(64); ''`)
	p.Submit(`form[action$="/verdict"] button[value=approve]`)
	const why = `document.querySelector('#page > .note-box[role=alert]')`
	p.Until(why + ` && document.querySelector('.live').dataset.state === 'on'`)
	said := p.Eval(why + `.innerText`)
	if got := p.Path(); got != at {
		t.Errorf("refused, the page is at %s and not at %s", got, at)
	}
	p.Complaints() // of the refusal itself
	p.Eval(`window.times = 0; document.addEventListener("headway:refreshed", () => window.times++); ''`)
	others()
	p.Until(`window.times > 0`)
	if still := p.Eval(why + `?.innerText ?? ''`); still != said {
		t.Errorf("refreshed, it says %q and no longer %q", still, said)
	}
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// refusedIsKept is refused an absence, and loses nothing by what others do; the
// page that is shown then is the page, and no form is sent again for it.
func refusedIsKept(t *testing.T, p *browser.Page, b *between, others func()) {
	t.Helper()
	p.Go("/p/atlas/settings")
	p.Eval(`(() => { const f = document.querySelector('form[action$="/absences"]'); f.noValidate = true;
		f.querySelector('[name=reason]').value = 'the moon'; f.querySelector('[name=from]').value = '2026-12-02'; f.querySelector('[name=to]').value = '2026-12-01'; return '' })()`)
	p.Submit(`form[action$="/absences"] button`)
	p.Until(`document.querySelector('form[action$="/absences"] [role=alert]') && document.querySelector('.live').dataset.state === 'on'`)
	if got := p.Path(); got != "/p/atlas/settings" {
		t.Errorf("refused, the page is at %s", got)
	}
	others()
	p.Until(`document.querySelector('.toast[data-stale]')`)
	if got := p.Eval(`document.querySelector('form[action$="/absences"] [name=reason]').value`); got != "the moon" {
		t.Errorf("what was typed became %q", got)
	}
	shot(p, "held-page")
	p.Complaints()
	p.Eval(`window.sameDocument = true; ''`)
	p.Click(`.toast[data-stale] button`)
	p.Until(`!window.sameDocument && document.querySelector('form[action$="/absences"] [name=reason]').value === ''`)
	if n := b.formsTo("/absences"); n != 1 {
		t.Errorf("the form was sent %d times", n)
	}
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// comesBack: a refresh that fails is tried again without a further signal.
func comesBack(t *testing.T, p *browser.Page, b *between, others func()) {
	t.Helper()
	p.Go("/p/atlas/board")
	p.Until(`document.querySelector('.live').dataset.state === 'on'`)
	before := p.Eval(`document.querySelector('#interrupts summary').innerText`)
	b.fail(func(r *http.Request) bool { return r.URL.Path == "/p/atlas/board" })
	others()
	p.Until(`document.querySelector('.live').dataset.state === 'off' && document.querySelector('.live').innerText === 'Reconnecting…'`)
	for _, width := range []int64{390, 1280} {
		p.Size(width, 900)
		if wide := p.Eval(`String(document.documentElement.scrollWidth - document.documentElement.clientWidth)`); wide != "0" {
			t.Errorf("at %d pixels the page is %s pixels too wide", width, wide)
		}
		shot(p, "reconnecting-"+map[int64]string{390: "390", 1280: "1280"}[width])
	}
	if now := p.Eval(`document.querySelector('#interrupts summary').innerText`); now != before {
		t.Fatalf("the page was refreshed by a server that is away: %s", now)
	}
	p.Eval(`window.addEventListener('changed', (e) => e.stopImmediatePropagation(), true); ''`) // no other change asks for the page
	b.fail(nil)
	p.Until(`document.querySelector('.live').dataset.state === 'on' && document.querySelector('#interrupts summary').innerText !== ` + quoted(before))
	p.Complaints() // of the server that was away
}

// showsThatItWaits follows a link to a page that comes only once the bar was
// seen: the page itself tells of that, because a browser that is on its way
// answers nobody else.
func showsThatItWaits(t *testing.T, p *browser.Page, b *between) {
	t.Helper()
	p.Go("/p/atlas/work")
	p.Eval(`new MutationObserver((_, o) => { const bar = document.querySelector('.top-progress:not([value])'); if (bar) { o.disconnect(); fetch('/tell') } }).observe(document.body, { childList: true }); ''`)
	h := b.hold(t, http.MethodGet, "/p/atlas/shelf", 0)
	p.Click(`.rail a[href="/p/atlas/shelf"]`)
	arrives(t, h.came, "the page was not asked for")
	arrives(t, b.told, "the page does not show that it waits")
	h.release()
	p.Until(`location.pathname === '/p/atlas/shelf' && document.querySelector('h1') && !document.querySelector('.top-progress')`)
}

func arrives(t *testing.T, signal <-chan struct{}, otherwise string) {
	t.Helper()
	select {
	case <-signal:
	case <-time.After(time.Minute):
		t.Fatal(otherwise)
	}
}

// showsHowMuchIsSent shelves a large file with a fact that is none: the bar
// follows the bytes while they are on their way.
func showsHowMuchIsSent(t *testing.T, p *browser.Page, b *between) {
	t.Helper()
	const size = 48 << 20
	p.Go("/p/atlas/shelve")
	p.Fill(`input[name=version]`, "9.9.3")
	p.Fill(`textarea[name=facts]`, "schema-migration")
	p.Choose(`input[type=file]`, zeros(t, "web.war", size))
	h := b.hold(t, http.MethodPost, "/p/atlas/shelve", size/8)
	p.Click(`button[value=shelve]`)
	arrives(t, h.came, "the file was not sent")
	p.Until(`(v => v > 0 && v < 1)(Number(document.querySelector('.top-progress')?.getAttribute('value')))`)
	shot(p, "progress-files")
	h.release()
	p.Until(`document.body.innerText.includes('name = value') && !document.querySelector('.top-progress')`)
	if v := p.Eval(`document.querySelector('input[name=version]').value`); v != "9.9.3" {
		t.Errorf("the version became %q", v)
	}
	p.Complaints() // of the refusal itself
}

// refusedFilesStandAtTheirPage opens a test cycle from a file that is none: the
// answer stands at the page's address, and the way back sends no file again.
func refusedFilesStandAtTheirPage(t *testing.T, p *browser.Page, b *between) {
	t.Helper()
	p.Go("/p/atlas/cycles/new")
	p.Fill(`input[name=version]`, "1.5.0")
	p.Choose(`input[type=file]`, zeros(t, "cases.csv", 1<<20+1))
	p.Click(`form.setup button.primary`)
	const refused = `document.querySelector('#page .error, #page [role=alert]')`
	p.Until(refused)
	if at := p.Path(); at != "/p/atlas/cycles/new" {
		t.Errorf("refused, the page is at %s", at)
	}
	p.Complaints() // of the refusal itself
	p.Eval(`window.sameDocument = true; history.back(); ''`)
	p.Until(`!window.sameDocument && location.pathname === '/p/atlas/cycles/new' && !` + refused)
	if n := b.formsTo("/cycles"); n != 1 {
		t.Errorf("the files were sent %d times", n)
	}
}

// zeros makes a file of a size.
func zeros(t *testing.T, name string, size int64) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, size); err != nil {
		t.Fatal(err)
	}
	return file
}

// keepsWhatWasTyped sends a form after the session has ended: the way leads
// over the sign-in page, also past a wrong password, back to the form as it was.
func keepsWhatWasTyped(t *testing.T, p *browser.Page, who account) {
	t.Helper()
	p.Go("/p/atlas/defects?state=all")
	p.Click(`#report > summary`)
	p.Fill(`#report input[name=title]`, "Totals are off by a cent")
	p.Eval(`document.querySelector('#report select[name=severity]').value = 'minor'; ''`)
	p.ForgetCookies()
	p.Submit(`#report button.primary`)
	p.WaitText("you come back to the same place")
	p.Fill(`input[name=email]`, who.Email)
	p.Fill(`input[name=password]`, "not this one")
	p.Submit(`main form button`)
	p.WaitText("the password is wrong")
	p.Fill(`input[name=password]`, who.Password)
	p.Submit(`main form button`)
	p.WaitText("What you typed is here again")
	if at := p.Path(); at != "/p/atlas/defects?state=all" {
		t.Errorf("signed in again, it is at %s", at)
	}
	if got := p.Eval(`(f => f.open + " " + f.querySelector('[name=title]').value + " " + f.querySelector('[name=severity]').value)(document.querySelector('#report'))`); got != "true Totals are off by a cent minor" {
		t.Errorf("the form has %q", got)
	}
	shot(p, "typed-again")
	p.Submit(`#report button.primary`)
	p.Until(`document.readyState === 'complete' && sessionStorage.length === 0`)
	p.Complaints() // of the wrong password
}

// sendsItsButtonAgain: what could not be sent without leaving the page is sent
// as forms are, with the button that was pressed.
func sendsItsButtonAgain(t *testing.T, b *between, who account) {
	t.Helper()
	p := browser.Open(t, b.address, 1280, 900)
	signIn(t, p, who)
	p.Go("/p/atlas/teams/payments")
	const begin = `.build form button[name=state][value=doing]`
	form := p.Eval(`document.querySelector('` + begin + `').form.getAttribute('action')`)
	first := true
	b.fail(func(r *http.Request) bool {
		refused := first && r.Method == http.MethodPost && r.URL.Path == form
		first = first && !refused
		return refused
	})
	defer b.fail(nil)
	p.Eval(`window.sameDocument = true; ''`)
	p.Click(begin)
	p.Until(`!window.sameDocument && document.querySelector('[data-flash]')`)
	if got := p.Eval(`document.querySelector('form[action="` + form + `"] button').value`); got != "done" {
		t.Errorf("sent again, the item's next step is %q", got)
	}
	p.Complaints() // of the refusal itself
}

// keepsACardsForm: the word about what is there again stands beside the page,
// not within the card, and goes when the form is sent.
func keepsACardsForm(t *testing.T, p *browser.Page, who account) {
	t.Helper()
	p.Go("/p/atlas/board")
	id := p.Eval(`document.querySelector('[data-column=todo] [data-item]').dataset.item`)
	card := `[data-item="` + id + `"]`
	p.Click(card + ` summary`)
	p.Fill(card+` input[name=reason]`, "The lab is dark")
	p.Eval(`document.querySelector('` + card + ` select[name=to]').value = 'blocked'; ''`)
	p.ForgetCookies()
	p.Click(card + ` form[data-move] button`)
	p.WaitText("you come back to the same place")
	p.Fill(`input[name=email]`, who.Email)
	p.Fill(`input[name=password]`, who.Password)
	p.Submit(`main form button`)
	p.WaitText("What you typed is here again")
	shot(p, "typed-again-card")
	if got := p.Eval(`document.querySelector('` + card + ` input[name=reason]').value + " " + document.querySelectorAll('` + card + ` [role=status]').length + " " + document.querySelectorAll('.toasts [role=status]').length`); got != "The lab is dark 0 1" {
		t.Errorf("the card has %q", got)
	}
	p.Click(card + ` form[data-move] button`)
	p.Until(`document.querySelector('[data-column=blocked] ` + strings.ReplaceAll(card, `"`, `\"`) + `') && !document.querySelector('.toasts [role=status]')`)
	p.Complaints() // of the session that had ended
}

// quoted is a text as a script writes it.
func quoted(text string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`", "$", "\\$").Replace(text) + "`"
}

// TestAnAnswerToAFormTellsItsPage sends every form of every page empty: where
// the answer is a page that stands at the form's address, its own address is
// told, and is that page.
func TestAnAnswerToAFormTellsItsPage(t *testing.T) {
	address, accounts := demo(t)
	b := newPlain(t, address, accounts["release-manager"])
	form := regexp.MustCompile(`(?s)<form[^>]*action="([^"#?]+)[^"]*"[^>]*>`)
	title := regexp.MustCompile(`(?s)<title>(.*?)</title>`)
	own := regexp.MustCompile(`<body data-page="([^"]+)"`)
	var actions, answered []string
	for _, path := range pages() {
		if strings.Contains(path, "*") {
			continue
		}
		_, page := b.get(path)
		for _, m := range form.FindAllStringSubmatch(page, -1) {
			if strings.Contains(m[0], `method="post"`) && !slices.Contains(actions, m[1]) && m[1] != "/sign-out" {
				actions = append(actions, m[1])
			}
		}
	}
	for _, action := range actions {
		r, err := b.http.PostForm(b.base+action, url.Values{})
		if err != nil {
			t.Fatal(err)
		}
		sent := r.Request.Method == http.MethodPost
		code, page := b.read(r)
		at := own.FindStringSubmatch(page)
		if !sent || at == nil { // it led to another page, or to one of nobody
			continue
		}
		answered = append(answered, action)
		again, there := b.get(strings.ReplaceAll(at[1], "&amp;", "&"))
		if want, got := b.found(page, title.String()), b.found(there, title.String()); again != http.StatusOK || got != want {
			t.Errorf("%s is answered with %d and the page %q that says it is at %s: there is %q (%d)", action, code, want, at[1], got, again)
		}
	}
	t.Logf("%d of %d forms are answered by their page: %s", len(answered), len(actions), strings.Join(answered, " "))
	if len(answered) < 12 {
		t.Errorf("only %d forms were answered by their page: %s", len(answered), strings.Join(answered, " "))
	}
}
