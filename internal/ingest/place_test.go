package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFailingCasesTellWhereTheyStandAndHowTheyAreLabelled(t *testing.T) {
	for name, tt := range map[string]struct {
		in     string
		file   string
		labels []string
	}{
		"JUnit, file of the case":  {`<testsuite name="s" file="suite.js"><testcase name="a" file="tests/test_pay.py"><properties><property name="tag" value="payments"/><property name="seed" value="7"/></properties><failure/></testcase></testsuite>`, "tests/test_pay.py", []string{"payments"}},
		"JUnit, file of the suite": {`<testsuites><testsuite name="s" file="test/pay.js"><testcase name="a"><failure/></testcase></testsuite></testsuites>`, "test/pay.js", nil},
		"properties of a suite":    {`<testsuite name="s"><properties><property name="tag" value="x"/></properties><testcase name="a"><failure/></testcase></testsuite>`, "", nil},
		"CTRF":                     {`{"results":{"tool":{"name":"x"},"tests":[{"name":"a","status":"failed","filePath":"/ci/src/pay.ts","tags":["payments","smoke"]}]}}`, "/ci/src/pay.ts", []string{"payments", "smoke"}},
		"NUnit":                    {`<test-run><test-suite><test-case fullname="N.C.A" classname="N.C" result="Failed"><properties><property name="Category" value="Payments"/></properties></test-case></test-suite></test-run>`, "", []string{"Payments"}},
		"xUnit":                    {`<assemblies><assembly><collection name="c"><test name="N.A" type="N" result="Fail"><traits><trait name="Category" value="Payments"/></traits></test></collection></assembly></assemblies>`, "", []string{"Payments"}},
		"TRX": {
			`<TestRun><Results><UnitTestResult testId="1" testName="A" outcome="Failed"/></Results><TestDefinitions><UnitTest id="1"><TestCategory><TestCategoryItem TestCategory="Payments"/></TestCategory><TestMethod className="N"/></UnitTest></TestDefinitions></TestRun>`,
			"",
			[]string{"Payments"},
		},
	} {
		rep, err := Read(strings.NewReader(tt.in), "in", Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c := rep.Tests.Cases[0]
		if d := cmp.Diff(tt.labels, c.Labels); c.File != tt.file || d != "" {
			t.Errorf("%s: %q, %s", name, c.File, d)
		}
	}
	passing := `<testsuite name="s"><testcase name="a" file="a.py"/></testsuite>`
	if rep, err := Read(strings.NewReader(passing), "in", Limits{}); err != nil || rep.Tests.Cases[0].File != "" {
		t.Errorf("a case that passed keeps its file: %+v, %v", rep.Tests, err)
	}
}
