package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
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
	cmd.Env = append(os.Environ(), "HEADWAY_STYLE=true")
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
