package pages

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"headway/e2e/browser"
	"headway/internal/forecast"
)

// BenchmarkWhatIf prints how long a change of the forecast's what-if takes with
// 1,000 simulations of 10 teams, 6 sprints and 8 activities: the engine alone as a
// floor of the same run, the page by its route until it shows the new figures, and
// a slider in the browser from its move until they stand on the page.
func BenchmarkWhatIf(b *testing.B) {
	const goal = time.Second
	i := start(b, 10, 6)
	r := i.reader(b)
	s := forecast.Example(10, 6, 8)
	report := func(what string, took []time.Duration) {
		slices.Sort(took)
		word := ""
		if took[len(took)/2] > goal {
			word = ", over " + ms(goal) + " ms"
		}
		fmt.Printf("%s: p50 %s ms, longest %s ms of %d%s\n", what, ms(took[len(took)/2]), ms(took[len(took)-1]), len(took), word)
	}
	var floor, page, slider []time.Duration
	for n := range 5 {
		began := time.Now()
		if _, err := forecast.Simulate(context.Background(), s, 1000*n, 1000*(n+1)); err != nil {
			b.Fatal(err)
		}
		floor = append(floor, time.Since(began))
	}
	report("the engine alone, 1,000 simulations", floor)
	path := "/p/" + large + "/forecast"
	r.answered(b, path)
	for n := range 9 {
		began := time.Now()
		r.answered(b, fmt.Sprintf("%s?again=%d", path, 5+10*n))
		page = append(page, time.Since(began))
	}
	report("the page by its route", page)
	p := browser.Open(b, i.address, 1280, 900)
	signIn(p, i.manager)
	p.Go(path)
	for n := range 9 {
		var took float64
		if _, err := fmt.Sscan(p.Eval(fmt.Sprintf(slide, 3+10*n)), &took); err != nil {
			b.Fatal(err)
		}
		slider = append(slider, time.Duration(took*float64(time.Millisecond)))
	}
	report("a slider, from its move to the figures", slider)
}

// slide moves the slider as a hand does, and tells after how many ms the page
// stands for it.
const slide = `new Promise(done => {
	const s = document.querySelector("#try-again"), began = performance.now();
	document.addEventListener("headway:refreshed", () => requestAnimationFrame(() => done(String(performance.now() - began))), { once: true });
	s.value = %d; s.dispatchEvent(new Event("input", { bubbles: true })) })`

// look is how long the browser waits, too, between two looks at a page that is being computed.
const look = 100 * time.Millisecond

// answered asks for a page until what it shows is computed.
func (r reader) answered(b *testing.B, path string) {
	b.Helper()
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(look) {
		body, err := r.get(path)
		if err != nil {
			b.Fatal(err)
		}
		if !bytes.Contains(body, []byte("data-again")) {
			return
		}
	}
	b.Fatal(path, " is not answered within a minute")
}
