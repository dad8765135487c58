package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

// reworkView is the rework of the development teams, with the choices of those
// whose rework goes beyond the budget.
type reworkView struct {
	app.ReworkView
	Trades map[string]app.ReworkTrade // by team id
}

func (s *Site) reworkPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "rework", "Rework")
	if err != nil {
		return err
	}
	v := reworkView{Trades: map[string]app.ReworkTrade{}}
	if v.ReworkView, err = s.app.ReworkView(r.Context(), p.actor, p.Programme.Key, r.URL.Query().Get("team")); err != nil {
		return err
	}
	for _, t := range v.Rework {
		if t.Current == nil || t.Current.Over() == 0 || t.Current.Budget.Choice != "" {
			continue
		}
		if v.Trades[t.Team.ID], err = s.app.ReworkTradeView(r.Context(), p.actor, p.Programme.Key, t.Team.Key); err != nil {
			return err
		}
	}
	return p.show(reworkBody(p.Page, v))
}

func (s *Site) setReworkBudget(w http.ResponseWriter, r *http.Request) error {
	to := "/p/" + r.PathValue("programme") + "/rework"
	hours, err := strconv.ParseFloat(cmp.Or(strings.TrimSpace(r.PostFormValue("hours")), "x"), 64)
	sprint, bad := strconv.Atoi(r.PostFormValue("sprint"))
	if err != nil || bad != nil || !(hours >= 0 && hours <= 10_000) {
		return s.settle(w, r, to, "", headway.Invalidf("hours", "the budget is a number of hours from 0 to 10,000"))
	}
	_, err = s.app.SetReworkBudget(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.SetReworkBudget{
		Team: r.PathValue("team"), Sprint: sprint, Hours: time.Duration(hours * float64(time.Hour)),
	})
	return s.settle(w, r, to, "Set aside.", err)
}

func (s *Site) chooseRework(w http.ResponseWriter, r *http.Request) error {
	_, err := s.app.ChooseRework(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.ChooseRework{
		Team: r.PathValue("team"), Choice: headway.ReworkChoice(r.PostFormValue("choice")), Reason: strings.TrimSpace(r.PostFormValue("reason")),
	})
	return s.settle(w, r, "/p/"+r.PathValue("programme")+"/rework", "Recorded; the team is told.", err)
}

func (s *Site) takeReworkBack(w http.ResponseWriter, r *http.Request) error {
	_, err := s.app.TakeReworkChoiceBack(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("team"))
	return s.settle(w, r, "/p/"+r.PathValue("programme")+"/rework", "The choice is open again; the team is told.", err)
}

// chosenEffect says what a choice did beyond what its words say.
func chosenEffect(p ui.Page, b headway.ReworkBudget) string {
	switch {
	case b.Moved.ReleaseID != "":
		return "Handed over on " + dateText(p.Clock, headway.DateOf(b.Moved.To.In(p.Clock.Zone()))) + ", planned before for " + dateText(p.Clock, headway.DateOf(b.Moved.From.In(p.Clock.Zone()))) + "; the plan follows."
	case len(b.Deferred) > 0:
		return ui.Count(len(b.Deferred), "defect") + " deferred."
	}
	return ""
}

// burnBar places budget, spent and ahead on a bar of 100.
type burnBar struct{ Spent, Ahead, Budget string }

func barOfBurn(b app.SprintBurn) burnBar {
	whole := b.Total()
	if b.Budget != nil {
		whole = max(whole, b.Budget.Hours)
	}
	whole += whole / 12 // so that the mark of the budget does not lie on the edge
	at := func(d time.Duration) string {
		return f1(100 * float64(d) / float64(max(whole, time.Minute)))
	}
	out := burnBar{Spent: at(b.Spent), Ahead: at(b.Total())}
	if b.Budget != nil {
		out.Budget = at(b.Budget.Hours)
	}
	return out
}

// burnTone says how a sprint's rework stands.
func burnTone(b app.SprintBurn) string {
	switch {
	case b.Budget == nil:
		return "band"
	case b.Over() > 0:
		return "stop"
	case b.Total() > b.Budget.Hours*8/10:
		return "warn"
	}
	return "go"
}

// burnText says it in a sentence.
func burnText(b app.SprintBurn) string {
	text := ui.Hours(b.Spent) + " spent"
	if b.Guessed > 0 {
		text += fmt.Sprintf(", %s of it guessed", ui.Hours(b.Guessed))
	}
	if b.Ahead > 0 {
		text += fmt.Sprintf(", about %s still ahead for %d open", ui.Hours(b.Ahead), len(b.Open))
	}
	switch {
	case b.Budget == nil:
		return text + "; no budget was set"
	case b.Over() > 0:
		return text + fmt.Sprintf(": %s beyond the %s set aside", ui.Hours(b.Over()), ui.Hours(b.Budget.Hours))
	}
	return text + ", of " + ui.Hours(b.Budget.Hours) + " set aside"
}

func reworkSummary(v reworkView) string {
	over := 0
	for _, t := range v.Rework {
		if t.Current != nil && t.Current.Over() > 0 && t.Current.Budget.Choice == "" {
			over++
		}
	}
	switch over {
	case 0:
		return "What teams must expect to mend in a sprint, what they set aside for it, and what came. Nothing waits for a choice."
	case 1:
		return "One team is beyond what it set aside: the Product Owner chooses what gives."
	}
	return fmt.Sprintf("%d teams are beyond what they set aside: the Product Owner chooses what gives.", over)
}

// suggested is the budget that the form proposes: what was set, or what is offered.
func suggested(t app.TeamRework, b *app.SprintBurn) string {
	if b.Budget != nil {
		return f1(b.Budget.Hours.Hours())
	}
	return fmt.Sprintf("%.0f", t.Offered().Hours())
}

// tellEffort takes what a repair took so far, from the page of defects.
func (s *Site) tellEffort(w http.ResponseWriter, r *http.Request) error {
	to := "/p/" + r.PathValue("programme") + "/defects"
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return headway.NotFoundf("there is no defect %q", r.PathValue("number"))
	}
	took, err := strconv.ParseFloat(cmp.Or(strings.TrimSpace(r.PostFormValue("hours")), "x"), 64)
	if err != nil || !(took > 0 && took <= 1000) {
		return s.settle(w, r, to, "", headway.Invalidf("hours", "the hours of the repair are a number above 0 and up to 1000"))
	}
	_, err = s.app.TellEffort(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), number, time.Duration(took*float64(time.Hour)))
	return s.settle(w, r, to, fmt.Sprintf("Noted for D-%d.", number), err)
}

// tradeScopeText says what it means that planned work leaves the sprint.
func tradeScopeText(v app.ReworkTrade) string {
	if v.Share == 0 {
		return ui.Hours(v.Over) + " of planned work; the plan stays as it is"
	}
	return fmt.Sprintf("%s of planned work, %d %% of the team's working time in the sprint; the plan stays as it is", ui.Hours(v.Over), v.Share)
}

func tradeDeferText(v app.ReworkTrade) string {
	var names []string
	for _, d := range v.Defer {
		names = append(names, fmt.Sprintf("D-%d", d.Number))
	}
	return fmt.Sprintf("%s: about %s less now, and as much more in the next sprint", strings.Join(names, ", "), ui.Hours(v.Spared))
}

func tradeDateText(p ui.Page, v app.ReworkTrade) string {
	text := fmt.Sprintf("%s by %s", v.Release.Version, ui.Count(v.Days, "working day"))
	if v.Impact != nil && v.Impact.Window.Moved() {
		text += ": production " + p.Clock.Absolute(v.Impact.Window.Before) + " → " + p.Clock.Absolute(v.Impact.Window.After)
	}
	if v.Impact != nil && !v.Impact.Window.Moved() {
		text += "; its production stays where it is"
	}
	if len(v.Moves()) == 0 {
		text += "; nothing else moves"
	}
	return text
}

// tradeNoneWaits says why nothing can be deferred.
func tradeNoneWaits(v app.ReworkTrade) string {
	if len(v.Burn.Open) == 0 {
		return "all is mended: there is nothing left that could wait"
	}
	return "every open defect is a blocker: none can wait"
}

func learnedText(repairs, sprints, told int) string {
	text := fmt.Sprintf("Learned from %s in %s", ui.Count(repairs, "repair"), ui.Count(sprints, "finished sprint"))
	switch {
	case repairs == 0:
		return text + "."
	case told == repairs:
		return text + "; somebody told what each took."
	case told == 0:
		return text + "; nobody told what they took, so it is guessed."
	}
	return text + fmt.Sprintf("; the effort of %d was told, that of the others is guessed.", told)
}

func expectText(mean, p85 time.Duration) string {
	if p85 == 0 {
		return fmt.Sprintf("Most sprints bring no rework: 85 of 100 need none, the mean is %s.", ui.Hours(mean))
	}
	return fmt.Sprintf("Expect %s of rework in a sprint; in 85 of 100 it is no more than %s.", ui.Hours(mean), ui.Hours(p85))
}
