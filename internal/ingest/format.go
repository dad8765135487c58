package ingest

import (
	"bytes"
	"slices"
	"strings"
)

// Format names a format of report.
type Format string

// The formats that are read.
const (
	JUnit         Format = "junit"
	NUnit         Format = "nunit"
	XUnit         Format = "xunit"
	TRX           Format = "trx"
	CTRF          Format = "ctrf"
	GoTest        Format = "go-test-json"
	TAP           Format = "tap"
	JTLCSV        Format = "jmeter-csv"
	JTLXML        Format = "jmeter-xml"
	JMeterStats   Format = "jmeter-statistics"
	K6Summary     Format = "k6-summary"
	K6Stream      Format = "k6-ndjson"
	LocustCSV     Format = "locust-csv"
	LocustHistory Format = "locust-history-csv"
	VegetaJSON    Format = "vegeta-json"
	VegetaStats   Format = "vegeta-report"
	HeyCSV        Format = "hey-csv"
	HeyText       Format = "hey"
	VegetaText    Format = "vegeta-text"
	VegetaCSV     Format = "vegeta-csv"
	GatlingLog    Format = "gatling-log"
	GatlingJSON   Format = "gatling-stats"
	GoBench       Format = "go-bench"
	LoadCSV       Format = "csv"
	Wrk           Format = "wrk"
	CycloneDX     Format = "cyclonedx-json"
	SPDX          Format = "spdx-json"
	SARIF         Format = "sarif"
	Trivy         Format = "trivy-json"
	Grype         Format = "grype-json"
	Cobertura     Format = "cobertura"
	GoCover       Format = "go-coverprofile"
	LCOV          Format = "lcov"
)

// Kind tells which normal form a format becomes.
func (f Format) Kind() Kind {
	switch f {
	case JUnit, NUnit, XUnit, TRX, CTRF, GoTest, TAP:
		return KindTests
	case CycloneDX, SPDX:
		return KindSBOM
	case SARIF, Trivy, Grype:
		return KindVulnerabilities
	case Cobertura, GoCover, LCOV:
		return KindCoverage
	}
	return KindLoad
}

// Detect tells the format of a file by the start of its text (UTF-8, up to 64
// KiB); empty when it is none that is read.
func Detect(head []byte) Format {
	text := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(text) == 0:
		return ""
	case text[0] == '<':
		return detectXML(text)
	case text[0] == '{', text[0] == '[':
		return detectJSON(text)
	}
	return detectText(text)
}

func detectXML(text []byte) Format {
	x := newXMLScanner(newMemorySource(text, "", 0))
	x.doctype = true // which kind of file has it is told first, whether it may is said by its reader
	if ev, err := x.next(); err != nil || ev != xmlStart {
		return ""
	}
	switch string(x.name) {
	case "testsuites", "testsuite":
		return JUnit
	case "test-run", "test-results":
		return NUnit
	case "assemblies", "assembly":
		return XUnit
	case "TestRun":
		return TRX
	case "testResults":
		return JTLXML
	case "coverage":
		return Cobertura
	}
	return ""
}

// jsonShape is what the start of a JSON file shows of its keys: those of the
// outer object, "outer.inner" and, for the first element of a list, "outer[].inner".
type jsonShape map[string]bool

func shapeOf(text []byte) jsonShape {
	j := newJSONScanner(newMemorySource(text, "", 0))
	shape := jsonShape{}
	if text[0] == '[' {
		_ = j.array(func() error { return shape.inner(j, "[].") })
		return shape
	}
	_ = j.object(func(key []byte) error { // cut off in the middle, as a rule
		name := string(key)
		shape[name] = true
		c, err := j.peek()
		switch {
		case err == nil && c == '{' && name != "metrics":
			return shape.inner(j, name+".")
		case err == nil && c == '[':
			return j.array(func() error { return shape.inner(j, name+"[].") })
		}
		return j.skipValue()
	})
	return shape
}

// inner notes the keys of an object that was not seen before, and skips it.
func (s jsonShape) inner(j *jsonScanner, prefix string) error {
	if c, err := j.peek(); err != nil || c != '{' || s[prefix] {
		return j.skipValue()
	}
	s[prefix] = true
	return j.object(func(key []byte) error {
		s[prefix+string(key)] = true
		return j.skipValue()
	})
}

func (s jsonShape) all(names ...string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return !s[n] })
}

func (s jsonShape) any(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return s[n] })
}

func detectJSON(text []byte) Format {
	s := shapeOf(text)
	switch {
	case s["Action"] && s.any("Package", "Time", "ImportPath"):
		return GoTest
	case s.any("reportFormat", "results.tool", "results.tests"):
		return CTRF
	case s.all("type", "metric"):
		return K6Stream
	case s["latencies"] && s.any("status_codes", "requests"):
		return VegetaStats
	case s.all("attack", "latency") || s.all("code", "latency", "timestamp"):
		return VegetaJSON
	case s.any("metrics", "root_group", "results.metrics", "results.checks"):
		return K6Summary
	}
	if s.any("stats.numberOfRequests", "numberOfRequests") {
		return GatlingJSON
	}
	if f := detectInventory(s); f != "" {
		return f
	}
	for k := range s {
		if strings.HasSuffix(k, ".sampleCount") || k == "Total.transaction" {
			return JMeterStats
		}
	}
	return ""
}

// detectInventory tells bills of materials and reports of vulnerabilities.
func detectInventory(s jsonShape) Format {
	switch {
	case s.any("bomFormat"), s["components"] && s.any("specVersion", "serialNumber"):
		return CycloneDX
	case s.any("spdxVersion", "SPDXID", "sbom.spdxVersion", "sbom.SPDXID"):
		return SPDX
	case s["@graph"] && s["@context"]:
		return SPDX
	case s["runs"] && s.any("$schema", "version", "runs[].tool", "runs[].results"):
		return SARIF
	case s["SchemaVersion"] && s.any("ArtifactName", "ArtifactType", "Results"):
		return Trivy
	case s["[].Target"] && s.any("[].Vulnerabilities", "[].Type", "[].Class"):
		return Trivy
	case s.all("matches[].vulnerability", "matches[].artifact"), s["matches"] && s.any("descriptor", "ignoredMatches", "distro"):
		return Grype
	}
	return ""
}

func detectText(text []byte) Format {
	line, _, _ := bytes.Cut(text, newline)
	line = bytes.TrimRight(line, "\r")
	c := newCSVScanner(newMemorySource(line, "", 0), delimiterOf(text))
	ok, err := c.next()
	switch {
	case isTAP(text):
		return TAP
	case bytes.HasPrefix(line, []byte("mode: ")):
		return GoCover
	case bytes.HasPrefix(line, []byte("TN:")), bytes.HasPrefix(line, []byte("SF:")):
		return LCOV
	case bytes.HasPrefix(line, []byte("Running ")) && bytes.Contains(line, []byte(" test @ ")):
		return Wrk
	}
	if f := detectPrinted(text, line); f != "" {
		return f
	}
	if err != nil || !ok {
		return ""
	}
	names := map[string]bool{}
	for _, f := range c.fields {
		names[string(bytes.TrimSpace(f))] = true
	}
	switch {
	case isJTLHeader(c.fields):
		return JTLCSV
	case names["Request Count"] && names["Failure Count"], names["# requests"] && names["# failures"]:
		return LocustCSV
	case names["Total Request Count"] && names["Total Failure Count"] && names["Timestamp"]:
		return LocustHistory
	case names["response-time"] && names["status-code"]:
		return HeyCSV
	}
	if isVegetaRow(c.fields) {
		return VegetaCSV
	}
	if len(c.fields) > 5 {
		if _, ok := digits(c.fields[1]); ok && defaultJTL(c.fields).success >= 0 {
			return JTLCSV
		}
	}
	if _, _, ok := loadHeader(c.fields); ok {
		return LoadCSV
	}
	return ""
}

// detectPrinted tells what tools print for people; line is the first.
func detectPrinted(text, line []byte) Format {
	words := bytes.SplitN(line, []byte{'\t'}, 4)
	switch {
	case bytes.HasPrefix(line, []byte("Summary:")) && bytes.Contains(text[:min(len(text), 400)], []byte("Requests/sec:")):
		return HeyText
	case bytes.HasPrefix(line, []byte("Requests ")) && bytes.Contains(line, []byte("[total, rate")):
		return VegetaText
	case len(words) > 1 && slices.Contains([]string{"RUN", "ASSERTION", "REQUEST", "USER", "GROUP"}, string(words[0])),
		len(words) > 3 && slices.Contains([]string{"RUN", "REQUEST", "USER", "GROUP"}, string(words[2])):
		return GatlingLog
	case bytes.HasPrefix(line, []byte("goos: ")), bytes.HasPrefix(line, []byte("pkg: ")), bytes.HasPrefix(line, []byte("Benchmark")) && gobenchLine.Match(line):
		return GoBench
	}
	return ""
}

// isTAP tells the Test Anything Protocol by the first line that is none of
// prose. A point without a number needs a plan: "ok" begins other lines as well,
// as those that go test prints.
func isTAP(text []byte) bool {
	planned := bytes.Contains(text, []byte("\n1.."))
	for range 20 {
		line, rest, more := bytes.Cut(text, newline)
		line = bytes.TrimSpace(line)
		if rest, _, ok := tapVerdict(line); ok && (planned || tapNumbered(rest)) || bytes.HasPrefix(line, []byte("TAP version ")) || tapPlan(line) >= 0 {
			return true
		}
		if !more || len(line) > 0 && line[0] != '#' {
			return false
		}
		text = rest
	}
	return false
}
