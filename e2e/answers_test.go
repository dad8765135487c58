package e2e

import (
	"strings"
	"testing"
	"time"

	"headway"
	"headway/client"
	"headway/e2e/browser"
)

// TestAnswersArriveOnOpenPages opens a page whose answer a job computes, and
// leaves it open: the answer comes, and after a fact has changed a newer one,
// without a reload.
func TestAnswersArriveOnOpenPages(t *testing.T) {
	address, accounts := demo(t)
	p := browser.Open(t, address, 1280, 900)
	signIn(t, p, accounts["release-manager"])
	p.Go("/p/atlas/queue")
	p.Eval(`window.opened = true; ""`)
	const asOf = `(document.querySelector("#page .head ~ p time")?.dateTime ?? "")`
	p.Until(`document.querySelector("#page .figures") && ` + asOf)
	before := p.Eval(asOf)

	c, err := client.New(address, headway.NewSecret(accounts["release-manager"].Token))
	if err != nil {
		t.Fatal(err)
	}
	day := headway.DateOf(time.Now()).AddDays(30)
	if _, err := c.AddAbsence(t.Context(), "atlas", client.NewAbsence{Person: "quinn", From: day}); err != nil {
		t.Fatal(err)
	}
	p.Until(asOf + ` > "` + before + `"`)
	if p.Eval(`String(window.opened)`) != "true" {
		t.Error("the page was loaded anew")
	}
	if text := p.Text(); !strings.Contains(text, "Computed from the facts of") {
		t.Errorf("it does not say of when it is:\n%.400s", text)
	}
	q, err := c.Queue(t.Context(), "atlas")
	if err != nil || q.Computed.Stale || q.Computed.AsOf.IsZero() {
		t.Errorf("the client did not wait for today's answer: %+v, %v", q.Computed, err)
	}
}
