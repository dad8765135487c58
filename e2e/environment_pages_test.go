package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"headway/e2e/browser"
)

// typeInto sets fields that take no keys as they come, such as days and times.
func typeInto(p *browser.Page, values map[string]string) {
	for selector, value := range values {
		p.Eval(fmt.Sprintf(`document.querySelector(%q).value = %q; ''`, selector, value))
	}
}

// TestEnvironmentsFromTheirPage books, refreshes and reports an environment
// through the browser alone, with what stands in the way said in between.
func TestEnvironmentsFromTheirPage(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 2000)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/environments")
	shot(p, "environments-all")
	if text := p.Text(); !strings.Contains(text, "replaced the candidate while it was booked") || !strings.Contains(text, "of work; ") {
		t.Errorf("the sample shows no conflict or no refresh:\n%.1500s", text)
	}
	day := time.Now().AddDate(0, 0, 20).Format(time.DateOnly)
	book := func(do string, fields map[string]string) {
		p.Eval(`document.querySelector('#book-staging').open = true; ''`)
		typeInto(p, fields)
		p.Submit(do)
	}
	book(`#book-staging button[value="1"]`, map[string]string{
		`#book-staging-from`: day + "T09:00", `#book-staging-to`: day + "T08:00", `#book-staging-purpose`: "a look by the auditors",
	})
	if text := p.Text(); !strings.Contains(text, "ends before it starts") {
		t.Errorf("a booking that ends before it starts:\n%.700s", text)
	}
	book(`#book-staging button[value="1"]`, map[string]string{`#book-staging-to`: day + "T12:00"})
	if p.Eval(`String(!!document.querySelector('#book-staging [role=status]'))`) != "true" || p.Eval(`document.querySelector('#book-staging-purpose').value`) != "a look by the auditors" {
		t.Errorf("what it would meet is not said, or what was typed is gone:\n%.700s", p.Text())
	}
	shot(p, "environment-booking")
	book(`#book-staging button.primary`, nil)
	p.WaitText("Booked for")
	p.Go("/p/atlas/environments?from=" + day)
	if text := p.Text(); !strings.Contains(text, "a look by the auditors") {
		t.Errorf("the booking is not there:\n%.700s", text)
	}
	p.Submit(`form[action*="/bookings/"] button`)
	p.WaitText("free again")

	p.Eval(`document.querySelector('#refresh-staging').open = true; ''`)
	p.Submit(`#refresh-staging button[value="1"]`)
	p.WaitText("with Staging for itself")
	shot(p, "environment-refresh")
	p.Submit(`#refresh-staging button.primary`)
	p.WaitText("on the operations board")

	p.Eval(`document.querySelector('#report-staging').open = true; ''`)
	typeInto(p, map[string]string{`#report-staging-gb`: "333"})
	p.Submit(`#report-staging button.primary`)
	p.WaitText("333 GB")
}
