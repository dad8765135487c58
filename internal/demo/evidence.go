package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
)

// provenReleases is how many of a team's finished releases have their reports.
const provenReleases = 10

// known is the case that the web shop's tests fail in, which is known and muted.
const known = "web regression :: web.Export :: writes a list of 250 orders"

// evidence hands in the reports of finished releases, so that runs have a
// history and load has a trend, and mutes the known failure of the web shop.
func (f *filler) evidence(ctx context.Context) error {
	for _, t := range teams {
		done, err := f.finished(ctx, t.key)
		if err != nil {
			return err
		}
		for i, r := range done {
			f.at(r.LiveAt.AddDate(0, 0, -2))
			s := &story{team: t.key, r: r}
			for _, report := range []struct{ name, content string }{
				{"regression.xml", junit(f.random, t.key, 180, 0)},
				{"load.jtl", jtl(f.random, t.key, float64(i)/provenReleases)},
			} {
				if _, err := f.report(ctx, s, report.name, report.content); err != nil {
					return err
				}
			}
			if t.key == "platform" && i == len(done)-1 {
				if err := f.extras(ctx, s, false); err != nil {
					return err
				}
			}
		}
	}
	f.at(f.now.AddDate(0, 0, -45))
	if _, err := f.app.SetOwners(ctx, f.actors[headway.ReleaseManager], Key, app.SetOwners{
		Text: "# whose tests are whose\nweb/ @atlas/web\nmobile/ @atlas/mobile\npayments/ @atlas/payments\nplatform/ @atlas/platform\nmobile/Checkout @atlas/payments\n",
	}); err != nil {
		return err
	}
	_, err := f.app.AddMute(ctx, f.actors[headway.Operations], Key, app.AddMute{
		Team: "web", Case: known, Owner: "quinn", Expires: f.now.AddDate(0, 0, 21),
		Reason: "The staging disk is too slow for the long export; the new one comes with the next refresh",
	})
	return err
}

// manualCases are what people try by hand before a release.
const manualCases = `key,component,title,steps,expected
M-1,Checkout,Pay with a voucher and a card,Put two articles into the basket,The basket shows both
,,,Pay 10 with a voucher and the rest by card,The order shows both payments
M-2,Account,Read the privacy notice,Open the account page,The notice of this year is linked
M-3,Export,Print a delivery note,Open an order and print,The note fits on one page
M-4,Search,Search by voice,Hold the microphone and say red shoes,Red shoes are found
M-5,Basket,Share a basket,Send the link to a colleague,The colleague sees the same articles
`

// manual opens a test cycle and works a part of it.
func (f *filler) manual(ctx context.Context, s *story) error {
	by := f.actors[headway.Operations]
	v, err := f.app.OpenCycle(ctx, by, Key, app.OpenCycle{Team: s.team, Version: s.r.Version, Title: "Before every release", FileName: "manual.csv", Content: strings.NewReader(manualCases)})
	if err != nil {
		return err
	}
	for i, r := range []struct {
		outcome headway.ManualOutcome
		note    string
	}{{headway.ManualPassed, ""}, {headway.ManualPassed, ""}, {headway.ManualBlocked, "The printer of the lab is away for repair"}} {
		if _, err := f.app.RecordCase(ctx, by, Key, app.RecordCase{Cycle: v.Cycle.ID, Number: i + 1, Outcome: r.outcome, Note: r.note}); err != nil {
			return err
		}
	}
	_, err = f.app.AttachToCase(ctx, by, Key, v.Cycle.ID, 3, "printer.txt", strings.NewReader("lab-2: offline, ticket 8812\n"))
	return err
}

// finished lists a team's newest closed releases, oldest first.
func (f *filler) finished(ctx context.Context, team string) (out []headway.Release, err error) {
	err = f.store.Read(ctx, func(q store.Q) error {
		t, err := q.TeamByKey(ctx, f.p.ID, team)
		if err != nil {
			return err
		}
		out, err = q.Releases(ctx, f.p.ID, store.ReleaseFilter{TeamID: t.ID, States: []headway.ReleaseState{headway.ReleaseClosed}})
		return err
	})
	slices.SortFunc(out, func(a, b headway.Release) int { return a.LiveAt.Compare(b.LiveAt) })
	return out[max(0, len(out)-provenReleases):], err
}

var (
	areas   = []string{"Search", "Basket", "Checkout", "Account", "Export"}
	actions = map[string][]string{
		"Search":   {"finds %d articles by word", "finds by number among %d", "corrects a typing error in %d letters", "sorts %d hits by price"},
		"Basket":   {"takes %d articles", "keeps %d articles over night", "adds up %d prices", "refuses more than %d of one article"},
		"Checkout": {"pays %d articles by card", "pays by invoice in %d days", "splits into %d parcels", "takes back order %d"},
		"Account":  {"shows %d orders", "changes address %d", "signs in after %d tries", "forgets session %d"},
		"Export":   {"writes a list of %d orders", "writes %d invoices as PDF", "sends %d lines to the ledger", "archives year %d"},
	}
)

// junit writes a regression report as a test runner does: the named number of
// cases fail, one is flaky now and then, and the web shop's known one fails.
func junit(random *rand.Rand, team string, tests, failures int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<testsuites><testsuite name=\"%s regression\" tests=\"%d\" failures=\"%d\">\n", team, tests, failures)
	for i := range tests {
		area := areas[i%len(areas)]
		name := fmt.Sprintf(actions[area][i/len(areas)%4], 10*(i/len(areas)/4+1))
		fmt.Fprintf(&b, "<testcase classname=\"%s.%s\" name=\"%s\" time=\"%.2f\">", team, area, name, 0.2+float64(i%17)/10)
		switch {
		case i < failures:
			b.WriteString("<failure message=\"expected 1 order, found 0\">expected 1 order, found 0\n  at Checkout.place(Checkout.java:88)\n  at CheckoutTest.places(CheckoutTest.java:41)</failure>")
		case i == 41 && random.IntN(3) == 0:
			b.WriteString("<flakyFailure message=\"timed out after 5 s\">timed out after 5 s waiting for the basket</flakyFailure>")
		}
		b.WriteString("</testcase>\n")
	}
	if team == "web" {
		b.WriteString("<testcase classname=\"web.Export\" name=\"writes a list of 250 orders\" time=\"31.4\"><failure message=\"timed out after 30 s\">timed out after 30 s</failure></testcase>\n")
	}
	b.WriteString("</testsuite></testsuites>\n")
	return b.String()
}

// jtl writes a load result as JMeter does: ten minutes with a ramp at the
// start. Response times grow a little with age, 0–1, and differ by chance.
func jtl(random *rand.Rand, team string, age float64) string {
	var b strings.Builder
	b.WriteString("timeStamp,elapsed,label,responseCode,responseMessage,threadName,success\n")
	slow := map[string]float64{"web": 1, "mobile": 0.8, "payments": 1.3, "platform": 0.6}[team] * (1 + 0.12*age) * (1 + 0.04*random.NormFloat64())
	steps := []struct {
		label string
		ms    float64
	}{{"search", 55}, {"basket", 40}, {"checkout", 90}, {"account", 35}}
	const seconds = 600
	n := 0
	for second := range seconds {
		perSecond := 4
		if second < 60 {
			perSecond = 1 + second/20
		}
		for k := range perSecond {
			step := steps[n%len(steps)]
			n++
			took := step.ms * slow * (0.75 + 0.35*random.ExpFloat64())
			code, ok := "200,OK", "true"
			if random.IntN(900) == 0 {
				code, ok = "503,Busy", "false"
			}
			fmt.Fprintf(&b, "%d,%d,%s,%s,user %d,%s\n", 1_700_000_000_000+int64(second)*1000+int64(k)*200, int(min(took, 279)), step.label, code, n%20, ok)
		}
	}
	return b.String()
}
