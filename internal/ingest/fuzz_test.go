package ingest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	headway "headway"
)

// FuzzRead gives any bytes to every reader: no panic, every refusal is one for
// people, counts add up, and the JSON of the contract can be written.
func FuzzRead(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		checkRead(t, bytes.NewReader(in))
	})
}

// FuzzEachReader hands bytes to a reader that detection might not choose.
func FuzzEachReader(f *testing.F) {
	for i, s := range fuzzSeeds {
		f.Add(i, []byte(s))
	}
	formats := []Format{JUnit, NUnit, XUnit, TRX, CTRF, GoTest, TAP, JTLCSV, JTLXML, JMeterStats, K6Summary, K6Stream, LocustCSV, LocustHistory, VegetaJSON, VegetaStats, HeyCSV, Wrk, HeyText, VegetaText, VegetaCSV, GatlingLog, GatlingJSON, GoBench, LoadCSV, CycloneDX, SPDX, SARIF, Trivy, Grype, Cobertura, GoCover, LCOV}
	f.Fuzz(func(t *testing.T, which int, in []byte) {
		format := formats[uint(which)%uint(len(formats))]
		c := newCall(Limits{MaxCases: 10_000})
		c.kind = format.Kind()
		if err := c.read(format, newSource(bytes.NewReader(in), "f"), in); err != nil {
			if headway.KindOf(err) == headway.Internal {
				t.Fatalf("%s: not a refusal: %v", format, err)
			}
			return
		}
		if _, err := c.finish(); err != nil {
			t.Fatal(err)
		}
	})
}

func checkRead(t *testing.T, r io.Reader) {
	ins, err := Inspect([]Source{{Name: "f", Open: func() (io.ReadCloser, error) { return io.NopCloser(r), nil }}}, Limits{MaxBytes: 1 << 20, MaxCases: 10_000})
	if err != nil {
		if k := headway.KindOf(err); k != headway.Invalid && k != headway.TooLarge {
			t.Fatalf("not a refusal: %v", err)
		}
		return
	}
	if x := ins.Report.Tests; x != nil {
		if x.Tests < 1 || x.Tests != x.Passed+x.Failed+x.Errors+x.Skipped || x.Runs < x.Tests || x.Flaky > x.Passed {
			t.Fatalf("the counts do not add up: %+v", x)
		}
	}
	if c := ins.Report.Coverage; c != nil {
		if main, _ := c.Main(); main.Total < 1 || main.Covered > main.Total || c.Branches.Covered > c.Branches.Total || c.Functions.Covered > c.Functions.Total {
			t.Fatalf("the counts do not add up: %+v", c)
		}
	}
	if v := ins.Report.Vulnerabilities; v != nil {
		if c := v.Counts; c.Total != c.Critical+c.High+c.Medium+c.Low+c.Negligible+c.Unknown || c.Total+c.Suppressed != len(v.Findings) {
			t.Fatalf("the counts do not add up: %+v", c)
		}
	}
	if s := ins.Report.SBOM; s != nil && (len(s.SBOM.Components) < 1 || s.Listed < len(s.SBOM.Components)) {
		t.Fatalf("a bill of nothing passed: %+v", s)
	}
	if l := ins.Report.Load; l != nil && l.Total.Count < 1 {
		t.Fatalf("a load run of nothing passed: %+v", l)
	}
	if _, err := json.Marshal(ins); err != nil {
		t.Fatal(err)
	}
}

// FuzzXML holds the scanner against encoding/xml: what the scanner takes in,
// encoding/xml takes in with the same elements and attributes.
func FuzzXML(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add([]byte(s))
	}
	f.Add([]byte(`<a b="1&lt;&#x41;" c='"'><!-- x --><![CDATA[<&]]>t&amp;<d/></a>`))
	f.Fuzz(func(t *testing.T, in []byte) {
		x := newXMLScanner(newSource(bytes.NewReader(in), "f"))
		d := xml.NewDecoder(bytes.NewReader(in))
		d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
		for {
			ev, err := x.next()
			if err != nil {
				return
			}
			tok, derr := nextElement(d)
			if derr != nil && !errors.Is(derr, io.EOF) {
				if toleratedXML(in) {
					return
				}
				t.Fatalf("the scanner gives %d where encoding/xml says: %v", ev, derr)
			}
			switch e := tok.(type) {
			case xml.StartElement:
				if ev != xmlStart || !bytes.HasSuffix([]byte(e.Name.Local), x.name) || len(e.Attr) != len(x.attrs) {
					t.Fatalf("start %s with %d attributes, the scanner gives %d %s with %d", e.Name.Local, len(e.Attr), ev, x.name, len(x.attrs))
				}
			case xml.EndElement:
				if ev != xmlEnd {
					t.Fatalf("end %s, the scanner gives %d", e.Name.Local, ev)
				}
			default:
				if ev != xmlEOF {
					t.Fatalf("the end, the scanner gives %d", ev)
				}
				return
			}
		}
	})
}

// toleratedXML tells inputs where encoding/xml is stricter in ways that change no meaning.
func toleratedXML(in []byte) bool {
	for _, s := range []string{"]]>", "<?", "--", "&", ":", "\x7f"} {
		if bytes.Contains(in, []byte(s)) {
			return true
		}
	}
	for _, b := range in {
		if b >= 0x80 {
			return true
		}
	}
	return false
}

func nextElement(d *xml.Decoder) (xml.Token, error) {
	for {
		tok, err := d.RawToken()
		if err != nil {
			return nil, err
		}
		switch tok.(type) {
		case xml.StartElement, xml.EndElement:
			return tok, nil
		}
	}
}

// FuzzJSON holds the scanner against encoding/json: what it takes in is valid there.
func FuzzJSON(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add([]byte(s))
	}
	f.Add([]byte(`{"a":[1,-0.5e+3,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		j := newJSONScanner(newSource(bytes.NewReader(in), "f"))
		if j.skipValue() == nil && j.atEnd() == nil && !json.Valid(in) {
			t.Fatal("the scanner takes in what encoding/json does not")
		}
	})
}

// FuzzManualCases and FuzzOwners: no panic, every refusal is one for people.
func FuzzManualCases(f *testing.F) {
	f.Add([]byte("title,steps,expected,component\nPay,\"1. open\n2. pay\",\"1. a\n2. b\",shop\n,more,,\n"))
	f.Add([]byte("TCID;Summary;Action;Data;Expected Result\n1;a;b;c;d\n1;;e;;\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		cases, _, err := ManualCases(bytes.NewReader(in), "f")
		if k := headway.KindOf(err); err != nil && k != headway.Invalid && k != headway.TooLarge {
			t.Fatalf("not a refusal: %v", err)
		}
		if err == nil && len(cases) == 0 {
			t.Fatal("a file of no case passed")
		}
		for _, c := range cases {
			if c.Title == "" || len(c.Steps) > MaxManualSteps {
				t.Fatalf("%+v", c)
			}
		}
	})
}

func FuzzOwners(f *testing.F) {
	f.Add([]byte("* @a/b\n/x\\ y/ c d@e.f # g\n**/z/*.go\n"), "x y/a")
	f.Fuzz(func(t *testing.T, in []byte, path string) {
		a, err := Owners(bytes.NewReader(in), "f")
		if k := headway.KindOf(err); err != nil && k != headway.Invalid && k != headway.TooLarge {
			t.Fatalf("not a refusal: %v", err)
		}
		a.FindCase(path, path, path, []string{path})
	})
}

var fuzzSeeds = []string{
	vegetaCSVExample, heyExample, vegetaExample, gatlingExample, gatlingOldExample, gatlingStatsExample, gobenchExample, loadCSVExample,
	cycloneDXExample, spdxExample, spdx3Example, sarifExample, trivyExample, grypeExample, coberturaExample, goCoverExample, lcovExample,
	oneCase,
	`<testsuites><testsuite name="p" tests="2"><testcase classname="p" name="T" time="1,5"><failure message="a">b</failure></testcase><testcase name="T"><skipped/></testcase><error>x</error></testsuite></testsuites>`,
	`<testsuite name="s"><testcase name="a"><flakyFailure message="x"><stackTrace>y</stackTrace></flakyFailure><rerunError/></testcase></testsuite>`,
	`<test-run total="1"><test-suite><test-case fullname="N.C.A" classname="N.C" result="Passed" duration="0.1"/></test-suite></test-run>`,
	`<assemblies><assembly total="1"><errors><error type="t" name="x"/></errors><collection name="c"><test name="N.A" type="N" result="Pass"/></collection></assembly></assemblies>`,
	`<TestRun><Results><UnitTestResult testId="1" testName="A" outcome="Failed" duration="00:00:01"><Output><ErrorInfo><Message>m</Message></ErrorInfo></Output></UnitTestResult></Results></TestRun>`,
	`{"results":{"tool":{"name":"x"},"summary":{"tests":1},"tests":[{"name":"a","status":"passed","duration":12,"suite":["a","b"],"flaky":true}]}}`,
	"{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"A\"}\n{\"Action\":\"fail\",\"Package\":\"p\"}\n",
	"TAP version 13\n1..2\nok 1 - a\nnot ok 2 - b # TODO\n",
	"TAP version 14\n# Subtest: o\n    1..2\n    ok 1 - a # time=1ms\n    not ok 2 - b\n      ---\n      error: |-\n        x\n      ...\nnot ok 1 - o\nok 2 - p {\n    ok 1\n    1..1\n}\nBail out! x\n1..2\n",
	"timeStamp,elapsed,label,responseMessage,success\n1000,100,\"a\"\"b\",OK,true\n",
	"1500000000000,100,a,200,OK,t 1-1,text,true,,1,1,1,1,null,1,0,0\n",
	`<testResults><sample t="3" ts="1" s="true" lb="T" rm="Number of samples in transaction : 1"><httpSample t="1" ts="1" s="false" lb="a"/></sample></testResults>`,
	`{"metrics":{"http_req_duration":{"avg":10,"p(95)":30,"thresholds":{"p(95)<200":false}},"http_reqs":{"count":100,"rate":5}}}`,
	`{"results":{"metrics":[{"name":"http_reqs","values":{"count":100}},{"name":"http_req_duration","values":{"avg":10}}]},"config":{"duration":3}}`,
	`{"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-02T03:04:05.1Z","value":100,"tags":{"name":"a"}}}`,
	`{"Total":{"sampleCount":9,"errorCount":3},"a":{"sampleCount":9}}`,
	"Type,Name,Request Count,Failure Count\nGET,/,8,1\n,Aggregated,8,1\n",
	"Timestamp,Type,Name,Total Request Count,Total Failure Count\n1,,Aggregated,0,0\n3,,Aggregated,8,1\n",
	`{"attack":"x","code":200,"timestamp":"2026-01-02T03:04:05Z","latency":100}`,
	`{"latencies":{"mean":2,"50th":3},"requests":200,"rate":50.5,"success":0.99,"status_codes":{}}`,
	"response-time,status-code,offset\n0.1,200,0\n",
	"Running 30s test @ http://x/\n    Latency   635.91us    0.89ms  12.92ms   93.69%\n  10 requests in 3.00s, 1B read\nRequests/sec: 3.3\n",
}
