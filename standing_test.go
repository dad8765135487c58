package headway_test

import (
	"strings"
	"testing"

	"headway"
)

// line is three candidates of a release, the newest first.
func line(book ...headway.PlaybookActivity) headway.Lineage {
	c := func(id string, touches string) headway.Candidate {
		f := headway.Facts{"data-gb": "120"}
		if touches != "" {
			f["touches"] = touches
		}
		return headway.Candidate{ID: id, Name: "2.4.0-" + id, Facts: f}
	}
	return headway.Lineage{Candidates: []headway.Candidate{c("rc.3", "search"), c("rc.2", "checkout/cart"), c("rc.1", "")}, Book: headway.Playbook{Activities: book}}
}

func TestWhichEvidenceStands(t *testing.T) {
	regression := headway.PlaybookActivity{Key: "r", Kind: headway.KindRegression}
	with := func(change func(*headway.PlaybookActivity)) headway.PlaybookActivity {
		a := regression
		change(&a)
		return a
	}
	sized := with(func(a *headway.PlaybookActivity) { a.Estimate.PerFact = map[string]float64{"data-gb": 0.1} })
	concerns := func(parts ...string) headway.PlaybookActivity {
		return with(func(a *headway.PlaybookActivity) { a.RerunFor = parts })
	}
	for name, tt := range map[string]struct {
		book   []headway.PlaybookActivity
		from   string // candidate that the evidence is about
		edit   func(*headway.Lineage, *headway.Evidence)
		stands bool
		says   string
	}{
		"the playbook lets it":       {[]headway.PlaybookActivity{regression}, "rc.1", nil, true, "that of 2.4.0-rc.1 stands: the playbook does not want it again"},
		"again for every fix":        {[]headway.PlaybookActivity{with(func(a *headway.PlaybookActivity) { a.RerunOnFix = true })}, "rc.2", nil, false, "for every fix"},
		"one of two again":           {[]headway.PlaybookActivity{regression, with(func(a *headway.PlaybookActivity) { a.RerunOnFix = true })}, "rc.2", nil, false, "for every fix"},
		"no activity":                {nil, "rc.2", nil, false, "no activity of the playbook"},
		"it failed":                  {[]headway.PlaybookActivity{regression}, "rc.2", func(_ *headway.Lineage, e *headway.Evidence) { e.Outcome = headway.Fail }, false, "it failed"},
		"another part":               {[]headway.PlaybookActivity{concerns("payments")}, "rc.2", nil, true, "touches search, and it concerns payments"},
		"its part":                   {[]headway.PlaybookActivity{concerns("search", "payments")}, "rc.2", nil, false, "touches search"},
		"a part of its part":         {[]headway.PlaybookActivity{concerns("checkout")}, "rc.1", nil, false, "2.4.0-rc.2 touches checkout/cart"},
		"no part by its name's head": {[]headway.PlaybookActivity{concerns("sea")}, "rc.2", nil, true, "concerns sea"},
		"the mended defect's part": {[]headway.PlaybookActivity{concerns("payments")}, "rc.2", func(l *headway.Lineage, _ *headway.Evidence) {
			l.Defects = []headway.Defect{{Number: 4, FixedIn: "rc.3", Component: "payments"}}
		}, false, "touches payments"},
		"in doubt": {[]headway.PlaybookActivity{concerns("payments")}, "rc.2", func(l *headway.Lineage, _ *headway.Evidence) {
			delete(l.Candidates[0].Facts, "touches")
		}, false, "in doubt everything"},
		"it found the defect": {[]headway.PlaybookActivity{regression}, "rc.2", func(l *headway.Lineage, _ *headway.Evidence) {
			l.Defects = []headway.Defect{{Number: 4, FixedIn: "rc.3", Source: headway.FoundByRegression}}
		}, false, "it found D-4"},
		"another kind found it": {[]headway.PlaybookActivity{regression}, "rc.2", func(l *headway.Lineage, _ *headway.Evidence) {
			l.Defects = []headway.Defect{{Number: 4, FixedIn: "rc.3", Source: headway.FoundByLoad}}
		}, true, "stands"},
		"other data": {[]headway.PlaybookActivity{sized}, "rc.2", func(l *headway.Lineage, _ *headway.Evidence) {
			l.Candidates[0].Facts["data-gb"] = "900"
		}, false, "data-gb is declared otherwise: 900, before 120"},
	} {
		l, e := line(tt.book...), headway.Evidence{ID: "e", Kind: headway.RegressionRun, CandidateID: tt.from, Outcome: headway.Pass}
		if tt.edit != nil {
			tt.edit(&l, &e)
		}
		got := l.Standing([]headway.Evidence{e}, l.Candidates[0], headway.RegressionRun)
		if got.Stands != tt.stands || (got.Evidence != nil) != tt.stands || !strings.Contains(got.Reason, tt.says) {
			t.Errorf("%s: %v, %q", name, got.Stands, got.Reason)
		}
	}
}

func TestStandingOfOwnOtherAndComingCandidates(t *testing.T) {
	l := line(headway.PlaybookActivity{Key: "r", Kind: headway.KindRegression})
	given := []headway.Evidence{
		{ID: "own", Kind: headway.RegressionRun, CandidateID: "rc.3", Outcome: headway.Fail},
		{ID: "list", Kind: headway.BillOfMaterials, CandidateID: "rc.2", Outcome: headway.Pass},
		{ID: "old", Kind: headway.RegressionRun, CandidateID: "rc.2", Outcome: headway.Pass},
	}
	if got := l.Standing(given, l.Candidates[0], headway.RegressionRun); got.Evidence == nil || got.Evidence.ID != "own" || got.Stands || got.Reason != "" {
		t.Errorf("its own: %+v", got)
	}
	if got := l.Standing(given, l.Candidates[0], headway.BillOfMaterials); got.Evidence != nil || !strings.Contains(got.Reason, "another build") {
		t.Errorf("a list: %+v", got)
	}
	if got := l.Standing(given[:2], l.Candidates[2], headway.RegressionRun); got.Evidence != nil {
		t.Errorf("a later one's: %+v", got)
	}
	if got := l.Standing(nil, l.Candidates[0], headway.LoadRun); got.Evidence != nil || got.Reason != "" {
		t.Errorf("none: %+v", got)
	}
	next := headway.Candidate{ID: "rc.4", Name: "2.4.0-rc.4", Facts: headway.Facts{"data-gb": "120"}}
	if got := l.Standing(given[2:], next, headway.RegressionRun); !got.Stands || got.Evidence.ID != "old" {
		t.Errorf("about to be shelved: %+v", got)
	}
}
