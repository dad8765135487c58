package web

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

// newCycleView is the form that opens a test cycle, as it was filled in.
type newCycleView struct {
	Teams                       []headway.Team
	Team, Version, Title, Cases string
	Err                         *headway.Error
}

func (s *Site) newCyclePage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return s.showNewCycle(w, r, http.StatusOK, newCycleView{Team: q.Get("team"), Version: q.Get("version")})
}

func (s *Site) showNewCycle(w http.ResponseWriter, r *http.Request, code int, v newCycleView) error {
	p, err := s.open(w, r, "evidence", "Open a test cycle")
	if err != nil {
		return err
	}
	p.at(p.Programme.Path("/cycles/new"))
	list, err := s.app.EvidenceListView(r.Context(), p.actor, p.Programme.Key, headway.ManualResult)
	if err != nil {
		return err
	}
	for _, t := range list.Teams {
		if t.Kind == headway.DevelopmentTeam {
			v.Teams = append(v.Teams, t)
		}
	}
	return p.showAs(code, newCycleBody(p.Page, v))
}

// openCycle opens a test cycle from a file, or from cases as they were typed.
func (s *Site) openCycle(w http.ResponseWriter, r *http.Request) error {
	var out app.CycleStory
	open := func(fields map[string][]string, name string, content io.Reader) error {
		if out.Cycle.ID != "" {
			return headway.Invalidf("files", "a cycle is opened from one file").WithHint("open a cycle for each")
		}
		story, err := s.app.OpenCycle(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.OpenCycle{
			Team: typed(fields, "team"), Version: typed(fields, "version"), Title: typed(fields, "title"), FileName: name, Content: content,
		})
		if err == nil {
			out = story
		}
		return err
	}
	fields, err := upload(w, r, open)
	if err == nil && out.Cycle.ID == "" {
		var cases []byte
		if cases, err = typedCases(typed(fields, "cases")); err == nil {
			err = open(fields, "typed.csv", bytes.NewReader(cases))
		}
	}
	if e, ok := errors.AsType[*headway.Error](err); ok && e.Kind == headway.NotFound {
		err = headway.Errorf(headway.Invalid, "%s", e.Message).At("version").WithHint("%s", e.Hint)
	}
	if e, ok := refused(err); ok {
		v := newCycleView{Team: typed(fields, "team"), Version: typed(fields, "version"), Title: typed(fields, "title"), Cases: strings.Join(fields["cases"], "\n"), Err: e}
		return s.showNewCycle(w, r, status(e.Kind), v)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+r.PathValue("programme")+"/cycles/"+out.Cycle.ID, ui.Count(len(out.Cases), "case")+" to be worked.")
}

// typedCases writes cases as they are typed, one a line and its steps below it
// with a dash in front, as the CSV that is read.
func typedCases(text string) ([]byte, error) {
	var rows [][]string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		step, isStep := strings.CutPrefix(line, "- ")
		switch {
		case line == "":
		case !isStep:
			rows = append(rows, []string{line, ""})
		case len(rows) == 0:
			return nil, headway.Invalidf("cases", "the step %q stands before any case", headway.Shorten(step, 60)).WithHint("write the case first, and its steps below it")
		default:
			last := rows[len(rows)-1]
			last[1] = strings.TrimPrefix(last[1]+"\n"+strconv.Itoa(strings.Count(last[1], "\n")+min(len(last[1]), 1)+1)+". "+step, "\n")
		}
	}
	if len(rows) == 0 {
		return nil, headway.Invalidf("cases", "there is no case to be worked").WithHint("choose a file, or type one case a line")
	}
	var b bytes.Buffer
	err := csv.NewWriter(&b).WriteAll(append([][]string{{"title", "steps"}}, rows...))
	return b.Bytes(), err
}

// attachToEvidence takes files from the page of a piece of evidence.
func (s *Site) attachToEvidence(w http.ResponseWriter, r *http.Request) error {
	return s.attachFiles(w, r, "/evidence/"+r.PathValue("evidence")+"#attachments", func(name string, content io.Reader) error {
		_, err := s.app.AttachToEvidence(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("evidence"), name, content)
		return err
	})
}

// attachToCase takes files from the page of a test cycle.
func (s *Site) attachToCase(w http.ResponseWriter, r *http.Request) error {
	number, err := caseNumber(r)
	if err != nil {
		return err
	}
	return s.attachFiles(w, r, "/cycles/"+r.PathValue("cycle")+"#case-"+strconv.Itoa(number), func(name string, content io.Reader) error {
		_, err := s.app.AttachToCase(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("cycle"), number, name, content)
		return err
	})
}

func (s *Site) attachFiles(w http.ResponseWriter, r *http.Request, back string, attach func(name string, content io.Reader) error) error {
	n := 0
	_, err := upload(w, r, func(_ map[string][]string, name string, content io.Reader) error {
		n++
		return attach(name, content)
	})
	if err == nil && n == 0 {
		err = headway.Invalidf("files", "no file was chosen").WithHint("choose one or more files")
	}
	return s.settle(w, r, "/p/"+r.PathValue("programme")+back, ui.Count(n, "file")+" attached.", err)
}

func (s *Site) evidenceAttachment(w http.ResponseWriter, r *http.Request) error {
	f, content, err := s.app.EvidenceAttachment(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("evidence"), r.PathValue("name"))
	if err != nil {
		return err
	}
	return attach(w, f.Name, f.Size, content)
}

func (s *Site) caseAttachment(w http.ResponseWriter, r *http.Request) error {
	number, err := caseNumber(r)
	if err != nil {
		return err
	}
	f, content, err := s.app.CaseAttachment(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("cycle"), number, r.PathValue("name"))
	if err != nil {
		return err
	}
	return attach(w, f.Name, f.Size, content)
}

func caseNumber(r *http.Request) (int, error) {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return 0, headway.NotFoundf("there is no case %q", headway.Shorten(r.PathValue("number"), 20))
	}
	return number, nil
}
