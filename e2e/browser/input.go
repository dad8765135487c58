package browser

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Click presses the mouse on an element; it waits for no document.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.do("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// PressOn focuses an element and presses an arrow key on it.
func (p *Page) PressOn(selector, key string, shift bool) {
	p.t.Helper()
	keys := map[string]string{"ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight, "ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown}
	p.Eval(fmt.Sprintf(`document.querySelector(%q).focus(); ''`, selector))
	var mods []chromedp.Modifier
	if shift {
		mods = append(mods, chromedp.ModifierShift)
	}
	p.do("press "+key, chromedp.KeyEvent(keys[key], chromedp.KeyModifiers(mods...)))
}

// Keys presses keys where the focus is, with or without Ctrl.
func (p *Page) Keys(keys string, ctrl bool) {
	p.t.Helper()
	var mods []chromedp.Modifier
	if ctrl {
		mods = append(mods, chromedp.ModifierCtrl)
	}
	p.do("keys "+keys, chromedp.KeyEvent(keys, chromedp.KeyModifiers(mods...)))
}

// Until waits for a script's value to be true, over changes of documents; what
// is not there yet is not true yet.
func (p *Page) Until(script string) {
	p.t.Helper()
	script = `(() => { try { return Boolean(` + script + `) } catch { return false } })()`
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](script, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(patience/2)))
		if err == nil {
			return
		}
		another := strings.Contains(err.Error(), "navigated") || strings.Contains(err.Error(), "Cannot find context")
		if !another { // a document that has come in its place is asked again
			p.t.Fatalf("at %s never true: %s (%v)\n%.600s\n%v", p.Path(), script, err, p.Text(), p.Complaints())
		}
	}
}

// ForgetCookies ends what the browser is signed in to.
func (p *Page) ForgetCookies() {
	p.t.Helper()
	p.do("forget cookies", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.ClearBrowserCookies, cdp.Empty{})
		return err
	}))
}

// NoScript switches the scripts of pages off, from the next document on.
func (p *Page) NoScript() {
	p.t.Helper()
	p.do("switch scripts off", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}
