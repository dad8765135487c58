package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"headway/e2e/browser"
)

// liveRunbook has every kind of step that a person or an agent carries out, and
// a point of no return.
const liveRunbook = `
programme: {key: atlas, name: Atlas}
runbook:
  hypercare_days: 5
  variables:
    - {name: pool, title: Pool that is switched, kind: choice, options: [blue, green]}
    - {name: ticket, title: Ticket of the change, kind: text, pattern: "CHG-[0-9]+", default: CHG-1}
  steps:
    - {key: announce, title: Announce the change, phase: deploy, kind: manual, instructions: "Tell the stakeholders that the window begins, and until when.", minutes: 5}
    - {key: backup, title: Back up the database, phase: deploy, kind: manual, instructions: "Back up the database and check that the backup can be read.", evidence: where the backup lies, minutes: 30}
    - {key: warm, title: Warm the caches, phase: deploy, kind: command, command: [/bin/echo, "warmed ${pool}"], parallel: true, minutes: 6, timeout: 10}
    - {key: migrate, title: Migrate the schema, phase: deploy, kind: manual, two_people: true, no_return: true, instructions: "Run the migration of the candidate, and keep its output.", minutes: 30}
    - {key: install, title: Install the candidate, phase: deploy, kind: command, command: [/bin/cat, /no/such/file], minutes: 20, timeout: 30}
    - {key: smoke, title: Smoke check, phase: smoke, kind: manual, instructions: "Place an order; look at the front page.", minutes: 10}
    - {key: restore, title: Restore the previous release, phase: rollback, kind: manual, instructions: Install what was there., minutes: 30}
`

// asOf runs commands of the binary as the owner of a token.
func asOf(t *testing.T, program, address string, a account) func(args ...string) string {
	return func(args ...string) string {
		t.Helper()
		out, err := commandOf(program, address, a, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("headway %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
}

func commandOf(program, address string, a account, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), program, args...)
	cmd.Env = append(cmd.Environ(), "HEADWAY_URL="+address, "HEADWAY_TOKEN="+a.Token, "HEADWAY_PROGRAMME=atlas")
	return cmd
}

// TestALiveDeployment follows a deployment on its page: steps that people and
// an agent carry out, a stop, a failure behind the point of no return.
func TestALiveDeployment(t *testing.T) {
	address, accounts := demo(t)
	program := binary(t)
	manager := asOf(t, program, address, accounts["release-manager"])
	setup := filepath.Join(t.TempDir(), "runbook.yaml")
	if err := os.WriteFile(setup, []byte(liveRunbook), 0o600); err != nil {
		t.Fatal(err)
	}
	manager("programme", "apply", setup)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["ops"])
	path := rehearse(t, p)
	id := strings.TrimPrefix(path, "/p/atlas/deployments/")
	p.Until(`document.querySelector('.live').dataset.state === 'on'`)
	p.WaitText("Waits for a person")
	p.Submit(`form[action$="/steps/announce"] button[value=pass]`)
	p.WaitText("where the backup lies")

	// A machine's step goes on without anybody touching the page.
	runAgent(t, program, address, accounts["ops"], "/bin/echo", "/bin/cat")
	p.Until(`document.querySelector('#step-warm.succeeded') !== null && document.querySelector('#step-warm pre').textContent.includes('warmed green')`)
	shot(p, "live-1280")
	p.Size(390, 900)
	shot(p, "live-390")
	p.Size(1280, 900)

	p.Fill(`.run-brake input`, "errors rise")
	p.Submit(`.run-brake button`)
	p.WaitText("errors rise")
	shot(p, "live-stopped")
	p.Fill(`#f-why`, "it was the monitor")
	p.Submit(`button.primary[disabled], form.form button.primary`)
	p.Fill(`form[action$="/steps/backup"] input[name=reason]`, "/backup/atlas-1, 118 GB")
	p.Submit(`form[action$="/steps/backup"] button[value=pass]`)

	// Two people: the first is not asked again, the second confirms.
	p.Submit(`form[action$="/steps/migrate"] button[value=pass]`)
	p.WaitText("You were the first of two")
	manager("deploy", "step", id, "migrate", "done", "--outcome", "pass")
	p.Until(`document.querySelector('#step-install.failed') !== null`)
	p.WaitText("No such file")
	if p.Eval(`String(document.querySelector('button[formaction$="/roll-back"]').disabled)`) != "true" || !strings.Contains(p.Text(), "Migrate the schema was the point of no return") {
		t.Errorf("a way back is offered beyond the point of no return:\n%s", p.Text())
	}
	shot(p, "live-failed")
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
	withoutScript(t, address, accounts["ops"], path)
}

// rehearse starts a rehearsal on the page, and gives the address of its deployment.
func rehearse(t *testing.T, p *browser.Page) string {
	t.Helper()
	p.Go("/p/atlas/deployments")
	p.Submit(`a[href$="/rehearsals/new"]`)
	p.Fill(`select[name=release]`, "web/1.51.0")
	p.Fill(`select[name=environment]`, "test") // staging is booked
	p.Fill(`select[name="var.pool"]`, "green")
	p.Eval(`document.querySelector('input[name="var.ticket"]').removeAttribute('pattern'); ''`)
	p.Fill(`input[name="var.ticket"]`, "none")
	p.Submit(`form.setup button.primary`)
	if text := p.Text(); !strings.Contains(text, "does not match CHG-") || p.Eval(`document.querySelector('select[name="var.pool"]').value`) != "green" {
		t.Fatalf("a wrong value:\n%s", text)
	}
	shot(p, "rehearse")
	p.Fill(`input[name="var.ticket"]`, "CHG-7")
	p.Submit(`form.setup button.primary`)
	p.WaitText("The rehearsal has started")
	p.Complaints() // the browser complains of the refusal
	return p.Path()
}

// TestConnectionsKeepTheirSecrets sets, changes and forgets a connection on its page.
func TestConnectionsKeepTheirSecrets(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/settings/connections")
	fill := func(name, value string) { p.Fill(`input[name="`+name+`"]`, value) }
	keep := `#set button.primary`
	fill("connection", "ci")
	p.Fill(`select[name=kind]`, "jenkins")
	p.Eval(`document.querySelector('#set').noValidate = true; ''`)
	fill("connection.url", "ci.example")
	fill("connection.secret", "hunter22")
	p.Submit(keep)
	if text := p.Eval(`document.documentElement.outerHTML`); !strings.Contains(text, "address") || strings.Contains(text, "hunter22") || p.Eval(`document.querySelector('input[name=connection]').value`) != "ci" {
		t.Fatalf("after a wrong address:\n%.800s", p.Text())
	}
	fill("connection.url", "https://ci.example")
	fill("connection.secret", "hunter22")
	p.Submit(keep)
	p.WaitText("The connection ci is kept")
	p.Submit(`a[href*="connections?key=ci"]`)
	shot(p, "connections")
	if p.Eval(`document.querySelector('select[name=kind]').value + document.querySelector('input[name="connection.secret"]').value`) != "jenkins" {
		t.Error("a change does not begin with how it is, or shows the secret")
	}
	fill("connection.url", "https://elsewhere.example")
	p.Submit(keep)
	if text := p.Text(); !strings.Contains(text, "give the secret again") && !strings.Contains(text, "Give the secret again") {
		t.Errorf("the secret goes to another system unseen:\n%.600s", text)
	}
	p.Go("/p/atlas/settings/connections")
	p.Eval(`window.confirm = () => true; ''`)
	p.Submit(`form[action$="/ci/remove"] button`)
	p.WaitText("No connections yet")
}

// TestAnIncidentOnItsPage tells of trouble in production and sees it through.
func TestAnIncidentOnItsPage(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["ops"])
	p.Go("/p/atlas/incidents")
	p.WaitText("Nothing hurts now")
	p.Click(`#open-incident summary`)
	p.Fill(`#open-incident input[name=title]`, "No payments go through")
	p.Submit(`#open-incident button`)
	p.WaitText("I-1 is open")
	p.WaitText("hurts for")
	shot(p, "incident-open")
	do := func(verb, field, text string) {
		form := `#i-1 form:has(input[value=` + verb + `]) `
		if field != "" {
			p.Fill(form+`input[name=`+field+`]`, text)
		}
		p.Submit(form + `button`)
	}
	do("defect", "joins", "some")
	p.WaitText("is no defect")
	do("defect", "", "")
	p.WaitText("its team is told")
	do("mitigate", "reason", "restarted the gateway")
	p.WaitText("restored after")
	do("close", "reason", "a pool was too small")
	p.WaitText("a pool was too small")
	shot(p, "incident-closed")
	if p.Eval(`document.querySelector('#i-1 a[href*="defects#d-"]') ? 'yes' : ''`) == "" {
		t.Errorf("the defect is not linked:\n%s", p.Text())
	}
	if bad := p.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// withoutScript ends a deployment whose step has failed with scripts switched off.
func withoutScript(t *testing.T, address string, a account, path string) {
	t.Helper()
	p := browser.Open(t, address, 1280, 900)
	p.NoScript()
	signIn(t, p, a)
	p.Go(path)
	p.Fill(`#f-why`, "the disk is full")
	p.Submit(`button[formaction$="/abandon"]`)
	if text := p.Text(); !strings.Contains(text, "Ended as it is: the disk is full") {
		t.Errorf("after ending it:\n%.600s", text)
	}
}

// runAgent runs an agent until the test ends.
func runAgent(t *testing.T, program, address string, a account, allow ...string) {
	t.Helper()
	args := []string{"agent", "--every", "100ms"}
	for _, one := range allow {
		args = append(args, "--allow", one)
	}
	cmd := commandOf(program, address, a, args...)
	logged := &lockedBuffer{}
	cmd.Stderr = logged
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the agent: %v\n%s", err, logged)
		}
	})
}
