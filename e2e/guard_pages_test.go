package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/client"
	"headway/e2e/browser"
)

// TestAGuardIsOverriddenOnItsPage lifts the window for a release that is to go
// in the night, and takes that back.
func TestAGuardIsOverriddenOnItsPage(t *testing.T) {
	address, accounts := demo(t)
	b := newPlain(t, address, accounts["release-manager"])
	_, list := b.get("/p/atlas/decisions")
	night := time.Now().AddDate(0, 0, 4).Truncate(24 * time.Hour).Add(2 * time.Hour)
	server, err := client.New(address, headway.NewSecret(accounts["release-manager"].Token))
	if err != nil {
		t.Fatal(err)
	}
	d, err := server.OpenDecision(t.Context(), "atlas", client.NewDecision{
		Team: b.found(list, `name="team" value="([^"]+)"`), Version: b.found(list, `name="version" value="([^"]+)"`), From: night,
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/p/atlas/decisions/" + d.ID
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go(path)
	p.Click(`#o-window > summary`)
	p.Fill(`#or-window`, "The law begins to hold at midnight")
	shot(p, "override-form")
	p.Submit(`#o-window button.btn`)
	for _, says := range []string{"Rules were lifted for this release", "The law begins to hold at midnight", "overridden by"} {
		if !strings.Contains(p.Text(), says) {
			t.Errorf("overridden, the page does not say %q:\n%.900s", says, p.Text())
		}
	}
	for _, width := range []int64{390, 1280} {
		p.Size(width, 900)
		shot(p, "overridden-"+map[int64]string{390: "390", 1280: "1280"}[width])
	}
	p.Click(`[id^="wo-"] > summary`)
	p.Fill(`[id^="wor-"]`, "It was postponed")
	p.Submit(`[id^="wo-"] button.btn`)
	if text := p.Text(); !strings.Contains(text, "Withdrawn by") || !strings.Contains(text, "It was postponed") {
		t.Errorf("withdrawn, the page says:\n%.900s", text)
	}
	shot(p, "override-withdrawn")
}

// TestACalendarAddressIsMadeAndRevoked shows it once, and no more.
func TestACalendarAddressIsMadeAndRevoked(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["viewer"])
	p.Go("/p/atlas/calendar")
	p.Click(`#new-feed > summary`)
	p.Fill(`#new-feed input[name=name]`, "phone")
	shot(p, "feed-form")
	p.Submit(`#new-feed button.primary`)
	secret := p.Eval(`document.querySelector('#feeds [data-copy]')?.dataset.copy ?? ''`)
	if !strings.HasSuffix(secret, ".ics") {
		t.Fatalf("the address is %q:\n%.600s", secret, p.Text())
	}
	for _, width := range []int64{390, 1280} {
		p.Size(width, 900)
		if wide := p.Eval(`String(document.documentElement.scrollWidth - document.documentElement.clientWidth)`); wide != "0" {
			t.Errorf("at %d pixels the page is %s pixels too wide", width, wide)
		}
		if at := p.Eval(`(r => r.left >= 0 && r.right <= innerWidth ? '' : r.left + ' to ' + r.right)(document.querySelector('#feeds form[action$="/revoke"] button').getBoundingClientRect())`); at != "" {
			t.Errorf("at %d pixels Revoke stands at %s", width, at)
		}
		p.Eval(`document.querySelector('#feeds').scrollIntoView({ block: 'center', behavior: 'instant' }); ''`)
		shot(p, "feed-made-"+map[int64]string{390: "390", 1280: "1280"}[width])
	}
	p.Go("/p/atlas/calendar")
	if p.Eval(`String(document.documentElement.innerHTML.includes('`+secret+`'))`) != "false" || !strings.Contains(p.Text(), "phone") {
		t.Error("the address is shown again, or its name is not")
	}
	p.Submit(`#feeds form[action$="/revoke"] button`)
	if strings.Contains(p.Text(), "Last read") {
		t.Errorf("it is still listed:\n%.600s", p.Text())
	}
}

// TestTroubleInProductionGoesForwardOrBack shelves the next version as the
// roll-forward of what is live, from its page, then takes what is live back.
func TestTroubleInProductionGoesForwardOrBack(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	live := opened(t, p, "/p/atlas/releases?state=live/*")
	p.Go(live)
	p.Submit(`a[href*="mends="]`)
	if got := p.Eval(`document.querySelector('input[name=mends]').value`); !strings.Contains(got, "/") {
		t.Fatalf("it mends %q", got)
	}
	artifact := filepath.Join(t.TempDir(), "fix.tar")
	if err := os.WriteFile(artifact, []byte("the fix"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Fill(`input[name=version]`, "9.9.1")
	p.Choose(`input[type=file]`, artifact)
	shot(p, "roll-forward-form")
	p.Submit(`button[value=shelve]`)
	if text := p.Text(); !strings.Contains(text, "9.9.1-rc.1 is on the shelf") || p.Eval(`String(document.querySelectorAll('.head a[href="`+live+`"]').length)`) != "1" {
		t.Fatalf("the fix does not lead to what it mends:\n%.600s", text)
	}
	shot(p, "roll-forward-fix")
	p.Go(live)
	if text := p.Text(); !strings.Contains(text, "Rolled forward by") || !strings.Contains(text, "9.9.1") {
		t.Errorf("what is mended does not tell by what:\n%.600s", text)
	}
	shot(p, "rolled-forward")
	endWhatRuns(t, address, accounts["release-manager"])
	p.Go(p.Eval(`document.querySelector('#decided a[href*="/deployments/"]').getAttribute('href')`))
	p.Click(`#take-back > summary`)
	p.Fill(`#f-undo`, "Orders are lost")
	shot(p, "take-back-form")
	p.Submit(`#take-back button.danger`)
	p.WaitText("Orders are lost")
	shot(p, "taken-back")
	if text := p.Text(); !strings.Contains(text, "Rolling back") || !strings.Contains(text, "What it takes back") {
		t.Errorf("on its way back it says:\n%.900s", text)
	}
}

// endWhatRuns abandons the deployment that is under way in the sample: while it
// runs nothing is taken back.
func endWhatRuns(t *testing.T, address string, by account) {
	t.Helper()
	server, err := client.New(address, headway.NewSecret(by.Token))
	if err != nil {
		t.Fatal(err)
	}
	list, err := server.Deployments(t.Context(), "atlas", 100)
	if err != nil {
		t.Fatal(err)
	}
	because := client.Because{Reason: "Production comes first"}
	for _, d := range list.Deployments {
		if d.State != "running" {
			continue
		}
		if d, err = server.MoveDeployment(t.Context(), "atlas", d.ID, "stop", because); err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Steps {
			if s.State != "running" {
				continue
			}
			if _, err := server.MoveStep(t.Context(), "atlas", d.ID, s.ID, "done", client.StepResult{Outcome: "pass", Reason: because.Reason}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := server.MoveDeployment(t.Context(), "atlas", d.ID, "abandon", because); err != nil {
			t.Fatal(err)
		}
	}
}
