package web

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"headway"
	"headway/internal/app"
)

func drawn(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRolesAreNamedInSentences: keys are for commands and the API.
func TestRolesAreNamedInSentences(t *testing.T) {
	v := sampleDecision(ordinary())
	open := drawn(t, decisionBody(fixturePage("decisions", ""), v, nil))
	v.Decision.State, v.Decision.AskAgain = headway.DecisionVoid, []string{"Olga Petrova (product-owner)", "Priya (QA) Nair (ops)"}
	void := drawn(t, decisionBody(fixturePage("decisions", ""), v, nil))
	for text, page := range map[string]string{"<li>1 approval of Product Owner</li>": open, "Olga Petrova (Product Owner), Priya (QA) Nair (Operations)": void} {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
	list := drawn(t, decisionsBody(fixturePage("decisions", ""), decisionsView{Open: []app.DecisionView{sampleDecision(ordinary())}, Cast: fixtureCast()}))
	if !strings.Contains(list, "<li>1 approval of Product Owner</li>") {
		t.Error("the list of go/no-gos names no role")
	}
}

// TestDaysAreWrittenForPeople on the rework card and where settings are read.
func TestDaysAreWrittenForPeople(t *testing.T) {
	p := fixturePage("settings", "")
	v := settingsView{Settings: app.Settings{Cast: fixtureCast(), Absences: []headway.Absence{{PersonID: "u0", From: day(1), To: day(3)}}}}
	sprint := app.SprintBurn{SprintRework: headway.SprintRework{Sprint: headway.Sprint{Number: 4, Start: day(-1), End: day(12)}}}
	for text, page := range map[string]string{
		"Wed 25 Nov – Fri 27 Nov":            drawn(t, settingsAbsences(p, v)),
		"sprints of 14 days from Sun 16 Aug": drawn(t, settingsTeams(p, v)),
		"(Mon 23 Nov to Sun 6 Dec): ":        drawn(t, burn(p, app.TeamRework{}, sprint)),
	} {
		if !strings.Contains(page, text) {
			t.Errorf("%q is not in %s", text, page)
		}
	}
}

// TestUsualZonesAreProposed, each of which there is.
func TestUsualZonesAreProposed(t *testing.T) {
	for _, name := range usualZones() {
		if _, err := time.LoadLocation(name); err != nil {
			t.Error(err)
		}
	}
	page := drawn(t, newProgrammeBody(fixturePage("", ""), newProgrammeForm{Zone: "Europe/Berlin"}))
	for _, part := range []string{`list="l-zone"`, `<datalist id="l-zone">`, `<option value="Asia/Kolkata">`} {
		if !strings.Contains(page, part) {
			t.Errorf("the form lacks %s", part)
		}
	}
	if n := strings.Count(page, "list="); n != 1 {
		t.Errorf("%d fields propose something", n)
	}
}

// TestAHotFixRestsOnItsPlan: that there is no history would not be true.
func TestAHotFixRestsOnItsPlan(t *testing.T) {
	for apart, want := range map[bool]string{
		true:  "from its plan alone, a hot fix does not wait as ordinary releases do",
		false: "from the plan alone, there is no history yet",
	} {
		if got := restsOn(app.ReleaseForecast{Apart: apart}); got != want {
			t.Errorf("hot fix %v: %s", apart, got)
		}
	}
}
