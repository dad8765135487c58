package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"headway/e2e/browser"
)

// TestAPersonWorksATestCycleInTheBrowser opens a cycle from typed cases, works
// one with a note and a picture, and mutes and lifts a known failure.
func TestAPersonWorksATestCycleInTheBrowser(t *testing.T) {
	address, accounts := demo(t)
	picture := filepath.Join(t.TempDir(), "page 2.png")
	if err := os.WriteFile(picture, []byte("pixels"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go(opened(t, p, cycleOfTheSample))
	version := p.Eval(`document.querySelector('.crumbs a').textContent.trim().split(' ').at(-1)`)

	p.Go("/p/atlas/cycles/new?team=platform&version=" + version)
	p.Fill(`input[name=title]`, "Printing by hand")
	p.Fill(`textarea[name=cases]`, "- a step without a case")
	p.Submit(`form.setup button.primary`)
	if text := p.Text(); !strings.Contains(text, "stands before any case") || p.Eval(`document.querySelector('input[name=title]').value`) != "Printing by hand" {
		t.Fatalf("a step without a case:\n%.600s", text)
	}
	p.Fill(`textarea[name=cases]`, "Print an order\n- open an order\n- press print\nPrint a label, wide")
	p.Submit(`form.setup button.primary`)
	if text := p.Text(); !strings.Contains(text, "2 cases to be worked") || !strings.Contains(text, "press print") || !strings.Contains(text, "0 of 2 worked") {
		t.Fatalf("after opening:\n%.900s", text)
	}
	p.Submit(`#case-1 button[value=failed]`)
	p.WaitText("says what was seen")
	p.Fill(`#case-1 input[name=note]`, "the second page is blank")
	p.Submit(`#case-1 button[value=failed]`)
	if text := p.Text(); !strings.Contains(text, "1 of 2 worked, 1 failed") || !strings.Contains(text, "the second page is blank") {
		t.Fatalf("after a failure:\n%.900s", text)
	}
	p.Click(`#attach-1 summary`)
	p.Choose(`#attach-1 input[type=file]`, picture)
	p.Submit(`#attach-1 button`)
	if text := p.Text(); !strings.Contains(text, "1 file attached") || !strings.Contains(text, "page 2.png · 6 B") {
		t.Fatalf("after attaching:\n%.900s", text)
	}
	kind := p.Eval(`fetch(document.querySelector('.attached a').href).then(async r => r.headers.get('Content-Disposition') + ' ' + r.headers.get('Content-Type') + ' ' + await r.text())`)
	if !strings.Contains(kind, "attachment") || !strings.Contains(kind, "octet-stream") || !strings.HasSuffix(kind, "pixels") {
		t.Errorf("the attachment is served as %s", kind)
	}
	shot(p, "cycle-worked")

	p.Go("/p/atlas/evidence")
	p.Click(`#new-mute summary`)
	p.Fill(`#new-mute input[name=case]`, "shop :: shop.Cart :: *")
	p.Fill(`#new-mute input[name=reason]`, "the stub is slow")
	p.Submit(`#new-mute button.primary`)
	if text := p.Text(); !strings.Contains(text, "shop :: shop.Cart :: *") || !strings.Contains(text, "Muted") {
		t.Fatalf("after muting:\n%.900s", text)
	}
	p.Submit(`button[aria-label="Lift the mute of shop :: shop.Cart :: *"]`)
	if text := p.Text(); strings.Contains(text, "shop :: shop.Cart :: *") || !strings.Contains(text, "Lifted") {
		t.Fatalf("after lifting:\n%.900s", text)
	}
}
