package ingest

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"time"

	headway "headway"
)

func TestHistoryVersionsAreToldApart(t *testing.T) {
	for _, c := range []struct {
		raw, release string
		stage        Stage
		n            int
	}{
		{"18.0.0", "18.0.0", StageFinal, 0},
		{"v1.2", "1.2", StageFinal, 0},
		{"1.2.3.4", "1.2.3.4", StageFinal, 0},
		{"18.0.0.0rc1", "18.0.0", StageCandidate, 1},
		{"18.0.0.0rc12", "18.0.0", StageCandidate, 12},
		{"18.0.0.0b3", "18.0.0", StageBeta, 3},
		{"10.0.0rc1", "10.0.0", StageCandidate, 1},
		{"10.0rc1", "10.0", StageCandidate, 1},
		{"2.4.0-rc.1", "2.4.0", StageCandidate, 1},
		{"2.4.0-rc1", "2.4.0", StageCandidate, 1},
		{"2.4.0-RC2", "2.4.0", StageCandidate, 2},
		{"2.4.0-beta.2", "2.4.0", StageBeta, 2},
		{"2.4.0-alpha", "2.4.0", StageBeta, 1},
		{"5.0.0.m3", "5.0.0", StageBeta, 3},
		{"rocky-em", "", StageTag, 0},
		{"train-eol", "", StageTag, 0},
		{"xena-last", "", StageTag, 0},
		{"", "", StageTag, 0},
		{"1.2.3-hotfix-for-acme", "", StageTag, 0},
	} {
		want := HistoryVersion{Raw: c.raw, Release: c.release, Stage: c.stage, Number: c.n}
		if got := ParseHistoryVersion(c.raw); got != want {
			t.Errorf("%q: got %+v, want %+v", c.raw, got, want)
		}
	}
}

func TestReleasesReadsRealHistoryLikeANaiveReader(t *testing.T) {
	const path = "../../../shared/data/openstack/releases.csv"
	f, err := os.Open(path)
	if err != nil {
		t.Skip("the real release history is not here")
	}
	defer f.Close()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	i, stages := 1, map[Stage]int{}
	for row, err := range Releases(f, path) {
		if err != nil {
			t.Fatal(err)
		}
		w := want[i]
		if row.Series != w[0] || row.Team != w[1] || row.Deliverable != w[2] || row.Type != w[3] || row.Model != w[4] || row.Version.Raw != w[5] {
			t.Fatalf("row %d: got %+v, want %v", i, row, w)
		}
		if at, _ := time.Parse(time.RFC3339, w[6]); !at.Equal(row.ReleasedAt) || row.Line != i+1 {
			t.Fatalf("row %d: line %d at %v, want %s", i, row.Line, row.ReleasedAt, w[6])
		}
		i++
		stages[row.Version.Stage]++
	}
	if i != len(want) {
		t.Errorf("read %d rows, the file has %d", i-1, len(want)-1)
	}
	// Counted by hand with grep: N.N.N, rcN, bN, and -em, -eol, -eom, -last.
	if stages[StageFinal] != 6234 || stages[StageCandidate] != 741 || stages[StageBeta] != 241 || stages[StageTag] != 4285 {
		t.Errorf("stages are %v", stages)
	}
}

func TestReleasesMapsColumnsByHeader(t *testing.T) {
	in := "\xEF\xBB\xBFVersion;released_at;extra;deliverable;team;model;series\r\n1.0.0;2020-01-02T03:04:05Z;x;\"no;va\";compute;m;train\r\n"
	var got []ReleaseRow
	for row, err := range Releases(strings.NewReader(in), "h.csv") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row)
	}
	if len(got) != 1 || got[0].Deliverable != "no;va" || got[0].Team != "compute" || got[0].Line != 2 || got[0].Version.Release != "1.0.0" {
		t.Errorf("got %+v", got)
	}
}

func TestReleasesRefusesWithTheLine(t *testing.T) {
	const head = "series,team,deliverable,model,version,released_at\n"
	const good = "train,nova,nova,m,1.0.0,2020-01-02T03:04:05Z\n"
	for _, c := range []struct{ name, in, where, part string }{
		{"empty file", "", "h.csv:1", "empty"},
		{"header only", head, "h.csv", "no row"},
		{"column missing", "series,team,deliverable,model,version\n", "h.csv:1", "released_at"},
		{"column twice", "series,series,team,deliverable,model,version,released_at\n", "h.csv:1", "twice"},
		{"too few fields", head + good + "train,nova\n", "h.csv:3", "2 fields"},
		{"no zone", head + "train,nova,nova,m,1.0.0,2020-01-02T03:04:05\n", "h.csv:2", "no time with a zone"},
		{"year beyond bounds", head + "train,nova,nova,m,1.0.0,9999-12-31T23:59:59-23:59\n", "h.csv:2", "1970–2200"},
		{"empty team", head + good + good + "train,,nova,m,1.0.0,2020-01-02T03:04:05Z\n", "h.csv:4", "team is empty"},
		{"quote not closed", head + "train,\"nova,nova,m,1.0.0,2020-01-02T03:04:05Z\n", "h.csv:2", "not closed"},
		{"quote inside", head + "tr\"a\"in,nova,nova,m,1.0.0,2020-01-02T03:04:05Z\n", "h.csv:2", "not quoted"},
		{"invalid UTF-8", head + "tr\xffin,nova,nova,m,1.0.0,2020-01-02T03:04:05Z\n", "h.csv:2", "UTF-8"},
		{"zero byte", head + "tr\x00in,nova,nova,m,1.0.0,2020-01-02T03:04:05Z\n", "h.csv:2", "zero byte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var last error
			for _, err := range Releases(strings.NewReader(c.in), "h.csv") {
				last = err
			}
			if headway.KindOf(last) != headway.Invalid || !strings.HasPrefix(last.Error(), c.where) || !strings.Contains(last.Error(), c.part) {
				t.Errorf("got %v, want %q at %s", last, c.part, c.where)
			}
		})
	}
}

func FuzzReleases(f *testing.F) {
	f.Add("series,team,deliverable,model,version,released_at\ntrain,nova,nova,m,1.0.0,2020-01-02T03:04:05Z\n")
	f.Add("series;team;deliverable;model;version;released_at\n\"a\"\"b\";b;c;d;e;f\n")
	f.Fuzz(func(t *testing.T, in string) {
		failed := false
		for row, err := range Releases(strings.NewReader(in), "f") {
			if failed {
				t.Fatal("a row came after an error")
			}
			failed = err != nil
			if err == nil && (row.Team == "" || row.Line < 2) {
				t.Fatalf("a row without team or line: %+v", row)
			}
			if err != nil && headway.KindOf(err) == headway.Internal {
				t.Fatalf("not a refusal: %v", err)
			}
		}
	})
}
