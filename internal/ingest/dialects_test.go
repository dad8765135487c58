package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	headway "headway"
)

func TestDialectsOfTestReports(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     counts
		note     string
	}{
		{"NUnit 2.4 without results", `<test-results total="2" not-run="1"><test-suite name="s"><results><test-case name="A" executed="True" success="True"/><test-case name="B" executed="True" success="False"><failure><message>no</message></failure></test-case><test-case name="C" executed="False"><reason><message>later</message></reason></test-case></results></test-suite></test-results>`, counts{1, 3, 3, 1, 1, 0, 1, 0}, ""},
		{"NUnit: a tear-down fails behind cases that passed", `<test-run total="1"><test-suite type="Assembly" name="a.dll" result="Failed" site="Child"><test-suite type="TestFixture" fullname="N.C" result="Failed" site="TearDown"><failure><message>no</message></failure><test-case fullname="N.C.A" classname="N.C" result="Passed"/></test-suite></test-suite></test-run>`, counts{2, 2, 2, 1, 0, 1, 0, 0}, ""},
		{"NUnit: a fixture that cannot be set up", `<test-run total="1"><test-suite type="TestFixture" fullname="N.C" result="Failed" label="Invalid"><failure><message>no constructor</message></failure></test-suite><test-suite type="TestFixture" result="Passed"><test-case fullname="N.D.A" classname="N.D" result="Passed"/></test-suite></test-run>`, counts{2, 2, 2, 1, 0, 1, 0, 0}, ""},
		{"NUnit: set-up fails the cases, which is enough", `<test-run total="1"><test-suite fullname="N.C" result="Failed" site="SetUp"><failure><message>no</message></failure><test-case fullname="N.C.A" classname="N.C" result="Failed" site="Parent"><failure><message>set-up</message></failure></test-case></test-suite></test-run>`, counts{1, 1, 1, 0, 1, 0, 0, 0}, ""},
		{"xUnit 1", `<assembly name="a.dll" total="3" passed="1" failed="1" skipped="1"><class name="N.C"><test name="N.C.A" type="N.C" method="A" result="Pass" time="0.1"/><test name="N.C.B" type="N.C" method="B" result="Fail"><failure exception-type="X"><message>no</message></failure></test><test name="N.C.S" type="N.C" method="S" result="Skip"><reason><message>later</message></reason></test></class></assembly>`, counts{1, 3, 3, 1, 1, 0, 1, 0}, ""},
		{"xUnit 3 with a case that was not run", `<assemblies schema-version="3"><assembly total="2" not-run="1"><collection name="c"><test name="N.A" type="N" result="Pass"/><test name="N.B" type="N" result="NotRun"/></collection></assembly></assemblies>`, counts{1, 2, 2, 1, 0, 0, 1, 0}, ""},
		{"TRX: every outcome", `<TestRun><Results>` + trxResults("Passed", "Failed", "NotExecuted", "Inconclusive", "Timeout", "Aborted", "PassedButRunAborted", "Error", "NotRunnable", "Disconnected", "Warning", "Completed", "InProgress", "Pending") + `</Results><ResultSummary outcome="Failed"/></TestRun>`, counts{14, 14, 14, 3, 1, 6, 4, 0}, ""},
		{"TRX: the host crashed and every result passed", `<TestRun><Results>` + trxResults("Passed") + `</Results><ResultSummary outcome="Failed"><Counters total="1"/><RunInfos><RunInfo outcome="Error"><Text>the test host crashed</Text></RunInfo></RunInfos></ResultSummary></TestRun>`, counts{1, 2, 2, 1, 0, 1, 0, 0}, ""},
		{"TRX: rows of a data-driven test", `<TestRun><Results><UnitTestResult testId="1" testName="A" outcome="Failed" resultType="DataDrivenTest"><InnerResults><UnitTestResult testId="1" testName="A (1)" outcome="Passed"/><UnitTestResult testId="1" testName="A (2)" outcome="Failed"/></InnerResults></UnitTestResult></Results></TestRun>`, counts{1, 2, 2, 1, 1, 0, 0, 0}, ""},
		{"JUnit with a byte order mark", "\uFEFF<?xml version=\"1.0\"?>\n" + oneCase, counts{1, 1, 1, 1, 0, 0, 0, 0}, ""},
		{"JUnit: nested roots of suites", `<testsuites><testsuites><testsuite name="a"><testsuite name="b"><testcase name="T"/></testsuite><testcase name="T"/></testsuite></testsuites></testsuites>`, counts{2, 2, 2, 2, 0, 0, 0, 0}, ""},
		{"JUnit: a failure and an error of one case", `<testsuite name="a"><testcase name="T"><error/><failure/></testcase></testsuite>`, counts{1, 1, 1, 0, 1, 0, 0, 0}, ""},
		{"JUnit: skipped with a failure does not pass", `<testsuite name="a"><testcase name="T"><skipped/><failure/></testcase></testsuite>`, counts{1, 1, 1, 0, 1, 0, 0, 0}, ""},
		{"Surefire declares failures and errors with their retries", `<testsuite name="a" tests="3" failures="4" errors="2"><testcase name="T"><failure/><rerunFailure/><rerunFailure/></testcase><testcase name="U"><flakyFailure/></testcase><testcase name="V"><flakyError/><flakyError/></testcase></testsuite>`, counts{1, 8, 3, 2, 1, 0, 0, 2}, ""},
		{"go test -count=3: fails once, then passes", goEvents("run T", "pass T", "run T", "fail T", "run T", "pass T", "pass"), counts{1, 3, 1, 1, 0, 0, 0, 1}, ""},
		{"go test -count=2: passes, then fails", goEvents("run T", "pass T", "run T", "fail T", "fail"), counts{1, 2, 1, 0, 1, 0, 0, 0}, ""},
		{"go test: paused and continued", goEvents("run A", "pause A", "run B", "pause B", "cont A", "cont B", "fail B", "pass A", "fail"), counts{1, 2, 2, 1, 1, 0, 0, 0}, ""},
		{"go test: a panic in a subtest", goEvents("run A", "run A/x", "fail A/x", "fail"), counts{1, 2, 2, 0, 1, 1, 0, 0}, ""},
		{"go test: a build that failed", `{"ImportPath":"p [p.test]","Action":"build-output","Output":"# p\n"}
{"ImportPath":"p [p.test]","Action":"build-output","Output":"a.go:1: undefined: x\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","Elapsed":0,"FailedBuild":"p [p.test]"}`, counts{1, 1, 1, 0, 0, 1, 0, 0}, ""},
		{"CTRF: retries that failed, and an attempt that is the test itself", `{"results":{"tool":{"name":"x"},"tests":[{"name":"a","status":"passed","retries":1,"flaky":true,"retryAttempts":[{"attempt":1,"status":"failed"},{"attempt":2,"status":"passed"}]},{"name":"b","status":"failed","retries":2}]}}`, counts{1, 5, 2, 1, 1, 0, 0, 1}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
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

// trxResults writes a result of each outcome.
func trxResults(outcomes ...string) string {
	s := ""
	for i, o := range outcomes {
		s += fmt.Sprintf(`<UnitTestResult testId="%d" testName="T%d" outcome="%s"/>`, i, i, o)
	}
	return s
}

// goEvents writes events of a package p: "run T", or "pass" for the package itself.
func goEvents(events ...string) string {
	s := ""
	for _, e := range events {
		action, test, of := strings.Cut(e, " ")
		if of {
			s += fmt.Sprintf("{\"Action\":%q,\"Package\":\"p\",\"Test\":%q}\n", action, test)
		} else {
			s += fmt.Sprintf("{\"Action\":%q,\"Package\":\"p\"}\n", action)
		}
	}
	return s
}

func TestTRXClassesAreKnownOverVersions(t *testing.T) {
	in := `<TestRun><Results>` + trxResults("Passed") + `</Results><TestDefinitions><UnitTest id="0"><TestMethod className="N.C` + "`" + `1[[System.Int32, mscorlib]], My.Tests, Version=1.2.3.0, Culture=neutral"/></UnitTest></TestDefinitions></TestRun>`
	rep, err := Read(strings.NewReader(in), "in", Limits{})
	if err != nil || rep.Tests.Cases[0].ID != "N.C`1[[System.Int32, mscorlib]] :: T0" {
		t.Errorf("got %+v, %v", rep.Tests, err)
	}
}

func TestDialectsOfLoadReports(t *testing.T) {
	const wrk = "Running 30s test @ http://127.0.0.1:8080/\n  12 threads and 400 connections\n  Thread Stats   Avg      Stdev     Max   +/- Stdev\n    Latency     1.20s     0.89ms   2.00m    93.69%\n    Req/Sec    56.20k     8.07k   62.00k    86.54%\n"
	for _, c := range []struct{ name, in, want string }{
		{"JTL: semicolons, dates with a comma, a quoted line end", "timeStamp;elapsed;label;responseCode;responseMessage;threadName;success\n2026/01/02 10:00:00,123;100;\"a; \"\"b\"\"\nc\";200;OK;t;true\n2026/01/02 10:00:01,123;300;\"a; \"\"b\"\"\nc\";500;;t;false\n", "2 errors 1, mean 200 p50 100 p90 300 p95 300 p99 300 max 300, 1.54 /s"},
		{"JTL: semicolons, no header, dates with a comma", "2026/01/02 10:00:00,123;100;a;200;OK;t;text;true;;10\n", "1 errors 0, mean 100 p50 100 p90 100 p95 100 p99 100 max 100, 10 /s"},
		{"JTL: tabs, no header", "1700000000000\t100\ta\t200\tOK\tt 1-1\ttext\ttrue\t\t10\t10\t1\t1\thttp://x/\t5\t0\t1\n1700000000100\t100\ta\t200\tOK\tt 1-1\ttext\tfalse\t\t10\t10\t1\t1\thttp://x/\t5\t0\t1\n", "2 errors 1, mean 100 p50 100 p90 100 p95 100 p99 100 max 100, 10 /s"},
		{"JTL: times in ISO 8601", "timeStamp,elapsed,label,success\n2026-01-02T10:00:00.000+0100,100,a,true\n2026-01-02T09:00:00.900Z,100,a,true\n", "2 errors 0, mean 100 p50 100 p90 100 p95 100 p99 100 max 100, 2 /s"},
		{"JTL: a controller among its samples", "timeStamp,elapsed,label,responseMessage,success\n0,100,a,OK,true\n100,300,b,OK,false\n0,400,T,\"Number of samples in transaction : 2, number of failing samples : 1\",false\n", "2 errors 1, mean 200 p50 100 p90 300 p95 300 p99 300 max 300, 5 /s"},
		{"JTL in XML: a controller that holds its samples, one that holds redirects", `<testResults><sample t="400" ts="0" s="false" lb="T" rm="Number of samples in transaction : 2, number of failing samples : 1"><httpSample t="100" ts="0" s="true" lb="a"><httpSample t="40" ts="0" s="true" lb="a-0"/><httpSample t="60" ts="40" s="true" lb="a-1"/></httpSample><httpSample t="300" ts="100" s="false" lb="b"/></sample></testResults>`, "2 errors 1, mean 200 p50 100 p90 300 p95 300 p99 300 max 300, 5 /s"},
		{"Locust 1 and later", "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%\nGET,/,10,1,20,25.5,1,90.25,5,2.5,0.1,20,22,25,30,40,50,60,70,80,90,90\n,Aggregated,10,1,20,25.5,1,90.25,5,2.5,0.1,20,22,25,30,40,50,60,70,80,90,90\n", "10 errors 1, mean 25.5 p50 20 p90 40 p95 50 p99 70 max 90.25, 2.5 /s"},
		{"Locust before 1.0", "\"Type\",\"Name\",\"# requests\",\"# failures\",\"Median response time\",\"Average response time\",\"Min response time\",\"Max response time\",\"Average Content Size\",\"Requests/s\",\"Requests Failed/s\",\"50%\",\"90%\",\"95%\",\"99%\",\"100%\"\n\"GET\",\"/\",10,1,20,25,1,90,5,2.50,0.10,20,40,50,70,90\n\"None\",\"Aggregated\",10,1,20,25,1,90,5,2.50,0.10,20,40,50,70,90\n", "10 errors 1, mean 25 p50 20 p90 40 p95 50 p99 70 max 90, 2.5 /s"},
		{"Locust 0.8 without percentiles", "\"Method\",\"Name\",\"# requests\",\"# failures\",\"Median response time\",\"Average response time\",\"Min response time\",\"Max response time\",\"Average Content Size\",\"Requests/s\"\n\"GET\",\"/\",10,1,20,25,1,90,5,2.50\n\"None\",\"Total\",10,1,20,25,1,90,5,2.50\n", "10 errors 1, mean 25 p50 20 p90 NaN p95 NaN p99 NaN max 90, 2.5 /s"},
		{"Locust's history", "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,90%,95%,99%,100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size\n100,1,,Aggregated,0,0,N/A,N/A,N/A,N/A,N/A,0,0,0,0,0,0,0\n104,1,GET,/,2,0,9,9,9,9,9,8,1,20,25,1,90,5\n104,1,,Aggregated,2,0,9,9,9,9,9,8,1,20,25,1,90,5\n", "8 errors 1, mean 25 p50 20 p90 NaN p95 NaN p99 NaN max 90, 2 /s"},
		{"wrk with minutes and seconds", wrk + "  Latency Distribution\n     50%  250.00us\n     75%    1.00ms\n     90%    1.50s\n     99%    2.00m\n  22464657 requests in 30.00s, 17.76GB read\nRequests/sec: 748868.53\nTransfer/sec:    606.33MB\n", "22464657 errors 0, mean 1200 p50 0.25 p90 1500 p95 NaN p99 120000 max 120000, 748868.53 /s"},
		{"wrk with errors of sockets and statuses", wrk + "  100 requests in 30.00s, 1MB read\n  Socket errors: connect 1, read 2, write 0, timeout 3\n  Non-2xx or 3xx responses: 4\nRequests/sec: 3.33\n", "100 errors 10, mean 1200 p50 NaN p90 NaN p95 NaN p99 NaN max 120000, 3.33 /s"},
		{"wrk2 that prints what was not corrected as well", wrk + "  Latency Distribution (HdrHistogram - Recorded Latency)\n 50.000%    9.52ms\n 90.000%   12.00ms\n 99.000%   20.00ms\n100.000%   25.31ms\n\n  Detailed Percentile spectrum:\n       Value   Percentile   TotalCount 1/(1-Percentile)\n\n      15.031     0.950000         2000        20.00\n\n  Latency Distribution (HdrHistogram - Uncorrected Latency (measured without taking delayed starts into account))\n 50.000%    1.00ms\n 90.000%    1.00ms\n 99.000%    1.00ms\n  1000 requests in 30.00s, 1MB read\nRequests/sec: 33.33\n", "1000 errors 0, mean 1200 p50 9.52 p90 12 p95 15.031 p99 20 max 120000, 33.33 /s"},
		{"vegeta of version 12", "Requests      [total, rate, throughput]         5000, 1000.20, 996.50\nDuration      [total, attack, wait]             5.003s, 4.999s, 4.1ms\nLatencies     [min, mean, 50, 90, 95, 99, max]  50µs, 1.5ms, 1.2ms, 2ms, 3ms, 1m2.5s, 1m3s\nBytes In      [total, mean]                     1000, 0.20\nBytes Out     [total, mean]                     0, 0.00\nSuccess       [ratio]                           99.60%\nStatus Codes  [code:count]                      0:10  200:4980  500:10\nError Set:\n500 Internal Server Error\n", "5000 errors 20, mean 1.5 p50 1.2 p90 2 p95 3 p99 62500 max 63000, 1000.2 /s"},
		{"vegeta of version 7", "Requests      [total, rate]            1200, 120.00\nDuration      [total, attack, wait]    10.1s, 9.99s, 100ms\nLatencies     [mean, 50, 95, 99, max]  113ms, 108ms, 140ms, 247ms, 264ms\nBytes In      [total, mean]            3714690, 3095.57\nBytes Out     [total, mean]            0, 0.00\nSuccess       [ratio]                  55.42%\nStatus Codes  [code:count]             0:535  200:665\n", "1200 errors 535, mean 113 p50 108 p90 NaN p95 140 p99 247 max 264, 120 /s"},
		{"hey whose requests all failed", "\nSummary:\n  Total:\t0.0021 secs\n  Slowest:\t0.0000 secs\n  Fastest:\t0.0000 secs\n  Average:\tNaN secs\n  Requests/sec:\t9361.9\n\nResponse time histogram:\n\n\nLatency distribution:\n\nStatus code distribution:\n\nError distribution:\n  [20]\tGet \"http://127.0.0.1:1/\": dial tcp: connection refused\n", "20 errors 20, mean NaN p50 NaN p90 NaN p95 NaN p99 NaN max 0, 9361.9 /s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rep, err := Read(strings.NewReader(c.in), "in", Limits{})
			if err != nil {
				t.Fatal(err)
			}
			f := rep.Load.Total
			got := fmt.Sprintf("%d errors %d, mean %v p50 %v p90 %v p95 %v p99 %v max %v, %.4g /s", f.Count, f.Errors, f.MeanMS, f.P50MS, f.P90MS, f.P95MS, f.P99MS, f.MaxMS, f.Throughput)
			want := strings.Replace(c.want, "748868.53", "7.489e+05", 1)
			want = strings.Replace(want, "9361.9", "9362", 1)
			want = strings.Replace(want, "1000.2 /s", "1000 /s", 1)
			want = strings.Replace(want, "1.54 /s", "1.538 /s", 1)
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// A count that a summary leaves out is not zero.
func TestWhatK6DoesNotCountIsNotKnown(t *testing.T) {
	in := `{"metrics":{"http_reqs":{"count":10,"rate":1},"http_req_duration":{"avg":5},"http_req_duration{name:a}":{"avg":5,"p(95)":9},"http_req_failed{name:b}":{"passes":1,"fails":3,"value":0.25},"http_req_failed{name:c}":{"value":0.5}}}`
	rep, err := Read(strings.NewReader(in), "in", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := (Inspection{rep}).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var out struct {
		Transactions []struct {
			Name          string
			Count, Errors *int64
			ErrorRate     *float64 `json:"error_rate"`
			P95           *float64 `json:"p95_ms"`
		}
	}
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	a, counted, c := out.Transactions[0], out.Transactions[1], out.Transactions[2]
	if a.Name != "a" || a.Count != nil || a.Errors != nil || *a.P95 != 9 {
		t.Errorf("got %+v", a)
	}
	if counted.Name != "b" || *counted.Count != 4 || *counted.Errors != 1 || *counted.ErrorRate != 0.25 {
		t.Errorf("got %+v", counted)
	}
	if c.Name != "c" || c.Count != nil || *c.ErrorRate != 0.5 {
		t.Errorf("got %+v", c)
	}
	if f := rep.Load.Summary().Transactions[0]; f.Count != -1 || f.Errors != -1 {
		t.Errorf("kept as %+v", f)
	}
}

func found(name, in string) Source {
	return Source{Name: name, Found: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(in)), nil }}
}

func TestDirectoriesHoldMoreThanReports(t *testing.T) {
	stats := "Type,Name,Request Count,Failure Count,Average Response Time\n,Aggregated,10,1,25\n"
	history := "Timestamp,Name,Total Request Count,Total Failure Count\n1,Aggregated,10,1\n"
	for _, c := range []struct {
		name    string
		files   []Source
		note    string
		refused string
	}{
		{"what is no report is said", []Source{found("a.xml", oneCase), found("s.Test.txt", "Tests run: 1"), found("p.html", "<!DOCTYPE html><p>x<br>"), found("package.json", `{"name":"x"}`), found("stderr.log", ""), found("go.txt", "ok  \theadway\t0.1s\n")}, "p.html is no report", ""},
		{"an empty report is refused", []Source{found("a.xml", oneCase), found("b.xml", "")}, "", "b.xml:1:1: the file is empty"},
		{"a damaged one is refused", []Source{found("a.xml", oneCase), found("b.xml", "<testsui")}, "", "b.xml:1"},
		{"nothing but others", []Source{found("s.txt", "hello")}, "", "no report among the files: s.txt"},
		{"named, it must be a report", []Source{{Name: "s.txt", Open: found("", "hello").Open}}, "", "s.txt:1:1: the file is no report"},
		{"Locust's figures and their history", []Source{found("l_stats.csv", stats), found("l_stats_history.csv", history), found("l_failures.csv", "Method,Name,Error,Occurrences\n")}, "l_stats_history.csv is the history", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rep, err := ReadAll(c.files, Limits{})
			if c.refused != "" {
				if headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), c.refused) {
					t.Errorf("got %v, want %q", err, c.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var notes []string
			if rep.Tests != nil {
				notes = rep.Tests.Notes
			} else {
				notes = rep.Load.Notes
			}
			if s := strings.Join(notes, "; "); !strings.Contains(s, c.note) {
				t.Errorf("the notes are %q, want %q", s, c.note)
			}
		})
	}
}

func TestArchivesInArchivesAreRead(t *testing.T) {
	failing := `<testsuite name="t"><testcase name="b"><failure/></testcase></testsuite>`
	inner := string(zipped(t, "b.xml", failing))
	deep := string(zipped(t, "4.zip", string(zipped(t, "3.zip", inner))))
	rep, err := Read(bytes.NewReader(zipped(t, "a.xml", oneCase, "more.zip", inner, "lib.jar", string(zipped(t, "A.class", "x")), "deep.zip", deep)), "all.zip", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(rep.Tests.Notes, "; ")
	if rep.Tests.Tests != 2 || rep.Tests.Failed != 1 || !strings.Contains(notes, "lib.jar is an archive without a report") || !strings.Contains(notes, "3.zip is an archive inside of 3 archives") {
		t.Errorf("got %d tests, %d failed, %s", rep.Tests.Tests, rep.Tests.Failed, notes)
	}
	for _, lim := range []Limits{{MaxFiles: 3}, {MaxArchive: 60}, {MaxBytes: 200}} {
		in := io.Reader(bytes.NewReader(zipped(t, "a.xml", oneCase, "more.zip", inner+strings.Repeat(" ", 300), "c.zip", inner)))
		if _, err := Read(in, "all.zip", lim); headway.KindOf(err) != headway.TooLarge {
			t.Errorf("%+v: got %v", lim, err)
		}
	}
	if _, err := Read(bytes.NewReader(zipped(t, "a.xml", oneCase, "more.zip", inner[:len(inner)-9])), "all.zip", Limits{}); headway.KindOf(err) != headway.Invalid {
		t.Errorf("damaged: got %v", err)
	}
}
