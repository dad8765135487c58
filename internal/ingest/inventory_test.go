package ingest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	headway "headway"
)

const (
	cycloneDXExample = `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","name":"shop","version":"2.4.0"}},
"components":[{"type":"library","group":"org.example","name":"a","version":"1","purl":"pkg:maven/org.example/a@1","licenses":[{"license":{"id":"MIT"}},{"license":{"name":"Own"}}],
"components":[{"type":"library","name":"inner","version":"0.1","evidence":{"licenses":[{"expression":"MIT OR GPL-2.0-only"}]}}]},
{"type":"library","name":"b","version":"2"},{"type":"library","name":"b","version":"2"}],
"compositions":[{"aggregate":"incomplete"}],"vulnerabilities":[{"id":"CVE-1"}]}`
	spdxExample = `{"SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"SPDX-2.3","name":"shop","packages":[
{"SPDXID":"SPDXRef-root","name":"shop","versionInfo":"2.4.0","licenseConcluded":"NOASSERTION"},
{"SPDXID":"SPDXRef-a","name":"a","versionInfo":"1","licenseConcluded":"NOASSERTION","licenseDeclared":"MIT","primaryPackagePurpose":"LIBRARY","externalRefs":[{"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe"},{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/a@1"}]}],
"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-root"}]}`
	spdx3Example = `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
{"type":"Relationship","spdxId":"urn:r1","from":"urn:a","relationshipType":"hasDeclaredLicense","to":["urn:mit"]},
{"type":"Relationship","spdxId":"urn:r2","from":"urn:b","relationshipType":"hasDeclaredLicense","to":"urn:mit"},
{"type":"Relationship","spdxId":"urn:r3","from":"urn:b","relationshipType":"hasConcludedLicense","to":["urn:gpl"]},
{"type":"Relationship","spdxId":"urn:r4","from":"urn:root","relationshipType":"hasDeclaredLicense","to":["urn:set"]},
{"type":"Relationship","spdxId":"urn:r5","from":"urn:root","relationshipType":"dependsOn","to":["urn:a","urn:b"]},
{"type":"CreationInfo","@id":"_:ci","specVersion":"3.0.1","created":"2026-11-26T10:00:00Z"},
{"type":"SpdxDocument","spdxId":"urn:doc","name":"shop","rootElement":["urn:sbom"]},
{"type":"software_Sbom","spdxId":"urn:sbom","rootElement":["urn:root"]},
{"type":"software_Package","spdxId":"urn:root","name":"shop","software_packageVersion":"2.4.0","software_primaryPurpose":"application"},
{"type":"software_Package","spdxId":"urn:a","name":"a","software_packageVersion":"1","software_packageUrl":"pkg:npm/a@1","software_primaryPurpose":"library"},
{"type":"software_Package","spdxId":"urn:b","name":"b","externalIdentifier":[{"type":"ExternalIdentifier","externalIdentifierType":"cpe23","identifier":"cpe"},{"type":"ExternalIdentifier","externalIdentifierType":"packageUrl","identifier":"pkg:npm/b@2"}]},
{"type":"simplelicensing_LicenseExpression","spdxId":"urn:mit","simplelicensing_licenseExpression":"MIT"},
{"type":"simplelicensing_LicenseExpression","spdxId":"urn:gpl","simplelicensing_licenseExpression":"MIT AND GPL-3.0-only"},
{"type":"software_File","spdxId":"urn:f","name":"./a.js"}]}`
	sarifExample = `{"$schema":"x","version":"2.1.0","runs":[{"results":[
{"ruleId":"R1","ruleIndex":0,"level":"error","message":{"text":"one"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.go"},"region":{"startLine":7}}}]},
{"ruleId":"R2","message":{"text":"two"}},
{"rule":{"index":0,"toolComponent":{"index":0}},"message":{"text":"three"}},
{"ruleId":"R2","level":"note","message":{"text":"hidden"},"suppressions":[{"kind":"inSource"}]},
{"ruleId":"R2","level":"note","message":{"text":"seen"},"suppressions":[{"kind":"inSource","status":"rejected"}]},
{"ruleId":"R2","kind":"pass","message":{"text":"fine"}},{"ruleId":"R1","baselineState":"absent","message":{"text":"gone"}}],
"tool":{"driver":{"name":"Scan","rules":[{"id":"R1","properties":{"security-severity":"9.8"},"shortDescription":{"text":"bad"}},{"id":"R2","defaultConfiguration":{"level":"error"}}]},
"extensions":[{"name":"Pack","rules":[{"id":"X1","properties":{"security-severity":5.0}}]}]}}]}`
	trivyExample = `{"SchemaVersion":2,"ArtifactName":"shop:2","ArtifactType":"container_image","Results":[{"Vulnerabilities":[
{"VulnerabilityID":"CVE-1","PkgName":"libssl","PkgIdentifier":{"PURL":"pkg:deb/libssl@1"},"InstalledVersion":"1","FixedVersion":"2","Severity":"CRITICAL","Title":"bad"},
{"VulnerabilityID":"CVE-2","PkgName":"libc","InstalledVersion":"1","Severity":"LOW"}],"Target":"debian","Class":"os-pkgs",
"ExperimentalModifiedFindings":[{"Type":"vulnerability","Status":"ignored","Finding":{"VulnerabilityID":"CVE-3","PkgName":"x","Severity":"HIGH"}}]},
{"Target":"Dockerfile","Misconfigurations":[{"ID":"DS1","Status":"FAIL"},{"ID":"DS2","Status":"PASS"}],"Secrets":[{"RuleID":"key"}]}]}`
	grypeExample = `{"matches":[{"vulnerability":{"id":"GHSA-1","severity":"High","fix":{"versions":["2.0","3.0"],"state":"fixed"},"description":"bad"},"relatedVulnerabilities":[{"id":"CVE-1","severity":"Low"}],"artifact":{"name":"a","version":"1","purl":"pkg:npm/a@1","locations":[{"path":"/app/a"},{"path":"/app/b"}]}},
{"vulnerability":{"id":"CVE-2","severity":"Negligible","fix":{"versions":[],"state":"wont-fix"}},"artifact":{"name":"b","version":"1"}}],
"ignoredMatches":[{"vulnerability":{"id":"CVE-3","severity":"Critical"},"artifact":{"name":"c","version":"1"}}],"descriptor":{"name":"grype"}}`
)

func mustRead(t *testing.T, in string, format Format) Report {
	t.Helper()
	if got := Detect([]byte(in)); got != format {
		t.Fatalf("detected %q, want %q", got, format)
	}
	rep, err := Read(strings.NewReader(in), "in", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := json.Marshal(Inspection{rep}); err != nil || !json.Valid(b) || !strings.Contains(string(b), `"kind":"`+string(rep.Kind)+`"`) {
		t.Fatalf("the report has no JSON: %s %v", b, err)
	}
	return rep
}

func TestBillsOfMaterials(t *testing.T) {
	c := mustRead(t, cycloneDXExample, CycloneDX).SBOM
	want := []headway.Component{
		{Key: "b", Name: "b", Version: "2", Type: "library"},
		{Key: "inner", Name: "inner", Version: "0.1", Type: "library", Licences: []string{"MIT OR GPL-2.0-only"}},
		{Key: "pkg:maven/org.example/a", Name: "a", Version: "1", Type: "library", PURL: "pkg:maven/org.example/a@1", Licences: []string{"MIT", "Own"}},
	}
	if d := cmp.Diff(want, c.SBOM.Components); d != "" || c.Listed != 4 || c.SBOM.Subject != "shop@2.4.0" {
		t.Errorf("%s %d %s", d, c.Listed, c.SBOM.Subject)
	}
	if notes := strings.Join(c.Notes, ";"); !strings.Contains(notes, "incomplete") || !strings.Contains(notes, "1 vulnerabilities") || !strings.Contains(notes, "listed already") {
		t.Errorf("the notes are %q", notes)
	}
	for _, in := range []string{spdxExample, `{"sbom":` + spdxExample + `}`} {
		s := mustRead(t, in, SPDX).SBOM
		want = []headway.Component{
			{Key: "pkg:npm/a", Name: "a", Version: "1", Type: "library", PURL: "pkg:npm/a@1", Licences: []string{"MIT"}},
			{Key: "shop", Name: "shop", Version: "2.4.0", Subject: true},
		}
		if d := cmp.Diff(want, s.SBOM.Components); d != "" || s.SBOM.Subject != "shop" {
			t.Error(d)
		}
	}
}

func TestABillInSPDX3(t *testing.T) {
	s := mustRead(t, spdx3Example, SPDX).SBOM
	want := []headway.Component{
		{Key: "pkg:npm/a", Name: "a", Version: "1", Type: "library", PURL: "pkg:npm/a@1", Licences: []string{"MIT"}},
		{Key: "pkg:npm/b", Name: "b", PURL: "pkg:npm/b@2", Licences: []string{"MIT AND GPL-3.0-only"}},
		{Key: "shop", Name: "shop", Version: "2.4.0", Type: "application", Subject: true},
	}
	if d := cmp.Diff(want, s.SBOM.Components); d != "" || s.SBOM.Subject != "shop" {
		t.Error(d, s.SBOM.Subject)
	}
	if notes := strings.Join(s.Notes, ";"); !strings.Contains(notes, "1 licences are not written as expressions") {
		t.Errorf("the notes are %q", notes)
	}
}

func TestVulnerabilityReports(t *testing.T) {
	s := mustRead(t, sarifExample, SARIF).Vulnerabilities
	if want := (headway.VulnerabilityCounts{Total: 4, Critical: 1, High: 1, Medium: 1, Low: 1, Suppressed: 1}); s.Counts != want || s.Scanner != "Pack, Scan" {
		t.Errorf("SARIF: got %+v of %s", s.Counts, s.Scanner)
	}
	if f := s.Findings[0]; f.ID != "R1" || f.Location != "a.go:7" || f.Title != "bad" || s.Findings[2].ID != "X1" {
		t.Errorf("SARIF: got %+v", s.Findings)
	}
	if notes := strings.Join(s.Notes, ";"); !strings.Contains(notes, "3 findings of in have no security-severity") || !strings.Contains(notes, "2 results of in are of another kind") {
		t.Errorf("SARIF: the notes are %q", notes)
	}
	for _, in := range []string{trivyExample, trivyExample[strings.Index(trivyExample, "[") : len(trivyExample)-1]} {
		v := mustRead(t, in, Trivy).Vulnerabilities
		if want := (headway.VulnerabilityCounts{Total: 2, Critical: 1, Low: 1, Fixable: 1, Suppressed: 1}); v.Counts != want {
			t.Errorf("Trivy: got %+v", v.Counts)
		}
		want := headway.Vulnerability{ID: "CVE-1", Severity: "critical", Package: "libssl", Version: "1", FixedIn: "2", Title: "bad", Location: "debian", PURL: "pkg:deb/libssl@1"}
		if d := cmp.Diff(want, v.Findings[0]); d != "" || !strings.Contains(strings.Join(v.Notes, ";"), "1 misconfigurations and 1 secrets") {
			t.Errorf("Trivy: %s %v", d, v.Notes)
		}
	}
	g := mustRead(t, grypeExample, Grype).Vulnerabilities
	if want := (headway.VulnerabilityCounts{Total: 2, High: 1, Negligible: 1, Fixable: 1, Suppressed: 1}); g.Counts != want {
		t.Errorf("Grype: got %+v", g.Counts)
	}
	want := headway.Vulnerability{ID: "GHSA-1", Severity: "high", Package: "a", Version: "1", FixedIn: "2.0, 3.0", Title: "bad", Location: "/app/a", PURL: "pkg:npm/a@1"}
	if d := cmp.Diff(want, g.Findings[0]); d != "" {
		t.Error(d)
	}
}

func TestACleanScanIsAScan(t *testing.T) {
	for in, format := range map[string]Format{
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[]}]}`: SARIF,
		`{"SchemaVersion":2,"ArtifactName":"a","ArtifactType":"filesystem"}`:         Trivy,
		`{"matches":[],"source":{},"descriptor":{"name":"grype"}}`:                   Grype,
	} {
		if v := mustRead(t, in, format).Vulnerabilities; v.Counts.Total != 0 || v.Incomplete {
			t.Errorf("%s: %+v", format, v)
		}
	}
	v := mustRead(t, `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"invocations":[{"executionSuccessful":false}],"results":[]}]}`, SARIF).Vulnerabilities
	if !v.Incomplete || len(v.Notes) != 1 {
		t.Errorf("a scan that did not succeed: %+v", v)
	}
}

func TestFindingsOfSeveralFilesCountOnce(t *testing.T) {
	rep, err := Read(strings.NewReader(string(zipped(t, "a.json", grypeExample, "b.json", grypeExample))), "z.zip", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if v := rep.Vulnerabilities; v.Counts.Total != 2 || !strings.Contains(strings.Join(v.Notes, ";"), "3 findings stand in an earlier file") {
		t.Errorf("got %+v %v", v.Counts, v.Notes)
	}
	twice := strings.Replace(grypeExample, `{"matches":[`, `{"matches":[{"vulnerability":{"id":"CVE-2","severity":"Negligible"},"artifact":{"name":"b","version":"1"}},`, 1)
	if v := mustRead(t, twice, Grype).Vulnerabilities; v.Counts.Total != 3 {
		t.Errorf("two matches of one file: %+v", v.Counts)
	}
	mixed := string(zipped(t, "a.xml", oneCase, "bom.json", cycloneDXExample))
	if rep, err = Read(strings.NewReader(mixed), "z.zip", Limits{}); err != nil || rep.Tests.Passed != 1 || !strings.Contains(strings.Join(rep.Tests.Notes, ";"), "report of sbom and was passed over") {
		t.Errorf("a bill beside tests: %+v %v", rep, err)
	}
}

func TestInventoriesThatLieAreRefused(t *testing.T) {
	for _, c := range []struct{ name, in, part string }{
		{"bill of nothing", `{"bomFormat":"CycloneDX","components":[]}`, "lists no component"},
		{"bill cut off", cycloneDXExample[:300], "truncated"},
		{"bill with a key twice", `{"bomFormat":"CycloneDX","components":[{"name":"a","name":"b"}]}`, "twice"},
		{"two bills in one file", cycloneDXExample + cycloneDXExample, "behind the end"},
		{"component without a name", `{"bomFormat":"CycloneDX","components":[{"version":"1"}]}`, "no name"},
		{"component that is a text", `{"bomFormat":"CycloneDX","components":["a"]}`, "no object"},
		{"another bomFormat", `{"bomFormat":"Cyclone","components":[{"name":"a"}]}`, `"Cyclone" instead`},
		{"bomb of nesting", `{"bomFormat":"CycloneDX","components":` + strings.Repeat(`[{"name":"a","components":`, 200), "deeper than"},
		{"SPDX with an id twice", strings.Replace(spdxExample, "SPDXRef-a", "SPDXRef-root", 1), "SPDXID of its own"},
		{"SPDX 1", strings.Replace(spdxExample, "SPDX-2.3", "SPDX-1.2", 1), "read are SPDX-2"},
		{"SPDX 3 of nothing", `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"CreationInfo","specVersion":"3.0.1"}]}`, "lists no component"},
		{"SPDX 4", strings.Replace(spdx3Example, `"3.0.1","created"`, `"4.0","created"`, 1), "specVersion"},
		{"SPDX 3 with an id twice", strings.Replace(spdx3Example, `"spdxId":"urn:b"`, `"spdxId":"urn:a"`, 1), "SPDXID of its own"},
		{"SPDX 3 cut off", spdx3Example[:900], "truncated"},
		{"SPDX of nothing", `{"spdxVersion":"SPDX-2.3","packages":[]}`, "lists no component"},
		{"SARIF without runs", `{"version":"2.1.0","$schema":"x","runs":[]}`, "nothing was scanned"},
		{"SARIF of no tool", `{"version":"2.1.0","runs":[{"results":[]}]}`, "does not name its tool"},
		{"SARIF of another version", `{"version":"2.0.0","runs":[{"tool":{"driver":{"name":"x"}}}]}`, "read is SARIF 2.1.0"},
		{"SARIF with an unknown level", `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"ruleId":"a","level":"fatal"}]}]}`, `"fatal" is not known`},
		{"SARIF result without a rule", `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{}]}]}`, "names no rule"},
		{"SARIF cut off", sarifExample[:500], "truncated"},
		{"Trivy cut off", trivyExample[:400], "truncated"},
		{"Trivy without an id", `{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Target":"x","Vulnerabilities":[{"PkgName":"y"}]}]}`, "no id"},
		{"Grype cut off", grypeExample[:300], "truncated"},
		{"Grype without an id", `{"matches":[{"vulnerability":{},"artifact":{}}],"descriptor":{}}`, "names no vulnerability"},
		{"Grype of nothing", `{"ignoredMatches":[],"matches":null}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rep, err := Read(strings.NewReader(c.in), "in", Limits{})
			if c.part == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if headway.KindOf(err) != headway.Invalid || !strings.HasPrefix(err.Error(), "in:") || !strings.Contains(err.Error(), c.part) {
				t.Errorf("got %+v, %v; want %q", rep, err, c.part)
			}
		})
	}
	for name, in := range map[string]string{
		"components": `{"bomFormat":"CycloneDX","components":[{"name":"a"},{"name":"b"},{"name":"c"}]}`,
		"elements":   strings.Replace(spdx3Example, `{"type":"software_File"`, `{"type":"software_Package","spdxId":"urn:c","name":"c"},{"type":"software_File"`, 1),
		"packages":   `{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"a","name":"a"},{"SPDXID":"b","name":"b"},{"SPDXID":"c","name":"c"}]}`,
		"findings":   strings.Replace(grypeExample, `{"matches":[`, `{"matches":[`+strings.Repeat(`{"vulnerability":{"id":"CVE-2"},"artifact":{}},`, 9), 1),
		"rules":      `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x","rules":[{},{},{},{},{}]}}}]}`,
	} {
		if _, err := Read(strings.NewReader(in), "in", Limits{MaxComponents: 2, MaxFindings: 2}); headway.KindOf(err) != headway.TooLarge {
			t.Errorf("too many %s: got %v", name, err)
		}
	}
}

// Drawn reports are counted by encoding/json into maps, apart from the readers.
func TestDrawnInventoriesAreCountedLikeANaiveReader(t *testing.T) {
	severities := []string{"Critical", "High", "Medium", "Low", "Negligible", "Unknown"}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 11))
		var matches, comps []map[string]any
		for i := range r.IntN(40) + 1 {
			matches = append(matches, map[string]any{
				"vulnerability": map[string]any{"id": fmt.Sprintf("CVE-%d", r.IntN(9)), "severity": severities[r.IntN(6)], "noise": []any{1, "x", nil, map[string]any{"severity": "Critical"}}},
				"artifact":      map[string]any{"name": fmt.Sprintf("p%d é\"\\", r.IntN(5)), "version": "1"},
			})
			comps = append(comps, map[string]any{"name": fmt.Sprintf("c%d", i), "version": fmt.Sprint(r.IntN(3)), "licenses": []any{map[string]any{"license": map[string]any{"id": "MIT"}}}})
		}
		grype, _ := json.Marshal(map[string]any{"matches": matches, "descriptor": map[string]any{"name": "grype"}})
		counted := map[string]int{}
		var doc struct {
			Matches []struct{ Vulnerability struct{ Severity string } }
		}
		if err := json.Unmarshal(grype, &doc); err != nil {
			t.Fatal(err)
		}
		for _, m := range doc.Matches {
			counted[strings.ToLower(m.Vulnerability.Severity)]++
		}
		got := mustRead(t, string(grype), Grype).Vulnerabilities.Counts
		for name, want := range counted {
			if n, _ := got.Figure(name); n != want {
				t.Errorf("seed %d: %s: got %d, want %d", seed, name, n, want)
			}
		}
		if got.Total != len(doc.Matches) {
			t.Errorf("seed %d: got %d, want %d", seed, got.Total, len(doc.Matches))
		}
		bom, _ := json.Marshal(map[string]any{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": comps})
		if s := mustRead(t, string(bom), CycloneDX).SBOM; len(s.SBOM.Components) != len(comps) || s.SBOM.LicenceCounts()["MIT"] != len(comps) {
			t.Errorf("seed %d: %d components, want %d", seed, len(s.SBOM.Components), len(comps))
		}
	}
}
