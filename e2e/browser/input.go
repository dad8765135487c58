package browser

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
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

// Paper shows pages as they are printed.
func (p *Page) Paper() {
	p.t.Helper()
	p.do("take paper", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
}

// Clock sets the clock of the next documents; it stands still.
func (p *Page) Clock(at time.Time) {
	p.t.Helper()
	p.do("set the clock", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: fmt.Sprintf("Date.now = () => %d", at.UnixMilli()),
		})
		return err
	}))
}

// Wheel turns the mouse's wheel at a place, with or without Ctrl.
func (p *Page) Wheel(x, y, dx, dy float64, ctrl bool) {
	p.t.Helper()
	p.do("wheel", chromedp.MouseEvent(chromedp.MouseWheel, x, y, func(e *input.DispatchMouseEventParams) {
		const none = 1e-6 // the protocol wants both, and the driver leaves zeros out
		e.DeltaX, e.DeltaY = cmp.Or(dx, none), cmp.Or(dy, none)
		if ctrl {
			e.Modifiers = 2
		}
	}))
}

// Pull presses the mouse at a place and moves it sideways and back again in steps.
func (p *Page) Pull(x, y, dx float64, steps int) {
	p.t.Helper()
	p.do("press", chromedp.MouseEvent(chromedp.MousePressed, x, y, chromedp.ButtonLeft))
	for k := 1; k <= steps; k++ {
		way := float64(k) / float64(steps) * 2
		if way > 1 {
			way = 2 - way
		}
		p.do("pull", chromedp.MouseEvent(chromedp.MouseMoved, x+dx*way, y, chromedp.ButtonLeft))
	}
	p.do("let go", chromedp.MouseEvent(chromedp.MouseReleased, x, y, chromedp.ButtonLeft))
}

// DragOnto drags an element by the mouse and lets it go over another one, as
// pages that use the browser's own drag and drop take it.
func (p *Page) DragOnto(selector, onto string) {
	p.t.Helper()
	p.intercept(true)
	defer p.intercept(false)
	p.Eval(fmt.Sprintf(`document.querySelector(%q).scrollIntoView({block: "center"}); ""`, selector))
	x, y := p.middle(selector)
	p.do("press", chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x, y, chromedp.ButtonLeft))
	for k := 1.0; p.held() == nil; k++ {
		if k > 40 {
			p.t.Fatalf("%s is not dragged", selector)
		}
		p.do("move", chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x+k, y+k, chromedp.ButtonLeft))
	}
	// A library marks what is dragged once it follows it; nobody drops sooner.
	p.Until(`document.querySelector(".sortable-chosen") === null || document.querySelector(".sortable-ghost") !== null`)
	if x, y = p.middle(onto); y < 0 || y > p.height() {
		p.t.Fatalf("%s is out of sight when %s is held: make the window higher", onto, selector)
	}
	for _, kind := range []input.DispatchDragEventType{
		input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop,
	} {
		p.do(string(kind), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: x, Y: y, Data: p.held()})
			return err
		}))
	}
	p.do("let go", chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x, y, chromedp.ButtonLeft))
	p.mu.Lock()
	p.dragged = nil
	p.mu.Unlock()
}

// height is that of the window.
func (p *Page) height() (h float64) {
	p.t.Helper()
	if _, err := fmt.Sscan(p.Eval(`String(innerHeight)`), &h); err != nil {
		p.t.Fatal(err)
	}
	return h
}

func (p *Page) held() *input.DragData {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dragged
}

func (p *Page) intercept(on bool) {
	p.t.Helper()
	p.do("take over dragging", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.SetInterceptDrags, input.SetInterceptDragsParams{Enabled: on})
		return err
	}))
}

// middle tells where on the window the top of an element's middle lies.
func (p *Page) middle(selector string) (x, y float64) {
	p.t.Helper()
	at := p.Eval(fmt.Sprintf(`(() => { const r = document.querySelector(%q).getBoundingClientRect(); return Math.round(r.left + r.width / 2) + " " + Math.round(r.top + Math.min(r.height / 2, 8)) })()`, selector))
	if _, err := fmt.Sscan(at, &x, &y); err != nil {
		p.t.Fatalf("%s is nowhere: %q", selector, at)
	}
	return x, y
}
