package ingest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
)

// drawnJUnit writes a report of nested suites with cases of every outcome,
// repeats among them.
func drawnJUnit(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<!-- <failure/> -->")
	var suite func(depth int)
	suite = func(depth int) {
		fmt.Fprintf(&b, "<testsuite name=\"s%d é&lt;&#x1F600;\" tests=\"%d\" failures=\"0\">\n<properties><property name=\"a\" value=\"&lt;testcase/&gt;\"/></properties>", r.IntN(3), r.IntN(9))
		for range r.IntN(6) {
			drawnCase(&b, r)
		}
		for range r.IntN(3) {
			if depth < 3 {
				suite(depth + 1)
			}
		}
		b.WriteString("<system-out><![CDATA[<testcase name=\"no\"/> ]]></system-out></testsuite>\n")
	}
	if r.IntN(2) == 0 {
		suite(0)
		return b.String()
	}
	b.WriteString("<testsuites tests='7'>")
	for range 1 + r.IntN(4) {
		suite(0)
	}
	b.WriteString("</testsuites>")
	return b.String()
}

func drawnCase(b *strings.Builder, r *rand.Rand) {
	fmt.Fprintf(b, "<testcase classname=\"c%d\" name='t%d[\"&amp;\"]' time=\"%d.%03d\">", r.IntN(2), r.IntN(4), r.IntN(3), r.IntN(1000))
	switch r.IntN(8) {
	case 0:
		b.WriteString("<failure message=\"no\">at <![CDATA[<error/>]]></failure>")
	case 1:
		b.WriteString("<error type='x'/>")
	case 2:
		b.WriteString("<skipped/>")
	case 3:
		b.WriteString("<flakyFailure message='f'><stackTrace>x</stackTrace><system-out>y</system-out></flakyFailure><flakyError/>")
	case 4:
		b.WriteString("<failure>no</failure><rerunFailure/><rerunError>z</rerunError>")
	case 5:
		b.WriteString("<system-out>&lt;failure/&gt;</system-out>")
	}
	b.WriteString("</testcase>\n")
}

// Drawn reports, alone, in UTF-16 and as shards of one call, are counted like a
// reader made of encoding/xml and a map counts them; so is what inspect prints.
func TestDrawnJUnitIsCountedLikeANaiveReader(t *testing.T) {
	read := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 23))
		var sources []Source
		var files []io.Reader
		for i := range 1 + r.IntN(3) {
			text := drawnJUnit(r)
			written := []byte(text)
			if r.IntN(3) == 0 {
				written = []byte{0xFF, 0xFE}
				for _, u := range utf16.Encode([]rune(text)) {
					written = binary.LittleEndian.AppendUint16(written, u)
				}
			}
			files = append(files, strings.NewReader(text))
			sources = append(sources, Source{Name: fmt.Sprint(i), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(written)), nil }})
		}
		ins, err := Inspect(sources, Limits{})
		want := countNaively(t, files...)
		if err != nil {
			if !strings.Contains(err.Error(), "no test case") {
				t.Errorf("seed %d: %v", seed, err)
			}
			continue
		}
		read++
		b, err := json.Marshal(ins)
		var got struct {
			Kind                                                        string
			Suites, Runs, Tests, Passed, Failed, Errors, Skipped, Flaky int
			Cases                                                       []struct {
				ID, Outcome string
				Flaky       bool
			}
		}
		if err == nil {
			err = json.Unmarshal(b, &got)
		}
		if n := (naiveJUnit{got.Suites, got.Runs, got.Tests, got.Passed, got.Failed, got.Errors, got.Skipped, got.Flaky}); err != nil || got.Kind != "tests" || n != want {
			t.Errorf("seed %d: got %+v, want %+v (%v)", seed, n, want, err)
		}
		ids, flaky := map[string]bool{}, 0
		for _, c := range got.Cases {
			ids[c.ID] = true
			if c.Flaky {
				flaky++
			}
		}
		if len(ids) != want.tests || len(got.Cases) != want.tests || flaky != want.flaky {
			t.Errorf("seed %d: %d cases with %d ids, %d flaky; want %+v", seed, len(got.Cases), len(ids), flaky, want)
		}
	}
	if read < 200 {
		t.Errorf("only %d of the drawn reports held cases", read)
	}
}

// The same test elsewhere is not a repeat: what fails in one browser must not pass as flaky.
func TestTheSameCaseInAnotherBrowserIsNoRetry(t *testing.T) {
	for name, in := range map[string]string{
		"Playwright": `<testsuites><testsuite name="a.spec.ts" hostname="chromium"><testcase name="pays" classname="a.spec.ts"><failure/></testcase></testsuite><testsuite name="a.spec.ts" hostname="firefox"><testcase name="pays" classname="a.spec.ts"/></testsuite></testsuites>`,
		"CTRF":       `{"results":{"tool":{"name":"x"},"tests":[{"name":"pays","status":"failed","browser":"chromium"},{"name":"pays","status":"passed","browser":"firefox"}]}}`,
	} {
		rep, err := Read(strings.NewReader(in), "in", Limits{})
		if err != nil || rep.Tests.Tests != 2 || rep.Tests.Failed != 1 || rep.Tests.Flaky != 0 {
			t.Errorf("%s: %+v %v", name, rep.Tests, err)
		}
	}
	host := `<testsuites><testsuite name="s" hostname="runner-1"><testcase name="a"><failure/></testcase></testsuite><testsuite name="s" hostname="runner-1"><testcase name="a"/></testsuite></testsuites>`
	if rep, err := Read(strings.NewReader(host), "in", Limits{}); err != nil || rep.Tests.Flaky != 1 {
		t.Errorf("the same host: %+v %v", rep.Tests, err)
	}
}

func TestWhereACheckoutLiesIsNoPartOfACase(t *testing.T) {
	in := `{"results":{"tool":{"name":"x"},"tests":[{"name":"a","status":"passed","filePath":"/home/ci/7/src/a.test.js"},{"name":"b","status":"passed","filePath":"/home/ci/7/src/a.test.js"},{"name":"a","status":"failed","filePath":"/home/ci/7/lib/a.test.js"},{"name":"c","status":"passed","filePath":"src/a.test.js"},{"name":"d","status":"passed","filePath":"C:\\ci\\a.test.js","suite":"s"}]}}`
	rep, err := Read(strings.NewReader(in), "in", Limits{})
	if err != nil || rep.Tests.Failed != 1 {
		t.Fatalf("%+v %v", rep.Tests, err)
	}
	var ids []string
	for _, c := range rep.Tests.Cases {
		ids = append(ids, c.ID)
	}
	if got := strings.Join(ids, "|"); got != "a.test.js :: a|a.test.js :: b|/home/ci/7/lib/a.test.js :: a|src/a.test.js :: c|s :: a.test.js :: d" {
		t.Errorf("got %s", got)
	}
}

func TestAttemptsOfCTRFAreRuns(t *testing.T) {
	in := `{"results":{"tool":{"name":"x"},"tests":[{"name":"a","status":"passed","retryAttempts":[{"attempt":1,"status":"failed"},{"attempt":2,"status":"failed"},{"attempt":3,"status":"passed"}]},{"name":"b","status":"failed","retries":1,"retryAttempts":[{"status":"failed"}]}]}}`
	rep, err := Read(strings.NewReader(in), "in", Limits{})
	if got := countsOf(rep.Tests); err != nil || got != (counts{1, 5, 2, 1, 1, 0, 0, 1}) {
		t.Errorf("got %+v %v", got, err)
	}
}
