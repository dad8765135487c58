package timeline

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/testkit"
)

func picture(width int) Picture {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		zone = time.UTC
	}
	first := headway.Date{Year: 2026, Month: 11, Day: 16}
	at := func(day, hour int) time.Time { return first.AddDays(day).At(headway.Clock(hour*60), zone) }
	span := func(a, b int) headway.Interval { return headway.Interval{From: at(a, 9), To: at(b, 17)} }
	c := headway.Calendar{Zone: zone, From: 9 * 60, To: 17 * 60, Holidays: map[headway.Date]string{first.AddDays(9): "Founders' day"}}
	for d := time.Monday; d <= time.Friday; d++ {
		c.Days[d] = true
	}
	return Picture{
		From: first, To: first.AddDays(34), Now: at(8, 11), Calendar: c, Zoom: Week, Width: width,
		Sections: []Section{
			{Label: "Development", Lanes: []Lane{{
				Label: "Payments", Line: "line-1", Bars: []Bar{{Span: span(-3, 10), Label: "2.4.0", Class: "sprint now", Line: "line-1", Release: "r1", Href: "/r1", What: "Payments, sprint 7", When: "now"}},
				Gaps: []Gap{{Span: headway.Interval{From: at(11, 0), To: at(22, 20)}, Days: 8, Band: headway.WithinTarget, Open: true, Release: "r1", Href: "/r1", What: "Planned gap"}},
			}}},
			{Label: "QA", Lanes: []Lane{{Label: "Priya <b>Nair</b>", Bars: []Bar{{Span: span(2, 4), Label: "Full regression", Class: "done", What: "Full regression"}, {Span: span(3, 3), Label: "Load test", What: "Load test", Pinned: true}}, Off: []headway.Interval{span(7, 8)}, Ghosts: []headway.Interval{span(1, 3)}}}},
			{Label: "Shelf", Empty: "The shelf is empty"},
		},
		Production: Track{Deploys: []Deploy{{At: at(1, 20), Label: "2.3.0", What: "2.3.0 in production"}, {At: at(22, 20), Label: "2.4.0", Planned: true, What: "2.4.0"}}, Windows: []Band{{Span: headway.Interval{From: at(1, 20), To: at(1, 23)}, Name: "Evening"}}},
		Freezes:    []Band{{Span: span(28, 40), Name: "Year-end freeze"}},
	}
}

func TestDrawing(t *testing.T) {
	var b bytes.Buffer
	if err := Draw(Lay(picture(1000))).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	testkit.Golden(t, "week.html", bytes.ReplaceAll(b.Bytes(), []byte("><"), []byte(">\n<")))
}

// TestAFreezeIsNamedWhereANoteStood keeps two texts from lying on each other.
func TestAFreezeIsNamedWhereANoteStood(t *testing.T) {
	const note = "sprints, and the gap of each release"
	p := picture(1000)
	p.Sections[0].Note = note
	if d := Lay(p); d.Sections[0].Sub != note {
		t.Errorf("a freeze that is far away took the note: %q", d.Sections[0].Sub)
	}
	p.Freezes[0].Span = headway.Interval{From: p.From.In(p.Calendar.Zone), To: p.From.AddDays(9).In(p.Calendar.Zone)}
	if d := Lay(p); d.Sections[0].Sub != "" {
		t.Errorf("%q and %q lie on each other", d.Freezes[0].Text, d.Sections[0].Sub)
	}
}

// TestAPictureHasTheColoursOfThePage holds the colours of a file against the
// design tokens by day.
func TestAPictureHasTheColoursOfThePage(t *testing.T) {
	css, err := os.ReadFile("../assets/src/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 8; n++ {
		_, rest, found := strings.Cut(string(css), fmt.Sprintf("--line-%d: light-dark(", n))
		var l, c, h float64
		if _, err := fmt.Sscanf(rest, "oklch(%f %f %f)", &l, &c, &h); !found || err != nil {
			t.Fatalf("line %d has no colour: %v", n, err)
		}
		if want, got := hexOf(l, c, h), lineColour(fmt.Sprintf("line-%d", n)); got != want {
			t.Errorf("line %d is %s in a file and %s on the page", n, got, want)
		}
	}
}

// hexOf writes an OKLCH colour in sRGB.
func hexOf(lightness, chroma, hue float64) string {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	a, b := chroma*cos, chroma*sin
	cube := func(v float64) float64 { return v * v * v }
	l := cube(lightness + 0.3963377774*a + 0.2158037573*b)
	m := cube(lightness - 0.1055613458*a - 0.0638541728*b)
	s := cube(lightness - 0.0894841775*a - 1.291485548*b)
	channel := func(v float64) int {
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		return int(math.Round(255 * min(max(v, 0), 1)))
	}
	return fmt.Sprintf("#%02x%02x%02x", channel(4.0767416621*l-3.3077115913*m+0.2309699292*s),
		channel(-1.2684380046*l+2.6097574011*m-0.3413193965*s), channel(-0.0041960863*l-0.7034186147*m+1.707614701*s))
}

// TestAxisKeepsOrder draws random instants: a later one never lies further left,
// also where daylight saving changes.
func TestAxisKeepsOrder(t *testing.T) {
	p := picture(900)
	p.From, p.To = headway.Date{Year: 2026, Month: 10, Day: 12}, headway.Date{Year: 2026, Month: 11, Day: 8}
	a := newAxis(p)
	rnd := rand.New(rand.NewPCG(1, 2))
	start := p.From.AddDays(-2).In(a.zone)
	for range 5000 {
		x := start.Add(time.Duration(rnd.Int64N(int64(33 * 24 * time.Hour))))
		y := x.Add(time.Duration(rnd.Int64N(int64(3 * 24 * time.Hour))))
		if a.at(x) > a.at(y)+1e-9 || a.at(x) < 0 || a.at(y) > 900 {
			t.Fatalf("%s lies at %.3f, %s at %.3f", x, a.at(x), y, a.at(y))
		}
	}
}

func TestBarsOfOneLaneDoNotOverlap(t *testing.T) {
	d := Lay(picture(1000))
	for i, a := range d.Bars {
		for _, b := range d.Bars[i+1:] {
			if a.Y == b.Y && a.X < b.X+b.W && b.X < a.X+a.W {
				t.Errorf("%q and %q lie on each other", a.Label, b.Label)
			}
		}
		if a.X < 0 || a.X+a.W > 1001 {
			t.Errorf("%q leaves the drawing: %.1f–%.1f", a.Label, a.X, a.X+a.W)
		}
	}
}

func TestOnlyWhatIsSeenIsDrawn(t *testing.T) {
	p := picture(1000)
	for i := range 10_000 {
		from := p.Now.AddDate(1, 0, i)
		p.Sections[1].Lanes[0].Bars = append(p.Sections[1].Lanes[0].Bars, Bar{Span: headway.Interval{From: from, To: from.Add(time.Hour)}})
	}
	if d := Lay(p); len(d.Bars) != 3 {
		t.Errorf("%d bars are drawn, want 3", len(d.Bars))
	}
}

func TestHeadwayIsWrittenBetweenDeployments(t *testing.T) {
	d := Lay(picture(1000))
	if len(d.Headways) != 1 || d.Headways[0].Text != "21 d" {
		t.Errorf("headways are %v, want 21 d", d.Headways)
	}
}

func TestFit(t *testing.T) {
	for label, want := range map[string]string{"Load": "Load", "Full regression": "Full reg…", "": ""} {
		if got := fit(label, 9*charWidth); got != want {
			t.Errorf("fit(%q) is %q, want %q", label, got, want)
		}
	}
}
