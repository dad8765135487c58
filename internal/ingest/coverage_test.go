package ingest

import (
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	headway "headway"
)

const (
	coberturaExample = `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.5" branch-rate="0.5" lines-valid="3" lines-covered="2" branches-valid="2" branches-covered="1" version="1.9" timestamp="1">
<sources><source>.</source></sources><packages><package name="shop"><classes><class name="Cart" filename="shop/cart.py"><methods><method name="add" signature="()"><lines><line number="2" hits="3"/></lines></method></methods>
<lines><line number="1" hits="1"/><line number="2" hits="3" branch="true" condition-coverage="50% (1/2)"/><line number="7" hits="0"/></lines></class></classes></package></packages></coverage>`
	goCoverExample = "mode: set\nexample.com/a/x.go:1.2,3.4 5 1\nexample.com/a/x.go:4.2,6.4 3 0\nexample.com/a/b/y.go:1.1,2.2 2 1\n"
	lcovExample    = "TN:\nSF:src/a.js\nFN:1,(anonymous_0)\nFN:2,4,add\nFNF:2\nFNH:1\nFNDA:3,(anonymous_0)\nFNDA:0,add\nDA:1,3\nDA:2,0\nDA:4,1,checksum\nLF:3\nLH:2\nBRDA:2,0,0,-\nBRDA:2,0,1,4\nBRF:2\nBRH:1\nend_of_record\n"
)

func covered(total, reached int64) headway.Covered {
	return headway.Covered{Total: total, Covered: reached}
}

func TestCoverageReports(t *testing.T) {
	c := mustRead(t, coberturaExample, Cobertura).Coverage
	if c.Lines != covered(3, 2) || c.Branches != covered(2, 1) || c.Files != 1 || len(c.Notes) != 0 || c.Parts[0].Name != "shop" {
		t.Errorf("Cobertura: got %+v", c)
	}
	g := mustRead(t, goCoverExample, GoCover).Coverage
	if g.Statements != covered(10, 7) || g.Files != 2 || len(g.Parts) != 2 || g.Parts[0].Covered != covered(8, 5) {
		t.Errorf("Go: got %+v", g)
	}
	l := mustRead(t, lcovExample, LCOV).Coverage
	if l.Lines != covered(3, 2) || l.Branches != covered(2, 1) || l.Functions != covered(2, 1) || len(l.Notes) != 0 {
		t.Errorf("LCOV: got %+v", l)
	}
}

func TestShardsOfCoverageAddUp(t *testing.T) {
	other := strings.NewReplacer("3.4 5 1", "3.4 5 0", "6.4 3 0", "6.4 3 9").Replace(goCoverExample)
	rep, err := Read(strings.NewReader(string(zipped(t, "a.out", goCoverExample, "b.out", other))), "z.zip", Limits{})
	if err != nil || rep.Coverage.Statements != covered(10, 10) {
		t.Errorf("Go: got %+v %v", rep.Coverage, err)
	}
	joined := mustRead(t, goCoverExample+other, GoCover).Coverage
	if joined.Statements != covered(10, 10) || len(joined.Notes) != 1 {
		t.Errorf("joined: got %+v", joined)
	}
	second := strings.NewReplacer("\nDA:2,0", "\nDA:2,1", "FNDA:0,add", "FNDA:1,add", "BRDA:2,0,0,-", "BRDA:2,0,0,1", "LH:2", "LH:3", "FNH:1", "FNH:2", "BRH:1", "BRH:2").Replace(lcovExample)
	both := mustRead(t, lcovExample+second, LCOV).Coverage
	if both.Lines != covered(3, 3) || both.Branches != covered(2, 2) || both.Functions != covered(2, 2) || len(both.Notes) != 0 {
		t.Errorf("LCOV: got %+v", both)
	}
	if _, err := Read(strings.NewReader(string(zipped(t, "a.out", goCoverExample, "b.info", lcovExample))), "z.zip", Limits{}); headway.KindOf(err) != headway.Invalid {
		t.Errorf("statements and lines were added up: %v", err)
	}
}

func TestCoverageThatLies(t *testing.T) {
	for _, c := range []struct{ name, in, part string }{
		{"Cobertura with declarations", strings.Replace(coberturaExample, `-04.dtd">`, `-04.dtd" [<!ENTITY a "b">]>`, 1), "has a DOCTYPE"},
		{"Cobertura cut off", coberturaExample[:500], "truncated"},
		{"Cobertura of nothing", `<coverage line-rate="0"><packages/></coverage>`, "no line"},
		{"Clover", `<coverage clover="3.2"><project/></coverage>`, "not the <coverage> of Cobertura"},
		{"Cobertura with a line of no number", `<coverage><class filename="a"><line number="x" hits="1"/></class></coverage>`, "does not tell its number"},
		{"Cobertura with a line beyond all", `<coverage><class filename="a"><line number="99999999" hits="1"/></class></coverage>`, "no line number"},
		{"second root", coberturaExample + `<coverage/>`, "more than one root"},
		{"Go cut off", goCoverExample[:39], "damaged or truncated"},
		{"Go of nothing", "mode: set\n", "no statement"},
		{"Go of another mode", "mode: fast\na.go:1.1,2.2 1 1\n", "mode"},
		{"Go of two modes", goCoverExample + "mode: count\n", "modes set and count"},
		{"Go whose blocks differ", goCoverExample + "example.com/a/x.go:1.2,3.4 6 1\n", "6 statements here and 5 before"},
		{"LCOV cut off", strings.TrimSuffix(lcovExample, "end_of_record\n"), "truncated"},
		{"LCOV of nothing", "TN:\nSF:a\nend_of_record\n", "no line"},
		{"LCOV record in a record", "SF:a\nSF:b\nend_of_record\n", "inside that of a"},
		{"LCOV outside of a record", "TN:\nDA:1,1\n", "outside of a record"},
		{"LCOV that is none", "SF:a\nDA:x,1\nend_of_record\n", "does not tell a line"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rep, err := Read(strings.NewReader(c.in), "in", Limits{})
			if headway.KindOf(err) != headway.Invalid || !strings.HasPrefix(err.Error(), "in:") || !strings.Contains(err.Error(), c.part) {
				t.Errorf("got %+v, %v; want %q", rep, err, c.part)
			}
		})
	}
	declared := mustRead(t, strings.Replace(coberturaExample, `lines-covered="2"`, `lines-covered="3"`, 1), Cobertura).Coverage
	if declared.Lines.Covered != 2 || len(declared.Notes) != 1 || !strings.Contains(declared.Notes[0], "declares lines-covered=3, counted were 2") {
		t.Errorf("got %+v", declared)
	}
	lied := mustRead(t, strings.Replace(lcovExample, "LH:2", "LH:3", 1), LCOV).Coverage
	if len(lied.Notes) != 1 || !strings.Contains(lied.Notes[0], "src/a.js declares LH=3, counted were 2") {
		t.Errorf("got %v", lied.Notes)
	}
	var bomb strings.Builder
	bomb.WriteString("mode: set\n")
	for i := range 50 {
		fmt.Fprintf(&bomb, "a.go:%d.1,%d.2 1 1\n", i, i)
	}
	if _, err := Read(strings.NewReader(bomb.String()), "in", Limits{MaxCover: 10}); headway.KindOf(err) != headway.TooLarge {
		t.Errorf("too many blocks: %v", err)
	}
	lines := `<coverage>` + strings.Repeat(`<class filename="x"><line number="4999999" hits="1"/></class>`, 1) + `</coverage>`
	if _, err := Read(strings.NewReader(lines), "in", Limits{MaxCover: 10_000}); headway.KindOf(err) != headway.TooLarge {
		t.Errorf("line numbers that cost memory: %v", err)
	}
}

// Drawn reports are counted with plain maps, and Cobertura by encoding/xml.
func TestDrawnCoverageIsCountedLikeANaiveReader(t *testing.T) {
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 5))
		var goText, lcovText, xmlText strings.Builder
		goText.WriteString("mode: count\n")
		xmlText.WriteString("<coverage><packages><package><classes>")
		blocks, lines := map[string][2]int64{}, map[string]bool{}
		for range r.IntN(30) + 1 {
			file := fmt.Sprintf("d%d/f%d.go", r.IntN(3), r.IntN(4))
			lcovText.WriteString("SF:" + file + "\n")
			fmt.Fprintf(&xmlText, `<class filename="%s"><lines>`, file)
			for range r.IntN(20) + 1 {
				line, hits := r.IntN(300)+1, r.IntN(3)
				key := fmt.Sprintf("%s:%d.1,%d.9", file, line, line)
				statements := int64(line%5 + 1)
				fmt.Fprintf(&goText, "%s %d %d\n", key, statements, hits)
				fmt.Fprintf(&lcovText, "DA:%d,%d\n", line, hits)
				fmt.Fprintf(&xmlText, `<line number="%d" hits="%d" branch="false"/>`, line, hits)
				b := blocks[key]
				b[0] = statements
				if hits > 0 {
					b[1] = statements
				}
				blocks[key] = b
				lines[fmt.Sprint(file, ":", line)] = lines[fmt.Sprint(file, ":", line)] || hits > 0
			}
			lcovText.WriteString("end_of_record\n")
			xmlText.WriteString("</lines></class>")
		}
		xmlText.WriteString("</classes></package></packages></coverage>")
		var statements, want headway.Covered
		for _, b := range blocks {
			statements = statements.Plus(covered(b[0], b[1]))
		}
		for _, hit := range lines {
			want.Total++
			if hit {
				want.Covered++
			}
		}
		if got := mustRead(t, goText.String(), GoCover).Coverage; got.Statements != statements {
			t.Errorf("seed %d: Go: got %+v, want %+v", seed, got.Statements, statements)
		}
		if got := mustRead(t, lcovText.String(), LCOV).Coverage; got.Lines != want {
			t.Errorf("seed %d: LCOV: got %+v, want %+v", seed, got.Lines, want)
		}
		if got := mustRead(t, xmlText.String(), Cobertura).Coverage; got.Lines != want || naiveCobertura(t, xmlText.String()) != want {
			t.Errorf("seed %d: Cobertura: got %+v, want %+v", seed, got.Lines, want)
		}
	}
}

func naiveCobertura(t *testing.T, in string) headway.Covered {
	t.Helper()
	var doc struct {
		Classes []struct {
			File  string `xml:"filename,attr"`
			Lines []struct {
				Number int `xml:"number,attr"`
				Hits   int `xml:"hits,attr"`
			} `xml:"lines>line"`
		} `xml:"packages>package>classes>class"`
	}
	if err := xml.Unmarshal([]byte(in), &doc); err != nil {
		t.Fatal(err)
	}
	type place struct {
		file string
		line int
	}
	hit := map[place]bool{}
	for _, c := range doc.Classes {
		for _, l := range c.Lines {
			hit[place{c.File, l.Number}] = hit[place{c.File, l.Number}] || l.Hits > 0
		}
	}
	out := headway.Covered{Total: int64(len(hit))}
	for _, h := range hit {
		if h {
			out.Covered++
		}
	}
	return out
}
