// Package browser drives a real, headless Chromium through pages. It is the one
// place that knows the driver's interface; tests speak of pages, links and
// forms.
package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long one step may take on a busy machine.
const patience = 60 * time.Second

// Page is one tab with a profile of its own.
type Page struct {
	t    testing.TB
	ctx  context.Context //nolint:containedctx // the driver keeps the tab in it
	base string

	mu        sync.Mutex
	complaint []string
	dragged   *input.DragData // what DragOnto holds
}

// Open starts a browser for pages below base. Without Chromium the test is
// skipped, or fails under CI.
func Open(t testing.TB, base string, width, height int64) *Page {
	t.Helper()
	path := chromium()
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing: run scripts/test-deps")
		}
		t.Skip("chromium is missing: run scripts/test-deps")
	}
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
	}
	for _, f := range []string{"headless", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars", "disable-dev-shm-usage"} {
		opts = append(opts, chromedp.Flag(f, true))
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(func() { stop(); stopAlloc() })
	p := &Page{t: t, ctx: ctx, base: base}
	// The first call starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height)); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	return p
}

// chromium finds the browser under the names that scripts/test-deps takes.
func chromium() string {
	for _, name := range []string{os.Getenv("HEADWAY_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	return ""
}

// hear keeps what the browser complains about: exceptions, refused scripts and
// styles, failed loads.
func (p *Page) hear(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		p.complaint = append(p.complaint, text)
	case *input.EventDragIntercepted:
		p.dragged = e.Data
	case *page.EventJavascriptDialogOpening:
		go p.agree() // the tab waits for an answer, and so would this listener
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			p.complaint = append(p.complaint, fmt.Sprintf("%s (%s)", e.Entry.Text, e.Entry.URL))
		}
	}
}

// agree answers yes to what a page asks before it does something, as a person
// who means it.
func (p *Page) agree() {
	err := chromedp.Do(p.ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		return err
	}))
	if err != nil && p.ctx.Err() == nil {
		p.t.Errorf("answer a dialog: %v", err)
	}
}

// Complaints takes what the browser complained about since the last call.
func (p *Page) Complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.complaint
	p.complaint = nil
	return out
}

func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// Go opens a path and waits until its document is loaded.
func (p *Page) Go(path string) {
	p.t.Helper()
	p.do("go to "+path, chromedp.Navigate(p.base+path))
}

// Fill types a value into the field that a CSS selector names.
func (p *Page) Fill(selector, value string) {
	p.t.Helper()
	p.do("fill "+selector, chromedp.SetValue(chromedp.CSS(selector), value))
}

// Choose puts files into the file input that a CSS selector names.
func (p *Page) Choose(selector string, files ...string) {
	p.t.Helper()
	p.do("choose files for "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// Submit sends the form of an element and waits for the next document.
func (p *Page) Submit(selector string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		p.t.Fatalf("submit %s: %v", selector, err)
	}
}

// Wait waits until an element that matches a CSS selector is in the page.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	p.do("wait for "+selector, chromedp.WaitReady(chromedp.CSS(selector)))
}

// Size sets the size of the window in CSS pixels.
func (p *Page) Size(width, height int64) {
	p.t.Helper()
	p.do("resize", chromedp.EmulateViewport(width, height))
}

// Eval runs a script and gives its value as text; promises are awaited.
func (p *Page) Eval(script string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[string](script, func(e *runtime.EvaluateParams) {
		e.AwaitPromise = new(true)
	}))
	if err != nil {
		p.t.Fatalf("evaluate %.60s: %v", script, err)
	}
	return v
}

// Text gives the visible text of the page.
func (p *Page) Text() string {
	p.t.Helper()
	return strings.TrimSpace(p.Eval(`document.body?.innerText ?? ''`))
}

// WaitText waits until the page shows a text, as one that arrives live does.
func (p *Page) WaitText(text string) {
	p.t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		p.t.Fatal(err)
	}
	p.Until(`document.body.innerText.includes(` + string(quoted) + `)`)
}

// Path gives the path and query of where the page is.
func (p *Page) Path() string {
	p.t.Helper()
	return p.Eval(`location.pathname + location.search`)
}

// Shot writes a PNG of what the window shows.
func (p *Page) Shot(file string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, png, 0o600)
	}
	if err != nil {
		p.t.Fatalf("screenshot %s: %v", file, err)
	}
}

// Drag presses the mouse in the middle of an element, moves it sideways in
// steps, and lets go.
func (p *Page) Drag(selector string, dx float64) {
	p.t.Helper()
	at := p.Eval(`(() => { const e = document.querySelector(` + fmt.Sprintf("%q", selector) + `); e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return Math.round(r.left + Math.min(r.width / 2, 6)) + " " + Math.round(r.top + r.height / 2) })()`)
	var x, y float64
	if _, err := fmt.Sscan(at, &x, &y); err != nil {
		p.t.Fatalf("%s is nowhere: %q", selector, at)
	}
	p.do("press", chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x, y, chromedp.ButtonLeft))
	for k := 1; k <= 8; k++ {
		p.do("move", chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x+dx*float64(k)/8, y, chromedp.ButtonLeft))
	}
	p.do("let go", chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x+dx, y, chromedp.ButtonLeft))
}
