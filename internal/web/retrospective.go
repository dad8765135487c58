package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

// retrospectiveSpans are how many releases the page offers to look back at.
var retrospectiveSpans = []int{5, 10, 20, 50}

type retrospectiveView struct {
	app.RetrospectiveView
	Last int
}

func (s *Site) retrospectivePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "retrospective", "Retrospective")
	if err != nil {
		return err
	}
	v := retrospectiveView{Last: 10}
	if n, err := strconv.Atoi(r.URL.Query().Get("last")); err == nil && slices.Contains(retrospectiveSpans, n) {
		v.Last = n
	}
	if v.RetrospectiveView, err = s.app.RetrospectiveView(r.Context(), p.actor, p.Programme.Key, v.Last); err != nil {
		return err
	}
	return p.show(retrospectiveBody(p.Page, v))
}

func (s *Site) startExperiment(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	back := "/p/" + key + "/retrospective"
	aim, err := strconv.ParseFloat(strings.TrimSpace(r.PostFormValue("aim")), 64)
	if err != nil {
		return s.settle(w, r, back, "", headway.Invalidf("aim", "say how many working days it should save on each release"))
	}
	cause, who, _ := strings.Cut(r.PostFormValue("against"), "|")
	e, err := s.app.StartExperiment(r.Context(), auth.Actor(r.Context()), key, app.StartExperiment{
		Cause: headway.GapCause(cause), Who: who, Change: r.PostFormValue("change"), Aim: aim, Owner: r.PostFormValue("owner"),
	})
	return s.settle(w, r, back, fmt.Sprintf("E-%d runs. Three releases from now this page says what it did.", e.Number), err)
}

func (s *Site) concludeExperiment(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	back := "/p/" + key + "/retrospective"
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return headway.NotFoundf("there is no experiment %q", r.PathValue("number"))
	}
	e, err := s.app.ConcludeExperiment(r.Context(), auth.Actor(r.Context()), key, number, r.PostFormValue("verdict") == "keep", r.PostFormValue("conclusion"))
	return s.settle(w, r, back, fmt.Sprintf("E-%d is %s.", e.Number, e.State), err)
}

// causeName names a cause with whom it is about.
func causeName(c headway.GapCause, who string) string {
	if who == "" {
		return string(c)
	}
	return string(c) + ": " + headway.Skill(who).Name()
}

// retrospectiveAnswer names the largest causes first.
func retrospectiveAnswer(v retrospectiveView) string {
	if len(v.Causes) == 0 {
		return "No release tells yet what its gap was spent on."
	}
	var names []string
	for _, c := range v.Causes[:min(3, len(v.Causes))] {
		names = append(names, fmt.Sprintf("%s (%.0f %%)", causeName(c.Cause, c.Who), 100*c.Share))
	}
	return fmt.Sprintf("The gaps of the last %s went mostly into %s.", ui.Count(len(v.Releases), "release"), strings.Join(names, ", "))
}

// causeBars gives the heights of a cause's bars, oldest release first, on a chart of 100 by 24.
type causeBar struct{ X, Y, W, H float64 }

func layCause(c app.CauseReleases) []causeBar {
	far := slices.Max(append([]float64{0.1}, c.Of...))
	var out []causeBar
	n := float64(len(c.Of))
	for i, d := range slices.Backward(c.Of) {
		h := d / far * 24
		out = append(out, causeBar{100 * (n - 1 - float64(i)) / n, 24 - h, 100/n - 1, h})
	}
	return out
}

func effectTone(o app.ExperimentOutcome) string {
	switch o.Result.Effect {
	case headway.EffectWorked:
		return "go"
	case headway.EffectPartly:
		return "warn"
	case headway.EffectNone, headway.EffectWorse:
		return "stop"
	}
	return ""
}

func experimentText(o app.ExperimentOutcome) string {
	r := o.Result
	switch {
	case r.Releases == 0:
		return "no release has been built and released since"
	case r.Effect == headway.EffectWaiting:
		return fmt.Sprintf("%.1f days in %s so far; judged after %d", r.Days, ui.Count(r.Releases, "release"), headway.ExperimentReleases)
	}
	return strings.ReplaceAll(fmt.Sprintf("from %.1f to %.1f days a release: %+.1f, hoped for −%.1f", o.BaseDays, r.Days, -r.Saved, o.Aim), ": -", ": −")
}
