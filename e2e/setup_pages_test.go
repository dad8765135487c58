package e2e

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"headway/e2e/browser"
)

// lockedBuffer is written to by a program while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write appends.
func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String gives what was written so far.
func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// emptyInstance starts the binary with nothing in it, and gives the one-time
// address of its first-run page too.
func emptyInstance(t *testing.T) (address, firstRun string) {
	t.Helper()
	logged := &lockedBuffer{}
	cmd := exec.CommandContext(context.Background(), binary(t), "serve", "--data", filepath.Join(t.TempDir(), "data"), "--listen", "127.0.0.1:0")
	cmd.Stderr = logged
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server did not end well: %v\n%s", err, logged)
		}
	})
	if address, err = readyLine(out); err != nil {
		t.Fatalf("%v\n%s", err, logged)
	}
	found := regexp.MustCompile(`/first-run\?token=[^\s"]+`).FindString(logged.String())
	if found == "" {
		t.Fatalf("no first-run address in the log:\n%s", logged)
	}
	return address, found
}

func shot(p *browser.Page, name string) {
	if dir := os.Getenv("SHOTS"); dir != "" {
		p.Shot(filepath.Join(dir, name+".png"))
	}
}

// TestFirstRunLeadsToAPlan goes the way of a new administrator through the
// browser alone: account, programme, teams, people, playbook, gap policy, plan.
func TestFirstRunLeadsToAPlan(t *testing.T) {
	address, firstRun := emptyInstance(t)
	p := browser.Open(t, address, 1280, 900)
	checker := axe(t)
	isSound(t, p, firstRun, "first-run", checker)
	p.Fill(`input[name=name]`, "Ann Admin")
	p.Fill(`input[name=email]`, "ann@example.org")
	p.Fill(`input[name=password]`, "correct horse battery")
	p.Submit(`main form button`)
	p.Go("/programmes/new")
	p.Submit(`form.setup button.primary`)
	if marked := p.Eval(`[...document.querySelectorAll('[aria-invalid]')].map(f => f.name).join()`); marked != "name" {
		t.Errorf("without a name, %q is marked", marked)
	}
	p.Fill(`input[name=name]`, "Web shop")
	p.Fill(`input[name=zone]`, "Europe/Nowhere")
	shot(p, "start-1")
	p.Submit(`form.setup button.primary`)
	if text := p.Text(); !strings.Contains(text, "no time zone") || p.Eval(`document.querySelector('input[name=name]').value`) != "Web shop" {
		t.Fatalf("a wrong zone lost what was typed, or was not said:\n%.400s", text)
	}
	p.Fill(`input[name=zone]`, "Europe/Berlin")
	p.Submit(`form.setup button.primary`)
	if at := p.Path(); at != "/p/web-shop/settings/teams?start=1" {
		t.Fatalf("after making it: %s\n%.400s", at, p.Text())
	}
	wrong := p.Complaints() // of the forms that were refused
	isSound(t, p, "/p/web-shop/settings/teams?start=1", "start-teams", checker)
	p.Fill(`input[name="f.1.name"]`, "Web")
	p.Fill(`input[name="f.2.name"]`, "Payments")
	p.Fill(`input[name="f.2.cadence.version"]`, "next one")
	shot(p, "start-2")
	p.Submit(`form.setup button.primary`)
	// Of what is shown again, nothing was proposed a second time, and all that was typed is seen.
	if says := p.Eval(`[...document.querySelectorAll('form.setup details[open] > summary')].map(s => s.textContent.trim().replace(/\s+/g, ' ')).join(', ')`); says != "Operations new team, Web new team, Payments new team" {
		t.Errorf("a refused form shows %q", says)
	}
	p.Fill(`input[name="f.2.cadence.version"]`, "2.0.0")
	p.Submit(`form.setup button.primary`)
	wrong = append(wrong, p.Complaints()...)
	isSound(t, p, "/p/web-shop/settings/people?start=1", "start-people", checker)
	for k, name := range []string{"Rita", "Dana", "Omar", "Quinn", "Quentin", "Sven"} { // as many as the playbook needs
		p.Fill(`input[name="f.`+string(rune('0'+k))+`.name"]`, name)
	}
	shot(p, "start-3")
	p.Submit(`form.setup button.primary`)
	if at := p.Path(); at != "/p/web-shop/settings/playbook?start=1" {
		t.Fatalf("after the people: %s\n%.400s", at, p.Text())
	}
	isSound(t, p, "/p/web-shop/settings/playbook?start=1", "start-playbook", checker)
	shot(p, "start-4")
	p.Submit(`form.setup button.primary`)
	p.Fill(`input[name="f.0.gap.minimum"]`, "9")
	p.Submit(`form.setup button.primary`)
	if text := p.Text(); !strings.Contains(text, "out of order") {
		t.Fatalf("a minimum gap above the target was taken:\n%.600s", text)
	}
	shot(p, "start-5")
	p.Fill(`input[name="f.0.gap.minimum"]`, "2")
	p.Submit(`form.setup button.primary`)
	if at := p.Path(); at != "/p/web-shop/plan" {
		t.Fatalf("at the end: %s\n%.600s", at, p.Text())
	}
	p.WaitText("Your first plan.")
	p.Until(`document.querySelector('.tl [data-what^="Full regression"]')`)
	if text := p.Text(); strings.Contains(text, "of the skill") {
		t.Errorf("with the people that were proposed, the playbook lacks some:\n%.1200s", text)
	}
	if to := p.Eval(`document.querySelector('.tl-labels a[href="/p/web-shop/environments"]')?.textContent ?? ''`); to != "No environments yet" {
		t.Errorf("the empty lanes of environments lead nowhere: %q", to)
	}
	shot(p, "start-6")
	wrong = append(wrong, p.Complaints()...)
	isSound(t, p, "/p/web-shop/plan", "start-plan", checker)
	// The last settings are still being planned: who publishes what has changed is told so, and looks again.
	for tries, told := 1, "no"; told != "published"; tries++ {
		p.Fill(`input[name=reason]`, "The first one")
		p.Submit(`#publish form button`)
		p.Until(`document.body.innerText.includes("plan 1 published") || document.querySelector('#publish [role=alert], #page > [role=alert]')`)
		if told = p.Eval(`document.body.innerText.includes("plan 1 published") ? "published" : document.querySelector('#publish [role=alert], #page > [role=alert]').innerText`); told != "published" && tries == 5 {
			t.Fatalf("a plan that was looked at cannot be published: %s", told)
		}
	}
	for _, bad := range append(wrong, p.Complaints()...) {
		if !strings.Contains(bad, "status of 422") && !strings.Contains(bad, "status of 409") { // those that were meant to be refused, and those that came too late
			t.Error(bad)
		}
	}
}

// TestSettingsKeepWhatWasTyped edits a section with a mistake, then while
// somebody else saves the same section, then as a document.
func TestSettingsKeepWhatWasTyped(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/settings/teams")
	p.Fill(`input[name="f.0.name"]`, "Mobile apps")
	p.Eval(`document.querySelector('input[name="f.0.cadence.days"]').type = 'text'; ''`)
	p.Fill(`input[name="f.0.cadence.days"]`, "fourteen")
	p.Submit(`form.setup button.primary`)
	if text := p.Text(); !strings.Contains(text, "no whole number") || p.Eval(`document.querySelector('input[name="f.0.name"]').value`) != "Mobile apps" {
		t.Fatalf("what was typed is gone, or the field is not marked:\n%.600s", text)
	}
	shot(p, "settings-error")

	other := browser.Open(t, address, 1280, 900)
	signIn(t, other, accounts["admin"])
	other.Go("/p/atlas/settings/teams")
	other.Fill(`input[name="f.1.name"]`, "Operations and support")
	other.Submit(`form.setup button.primary`)

	p.Fill(`input[name="f.0.cadence.days"]`, "14")
	p.Submit(`form.setup button.primary`)
	if text := p.Text(); !strings.Contains(text, "changed by somebody else") || !strings.Contains(text, "Saving now would change") {
		t.Fatalf("a stale form was saved, or the difference is not shown:\n%.900s", text)
	}
	shot(p, "settings-stale")
	p.Submit(`form.setup button.primary`)
	if at := p.Path(); at != "/p/atlas/settings" || !strings.Contains(p.Text(), "Mobile apps") {
		t.Fatalf("saving again: %s\n%.600s", at, p.Text())
	}

	p.Go("/p/atlas/settings/document")
	text := p.Eval(`document.querySelector('textarea[name=text]').value`)
	p.Fill(`textarea[name=text]`, strings.Replace(text, "target: ", "target: 1", 1))
	p.Submit(`form.setup button[value=check]`)
	shot(p, "settings-document")
	if got := p.Text(); !strings.Contains(got, "out of order") {
		t.Errorf("a target of more than 10 days above the maximum was not refused:\n%.600s", got)
	}
	p.Fill(`textarea[name=text]`, strings.Replace(text, "name: Atlas", "name: Atlas two", 1))
	p.Submit(`form.setup button[value=check]`)
	if got := p.Text(); !strings.Contains(got, "Applying would change") {
		t.Errorf("no preview:\n%.600s", got)
	}
	p.Submit(`form.setup button[value=apply]`)
	if at := p.Path(); at != "/p/atlas/settings" || !strings.Contains(p.Text(), "Atlas two") {
		t.Errorf("applied: %s\n%.600s", at, p.Text())
	}
}

// TestTheRuleAboutHotFixesIsChosen sets what a hot fix costs the others without
// a key being typed, and finds it said on the page of the settings.
func TestTheRuleAboutHotFixesIsChosen(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/settings/hotfixes")
	shot(p, "hotfixes")
	if typed := p.Eval(`String(document.querySelectorAll('form.setup textarea, form.setup input[type=text]').length)`); typed != "0" {
		t.Errorf("%s fields are typed", typed)
	}
	p.Fill(`[name="f.0.yields"]`, "everything")
	p.Fill(`[name="f.0.environment"]`, "load")
	p.Click(`input[name="f.0.rerun"][value="load-test"]`)
	p.Submit(`form.setup button.primary`)
	text := strings.Join(strings.Fields(p.Text()), " ")
	for _, says := range []string{"every date of the others, candidates under test too", "Load lab, whoever has booked it", "Load test", "by their next candidate"} {
		if !strings.Contains(text, says) {
			t.Errorf("the settings do not say %q", says)
		}
	}
	p.Go("/p/atlas/settings/programme")
	p.Submit(`form.setup button.primary`)
	if text := p.Text(); !strings.Contains(text, "Nothing was changed") {
		t.Errorf("the programme's own form touches the rule:\n%.300s", text)
	}
}
