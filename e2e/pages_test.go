package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"headway/e2e/browser"
)

// demo starts the sample programme through the binary; accounts are by role.
func demo(t *testing.T) (address string, accounts map[string]account) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "accounts.json")
	errs := &bytes.Buffer{}
	cmd := exec.CommandContext(context.Background(), binary(t), "demo", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0", "--accounts-json", file)
	cmd.Stderr = errs
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
			t.Errorf("the demo did not end well: %v\n%s", err, errs)
		}
	})
	address, err = readyLine(out)
	if err != nil {
		t.Fatalf("%v\n%s", err, errs)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Accounts []account }
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	accounts = map[string]account{}
	for _, a := range list.Accounts {
		accounts[a.Role] = a
	}
	return address, accounts
}

type account struct{ Role, Email, Password, Token string }

func signIn(t *testing.T, p *browser.Page, a account) {
	t.Helper()
	p.Go("/sign-in")
	p.Fill(`input[name=email]`, a.Email)
	p.Fill(`input[name=password]`, a.Password)
	p.Submit(`main form button`)
	if at := p.Path(); at != "/" {
		t.Fatalf("after signing in: %s\n%s", at, p.Text())
	}
}

// axe is the accessibility checker, when the front-end packages are there.
func axe(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../internal/web/assets/node_modules/axe-core/axe.min.js")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("axe-core is missing: run make assets")
		}
		t.Log("axe-core is missing, accessibility is not checked: run make assets")
		return ""
	}
	return string(b)
}

const axeRun = `axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations.map(
	v => v.id + ': ' + v.help + ' at ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | '))))`

// TestEveryPageIsSoundAndAccessible visits every page of the sample programme,
// light and dark: nothing may be refused by the content security policy, no
// script may fail, nothing may overflow sideways, and axe finds no violation.
// With SHOTS=DIR it keeps screenshots at three widths to be looked at.
func TestEveryPageIsSoundAndAccessible(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	checker := axe(t)
	signIn(t, p, accounts["release-manager"])
	pages := []string{"/", "/api"}
	for _, name := range []string{"plan", "shelf", "board", "releases", "decisions", "deployments", "gap", "work", "defects", "calendar", "settings", "audit"} {
		pages = append(pages, "/p/atlas/"+name)
	}
	for _, list := range []string{"releases", "decisions", "deployments"} {
		p.Go("/p/atlas/" + list)
		if link := p.Eval(`document.querySelector('main a[href^="/p/atlas/` + list + `/"]')?.getAttribute('href') ?? ''`); link != "" {
			pages = append(pages, link)
		} else {
			t.Errorf("%s lists nothing to open", list)
		}
	}
	p.Complaints()
	for n, path := range pages {
		t.Run(strings.ReplaceAll(strings.Trim(path, "/"), "/", " "), func(t *testing.T) {
			for _, theme := range []string{"light", "dark"} {
				p.Go(path)
				p.Eval(`document.documentElement.dataset.theme = '` + theme + `'; ''`)
				// At the end of every transition, so that no colour is measured half way.
				p.Eval(`document.getAnimations().forEach(a => a.finish()); ''`)
				if bad := p.Complaints(); len(bad) > 0 {
					t.Errorf("%s: %s", theme, strings.Join(bad, "\n"))
				}
				if checker != "" {
					p.Eval(checker + "; ''")
					var violations []string
					if err := json.Unmarshal([]byte(p.Eval(axeRun)), &violations); err != nil {
						t.Fatal(err)
					}
					if len(violations) > 0 {
						t.Errorf("%s: %s", theme, strings.Join(violations, "\n"))
					}
				}
			}
			p.Eval(`document.documentElement.dataset.theme = 'light'; ''`)
			for _, width := range []int64{390, 1280, 2560} {
				p.Size(width, 900)
				if wide := p.Eval(`String(document.documentElement.scrollWidth - document.documentElement.clientWidth)`); wide != "0" {
					t.Errorf("at %d pixels the page is %s pixels too wide", width, wide)
				}
				if dir := os.Getenv("SHOTS"); dir != "" {
					p.Shot(filepath.Join(dir, fmt.Sprintf("%02d-%d.png", n, width)))
				}
			}
			p.Size(1280, 900)
		})
	}
}

func TestAPageThatIsNotYoursLooksUnknown(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["viewer"])
	p.Go("/p/atlas/audit")
	if text := p.Text(); !strings.Contains(text, "may not") {
		t.Errorf("a viewer read the audit log:\n%.300s", text)
	}
	p.Go("/p/other/plan")
	if text := p.Text(); !strings.Contains(text, "no programme") {
		t.Errorf("an unknown programme:\n%.300s", text)
	}
	if bad := p.Complaints(); slices.ContainsFunc(bad, func(s string) bool { return strings.Contains(s, "Content Security Policy") }) {
		t.Error(bad)
	}
}
