package pages

import (
	"fmt"
	"slices"

	"headway/e2e/browser"
)

func signIn(p *browser.Page, a account) {
	p.Go("/sign-in")
	p.Fill(`input[name=email]`, a.Email)
	p.Fill(`input[name=password]`, a.Password)
	p.Submit(`main form button`)
}

// paints gives the times from the start of the navigation to the first paint
// and to the first that shows something, in ms, the middle of three visits.
func paints(p *browser.Page, path string) (first, contentful float64) {
	var firsts, contents []float64
	for range 3 {
		p.Go(path)
		var a, b float64
		if _, err := fmt.Sscan(p.Eval(`new Promise(done => {
			let asked = 0;
			const say = () => { const t = Object.fromEntries(performance.getEntriesByType("paint").map(e => [e.name, e.startTime]));
				t["first-contentful-paint"] || ++asked > 250 ? done((t["first-paint"] ?? 5000) + " " + (t["first-contentful-paint"] ?? 5000)) : setTimeout(say, 20) };
			say() })`), &a, &b); err == nil {
			firsts, contents = append(firsts, a), append(contents, b)
		}
	}
	return middle(firsts), middle(contents)
}

func middle(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// watch notes when frames are drawn until rest tells.
const watch = `window.drawn = []; window.stopDrawn = false; (function next(t) { if (t) window.drawn.push(t); if (!window.stopDrawn) requestAnimationFrame(next) })(); ""`

const rest = `(() => { window.stopDrawn = true; const t = window.drawn, d = t.slice(1).map((x, k) => x - t[k]).sort((a, b) => a - b);
	return [1000 * d.length / (t.at(-1) - t[0]), d[Math.floor(d.length * 0.95)], d.at(-1), d.filter(x => x > 34).length / d.length].join(" ") })()`

// frames pans and zooms plans with a wheel and a hand, and prints how often the
// page drew meanwhile.
func frames(p *browser.Page, plans ...string) {
	fmt.Println("| page | by | frames/s | 95 % within ms | longest ms | frames over 34 ms |\n|---|---|---|---|---|---|")
	moves := []struct {
		name string
		do   func(x, y float64)
	}{
		{"wheel, sideways", func(x, y float64) {
			for k := range 120 {
				p.Wheel(x, y, []float64{40, -40}[k/90], 0, false)
			}
		}},
		{"wheel, down", func(x, y float64) {
			for k := range 120 {
				p.Wheel(x, y, 0, []float64{60, -60}[k/80], false)
			}
		}},
		{"hand, sideways", func(x, y float64) { p.Pull(x, y, -600, 120) }},
		{"Ctrl and wheel", func(x, y float64) {
			for k := range 60 {
				p.Wheel(x, y, 0, []float64{30, -30}[k/30], true)
			}
		}},
	}
	for _, path := range append([]string{"/livez"}, plans...) {
		for _, m := range moves {
			p.Go(path)
			p.Eval(`new Promise(done => setTimeout(() => done(""), 700))`) // settled, as somebody who has looked
			x, y := 700.0, 520.0
			p.Eval(`document.querySelector("#timeline")?.scrollIntoView({block: "start"}); ""`)
			p.Eval(watch)
			m.do(x, y)
			var fps, most, longest, slow float64
			if _, err := fmt.Sscan(p.Eval(rest), &fps, &most, &longest, &slow); err != nil {
				fmt.Printf("| %s | %s | not measured: %v | | | |\n", path, m.name, err)
				continue
			}
			fmt.Printf("| %s | %s | %.0f | %.0f | %.0f | %.0f %% |\n", path, m.name, fps, most, longest, 100*slow)
		}
	}
}
