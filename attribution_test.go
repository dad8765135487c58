package headway_test

import (
	"strings"
	"testing"

	"headway"
)

// The examples of GitHub's page "About code owners", read by their text.
func TestAttributionFollowsTheDocumentedExamples(t *testing.T) {
	for _, c := range []struct {
		pattern   string
		is, isNot string
	}{
		{"*", "a README.md docs/a/b.c", ""},
		{"*.js", "a.js src/lib/a.js", "a.jsx a.js.map"},
		{"*.go", "main.go internal/x/y.go", "main.gob"},
		{"*.txt", "a.txt d/a.txt", ""},
		{"/build/logs/", "build/logs/a.txt build/logs/x/b", "src/build/logs/a.txt build/logs"},
		{"docs/*", "docs/getting-started.md", "docs/build-app/troubleshooting.md src/docs/a.md"},
		{"apps/", "apps/a src/apps/a/b.c", "apps src/apps"},
		{"/docs/", "docs/a docs/b/c", "src/docs/a"},
		{"/scripts/", "scripts/a.sh", "x/scripts/a.sh"},
		{"**/logs", "build/logs/a scripts/logs/b deeply/nested/logs/c logs/d", "build/logsx/a"},
		{"/apps/github", "apps/github apps/github/a", "apps/githubx x/apps/github"},
		{"src/**/test", "src/test src/a/test/x src/a/b/test", "src/atest x/src/test"},
		{"a/**", "a/b a/b/c", "a b/a/c"},
		{"lib/*.c", "lib/x.c", "lib/d/x.c"},
		{"fo?.c", "foo.c x/fob.c", "fo.c fooo.c fo/.c"},
		{"with space.md", "", "with"},
		{"a.b", "a.b", "axb"},
	} {
		var a headway.Attribution
		if err := a.Add(c.pattern, []string{"@x"}, 1); err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		for path := range strings.FieldsSeq(c.is) {
			if _, ok := a.Find(path); !ok {
				t.Errorf("%s does not match %s", c.pattern, path)
			}
		}
		for path := range strings.FieldsSeq(c.isNot) {
			if _, ok := a.Find(path); ok {
				t.Errorf("%s matches %s", c.pattern, path)
			}
		}
	}
}

func TestTheLastRuleThatMatchesHolds(t *testing.T) {
	var a headway.Attribution
	for i, r := range []struct {
		pattern string
		owners  []string
	}{{"*", []string{"@all"}}, {"/checkout/", []string{"@shop/checkout", "cart"}}, {"/checkout/generated/", nil}, {"com/shop/", []string{"shop"}}, {"Checkout suite", []string{"qa"}}} {
		if err := a.Add(r.pattern, r.owners, i+1); err != nil {
			t.Fatal(err)
		}
	}
	for path, line := range map[string]int{"README": 1, "./checkout/a.go": 2, `checkout\a.go`: 2, "checkout/generated/x": 3, "/com/shop/A": 4} {
		if r, ok := a.Find(path); !ok || r.Line != line {
			t.Errorf("%s: rule of line %d, want %d", path, r.Line, line)
		}
	}
	if r, _ := a.FindCase("", "com.shop.cart.CartTest", "x", nil); r.Line != 4 {
		t.Errorf("by class: line %d", r.Line)
	}
	if r, _ := a.FindCase("checkout/cart_test.go", "com.shop.cart.CartTest", "x", nil); r.Line != 2 {
		t.Errorf("by file: line %d", r.Line)
	}
	for path, line := range map[string]int{"/builds/shop/checkout/cart.test.ts": 2, `C:\work\checkout\cart.ts`: 2, "example.org/com/shop/pay": 4} {
		if r, _ := a.FindCase(path, "", "", nil); r.Line != line {
			t.Errorf("by the file %s: line %d, want %d", path, r.Line, line)
		}
	}
	if err := a.Add("label:pay*", []string{"pay"}, 9); err != nil {
		t.Fatal(err)
	}
	if r, _ := a.FindCase("checkout/a.go", "", "", []string{"slow", "Payments"}); r.Line != 9 {
		t.Errorf("by label: line %d", r.Line)
	}
	if r, _ := a.FindCase("label:payments", "", "", []string{"slow"}); r.Line != 1 {
		t.Errorf("a file that looks like a label: line %d", r.Line)
	}
	if _, ok := (headway.Attribution{}).Find("a"); ok {
		t.Error("no rule matched")
	}
}

func TestPatternsThatAreNoneAreRefused(t *testing.T) {
	for _, p := range []string{"", "/", "!a", "a[bc]", `\#a`, "a***b", "a//b", "label:", "label:*", strings.Repeat("a", 501)} {
		var a headway.Attribution
		if err := a.Add(p, nil, 1); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%q: got %v", p, err)
		}
	}
}
