package pages

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/e2e/browser"
)

// paths are the pages of a programme, the plan first.
func paths() []string {
	return strings.Fields("plan shelf board decisions deployments gap work forecast advice queue releases evidence calendar defects audit settings find?q=1.5")
}

// plans are the views of the plan that are drawn from very different amounts.
func plans(programme string) []string {
	later := headway.DateOf(time.Now()).AddDays(84)
	var out []string
	for _, zoom := range []string{"day", "week", "month", "quarter"} {
		out = append(out, fmt.Sprintf("/p/%s/plan?zoom=%s&from=%s", programme, zoom, later))
	}
	return out
}

// BenchmarkPages prints what every page costs: bytes, the server's time beside
// a floor of the same run (an answer that needs no database), first paint, and
// the frames of panning and zooming the plan beside those of an empty page.
// Bytes above their budget fail it; times are marked, because machines differ.
// PAGES=PART measures only the pages whose address has that part.
func BenchmarkPages(b *testing.B) {
	i := start(b, 50, 26)
	r := i.reader(b)
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("load of the machine: %s\n", strings.TrimSpace(string(load)))
	js, jsZip, css, cssZip := r.assets(b, "/p/atlas/plan")
	fmt.Printf("JavaScript %s kB (%s compressed, at most %s), CSS %s kB (%s compressed), for all pages together\n\n", kB(js), kB(jsZip), kB(scriptBudget), kB(css), kB(cssZip))
	if jsZip > scriptBudget {
		b.Errorf("JavaScript is %s kB compressed, over %s", kB(jsZip), kB(scriptBudget))
	}
	p := browser.Open(b, i.address, 1280, 900)
	signIn(p, i.manager)
	fmt.Println("| page | HTML kB | compressed | server p50 ms | p99 ms | CPU ms | first paint ms | contentful ms | |\n|---|---|---|---|---|---|---|---|---|")
	row(b, r, p, "/livez", 0)
	for _, path := range wanted() {
		row(b, r, p, path, pageP99)
	}
	fmt.Println()
	frames(p, "/p/atlas/plan", "/p/"+large+"/plan?zoom=week&from="+headway.DateOf(time.Now()).AddDays(84).String(), "/p/"+large+"/plan?zoom=quarter")
}

func wanted() []string {
	all := []string{"/"}
	for _, programme := range []string{"atlas", large} {
		for _, path := range paths() {
			all = append(all, "/p/"+programme+"/"+path)
		}
		all = append(all, plans(programme)...)
	}
	return slices.DeleteFunc(all, func(path string) bool { return !strings.Contains(path, os.Getenv("PAGES")) })
}

func kB(n int) string { return fmt.Sprintf("%.1f", float64(n)/1000) }

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

// row measures one page and prints its line; no budget makes it a floor.
func row(b *testing.B, r reader, p *browser.Page, path string, p99 time.Duration) {
	b.Helper()
	c := r.measure(path)
	if c.failed != nil {
		fmt.Printf("| %s | | | | | | | | no answer: %v |\n", path, c.failed)
		return
	}
	isPlan := strings.Contains(path, "/plan")
	if isPlan {
		p99 = planP99
	}
	var words []string
	if p99 > 0 && c.p99 > p99 {
		words = append(words, "p99 over "+ms(p99))
	}
	if isPlan && c.html > planHTML {
		words = append(words, "HTML over "+kB(planHTML))
		b.Errorf("%s: %s kB of HTML", path, kB(c.html))
	}
	paint, contentful := "", ""
	if p99 > 0 {
		first, useful := paints(p, path)
		paint, contentful = fmt.Sprintf("%.0f", first), fmt.Sprintf("%.0f", useful)
		if useful > 1000 {
			words = append(words, "paint over 1 s")
		}
	}
	fmt.Printf("| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", path, kB(c.html), kB(c.zipped), ms(c.p50), ms(c.p99), ms(c.cpu), paint, contentful, strings.Join(words, ", "))
}
