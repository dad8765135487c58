package ingest

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

const sharedData = "../../../shared/data"

func realFiles(t testing.TB, pattern string) []string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(sharedData, pattern))
	if len(files) == 0 {
		t.Skip("the real reports are not here")
	}
	return files
}

func openFile(t testing.TB, path string) *os.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func readFile(t testing.TB, path string) (Report, error) {
	t.Helper()
	f := openFile(t, path)
	defer f.Close()
	return Read(f, filepath.Base(path), Limits{})
}

// naiveJUnit counts with encoding/xml and a map, apart from the reader.
type naiveJUnit struct{ suites, runs, tests, passed, failed, errors, skipped, flaky int }

func countNaively(t *testing.T, files ...io.Reader) naiveJUnit {
	t.Helper()
	n := naiveJUnit{}
	cases := map[[4]string]*naiveCase{}
	for _, f := range files {
		n.file(t, f, cases)
	}
	for _, s := range cases {
		n.tests++
		switch s.outcome {
		case "passed":
			n.passed++
			if s.failed {
				n.flaky++
			}
		case "failure":
			n.failed++
		case "error":
			n.errors++
		case "skipped":
			n.skipped++
		}
	}
	return n
}

type naiveCase struct {
	outcome string
	failed  bool
}

func (n *naiveJUnit) file(t *testing.T, f io.Reader, cases map[[4]string]*naiveCase) {
	t.Helper()
	var suites []string
	put := func(key [4]string, outcome string, failedTries int) {
		n.runs += 1 + failedTries
		s := cases[key]
		if s == nil {
			s = &naiveCase{outcome: outcome, failed: failedTries > 0}
			cases[key] = s
			return
		}
		if outcome == "skipped" && s.outcome != "skipped" {
			return
		}
		s.failed = s.failed || s.outcome == "failure" || s.outcome == "error" || failedTries > 0
		s.outcome = outcome
	}
	d := xml.NewDecoder(f)
	var key [4]string
	in, outcome, tries := false, "", 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		attr := func(name string) string {
			for _, a := range tok.(xml.StartElement).Attr {
				if a.Name.Local == name {
					return a.Value
				}
			}
			return ""
		}
		switch e := tok.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "testsuite":
				n.suites++
				suites = append(suites, attr("name"))
			case "testcase":
				in, outcome, tries = true, "passed", 0
				path := ""
				for _, s := range suites {
					path += "/" + s
				}
				key = [4]string{path, attr("classname"), attr("name")}
			case "failure", "error", "skipped":
				if !in && e.Name.Local != "skipped" {
					put([4]string{suites[len(suites)-1], "", "", "whole suite"}, e.Name.Local, 0)
				}
				outcome = e.Name.Local
			case "flakyFailure", "flakyError", "rerunFailure", "rerunError":
				tries++
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "testsuite":
				suites = suites[:len(suites)-1]
			case "testcase":
				in = false
				put(key, outcome, tries)
			}
		}
	}
}

func TestRealJUnitCountsLikeANaiveReader(t *testing.T) {
	for _, path := range realFiles(t, "junit/*.xml") {
		if filepath.Base(path) == "empty-jest-junit.xml" {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			rep, err := readFile(t, path)
			if err != nil {
				t.Fatal(err)
			}
			r := rep.Tests
			got := naiveJUnit{r.Suites, r.Runs, r.Tests, r.Passed, r.Failed, r.Errors, r.Skipped, r.Flaky}
			f := openFile(t, path)
			defer f.Close()
			if want := countNaively(t, f); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if r.Tests != r.Passed+r.Failed+r.Errors+r.Skipped || len(r.Cases) != r.Tests {
				t.Errorf("the counts do not add up: %+v", got)
			}
			t.Log(got, r.Notes)
		})
	}
}

func TestRealJMeterRuns(t *testing.T) {
	// Counted by hand with sort and awk.
	want := map[string]struct {
		count, errors int64
		names         int
		p50, p90, max Figure
	}{
		"JMeterCsvResults.csv":        {3, 0, 2, 2204, 2204, 2204},
		"JMeterPublisher.csv":         {3, 1, 2, 1300, 2000, 2000},
		"JMeterResults.jtl":           {8, 0, 2, 501, 15902, 15902},
		"JMeterResultsTenSamples.jtl": {10, 0, 4, 5, 9, 10},
		"JMeterResultsMultiLevel.jtl": {10, 0, 2, 372, 449, 645},
		"filewithtransactions.csv":    {210, 0, 9, 0, 0, 0},
	}
	for _, path := range realFiles(t, "load/*") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			rep, err := readFile(t, path)
			if err != nil {
				t.Fatal(err)
			}
			l, w := rep.Load, want[filepath.Base(path)]
			if l.Total.Count != w.count || l.Total.Errors != w.errors || len(l.Transactions) != w.names {
				t.Errorf("got %d samples, %d errors, %d names; want %+v", l.Total.Count, l.Total.Errors, len(l.Transactions), w)
			}
			if w.max > 0 && (l.Total.P50MS != w.p50 || l.Total.P90MS != w.p90 || l.Total.MaxMS != w.max) {
				t.Errorf("got p50 %v, p90 %v, max %v; want %+v", l.Total.P50MS, l.Total.P90MS, l.Total.MaxMS, w)
			}
			t.Logf("%+v %v", l.Total, l.Notes)
		})
	}
}
