package web

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

// evidencePage shows a piece of evidence, each kind in its own way.
func (s *Site) evidencePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "evidence", "Evidence")
	if err != nil {
		return err
	}
	id := r.PathValue("evidence")
	e, err := s.app.EvidenceStoryView(r.Context(), p.actor, p.Programme.Key, id)
	if err != nil {
		return err
	}
	switch e.Kind {
	case headway.RegressionRun:
		return s.runPage(p, id)
	case headway.LoadRun:
		v, err := s.app.LoadStoryView(r.Context(), p.actor, p.Programme.Key, id)
		if err != nil {
			return err
		}
		p.Title = "Load run of " + v.Candidate.Name
		return p.show(loadBody(p.Page, v))
	}
	v, err := s.app.PartsStoryView(r.Context(), p.actor, p.Programme.Key, id)
	if err != nil {
		return err
	}
	p.Title = kindLabel(e.Kind) + " of " + v.Candidate.Name
	return p.show(partsBody(p.Page, v))
}

func (s *Site) runPage(p *page, id string) error {
	in := p.r.URL.Query()
	q := app.RunQuery{Against: in.Get("against"), Change: headway.CaseChange(in.Get("change")), Search: strings.TrimSpace(in.Get("search"))}
	if n, err := strconv.Atoi(in.Get("page")); err == nil {
		q.Page = n
	}
	v, err := s.app.RunStoryView(p.r.Context(), p.actor, p.Programme.Key, id, q)
	if err != nil {
		return err
	}
	p.Title = "Regression run of " + v.Candidate.Name
	p.Wide = true
	return p.show(runBody(p.Page, v))
}

// muteCase mutes a known failure from the page of a run, to which it goes back.
func (s *Site) muteCase(w http.ResponseWriter, r *http.Request) error {
	day, err := time.Parse(time.DateOnly, r.PostFormValue("expires"))
	if err == nil {
		_, err = s.app.AddMute(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.AddMute{
			Team: r.PostFormValue("team"), Case: r.PostFormValue("case"), Owner: r.PostFormValue("owner"), Reason: strings.TrimSpace(r.PostFormValue("reason")), Expires: day.AddDate(0, 0, 1),
		})
	} else {
		err = headway.Invalidf("expires", "%q is no day", r.PostFormValue("expires"))
	}
	return s.settle(w, r, local(r.PostFormValue("back")), "Muted. Its failures do not count until then.", err)
}

func (s *Site) liftMute(w http.ResponseWriter, r *http.Request) error {
	_, err := s.app.LiftMute(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("mute"))
	return s.settle(w, r, local(r.PostFormValue("back")), "Lifted. Failures of its cases count again.", err)
}

// runLink gives the address of the same run with another choice.
func runLink(v app.RunStory, change headway.CaseChange, page int) string {
	q := url.Values{}
	for key, value := range map[string]string{"against": v.Query.Against, "change": string(change), "search": v.Query.Search} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	return "?" + q.Encode()
}

// runTab is one choice of cases.
type runTab struct {
	change headway.CaseChange
	label  string
	n      int
}

// runTabs lists the choices that hold anything, and the two that always stand.
func runTabs(v app.RunStory) []runTab {
	c := v.Compared
	out := []runTab{{"", "What changed or failed", -1}}
	for _, change := range headway.CaseChanges() {
		if n := c.Counts[change]; n > 0 || change == v.Query.Change {
			out = append(out, runTab{change, changeName(change), n})
		}
	}
	if c.Muted > 0 || len(c.Quiet)+len(c.Expired) > 0 || v.Query.Change == "muted" {
		out = append(out, runTab{"muted", "Muted", c.Muted + len(c.Quiet) + len(c.Expired)})
	}
	return append(out, runTab{"all", "All cases", c.Tests})
}

func changeName(c headway.CaseChange) string {
	switch c {
	case headway.NewFailure:
		return "New failures"
	case headway.StillFailing:
		return "Still failing"
	case headway.Failing:
		return "Failing"
	case headway.Missing:
		return "Missing"
	case headway.FlakyNow:
		return "Flaky"
	case headway.Slower:
		return "Slower"
	case headway.NowSkipped:
		return "Now skipped"
	case headway.Fixed:
		return "Fixed"
	case headway.NewCase:
		return "New"
	case headway.SameAsBefore:
	}
	return "As before"
}

func caseTone(c app.CaseRow) ui.Tone {
	switch {
	case c.Muted:
		return ui.Odd
	case c.Outcome().Bad():
		return ui.Bad
	case c.Change == headway.Missing || c.Change == headway.FlakyNow || c.Change == headway.Slower || c.Change == headway.NowSkipped:
		return ui.Caution
	case c.Outcome().Good():
		return ui.Good
	}
	return ui.Quiet
}

// caseWord says in a word or two what became of a case.
func caseWord(c app.CaseRow) string {
	switch {
	case c.Muted:
		return "muted"
	case c.Change == headway.SameAsBefore:
		return c.Outcome().String()
	case c.Change == headway.StillFailing && c.FailingFor > 1:
		return fmt.Sprintf("failing for %d candidates", c.FailingFor)
	case c.Change == headway.NewFailure:
		return "new failure"
	}
	return strings.ToLower(changeName(c.Change))
}

// cell is one run in the strip of a case's history.
type cell struct{ x, class, title string }

// cells draws the history from the oldest run on the left to this one.
func cells(v app.RunStory, c app.CaseRow) []cell {
	var out []cell
	all := stripRuns(v)
	n := min(len(c.History), all)
	for i := n - 1; i >= 0; i-- {
		o := headway.CaseOutcome(c.History[i])
		out = append(out, cell{strconv.Itoa((all - 1 - i) * 9), "o-" + o.String(), v.Runs[i].Candidate + ": " + o.String()})
	}
	return out
}

// stripRuns is how many runs the strips of a page have room for.
func stripRuns(v app.RunStory) int { return min(len(v.Runs), headway.HistoryDepth) }

// stripWidth is how wide they are.
func stripWidth(v app.RunStory) string { return strconv.Itoa(max(1, stripRuns(v)) * 9) }

// inWords tells the history for those who do not see the strip.
func inWords(c app.CaseRow) string {
	return fmt.Sprintf("%d runs, flaky in %d of them", c.Ran, c.Flaky)
}

func flakeRate(c app.CaseRow) string {
	if c.Flaky == 0 || c.Ran == 0 {
		return ""
	}
	return fmt.Sprintf("flaky in %d of %d", c.Flaky, c.Ran)
}

func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// caseParts splits an id for showing: where it lies, and its name.
func caseParts(id string) (place, name string) {
	i := strings.LastIndex(id, " :: ")
	if i < 0 {
		return "", id
	}
	return strings.ReplaceAll(id[:i], " :: ", " › "), id[i+4:]
}

// caseAnchor gives a short name of a case for ids in a page.
func caseAnchor(id string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	return strconv.FormatUint(h.Sum64(), 36)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
