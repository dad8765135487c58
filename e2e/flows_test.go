package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"headway/e2e/browser"
)

// TestPeopleAtWork follows people through pages, in one sample programme.
func TestPeopleAtWork(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["ops"])

	t.Run("a card is moved by keyboard, refused at the limit, and undone", func(t *testing.T) {
		p.Go("/p/atlas/board")
		moves := 0
		for ; moves < 20; moves++ {
			if p.Eval(`document.querySelector('[data-column=todo] [data-item]') ? 'yes' : ''`) == "" {
				t.Fatal("nothing is to do")
			}
			before := p.Eval(`document.querySelector('.column-head.doing span').innerText`)
			p.PressOn(`[data-column=todo] [data-item]`, "ArrowRight", true)
			p.Until(`document.querySelector('#page [data-flash]') !== null && document.querySelector('.column-head.doing span').innerText !== ` + fmt.Sprintf("%q", before) + ` || /holds/.test(document.querySelector('#page [data-flash]')?.innerText ?? '')`)
			if strings.Contains(p.Eval(`document.querySelector('#page [data-flash]').innerText`), "already holds") {
				break
			}
		}
		text := p.Eval(`document.querySelector('#page [data-flash]').innerText`)
		if moves == 0 || !strings.Contains(text, "already holds 8 of at most 8") || !strings.Contains(text, "WIP limit") {
			t.Fatalf("after %d moves: %s", moves, text)
		}
		// Back: the last one that went goes home again.
		p.PressOn(`[data-column=doing] [data-item]`, "ArrowLeft", true)
		p.Until(`document.querySelector('.column-head.doing span').innerText.startsWith('7')`)
		p.Click(`#page [data-flash] button`)
		p.Until(`document.querySelector('.column-head.doing span').innerText.startsWith('8')`)
	})

	t.Run("an interrupt is logged in two clicks and taken back", func(t *testing.T) {
		p.Go("/p/atlas/board")
		before := p.Eval(`document.querySelector('#interrupts summary').innerText`)
		p.Click(`#menu-interrupt summary`)
		p.Click(`#menu-interrupt button[value="30"]`)
		p.Until(`document.querySelector('#page [data-flash]')?.innerText.includes('30 min')`)
		if after := p.Eval(`document.querySelector('#interrupts summary').innerText`); after == before {
			t.Errorf("before and after: %s", after)
		}
		p.Click(`#page [data-flash] button`)
		p.Until(fmt.Sprintf(`document.querySelector('#interrupts summary').innerText === %q`, before))
	})

	t.Run("the palette finds a release", func(t *testing.T) {
		p.Go("/p/atlas/work")
		p.Keys("k", true)
		p.Until(`document.querySelector('#palette').open`)
		looks := `(li => li.offsetHeight + " " + (getComputedStyle(li.firstElementChild).backgroundColor === getComputedStyle(li.nextElementSibling.firstElementChild).backgroundColor))(document.querySelector('#palette [data-chosen]'))`
		var height int
		var lost bool
		if _, err := fmt.Sscan(p.Eval(looks), &height, &lost); err != nil || height > 40 || lost {
			t.Errorf("a line of the palette is %d pixels high, the chosen one is not seen: %v (%v)", height, lost, err)
		}
		p.Fill(`#palette input`, "payments 1.5")
		p.Eval(`document.querySelector('#palette input').dispatchEvent(new Event('input')); ''`)
		p.Until(`document.querySelector('#palette [data-found][data-chosen]') !== null`)
		p.Submit(`#palette [data-chosen] a`)
		p.Until(`location.pathname.startsWith('/p/atlas/releases/') && document.querySelector('h1')?.innerText.includes('Payments 1.5')`)
	})

	t.Run("the sheet of keys hides none of its lines", func(t *testing.T) {
		p.Go("/p/atlas/board")
		p.Keys("?", false)
		p.Until(`document.querySelector('#keys').open`)
		if p.Eval(`String((d => d.scrollHeight > d.clientHeight)(document.querySelector('#keys')))`) == "true" {
			t.Error("lines lie under the foot of the sheet: its list is to scroll, not the sheet")
		}
		p.Keys("\u001b", false)
		p.Until(`!document.querySelector('#keys').open`)
	})

	t.Run("on a phone, work shows its release and its day without a sideways scroll", func(t *testing.T) {
		p.Size(390, 900)
		defer p.Size(1280, 900)
		p.Go("/p/atlas/work")
		wide := p.Eval(`(all => all.length + " " + all.filter(s => s.scrollWidth > s.clientWidth).map(s => s.getAttribute('aria-label')).join(", "))([...document.querySelectorAll('#page .scroll')])`)
		var tables int
		var hidden string
		if _, _ = fmt.Sscan(wide, &tables, &hidden); tables == 0 || hidden != "" {
			t.Errorf("tables of work, and those that hide a part: %s", wide)
		}
	})

	t.Run("on a phone, tables are lists and charts begin with what is newest", func(t *testing.T) {
		p.Size(390, 900)
		defer p.Size(1280, 900)
		for _, page := range []string{"measures", "retrospective", "gap", "releases", "deployments", "settings", "shelf", "decisions"} {
			p.Go("/p/atlas/" + page)
			if wide := p.Eval(`[...document.querySelectorAll('#page .scroll:has(table.stacks)')].filter(s => s.scrollWidth > s.clientWidth).map(s => s.getAttribute('aria-label')).join(", ")`); wide != "" {
				t.Errorf("%s scrolls sideways: %s", page, wide)
			}
			if past := p.Eval(`[...document.querySelectorAll('#page .scroll.latest > svg')].filter(s => s.getBoundingClientRect().right > innerWidth).map(s => s.getAttribute('aria-label')).join(", ")`); past != "" {
				t.Errorf("%s does not show the newest end: %s", page, past)
			}
		}
		p.Go("/p/atlas/calendar")
		if day := p.Eval(`(d => getComputedStyle(d.querySelector('.in-list')).display + " " + d.querySelector('.sr').textContent.startsWith(d.querySelector('.in-list').textContent))(document.querySelector('.day.today'))`); day != "inline true" {
			t.Errorf("today's weekday in the list of days: %s", day)
		}
	})

	t.Run("what others do arrives by itself", func(t *testing.T) {
		p.Go("/p/atlas/board")
		p.Until(`document.querySelector('.live').dataset.state === 'on'`)
		cmd := exec.CommandContext(context.Background(), binary(t), "interrupt", "log", "60", "Seen from far away", "--person", "sven", "--programme", "atlas")
		cmd.Env = append(cmd.Environ(), "HEADWAY_URL="+address, "HEADWAY_TOKEN="+accounts["ops"].Token)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		p.Until(`document.querySelector('#interrupts')?.textContent.includes('Seen from far away')`)
	})

	t.Run("a session that has ended comes back to the same place", func(t *testing.T) {
		p.Go("/p/atlas/board?lanes=skill")
		p.ForgetCookies()
		p.PressOn(`[data-column=doing] [data-item]`, "ArrowLeft", true)
		p.Until(`location.pathname === '/sign-in'`)
		p.Fill(`input[name=email]`, accounts["ops"].Email)
		p.Fill(`input[name=password]`, accounts["ops"].Password)
		p.Submit(`main form button`)
		if at := p.Path(); at != "/p/atlas/board?lanes=skill" {
			t.Errorf("it came back to %s", at)
		}
	})
	for _, bad := range p.Complaints() {
		if !strings.Contains(bad, "401") { // the signal line of the session that ended
			t.Error(bad)
		}
	}
}

// TestWithoutScript reads and works with scripts switched off.
func TestWithoutScript(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	p.NoScript()
	signIn(t, p, accounts["ops"])
	for path, want := range map[string]string{
		"/p/atlas/plan": "Payments", "/p/atlas/shelf": "On the shelf", "/p/atlas/work": "What you were told", "/p/atlas/calendar": "Mon", "/p/atlas/find?q=quinn": "Quinn Baker",
	} {
		p.Go(path)
		if text := p.Text(); !strings.Contains(text, want) {
			t.Errorf("%s does not show %q:\n%.300s", path, want, text)
		}
	}
	p.Go("/p/atlas/board")
	p.Click(`[data-column=todo] details summary`)
	p.Submit(`[data-column=todo] details[open] button.primary`)
	if text := p.Text(); !strings.Contains(text, "is doing") {
		t.Errorf("a card cannot be moved without script:\n%.400s", text)
	}
}
