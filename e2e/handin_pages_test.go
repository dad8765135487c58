package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"headway/e2e/browser"
)

const handedIn = `<testsuite name="shop" tests="2"><testcase classname="shop.Cart" name="adds"/><testcase classname="shop.Cart" name="pays"><failure message="no card"/></testcase></testsuite>`

// TestShelveAndReportFromPages puts a candidate on the shelf and hands in its
// regression through the browser alone, with wrong input on the way.
func TestShelveAndReportFromPages(t *testing.T) {
	address, accounts := demo(t)
	dir := t.TempDir()
	artifact, report := filepath.Join(dir, "web.war"), filepath.Join(dir, "junit.xml")
	for file, content := range map[string]string{artifact: "bytes of the release", report: handedIn} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/shelve")
	p.Fill(`input[name=version]`, "9.9.0")
	p.Fill(`textarea[name=facts]`, "schema-migration")
	p.Choose(`input[type=file]`, artifact)
	p.Submit(`button[value=preview]`)
	if text := p.Text(); !strings.Contains(text, "name = value") || !strings.Contains(text, "web.war") || p.Eval(`document.querySelector('input[name=version]').value`) != "9.9.0" {
		t.Fatalf("a wrong fact: the file or the version is gone, or it was not said:\n%.700s", text)
	}
	p.Fill(`textarea[name=facts]`, "schema-migration = true\ndata-gb = 120")
	p.Submit(`button[value=preview]`)
	p.WaitText("9.9.0-rc.1 would bring")
	shot(p, "shelve-preview")
	p.Submit(`button[value=shelve]`)
	if text := p.Text(); !strings.Contains(text, "9.9.0-rc.1 is on the shelf") || !strings.Contains(text, "web.war") {
		t.Fatalf("after shelving:\n%.700s", text)
	}
	p.Submit(`a[href*="/report?team="]`)
	p.Submit(`form.setup button.primary`)
	if text := p.Text(); !strings.Contains(text, "No report was chosen") {
		t.Fatalf("no file: %.400s", text)
	}
	p.Choose(`input[type=file]`, report)
	p.Submit(`form.setup button.primary`)
	if text := p.Text(); !strings.Contains(text, "2 tests, 1 passed, 1 failed") || !strings.Contains(text, "opened:") {
		t.Fatalf("the verdict:\n%.700s", text)
	}
	shot(p, "report-judged")
}
