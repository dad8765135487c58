package ingest

import (
	"fmt"
	"strings"
	"testing"
)

func TestTAPSubtests(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     string // id outcome message, a case each
		note     string
	}{
		{"a subtest's points are cases, its sum is none", "# Subtest: o\n    ok 1 - a\n    not ok 2 - b\n    1..2\nnot ok 1 - o\n1..1\n", "o :: a passed|o :: b failed", ""},
		{"a parent that fails by itself is a case", "# Subtest: o\n    ok 1 - a\n    1..1\nnot ok 1 - o\n  ---\n  error: 'the hook failed'\n  ...\n1..1\n", "o :: a passed|o failed the hook failed", ""},
		{"subtests in subtests", "# Subtest: o\n    # Subtest: i\n        ok 1 - a\n        1..1\n    ok 1 - i\n    1..1\nok 1 - o\n1..1\n", "o > i :: a passed", ""},
		{"bare, nested twice", "        ok 1 - a\n        1..1\n    ok 1 - i\n    1..1\nok 1 - o\n1..1\n", "o > i :: a passed", ""},
		{"announced inside, as older Test::More does", "1..1\n    # Subtest: o\n    ok 1 - a\n    1..1\nok 1 - o\n", "o :: a passed", ""},
		{"in braces, behind its point", "1..2\nok 1 - o # time=3ms {\n    ok 1 - a\n    1..1\n}\nok 2 - p\n", "o :: a passed|p passed", ""},
		{"in braces, behind the point's diagnosis", "1..2\nnot ok 1 - o\n  ---\n  at: x\n  ...\n{\n    not ok 1 - a\n    1..1\n}\nok 2 - p\n", "o :: a failed|p passed", ""},
		{"what is TODO as a whole does not fail", "# Subtest: o\n    not ok 1 - a\n    1..1\nnot ok 1 - o # TODO later\n1..1\n", "o :: a skipped", "no case ran"},
		{"skipped as a whole", "# Subtest: o\n    1..0 # SKIP no net\nok 1 # skip no net\n1..1\n", "o skipped no net", "no case ran"},
		{"two of the same name are two", "    ok 1 - a\n    1..1\nok 1 - o\n    not ok 1 - a\n    1..1\nnot ok 2 - o\n1..2\n", "o :: a passed|o [2] :: a failed", ""},
		{"a point of a subtest's plan that never came", "# Subtest: o\n    1..2\n    ok 1 - a\nok 1 - o\n1..1\n", "o :: a passed|o :: missing point 2 error the plan names this point and it never came", ""},
		{"cut off inside of a subtest", "1..2\nok 1 - p\n# Subtest: o\n    not ok 1 - a\n", "p passed|o :: a failed|missing point 2 error the plan names this point and it never came", "no line that sums it up"},
		{"a point of another name does not end a subtest", "# Subtest: o\n    ok 1 - a\n    1..1\nok 1 - x\nok 2 - o\n1..2\n", "x passed|o :: a passed", ""},
		{"a subtest bails out", "1..2\n# Subtest: o\n    ok 1 - a\n    Bail out! no disk\nBail out! no disk\n", "Bail out! error Bail out! no disk|o :: a passed|missing point 1 error the plan names this point and it never came|missing point 2 error the plan names this point and it never came", "no line that sums it up"},
		{"a long plan that was bailed out of", "1..5000\nok 1 - a\nbail out! no disk\n", "a passed|Bail out! error bail out! no disk", "5000 points, 1 came before the run bailed out"},
		{"what is quoted in a diagnosis is none of the run", "not ok 1 - a\n  ---\n  got: |\n    # Subtest: x\n    ok 1 - y\n\n    1..7\n  ...\n1..1\n", "a failed got: |\n  # Subtest: x\n  ok 1 - y\n  1..7", ""},
		{"prose that begins with ok", "ok 1 - a\n    ok then\nokay\n1..1\n", "a passed", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Detect([]byte(c.in)); got != TAP {
				t.Fatalf("detected %q", got)
			}
			rep, err := Read(strings.NewReader(c.in), "in", Limits{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, k := range rep.Tests.Cases {
				got = append(got, strings.TrimSpace(fmt.Sprint(k.ID, " ", k.Outcome, " ", k.Message)))
			}
			if s := strings.Join(got, "|"); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
			if notes := strings.Join(rep.Tests.Notes, "; "); !strings.Contains(notes, c.note) || c.note == "" && notes != "" {
				t.Errorf("the notes are %q, want %q", notes, c.note)
			}
		})
	}
}

func TestTAPPoints(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"ok 1 - hello # todo", "hello skipped 0"},
		{`ok 1 - hello \# todo`, "hello # todo passed 0"},
		{`ok 1 - hello \\# todo`, `hello \# todo passed 0`},
		{`ok 1 - hello \\ # todo hash \# character`, `hello \ skipped 0`},
		{"ok 1 - hello # description # todo", "hello # description # todo passed 0"},
		{"ok 1 - #SkIp case insensitive", "1 skipped 0"},
		{"ok 1 # Skipped: only on windows", "1 skipped 0"},
		{"ok 1 see https://example.com/page.html#skip", "see https://example.com/page.html#skip passed 0"},
		{"not ok 1 a # SKIP not here", "a skipped 0"},
		{"ok", "1 passed 0"},
		{"not ok", "1 failed 0"},
		{"ok - 2 * 2", "2 * 2 passed 0"},
		{"ok 1 - a # time=12.5ms", "a passed 0.0125"},
		{"ok 1 a in 3ms", "a passed 0.003"},
		{"ok 1 a in 3ms # skip", "a skipped 0.003"},
		{"ok 1 - a in 3ms", "a in 3ms passed 0"},
	} {
		rep, err := Read(strings.NewReader("1..1\n"+c.line+"\n"), "in", Limits{})
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		k := rep.Tests.Cases[0]
		if got := fmt.Sprint(k.Name, " ", k.Outcome, " ", k.Duration.Seconds()); got != c.want || rep.Tests.Tests != 1 {
			t.Errorf("%s: got %s, want %s", c.line, got, c.want)
		}
	}
}

func TestTAPDiagnosis(t *testing.T) {
	in := `TAP version 13
# Subtest: n
not ok 1 - n
  ---
  duration_ms: 8.5
  location: '/src/a it''s.mjs:4:1'
  error: |-
    1 == 2
  code: 'X'
  ...
# Subtest: after
# tests 7
not ok 2 after
  ---
    at: Test.<anonymous> (/src/tape.cjs:3:32)
  ...
not ok 3 - perl
#   Failed test 'perl'
#          got: '1'
# Looks like you failed 3 tests of 3.
1..3
`
	rep, err := Read(strings.NewReader(in), "in", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, k := range rep.Tests.Cases {
		got = append(got, fmt.Sprint(k.Name, " ", k.Duration.Seconds(), " ", k.File, " ", k.Message))
	}
	want := "n 0.0085 /src/a it's.mjs 1 == 2\nlocation: '/src/a it''s.mjs:4:1'\ncode: 'X'|after 0 /src/tape.cjs at: Test.<anonymous> (/src/tape.cjs:3:32)|perl 0  Failed test 'perl'\n         got: '1'"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

// A subtest longer than what is held is counted as it comes.
func TestTAPOfOneLongSubtest(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Subtest: o\n")
	const n = 50_000
	for i := range n {
		fmt.Fprintf(&b, "    not ok %d - case %d\n", i+1, i)
	}
	fmt.Fprintf(&b, "    1..%d\nnot ok 1 - o\n1..1\n", n)
	rep, err := Read(strings.NewReader(b.String()), "in", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if r := rep.Tests; r.Tests != n || r.Failed != n || r.Cases[n-1].ID != "o :: case 49999" || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "so long") {
		t.Errorf("got %d tests, %d failed, %v", r.Tests, r.Failed, r.Notes)
	}
}
