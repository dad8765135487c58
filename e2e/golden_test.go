package e2e

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/e2e/browser"
	"headway/internal/config"
	"headway/internal/server"
)

// What a picture may differ by: a point counts when one of its colours is
// further away than pointTolerance of 255, and a picture fails when more than
// shareTolerance of its points count. Pictures are kept at half size with 16
// greys of each colour, so that anti-aliasing does not count and the pictures stay small.
const (
	pointTolerance = 40
	shareTolerance = 0.005
)

// goldenTime is when the pictures were taken, as the instance sees it.
var goldenTime = time.Date(2026, time.November, 26, 10, 30, 0, 0, time.UTC)

// vital are the pages that are kept dark too; all are kept light at each width.
func vital() []string {
	return []string{
		"/p/atlas/plan", "/p/atlas/plan/compare", "/p/atlas/shelf", "/p/atlas/board", "/p/atlas/decisions/*", "/p/atlas/deployments/*",
		"/p/atlas/releases?state=closed/*", "/p/atlas/calendar", "/p/atlas/work",
	}
}

// goldenPages are all; of the audit log what was written before the instance
// ran, because what it does by itself ends in no order.
func goldenPages() []string {
	all := pages()
	all[slices.Index(all, "/p/atlas/audit")] += "?before=200"
	return all
}

type look struct {
	theme string
	width int64
}

func looksOf(path string) []look {
	looks := []look{{"light", 1280}, {"light", 390}, {"light", 2560}}
	if slices.Contains(vital(), path) {
		looks = append(looks, look{"dark", 1280}, look{"dark", 390})
	}
	return looks
}

// fixedDemo serves the sample programme as it stands at goldenTime.
func fixedDemo(t *testing.T) (address string, accounts map[string]account) {
	t.Helper()
	accounts = map[string]account{}
	address = fixedInstance(t, func(ctx context.Context, i *server.Instance) error {
		made, err := i.FillDemo(ctx)
		for _, a := range made {
			accounts[a.Role] = account{Role: a.Role, Email: a.Email, Password: a.Password, Token: a.Token}
		}
		return err
	})
	return address, accounts
}

// fixedInstance serves what fill makes, at goldenTime.
func fixedInstance(t *testing.T, fill func(context.Context, *server.Instance) error) (address string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	c := config.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", Style: true, Now: func() time.Time { return goldenTime }}
	i, err := server.Open(ctx, c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := fill(ctx, i); err != nil {
		t.Fatal(err)
	}
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- i.Run(ctx, func(at string) { ready <- "http://" + at }) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	select {
	case address = <-ready:
	case err := <-done:
		done <- err
		t.Fatal(err)
	}
	return address
}

// fonts measures a line in the fonts of the pages: other fonts give other widths.
const fonts = `(() => { const c = document.createElement("canvas").getContext("2d"); return ["--sans", "--mono"].map(f => {
	c.font = "20px " + getComputedStyle(document.documentElement).getPropertyValue(f); return Math.round(c.measureText("Headway 2.4.0-rc.1 gap fjord").width) }).join(" ") })()`

// TestPagesLookAsTheyDid compares pages with the pictures in testdata/golden,
// at a fixed time. UPDATE_GOLDEN=1 takes them anew. Where fonts are others than
// those of the pictures there is nothing to compare, and the test says so.
func TestPagesLookAsTheyDid(t *testing.T) {
	address, accounts := fixedDemo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	update := os.Getenv("UPDATE_GOLDEN") != ""
	p.Clock(goldenTime)
	p.Go("/p/atlas/plan")
	p.Until(`document.querySelector(".tl .bar.foreseen") && ` + settled)
	needFonts(t, p, update)
	// People are told by jobs; this is the last thing that they are told of.
	for tries := 0; !strings.Contains(p.Text(), "Omar Haddad started the deployment of 1.50.1-rc.1"); tries++ {
		if tries == 300 {
			t.Fatal("the release manager was not told of the deployment")
		}
		p.Go("/p/atlas/work")
	}
	for _, path := range goldenPages() {
		comparePage(t, p, path, update)
	}
	signOut(p)
	for _, path := range doors()[""] {
		comparePage(t, p, path, update)
	}
	signIn(t, p, accounts["admin"])
	for _, path := range doors()["admin"] {
		comparePage(t, p, path, update)
	}
	p.Go("/programmes/new")
	p.Fill(`input[name=name]`, "Web shop")
	p.Submit(`form.setup button.primary`)
	for _, path := range []string{"settings/teams?start=1", "settings/people?start=1", "settings/playbook?start=1", "shelf", "board", "decisions", "calendar"} {
		comparePage(t, p, "/p/web-shop/"+path, update)
	}
}

// TestTheFirstPageLooksAsItDid is that of an instance with nothing in it.
func TestTheFirstPageLooksAsItDid(t *testing.T) {
	p := browser.Open(t, fixedInstance(t, func(context.Context, *server.Instance) error { return nil }), 1280, 900)
	update := os.Getenv("UPDATE_GOLDEN") != ""
	p.Clock(goldenTime)
	p.Go("/first-run")
	needFonts(t, p, update)
	comparePage(t, p, "/first-run", update)
}

// needFonts skips where the fonts are others than those of the pictures.
func needFonts(t *testing.T, p *browser.Page, update bool) {
	t.Helper()
	mark := filepath.Join("testdata", "golden", "fonts.txt")
	here := p.Eval(fonts)
	if update {
		if err := os.WriteFile(mark, []byte(here+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if there, err := os.ReadFile(mark); err != nil || strings.TrimSpace(string(there)) != here {
		t.Skipf("the pictures were taken with other fonts (%q, here %q): not compared", strings.TrimSpace(string(there)), here)
	}
}

// comparePage holds all looks of a page against their pictures.
func comparePage(t *testing.T, p *browser.Page, path string, update bool) {
	t.Helper()
	if !strings.Contains(path, os.Getenv("PAGES")) {
		return
	}
	p.Size(1280, 900)
	at, shot := opened(t, p, path), shotName(path)
	p.Go(at)
	for _, look := range looksOf(path) {
		name := fmt.Sprintf("%s-%s-%d", shot, look.theme, look.width)
		t.Run(name, func(t *testing.T) {
			p.Size(look.width, 900)
			if strings.HasSuffix(strings.SplitN(path, "?", 2)[0], "/plan") {
				p.Go(at) // the timeline is drawn for a width
			}
			p.Eval(`document.documentElement.dataset.theme = '` + look.theme + `'; scrollTo(0, 0); ''`)
			p.Until(settled)
			p.Eval(still)
			p.Eval(drawn)
			file := filepath.Join(t.TempDir(), name+".png")
			p.Shot(file)
			compareShot(t, file, filepath.Join("testdata", "golden", name+".png"), update)
		})
	}
}

// settled tells that a page waits for nothing: it is connected, nothing is
// being computed, and the timeline is as wide as its place.
const settled = `document.querySelector(".live")?.dataset.state !== "" && !document.querySelector("[data-working], .note-box:not(.underway) progress") &&
	(!document.querySelector(".tl") || innerWidth < 600 || Math.abs(document.querySelector(".tl").dataset.width - document.querySelector(".tl-scroll").clientWidth) < 24)`

// drawn writes zeros where the instance has drawn something by chance.
const drawn = `document.querySelectorAll(".digest").forEach(d => { d.textContent = d.textContent.replace(/[0-9a-z]/g, "0") }); ""`

// still ends every transition, and what moves without end.
const still = `document.getAnimations().forEach(a => a.effect.getComputedTiming().endTime < Infinity ? a.finish() : a.cancel()); ''`

// compareShot holds a picture against the golden one, or puts it in its place.
func compareShot(t *testing.T, file, golden string, update bool) {
	t.Helper()
	now := small(t, file)
	if update {
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, now); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	raw, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v: UPDATE_GOLDEN=1 takes the picture", err)
	}
	before, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if share := differing(before, now); share > shareTolerance {
		kept := filepath.Join(os.TempDir(), filepath.Base(file))
		var b bytes.Buffer
		if err := png.Encode(&b, now); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(kept, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%.2f %% of the points differ, at most %.1f %% may: see %s; UPDATE_GOLDEN=1 accepts it", 100*share, 100*shareTolerance, kept)
	}
}

// differing gives the share of points in which two pictures differ.
func differing(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 1
	}
	n, box := 0, a.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			if far(r1, r2) || far(g1, g2) || far(b1, b2) {
				n++
			}
		}
	}
	return float64(n) / float64(box.Dx()*box.Dy())
}

func far(a, b uint32) bool { return max(a, b)-min(a, b) > pointTolerance*0x101 }

// small reads a picture at half size: each point is the mean of four, in steps of 16.
func small(t *testing.T, file string) *image.RGBA {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	src, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	box := image.Rect(0, 0, src.Bounds().Dx()/2, src.Bounds().Dy()/2)
	out := image.NewRGBA(box)
	for y := range box.Dy() {
		for x := range box.Dx() {
			var sum [3]uint32
			for k := range 4 {
				r, g, b, _ := src.At(2*x+k%2, 2*y+k/2).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+b>>8
			}
			step := func(v uint32) uint8 { return uint8(v/4) &^ 15 }
			out.SetRGBA(x, y, color.RGBA{step(sum[0]), step(sum[1]), step(sum[2]), 255})
		}
	}
	return out
}

func TestPicturesThatDifferAreTold(t *testing.T) {
	a, b := image.NewRGBA(image.Rect(0, 0, 100, 100)), image.NewRGBA(image.Rect(0, 0, 100, 100))
	if d := differing(a, b); d != 0 {
		t.Errorf("the same differs by %f", d)
	}
	for x := range 100 {
		b.SetRGBA(x, 3, color.RGBA{R: pointTolerance, A: 255})
		b.SetRGBA(x, 7, color.RGBA{R: pointTolerance + 1, A: 255})
	}
	if d := differing(a, b); d != 0.01 {
		t.Errorf("one line of a hundred differs by %f", d)
	}
	if d := differing(a, image.NewRGBA(image.Rect(0, 0, 100, 99))); d != 1 {
		t.Errorf("another size differs by %f", d)
	}
}
