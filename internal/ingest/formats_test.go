package ingest

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

type counts struct{ suites, runs, tests, passed, failed, errors, skipped, flaky int }

func countsOf(r *TestReport) counts {
	return counts{r.Suites, r.Runs, r.Tests, r.Passed, r.Failed, r.Errors, r.Skipped, r.Flaky}
}

func TestFormatsOfTestReports(t *testing.T) {
	for _, c := range []struct {
		name, in string
		format   Format
		want     counts
		note     string
	}{
		{"surefire: failed after reruns", `<testsuite name="s"><testcase name="a"><failure message="x"/><rerunFailure/><rerunFailure/></testcase></testsuite>`, JUnit, counts{1, 3, 1, 0, 1, 0, 0, 0}, ""},
		{"surefire: passed after an error", `<testsuite name="s"><testcase name="a"><flakyError message="x"/></testcase></testsuite>`, JUnit, counts{1, 2, 1, 1, 0, 0, 0, 1}, ""},
		{"gotestsum: case repeated until it passed", `<testsuites><testsuite name="p"><testcase classname="p" name="T"><failure>no</failure></testcase></testsuite><testsuite name="p"><testcase classname="p" name="T"/></testsuite></testsuites>`, JUnit, counts{2, 2, 1, 1, 0, 0, 0, 1}, ""},
		{"a repeat that fails after it passed is failed", `<testsuite name="p"><testcase name="T"/><testcase name="T"><failure/></testcase></testsuite>`, JUnit, counts{1, 2, 1, 0, 1, 0, 0, 0}, ""},
		{"bazel: error of the target", `<testsuites><testsuite name="//a:b" tests="1" failures="0" errors="1"><testcase name="a/b" status="run" duration="0" time="0"><error message="exited with error code 1"></error></testcase><system-out><![CDATA[<failure/> ]]></system-out></testsuite></testsuites>`, JUnit, counts{1, 1, 1, 0, 0, 1, 0, 0}, ""},
		{"googletest: not run", `<testsuites><testsuite name="s" tests="2" failures="0"><testcase name="a" status="run" classname="s"/><testcase name="b" status="notrun" classname="s"/></testsuite></testsuites>`, JUnit, counts{1, 2, 2, 1, 0, 0, 1, 0}, ""},
		{"status without a child fails", `<testsuite name="s"><testcase name="a" status="failed"/></testsuite>`, JUnit, counts{1, 1, 1, 0, 1, 0, 0, 0}, ""},
		{"the same name in two suites is two cases", `<testsuites><testsuite name="a"><testcase name="T"/></testsuite><testsuite name="b"><testcase name="T"/></testsuite></testsuites>`, JUnit, counts{2, 2, 2, 2, 0, 0, 0, 0}, ""},
		{"declared counts lie", `<testsuite name="s" tests="9" failures="0"><testcase name="a"><failure/></testcase></testsuite>`, JUnit, counts{1, 1, 1, 0, 1, 0, 0, 0}, "declares failures=0, counted were 1"},
		{"all skipped", `<testsuite name="s"><testcase name="a"><skipped/></testcase></testsuite>`, JUnit, counts{1, 1, 1, 0, 0, 0, 1, 0}, "no case ran"},
		{"CTRF", `{"reportFormat":"CTRF","results":{"tool":{"name":"x"},"summary":{"tests":4,"passed":2,"failed":1,"skipped":0,"pending":1,"other":0},"tests":[{"name":"a","status":"passed","duration":12},{"name":"b","status":"failed","message":"no","suite":"s"},{"name":"c","status":"pending"},{"name":"d","status":"passed","flaky":true,"retries":2}]}}`, CTRF, counts{2, 6, 4, 2, 1, 0, 1, 1}, ""},
		{"CTRF that lies", `{"results":{"tool":{"name":"x"},"summary":{"tests":1,"failed":0},"tests":[{"name":"b","status":"failed"}]}}`, CTRF, counts{1, 1, 1, 0, 1, 0, 0, 0}, "declares failed=0, counted were 1"},
		{"go test", `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"A"}
{"Action":"output","Package":"p","Test":"A","Output":"    a_test.go:3: no\n"}
{"Action":"fail","Package":"p","Test":"A","Elapsed":0.5}
{"Action":"run","Package":"p","Test":"B"}
{"Action":"pass","Package":"p","Test":"B"}
{"Action":"fail","Package":"p"}`, GoTest, counts{1, 2, 2, 1, 1, 0, 0, 0}, ""},
		{"go test: panic leaves a test open", `{"Action":"run","Package":"p","Test":"A"}
{"Action":"fail","Package":"p"}`, GoTest, counts{1, 1, 1, 0, 0, 1, 0, 0}, ""},
		{"go test: build failed", `{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"FAIL p [build failed]\n"}
{"Action":"fail","Package":"p"}`, GoTest, counts{1, 1, 1, 0, 0, 1, 0, 0}, ""},
		{"go test: cut off", `{"Action":"run","Package":"p","Test":"B"}
{"Action":"pass","Package":"p","Test":"B"}`, GoTest, counts{1, 2, 2, 1, 0, 1, 0, 0}, "truncated"},
		{"TAP", "TAP version 13\n1..4\nok 1 - a\nnot ok 2 - b\n  ---\n  message: no\n  ...\nok 3 - c # SKIP later\nnot ok 4 - d # TODO not yet\n", TAP, counts{1, 4, 4, 1, 1, 0, 2, 0}, ""},
		{"TAP cut off", "1..3\nok 1 - a\n", TAP, counts{1, 3, 3, 1, 0, 2, 0, 0}, ""},
		{"TAP bails out", "1..1\nok 1 - a\nBail out! disk full\n", TAP, counts{1, 2, 2, 1, 0, 1, 0, 0}, ""},
		{"TAP: the same description is not a retry", "not ok 1 - a\nok 2 - a\n1..2\n", TAP, counts{1, 2, 2, 1, 1, 0, 0, 0}, ""},
		{"NUnit 3", `<test-run total="4"><test-suite type="TestFixture"><test-case fullname="N.C.A" classname="N.C" result="Passed" duration="0.1"/><test-case fullname="N.C.B" classname="N.C" result="Failed"><failure><message>no</message></failure></test-case><test-case fullname="N.C.E" classname="N.C" result="Failed" label="Error"/><test-case fullname="N.C.S" classname="N.C" result="Skipped"/></test-suite></test-run>`, NUnit, counts{1, 4, 4, 1, 1, 1, 1, 0}, ""},
		{"NUnit 2", `<test-results total="9"><test-suite><results><test-case name="A" result="Success"/><test-case name="B" result="Failure"/></results></test-suite></test-results>`, NUnit, counts{1, 2, 2, 1, 1, 0, 0, 0}, "declares total=9"},
		{"xUnit", `<assemblies><assembly total="2"><errors><error type="assembly-cleanup" name="x"><failure><message>m</message></failure></error></errors><collection name="c"><test name="N.A" type="N" result="Pass"/><test name="N.B" type="N" result="Fail"/></collection></assembly></assemblies>`, XUnit, counts{1, 3, 3, 1, 1, 1, 0, 0}, ""},
		{"TRX", `<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results><UnitTestResult testId="1" testName="A" outcome="Passed" duration="00:00:01.5"/><UnitTestResult testId="2" testName="A" outcome="Failed"><Output><ErrorInfo><Message>no</Message></ErrorInfo></Output></UnitTestResult><UnitTestResult testId="3" testName="C" outcome="Timeout"/><UnitTestResult testId="4" testName="D" outcome="NotExecuted"/></Results><TestDefinitions><UnitTest id="1"><TestMethod className="X"/></UnitTest><UnitTest id="2"><TestMethod className="Y"/></UnitTest></TestDefinitions><ResultSummary><Counters total="4"/></ResultSummary></TestRun>`, TRX, counts{4, 4, 4, 1, 1, 1, 1, 0}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Detect([]byte(c.in)); got != c.format {
				t.Fatalf("detected %q, want %q", got, c.format)
			}
			rep, err := Read(strings.NewReader(c.in), "in", Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := countsOf(rep.Tests); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if notes := strings.Join(rep.Tests.Notes, "; "); !strings.Contains(notes, c.note) || c.note == "" && notes != "" {
				t.Errorf("the notes are %q, want %q", notes, c.note)
			}
		})
	}
}

func TestRealGoTestOutput(t *testing.T) {
	b, err := os.ReadFile("testdata/gotest.json")
	if err != nil {
		t.Fatal(err)
	}
	rep, err := Read(bytes.NewReader(b), "gotest.json", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	// Counted by hand in the sources: TestPass, TestFail, TestSkip, TestSub with a
	// (passes) and b (fails); TestPanic, behind which nothing runs; a package that does not build.
	if got := countsOf(rep.Tests); got != (counts{3, 8, 8, 2, 4, 1, 1, 0}) {
		t.Errorf("got %+v", got)
	}
}
