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
	JUnit       Format = "junit"
	NUnit       Format = "nunit"
	XUnit       Format = "xunit"
	TRX         Format = "trx"
	CTRF        Format = "ctrf"
	GoTest      Format = "go-test-json"
	TAP         Format = "tap"
	JTLCSV      Format = "jmeter-csv"
	JTLXML      Format = "jmeter-xml"
	JMeterStats Format = "jmeter-statistics"
	K6Summary   Format = "k6-summary"
	K6Stream    Format = "k6-ndjson"
	LocustCSV   Format = "locust-csv"
	VegetaJSON  Format = "vegeta-json"
	VegetaStats Format = "vegeta-report"
	HeyCSV      Format = "hey-csv"
	Wrk         Format = "wrk"
)

// Kind tells which normal form a format becomes.
func (f Format) Kind() Kind {
	switch f {
	case JUnit, NUnit, XUnit, TRX, CTRF, GoTest, TAP:
		return KindTests
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
	case text[0] == '{':
		return detectJSON(text)
	}
	return detectText(text)
}

func detectXML(text []byte) Format {
	x := newXMLScanner(newMemorySource(text, "", 0))
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
	}
	return ""
}

// detectJSON looks at the keys of the first object as far as the head shows them.
func detectJSON(text []byte) Format {
	j := newJSONScanner(newMemorySource(text, "", 0))
	keys := map[string]bool{}
	inner := map[string]bool{}
	_ = j.object(func(key []byte) error { // cut off in the middle, as a rule
		name := string(key)
		keys[name] = true
		if c, err := j.peek(); err != nil || c != '{' || name == "metrics" {
			return j.skipValue()
		}
		return j.object(func(key []byte) error {
			inner[name+"."+string(key)] = true
			return j.skipValue()
		})
	})
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return !keys[n] && !inner[n] })
	}
	switch {
	case has("Action") && (has("Package") || has("Time") || has("ImportPath")):
		return GoTest
	case has("reportFormat") || has("results.tool") || has("results.tests"):
		return CTRF
	case has("type", "metric"):
		return K6Stream
	case has("latencies", "status_codes") || has("latencies", "requests"):
		return VegetaStats
	case has("attack", "latency") || has("code", "latency", "timestamp"):
		return VegetaJSON
	case has("metrics") || has("root_group") || has("results.metrics") || has("results.checks"):
		return K6Summary
	case has("Total.sampleCount"), has("Total.transaction"):
		return JMeterStats
	}
	for k := range inner {
		if strings.HasSuffix(k, ".sampleCount") {
			return JMeterStats
		}
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
	case bytes.HasPrefix(line, []byte("Running ")) && bytes.Contains(line, []byte(" test @ ")):
		return Wrk
	case err != nil || !ok:
		return ""
	}
	names := map[string]bool{}
	for _, f := range c.fields {
		names[string(bytes.TrimSpace(f))] = true
	}
	switch {
	case isJTLHeader(c.fields):
		return JTLCSV
	case names["Request Count"] && names["Failure Count"]:
		return LocustCSV
	case names["response-time"] && names["status-code"]:
		return HeyCSV
	}
	if len(c.fields) > 5 {
		if _, ok := digits(c.fields[1]); ok && defaultJTL(c.fields).success >= 0 {
			return JTLCSV
		}
	}
	return ""
}

// isTAP tells the Test Anything Protocol by the first line that is none of prose.
func isTAP(text []byte) bool {
	for range 20 {
		line, rest, more := bytes.Cut(text, newline)
		if bytes.HasPrefix(line, []byte("TAP version ")) || tapPlan(bytes.TrimSpace(line)) >= 0 {
			return true
		}
		if bytes.HasPrefix(line, []byte("ok ")) || bytes.HasPrefix(line, []byte("not ok ")) {
			return true
		}
		if !more || len(line) > 0 && line[0] != '#' {
			return false
		}
		text = rest
	}
	return false
}
