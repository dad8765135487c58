package headway_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway"
)

func TestComponentKeysAreTheSameOverVersions(t *testing.T) {
	for _, c := range [][4]string{
		{"pkg:npm/left-pad@1.3.0", "", "left-pad", "pkg:npm/left-pad"},
		{"pkg:npm/%40angular/core@17.0.0", "", "core", "pkg:npm/@angular/core"},
		{"pkg:npm/@angular/core@17.0.0", "", "core", "pkg:npm/@angular/core"},
		{"pkg:npm/@angular/core", "", "core", "pkg:npm/@angular/core"},
		{"pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12", "", "libc6", "pkg:deb/debian/libc6"},
		{"pkg:golang/example.com/a/b@v1.2.3#sub/dir@2", "", "b", "pkg:golang/example.com/a/b"},
		{"", "org.apache", "log4j-core", "org.apache/log4j-core"},
		{"no purl", "", "x", "x"},
	} {
		if got := headway.ComponentKey(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("%v: got %s", c, got)
		}
	}
}

func part(key, version string, licences ...string) headway.Component {
	return headway.Component{Key: key, Name: key, Version: version, Licences: licences}
}

func TestCompareSBOMTellsWhatChanged(t *testing.T) {
	was := headway.SBOM{Components: []headway.Component{
		part("a", "1", "MIT"), part("b", "1", "MIT"), part("c", "1"), part("d", "1"), part("d", "2"),
		{Key: "app", Version: "1", Subject: true},
	}}
	now := headway.SBOM{Components: []headway.Component{
		part("a", "1", "BUSL-1.1"), part("b", "2", "MIT"), part("d", "2"), part("d", "1"), part("e", "9"),
		{Key: "app", Version: "2", Subject: true},
	}}
	got := headway.CompareSBOM(now, was)
	want := []headway.SBOMChange{
		{Change: headway.LicenceChanged, Key: "a", Now: []string{"1"}, Was: []string{"1"}, Licences: []string{"BUSL-1.1"}, LicencesWas: []string{"MIT"}},
		{Change: headway.VersionChanged, Key: "b", Now: []string{"2"}, Was: []string{"1"}, Licences: []string{"MIT"}, LicencesWas: []string{"MIT"}},
		{Change: headway.ComponentRemoved, Key: "c", Was: []string{"1"}},
		{Change: headway.ComponentAdded, Key: "e", Now: []string{"9"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(headway.CompareSBOM(now, now)) != 0 {
		t.Error("a bill differs from itself")
	}
}

func TestForbiddenLicencesFollowTheExpression(t *testing.T) {
	p := headway.SBOMPolicy{Licences: []string{"GPL-*", "AGPL-3.0-only"}}
	for expression, forbidden := range map[string]bool{
		"MIT":                               false,
		"GPL-3.0-only":                      true,
		"gpl-2.0":                           true,
		"LGPL-2.1-only":                     false,
		"MIT OR GPL-3.0-only":               false,
		"GPL-3.0-only OR MIT":               false,
		"GPL-2.0 OR AGPL-3.0-only":          true,
		"MIT AND GPL-3.0-only":              true,
		"(MIT OR GPL-2.0) AND BSD-3-Clause": false,
		"MIT AND (BSD-3-Clause OR GPL-2.0) AND AGPL-3.0-only": true,
		"GPL-2.0-only WITH Classpath-exception-2.0":           true,
		"Apache-2.0 WITH LLVM-exception":                      false,
		"GPL-2.0+":                                            true,
		"GNU General Public License":                          false, // no SPDX name: it is matched as it stands
		"(((":                                                 false,
		strings.Repeat("(", 200) + "GPL-2":                    false,
		"MIT AND":                                             false,
	} {
		got := p.Breaches(headway.SBOM{Components: []headway.Component{part("x", "1", expression)}})
		if (len(got) > 0) != forbidden {
			t.Errorf("%q: got %v, want forbidden %v", expression, got, forbidden)
		}
	}
}

// Expressions are drawn together with what they mean, computed another way: an
// expression is usable when some choice of its alternatives has no bad name.
func TestForbiddenLicencesAgreeWithDrawnExpressions(t *testing.T) {
	p := headway.SBOMPolicy{Licences: []string{"BAD-*"}}
	var draw func(r *rand.Rand, depth int) (string, bool)
	draw = func(r *rand.Rand, depth int) (string, bool) {
		if depth == 0 || r.IntN(3) == 0 {
			if r.IntN(2) == 0 {
				return fmt.Sprintf("BAD-%d", r.IntN(9)), false
			}
			return fmt.Sprintf("GOOD-%d", r.IntN(9)), true
		}
		a, okA := draw(r, depth-1)
		b, okB := draw(r, depth-1)
		if r.IntN(2) == 0 {
			return "(" + a + " AND " + b + ")", okA && okB
		}
		return "(" + a + " OR " + b + ")", okA || okB
	}
	for seed := range uint64(500) {
		text, usable := draw(rand.New(rand.NewPCG(seed, 3)), 5)
		got := p.Breaches(headway.SBOM{Components: []headway.Component{part("x", "1", text)}})
		if (len(got) == 0) != usable {
			t.Errorf("seed %d: %s: got %v, usable %v", seed, text, got, usable)
		}
	}
}

func TestForbiddenComponents(t *testing.T) {
	b := headway.SBOM{Components: []headway.Component{
		{Key: "pkg:maven/org.apache.logging.log4j/log4j-core", Name: "log4j-core", Version: "2.14.1"},
		{Key: "pkg:npm/@scope/thing", Name: "thing", Version: "1.0.0"},
		{Key: "app", Name: "app", Version: "1", Subject: true},
	}}
	for pattern, want := range map[string]int{
		"log4j-core": 1, "LOG4J-CORE@2.14.*": 1, "log4j-core@2.17.*": 0, "pkg:maven/org.apache.logging.*": 1,
		"pkg:npm/@scope/thing": 1, "pkg:npm/@scope/thing@1.*": 1, "pkg:npm/@scope/thing@2.*": 0, "app": 0, "pkg:*": 2,
	} {
		if got := (headway.SBOMPolicy{Components: []string{pattern}}).Breaches(b); len(got) != want {
			t.Errorf("%s: got %v, want %d", pattern, got, want)
		}
	}
	if out, why := (headway.SBOMPolicy{Unknown: true}).Judge(&b); out != headway.Fail || !strings.Contains(why, "and 1 more") {
		t.Errorf("unknown licences: %s %s", out, why)
	}
	if out, _ := (headway.SBOMPolicy{Unknown: true}).Judge(nil); out != headway.Waiting {
		t.Errorf("no bill: %s", out)
	}
	if out, _ := (headway.SBOMPolicy{Licences: []string{"GPL-*"}}).Judge(&b); out != headway.Pass {
		t.Errorf("nothing forbidden: %s", out)
	}
}

func TestSBOMPolicyCheck(t *testing.T) {
	for _, p := range []headway.SBOMPolicy{{}, {Licences: []string{"*"}}, {Components: []string{""}}, {Licences: []string{" MIT"}}, {Licences: make([]string, 300)}} {
		if headway.KindOf(p.Check("gate")) != headway.Invalid {
			t.Errorf("%+v was taken", p)
		}
	}
	if err := (headway.SBOMPolicy{Licences: []string{"GPL-*"}}).Check("gate"); err != nil {
		t.Error(err)
	}
}

func TestVulnerabilitiesAreCountedBySeverity(t *testing.T) {
	var c headway.VulnerabilityCounts
	for _, s := range []headway.ScanSeverity{headway.SeverityCritical, headway.SeverityHigh, headway.SeverityHigh, headway.SeverityLow, headway.SeverityUnknown} {
		c.Add(headway.Vulnerability{ID: "x", Severity: s, FixedIn: "2"})
	}
	c.Add(headway.Vulnerability{ID: "y", Severity: headway.SeverityCritical, Suppressed: true})
	want := headway.VulnerabilityCounts{Total: 5, Critical: 1, High: 2, Low: 1, Unknown: 1, Fixable: 5, Suppressed: 1}
	if c != want {
		t.Errorf("got %+v", c)
	}
	for s, n := range map[headway.ScanSeverity]int{headway.SeverityCritical: 1, headway.SeverityHigh: 4, headway.SeverityMedium: 4, headway.SeverityLow: 5} {
		if got := c.AtLeast(s); got != n {
			t.Errorf("at least %s: got %d, want %d", s, got, n)
		}
	}
	for name, n := range map[string]int{"total": 5, "critical": 1, "fixable": 5, "suppressed": 1, "medium": 0} {
		if got, ok := c.Figure(name); !ok || got != n {
			t.Errorf("%s: got %d", name, got)
		}
	}
	if _, ok := c.Figure("p95"); ok {
		t.Error("p95 is a count of vulnerabilities")
	}
}

func TestCompareVulnerabilities(t *testing.T) {
	v := func(id, pkg, version string) headway.Vulnerability {
		return headway.Vulnerability{ID: id, Package: pkg, Version: version, Severity: headway.SeverityHigh}
	}
	gone := v("CVE-3", "c", "1")
	hidden := v("CVE-4", "d", "1")
	hidden.Suppressed = true
	appeared, lost := headway.CompareVulnerabilities(
		[]headway.Vulnerability{v("CVE-1", "a", "2"), v("CVE-2", "b", "1"), v("CVE-2", "b", "1"), hidden},
		[]headway.Vulnerability{v("CVE-1", "a", "1"), gone},
	)
	if d := cmp.Diff([]headway.Vulnerability{v("CVE-2", "b", "1")}, appeared); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]headway.Vulnerability{gone}, lost); d != "" {
		t.Error(d)
	}
}

func TestScoresHaveTheSeverityOfCVSS(t *testing.T) {
	for score, want := range map[float64]headway.ScanSeverity{10: "critical", 9: "critical", 8.9: "high", 7: "high", 6.9: "medium", 4: "medium", 3.9: "low", 0.1: "low", 0: "negligible"} {
		if got := headway.SeverityOf(score); got != want {
			t.Errorf("%g: got %s, want %s", score, got, want)
		}
	}
}

func TestCoverageFigures(t *testing.T) {
	c := headway.Coverage{Lines: headway.Covered{Total: 4, Covered: 3}, Branches: headway.Covered{Total: 2, Covered: 1}}
	for name, want := range map[string]float64{"coverage": 0.75, "lines": 0.75, "branches": 0.5} {
		if got, ok := c.Figure(name); !ok || got != want {
			t.Errorf("%s: got %g %v", name, got, ok)
		}
	}
	for _, name := range []string{"statements", "functions", "p95"} {
		if _, ok := c.Figure(name); ok {
			t.Errorf("%s is known", name)
		}
	}
	c.Statements = headway.Covered{Total: 10, Covered: 1}
	if got, _ := c.Figure("coverage"); got != 0.1 {
		t.Errorf("statements come first: got %g", got)
	}
}
