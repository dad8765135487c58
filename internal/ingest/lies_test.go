package ingest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	headway "headway"
)

const oneCase = `<testsuite name="s"><testcase name="a"/></testsuite>`

func TestLiesAreRefusedWithTheirPlace(t *testing.T) {
	deep := strings.Repeat("<a>", 300)
	for _, c := range []struct{ name, in, where, part string }{
		{"second root that fails", oneCase + "\n<testsuite name=\"t\"><testcase name=\"b\"><failure/></testcase></testsuite>", "in:2:1", "more than one root"},
		{"text behind the root", oneCase + "x", "in:1:", "outside of the root"},
		{"truncated in an element", "<testsuite name=\"s\">\n<testcase name=\"a\"/>\n", "in:3:1", "<testsuite> of line 1 is not closed"},
		{"truncated in a tag", `<testsuite name="s"><testcase na`, "in:1:", "truncated"},
		{"empty", "", "in:1:1", "empty"},
		{"only white space", " \n\n", "in:1:1", "empty"},
		{"zero tests", `<testsuites name="jest tests" tests="0"></testsuites>`, "in:1:", "no test case"},
		{"DOCTYPE", "<!DOCTYPE x [<!ENTITY a \"b\">]>" + oneCase, "in:1:1", "DOCTYPE"},
		{"DOCTYPE behind the declaration", "<?xml version=\"1.0\"?>\n<!DOCTYPE x>" + oneCase, "in:2:1", "DOCTYPE"},
		{"unknown entity", `<testsuite name="&boom;"><testcase name="a"/></testsuite>`, "in:1:", "character reference"},
		{"attribute twice", `<testsuite name="s"><testcase name="a" name="b"/></testsuite>`, "in:1:", "twice"},
		{"crossed tags", `<testsuite name="s"><testcase name="a"></testsuite></testcase>`, "in:1:", "closes <testcase>"},
		{"case inside a case", `<testsuite><testcase name="a"><testcase name="b"><failure/></testcase></testcase></testsuite>`, "in:1:", "inside of another"},
		{"too deep", "<testsuite>" + deep, "in:1:", "deeper than 200"},
		{"control character", "<testsuite name=\"s\"><testcase name=\"a\">\x01</testcase></testsuite>", "in:1:", "forbids"},
		{"invalid UTF-8", "<testsuite name=\"s\"><testcase name=\"\xff\"/></testsuite>", "in:1:", "UTF-8"},
		{"unknown character set", `<?xml version="1.0" encoding="x-klingon"?>` + oneCase, "in:1:1", "klingon"},
		{"another root", `<html><body/></html>`, "in:1:1", "no report"},
		{"prose", "hello\nworld\n", "in:1:1", "no report"},
		{"CTRF with a doubled key", `{"results":{"tool":{},"tests":[{"name":"a","status":"failed","status":"passed"}]}}`, "in:1:", "twice"},
		{"CTRF with text behind it", `{"results":{"tool":{},"tests":[{"name":"a","status":"passed"}]}} {}`, "in:1:", "behind the end"},
		{"CTRF cut off", `{"results":{"tool":{},"tests":[{"name":"a","status":"passed"}`, "in:1:", "truncated"},
		{"CTRF with U+0000", `{"results":{"tool":{},"tests":[{"name":"a\u0000","status":"passed"}]}}`, "in:1:", "U+0000"},
		{"CTRF with half a surrogate", `{"results":{"tool":{},"tests":[{"name":"a\ud800","status":"passed"}]}}`, "in:1:", "surrogate"},
		{"CTRF with an unknown status", `{"results":{"tool":{},"tests":[{"name":"a","status":"PASSED"}]}}`, "in:1:", "does not know"},
		{"CTRF without tests", `{"results":{"tool":{},"tests":[]}}`, "in:1:", "no test case"},
		{"go test with a damaged line", "{\"Action\":\"start\",\"Package\":\"p\"}\n{\"Action\":\"fail\",\"Package\":", "in:2:", "truncated"},
		{"TAP without a plan", "TAP version 13\nok 1 - a\n", "in:", "plan 1..N is missing"},
		{"JTL row cut off", "timeStamp,elapsed,label,success\n1,2,a,true\n1,2", "in:3:1", "2 fields instead of 4"},
		{"JTL that does not say how it went", "timeStamp,elapsed,label,success\n1,2,a,maybe\n", "in:2:1", "neither true nor false"},
		{"JTL without rows", "timeStamp,elapsed,label,success\n", "in:2:1", "no sample"},
		{"JTL with negative time", "timeStamp,elapsed,label,success\n1,-2,a,true\n", "in:2:1", "no number of milliseconds"},
		{"JTL with a column twice", "elapsed,elapsed,label,success\n1,2,a,true\n", "in:1:1", "twice"},
		{"JTL in XML without samples", `<testResults version="1.2"></testResults>`, "in:1:", "no sample"},
		{"k6 summary of nothing", `{"metrics":{"http_req_duration":{"avg":0},"http_reqs":{"count":0,"rate":0}}}`, "in:1:", "nothing was measured"},
		{"k6 metric twice", `{"metrics":{"http_reqs":{"count":1},"http_reqs":{"count":2}}}`, "in:1:", "twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rep, err := Read(strings.NewReader(c.in), "in", Limits{})
			if headway.KindOf(err) != headway.Invalid || !strings.HasPrefix(err.Error(), c.where) || !strings.Contains(err.Error(), c.part) {
				t.Errorf("got %+v, %v; want %q at %s", rep, err, c.part, c.where)
			}
		})
	}
}

func TestUTF16IsReadAsWritten(t *testing.T) {
	in := `<?xml version="1.0" encoding="utf-16"?><testsuite name="é€😀"><testcase name="a"><failure message="ß"/></testcase></testsuite>`
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, mark := range []string{"\uFEFF", ""} {
			var b []byte
			for _, u := range utf16.Encode([]rune(mark + in)) {
				b = order.AppendUint16(b, u)
			}
			rep, err := Read(bytes.NewReader(b), "in", Limits{})
			if err != nil || rep.Tests.Failed != 1 || rep.Tests.Cases[0].Suite != "é€😀" || rep.Tests.Cases[0].Message != "ß" {
				t.Errorf("%v %q: got %+v, %v", order, mark, rep.Tests, err)
			}
		}
	}
	rep, err := Read(strings.NewReader(in), "in", Limits{})
	if err != nil || rep.Tests.Failed != 1 {
		t.Errorf("UTF-8 that says utf-16: %v", err)
	}
	latin := "<?xml version='1.0' encoding='ISO-8859-1'?><testsuite name='\xe9'><testcase name='a'/></testsuite>"
	if rep, err = Read(strings.NewReader(latin), "in", Limits{}); err != nil || rep.Tests.Cases[0].Suite != "é" {
		t.Errorf("latin 1: %v", err)
	}
}

func zipped(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchivesMergeTheirReports(t *testing.T) {
	failing := `<testsuite name="t"><testcase name="b"><failure/></testcase></testsuite>`
	for _, r := range []io.Reader{
		bytes.NewReader(zipped(t, "a.xml", oneCase, "sub/", "", "sub/b.xml", failing, "readme.txt", "hello")),
		io.MultiReader(bytes.NewReader(zipped(t, "a.xml", oneCase, "sub/b.xml", failing, "readme.txt", "hello"))),
	} {
		rep, err := Read(r, "all.zip", Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := countsOf(rep.Tests); got != (counts{2, 2, 2, 1, 1, 0, 0, 0}) || !strings.Contains(strings.Join(rep.Tests.Notes, ";"), "readme.txt is no report") {
			t.Errorf("got %+v %v", got, rep.Tests.Notes)
		}
	}
	var b bytes.Buffer
	g := gzip.NewWriter(&b)
	_, _ = io.WriteString(g, failing)
	_ = g.Close()
	if rep, err := Read(&b, "a.xml.gz", Limits{}); err != nil || rep.Tests.Failed != 1 {
		t.Errorf("gzip: %v", err)
	}
}

func TestArchivesThatLieAreRefused(t *testing.T) {
	good := zipped(t, "a.xml", oneCase)
	damaged := bytes.Clone(good)
	copy(damaged[40:], "XXXX")
	for _, c := range []struct {
		name string
		in   []byte
		part string
	}{
		{"empty", zipped(t), "no report"},
		{"nothing to read", zipped(t, "a.txt", "hello"), "no report"},
		{"a bad report inside", zipped(t, "a.xml", oneCase, "b.xml", "<testsuite><testcase"), "b.xml:1"},
		{"an empty report inside", zipped(t, "a.xml", oneCase, "b.xml", "<testsuite/>"), "no test case"},
		{"the same name twice", zipped(t, "a.xml", oneCase, "a.xml", oneCase), "two files"},
		{"truncated", good[:len(good)-10], "damaged"},
		{"damaged data", damaged, "read to its end"},
		{"tests and load together", zipped(t, "a.xml", oneCase, "b.csv", "timeStamp,elapsed,label,success\n1,2,a,true\n"), "calls of their own"},
	} {
		_, err := Read(bytes.NewReader(c.in), "z.zip", Limits{})
		if headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.part)
		}
	}
	bomb := zipped(t, "a.xml", "<testsuite name='s'><testcase name='a'><system-out>"+strings.Repeat("x", 10<<20)+"</system-out></testcase></testsuite>")
	if _, err := Read(bytes.NewReader(bomb), "z.zip", Limits{MaxBytes: 1 << 20}); headway.KindOf(err) != headway.TooLarge {
		t.Errorf("bomb: got %v", err)
	}
}

func TestFilesOfOneCallAreMergedAndRetriesSaid(t *testing.T) {
	src := func(name, in string) Source {
		return Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(in)), nil }}
	}
	ins, err := Inspect([]Source{
		src("1.xml", `<testsuite name="s"><testcase name="a"><failure/></testcase><testcase name="b"><failure/></testcase></testsuite>`),
		src("2.xml", `<testsuite name="s"><testcase name="a"/></testsuite>`),
	}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	r := ins.Report.Tests
	if got := countsOf(r); got != (counts{2, 3, 2, 1, 1, 0, 0, 1}) || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "1 failed in an earlier file") {
		t.Errorf("got %+v %v", got, r.Notes)
	}
	if ins.Outcome() != headway.Fail {
		t.Error("a run with a failure passed")
	}
	if _, err := ReadAll(nil, Limits{}); headway.KindOf(err) != headway.Invalid {
		t.Errorf("no file: %v", err)
	}
}

func TestCasesBeyondTheLimitAreCountedAndSaid(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<testsuite name="s">`)
	for i := range 100 {
		b.WriteString(`<testcase name="` + string(rune('a'+i%26)) + strings.Repeat("x", i) + `">`)
		if i%10 == 9 {
			b.WriteString("<failure/>")
		}
		b.WriteString("</testcase>")
	}
	b.WriteString("</testsuite>")
	rep, err := Read(strings.NewReader(b.String()), "in", Limits{KeepCases: 20})
	if err != nil {
		t.Fatal(err)
	}
	if r := rep.Tests; r.Tests != 100 || r.Failed != 10 || len(r.Cases) != 30 || !r.Partial || len(r.Notes) != 1 {
		t.Errorf("got %+v", r)
	}
	if _, err := Read(strings.NewReader(b.String()), "in", Limits{MaxCases: 99}); headway.KindOf(err) != headway.TooLarge {
		t.Errorf("got %v", err)
	}
}
