package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	headway "headway"
)

func TestManualCasesAreReadByTheirHeader(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []ManualCase
	}{
		{
			"plain", "title,steps,expected,component\nPay,\"1. open cart\n2) press pay\n   twice\",\"1. cart\n2. paid\",checkout\nLook,look,,\n",
			[]ManualCase{
				{Title: "Pay", Component: "checkout", Steps: []ManualStep{{"open cart", "cart"}, {"press pay\n   twice", "paid"}}, Line: 2},
				{Title: "Look", Steps: []ManualStep{{"look", ""}}, Line: 6},
			},
		},
		{
			"one expected result for all steps", "Expected Result;Test Steps;Name\nall well;\"- a\n- b\";T\n",
			[]ManualCase{{Title: "T", Steps: []ManualStep{{"a", ""}, {"b", "all well"}}, Line: 2}},
		},
		{
			"steps on rows of their own, as Xray and Zephyr export", "TCID,Summary,Action,Data,Expected Result,Labels,Priority\n1,Login,open,,page,\"a, b\",High\n1,,type,bob,name\u00a0shown,,\n,,press,,in,,\n2,Logout,leave,,out,,\n",
			[]ManualCase{
				{Key: "1", Title: "Login", Priority: "High", Labels: []string{"a", "b"}, Steps: []ManualStep{{"open", "page"}, {"type\nData: bob", "name\u00a0shown"}, {"press", "in"}}, Line: 2},
				{Key: "2", Title: "Logout", Steps: []ManualStep{{"leave", "out"}}, Line: 5},
			},
		},
		{
			"TestRail", "\xEF\xBB\xBFID,Title,Section,Preconditions,Steps,Steps (Expected Result)\nC1,A,Cart,be signed in,do it,done\n",
			[]ManualCase{{Key: "C1", Title: "A", Component: "Cart", Precondition: "be signed in", Steps: []ManualStep{{"do it", "done"}}, Line: 2}},
		},
	} {
		got, _, err := ManualCases(strings.NewReader(c.in), "in")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
	if _, notes, err := ManualCases(strings.NewReader("title,Estimate,Owner\na,1,b\n"), "in"); err != nil || len(notes) != 1 || !strings.Contains(notes[0], "Estimate, Owner") {
		t.Errorf("got %v %v", notes, err)
	}
}

func TestManualCasesThatAreNoneAreRefused(t *testing.T) {
	for name, c := range map[string][2]string{
		"empty":              {"", "in"},
		"no title":           {"steps,expected\na,b\n", "names no title"},
		"no case":            {"title,steps\n", "no test case"},
		"row cut off":        {"title,steps\na,b\nc\n", "in:3:1: the row has 1 fields"},
		"quote not closed":   {"title,steps\na,\"b\n", "truncated"},
		"id twice":           {"id,title\n1,a\n2,b\n1,c\n", "there already, on line 2"},
		"title twice":        {"title,component\na,x\na,y\na,x\n", "there already, on line 2"},
		"same id, new title": {"id,title\n1,a\n1,b\n", "under another title"},
		"row without title":  {"title,steps\n,b\n", "no title"},
		"control character":  {"title\na\x01\n", "control"},
		"long field":         {"title\n" + strings.Repeat("a", 9000) + "\n", "longer than"},
		"too many steps":     {"title,steps\na,\"" + strings.Repeat("- a\n", 300) + "\"\n", "more than 200 steps"},
	} {
		if _, _, err := ManualCases(strings.NewReader(c[0]), "in"); headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestOwnersFile(t *testing.T) {
	a, err := Owners(strings.NewReader("\xEF\xBB\xBF# all\n* @shop/all\n\n/with\\ blank/ web qa@example.org # said inline\n/free/\r\n"), "CODEOWNERS")
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := a.Find("with blank/a"); r.Line != 4 || !cmp.Equal(r.Owners, []string{"web", "qa@example.org"}) {
		t.Errorf("got %+v", r)
	}
	if r, ok := a.Find("free/x"); !ok || len(r.Owners) != 0 {
		t.Errorf("got %+v", r)
	}
	if r, _ := a.Find("x"); r.Line != 2 {
		t.Errorf("got %+v", r)
	}
	for name, c := range map[string][2]string{
		"nothing":   {"# only\n", "no rule"},
		"negation":  {"* @a\n!x @b\n", "CODEOWNERS:2: the pattern \"!x\" starts with !"},
		"range":     {"a[bc] @a\n", "CODEOWNERS:1"},
		"section":   {"[Checkout] @a\n", "GitLab's"},
		"no owner":  {"* @@a\n", "no owner"},
		"zero byte": {"* @a\x00\n", "control character"},
	} {
		if _, err := Owners(strings.NewReader(c[0]), "CODEOWNERS"); headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := Owners(strings.NewReader(strings.Repeat("# x\n", 1<<20)), "CODEOWNERS"); headway.KindOf(err) != headway.TooLarge {
		t.Errorf("got %v", err)
	}
}
