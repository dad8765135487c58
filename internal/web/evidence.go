package web

import (
	"net/http"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

func (s *Site) evidenceListPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "evidence", "Evidence")
	if err != nil {
		return err
	}
	v, err := s.app.EvidenceListView(r.Context(), p.actor, p.Programme.Key, headway.EvidenceKind(r.URL.Query().Get("kind")))
	if err != nil {
		return err
	}
	return p.show(evidenceListBody(p.Page, v))
}

func (s *Site) cyclePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "evidence", "Test cycle")
	if err != nil {
		return err
	}
	v, err := s.app.CycleStoryView(r.Context(), p.actor, p.Programme.Key, r.PathValue("cycle"))
	if err != nil {
		return err
	}
	p.Title = v.Cycle.Title
	return p.show(cycleBody(p.Page, v))
}

// recordCase takes what a person found of a manual case.
func (s *Site) recordCase(w http.ResponseWriter, r *http.Request) error {
	number, err := caseNumber(r)
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(r.PostFormValue("version"))
	if err != nil {
		version = 0
	}
	_, err = s.app.RecordCase(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.RecordCase{
		Cycle: r.PathValue("cycle"), Number: number, Outcome: headway.ManualOutcome(r.PostFormValue("outcome")), Note: strings.TrimSpace(r.PostFormValue("note")), Version: version,
	})
	return s.settle(w, r, "/p/"+r.PathValue("programme")+"/cycles/"+r.PathValue("cycle")+"#case-"+strconv.Itoa(number), "Noted.", err)
}

func manualTone(o headway.ManualOutcome) ui.Tone {
	switch o {
	case headway.ManualPassed:
		return ui.Good
	case headway.ManualFailed:
		return ui.Bad
	case headway.ManualBlocked:
		return ui.Caution
	case headway.ManualOpen, headway.ManualSkipped:
	}
	return ui.Quiet
}

func manualWord(o headway.ManualOutcome) string {
	if o == headway.ManualOpen {
		return "to be worked"
	}
	return string(o)
}

func evidenceKinds() []headway.EvidenceKind {
	return append([]headway.EvidenceKind{""}, headway.JudgedEvidence()...)
}

func kindLabel(k headway.EvidenceKind) string {
	switch k {
	case "":
		return "All"
	case headway.BillOfMaterials:
		return "Bill of materials"
	}
	return ui.KindName(string(k))
}
