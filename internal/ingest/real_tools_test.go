package ingest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// Output of the tools themselves, run on small tests of our own; what is wanted
// is what each tool said at its end (jest counts a todo apart, which its JUnit
// reporter writes like a passed case).
func TestOutputOfRealTools(t *testing.T) {
	want := map[string]string{
		"playwright.xml":           "8 runs, 8 tests: 5 1 0 2 0", // 3 passed, 2 flaky, which the report does not tell
		"jest-junit.xml":           "9 runs, 9 tests: 5 3 0 1 0",
		"jest-ctrf.json":           "16 runs, 9 tests: 4 3 0 2 1",
		"gotestsum.xml":            "9 runs, 6 tests: 4 1 0 1 1", // DONE 3 runs, 9 tests
		"node-test.xml":            "6 runs, 6 tests: 2 3 0 1 0",
		"vitest.xml":               "5 runs, 5 tests: 2 1 0 2 0",
		"node.tap":                 "7 runs, 7 tests: 3 2 0 2 0",
		"node-tap.tap":             "8 runs, 8 tests: 3 3 0 2 0",
		"tape.tap":                 "7 runs, 7 tests: 4 1 0 2 0",
		"perl.tap":                 "11 runs, 11 tests: 4 2 0 5 0",
		"bats.tap":                 "3 runs, 3 tests: 1 1 0 1 0",
		"mocha.tap":                "6 runs, 6 tests: 2 2 0 2 0",
		"pytest.xml":               "11 runs, 11 tests: 4 3 2 2 0",
		"phpunit.xml":              "8 runs, 8 tests: 3 1 2 2 0",
		"surefire.xml":             "14 runs, 7 tests: 3 1 1 2 2",
		"mocha-junit.xml":          "4 runs, 4 tests: 2 2 0 0 0",
		"mocha-xunit.xml":          "6 runs, 6 tests: 2 2 0 2 0",
		"nunit2.xml":               "11 runs, 11 tests: 3 3 3 2 0", // its ten cases, and a tear-down that failed
		"jest.trx":                 "5 runs, 5 tests: 2 1 0 2 0",
		"mocha.trx":                "6 runs, 6 tests: 2 2 0 2 0",
		"jmeter.csv":               "20 2",
		"jmeter-dates.csv":         "20 3",
		"jmeter-nested.xml":        "20 3",
		"wrk.txt":                  "154 27",
		"eslint.sarif":             "4 findings: 3 high 1 medium",
		"bats13.tap":               "3 runs, 3 tests: 1 1 0 1 0",
		"hey.txt":                  "200 20",
		"vegeta.txt":               "200 20",
		"k6-legacy.json":           "120 12 false true true true",         //nolint:dupword // one word a threshold
		"k6-handle-summary.json":   "120 12 false true true true",         //nolint:dupword // one word a threshold
		"k6-legacy-tagged.json":    "24 4 false true true true true true", //nolint:dupword // one word a threshold
		"k6-stream.ndjson":         "24 4",
		"k6-machine-readable.json": "120 12",
		"bench.txt":                "6 0",
		"lcov.info":                "1/1 lines 1/2 branches",
		"cobertura.xml":            "1/1 lines 1/2 branches",
		"npm-cyclonedx.json":       "5 components",
		"npm-spdx.json":            "6 components",
	}
	files, _ := filepath.Glob("testdata/real/*")
	if len(files) != len(want) {
		t.Errorf("%d files, want %d", len(files), len(want))
	}
	for _, path := range files {
		rep, err := readFile(t, path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got := inShort(rep); got != want[filepath.Base(path)] {
			t.Errorf("%s: got %s, want %s", path, got, want[filepath.Base(path)])
		}
	}
}

func inShort(rep Report) string {
	switch {
	case rep.Tests != nil:
		r := rep.Tests
		return fmt.Sprintf("%d runs, %d tests: %d %d %d %d %d", r.Runs, r.Tests, r.Passed, r.Failed, r.Errors, r.Skipped, r.Flaky)
	case rep.Load != nil:
		s := fmt.Sprint(rep.Load.Total.Count, " ", rep.Load.Total.Errors)
		for _, th := range rep.Load.Thresholds {
			s += fmt.Sprint(" ", th.OK)
		}
		return s
	case rep.Coverage != nil:
		c := rep.Coverage
		return fmt.Sprintf("%d/%d lines %d/%d branches", c.Lines.Covered, c.Lines.Total, c.Branches.Covered, c.Branches.Total)
	case rep.Vulnerabilities != nil:
		c := rep.Vulnerabilities.Counts
		return fmt.Sprintf("%d findings: %d high %d medium", c.Total, c.High, c.Medium)
	case rep.SBOM != nil:
		return fmt.Sprint(len(rep.SBOM.SBOM.Components), " components")
	}
	return strings.ToUpper(string(rep.Kind))
}
