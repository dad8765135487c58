package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"headway/e2e/browser"
)

// TestAccountsByPages: a token is made, shown once and revoked; a password is
// changed; an administrator makes an account, draws it a password, closes it.
func TestAccountsByPages(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	checker := axe(t)
	signIn(t, p, accounts["admin"])

	visit(t, p, "/accounts", "light", checker)
	visit(t, p, "/accounts", "dark", checker)
	if dir := os.Getenv("SHOTS"); dir != "" {
		p.Shot(filepath.Join(dir, "accounts.png"))
	}
	p.Click(`#add summary`)
	p.Fill(`#add input[name=name]`, "Cleo Park")
	p.Fill(`#add input[name=email]`, "cleo@example.org")
	p.Fill(`#add input[name=password]`, "short")
	p.Submit(`#add button.primary`)
	p.WaitText("A password has 10–200 characters")
	p.Fill(`#add input[name=password]`, "long enough by far")
	p.Submit(`#add button.primary`)
	p.WaitText("Cleo Park has an account")

	p.Submit(`form[action="/accounts/cleo@example.org/password"] button`)
	p.WaitText("is shown this once")
	drawn := p.Eval("document.querySelector('.note-box [data-copy]').dataset.copy")
	if len(drawn) != len("abcd-efgh-ijkl-mnop") {
		t.Errorf("the drawn password is %q", drawn)
	}

	signOut(p)
	signIn(t, p, account{Email: "cleo@example.org", Password: drawn})
	p.Complaints() // of the form that was refused above
	visit(t, p, "/account", "light", checker)
	p.Fill(`input[name=old]`, "not this one")
	p.Fill(`input[name=new]`, "a sentence of mine")
	p.Submit(`form[action="/account/password"] button`)
	p.WaitText("The present password is not this one")
	p.Fill(`input[name=old]`, drawn)
	p.Fill(`input[name=new]`, "a sentence of mine")
	p.Submit(`form[action="/account/password"] button`)
	p.WaitText("Your password is changed")

	p.Fill(`#token input[name=name]`, "Jenkins")
	p.Submit(`#token button.primary`)
	p.WaitText("it is shown this once")
	if dir := os.Getenv("SHOTS"); dir != "" {
		p.Shot(filepath.Join(dir, "account-token.png"))
	}
	if secret := p.Eval(`document.querySelector('#tokens [data-copy]').dataset.copy`); !strings.HasPrefix(secret, "hw_") {
		t.Errorf("the token is %q", secret)
	}
	p.Go("/account")
	if strings.Contains(p.Text(), "hw_") {
		t.Error("the secret is shown again")
	}
	p.Submit(`form[action$="/revoke"] button`)
	p.WaitText("The token no longer holds")
	p.WaitText("No token yet")

	signOut(p)
	signIn(t, p, accounts["admin"])
	p.Go("/accounts")
	p.Submit(`form[action="/accounts/cleo@example.org/disable"] button`)
	p.WaitText("can no longer sign in")
	signOut(p)
	for range 11 {
		p.Go("/sign-in")
		p.Fill(`input[name=email]`, "cleo@example.org")
		p.Fill(`input[name=password]`, "a sentence of mine")
		p.Submit(`main form button`)
	}
	p.WaitText("Too many wrong passwords for this account")
}

func signOut(p *browser.Page) {
	p.Click(`#menu-user summary`)
	p.Submit(`form[action="/sign-out"] button`)
}
