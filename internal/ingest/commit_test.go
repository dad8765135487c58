package ingest

import (
	"reflect"
	"strings"
	"testing"

	"headway"
)

func TestCommitMessage(t *testing.T) {
	const sha = "0123456789abcdef0123456789abcdef01234567"
	for name, tt := range map[string]struct {
		message string
		want    headway.Commit
	}{
		"a trailer":                 {"Round prices up\n\nThey were cut.\n\nFixes: D-12, d-14\nSigned-off-by: A <a@b>\n", headway.Commit{Subject: "Round prices up", Fixes: []int{12, 14}}},
		"in the subject":            {"fixes D-7", headway.Commit{Subject: "fixes D-7", Fixes: []int{7}}},
		"a mention is no fix":       {"See D-12 for why\n\nRelates to: D-13", headway.Commit{Subject: "See D-12 for why"}},
		"another tracker's":         {"Work\n\nFixes: SHOP-12\nCloses #4", headway.Commit{Subject: "Work"}},
		"no number":                 {"Work\n\nFixes: D-0, D-, XD-3, D-12345678901", headway.Commit{Subject: "Work"}},
		"picked twice, as git does": {"Work\n\n(cherry picked from commit " + sha + ")\n(cherry picked from commit abcdef1)", headway.Commit{Subject: "Work", Picked: []string{sha, "abcdef1"}}},
		"a revert":                  {"Revert \"Work\"\n\nThis reverts commit " + strings.ToUpper(sha) + ".\n", headway.Commit{Subject: `Revert "Work"`, Reverts: []string{sha}}},
		"quoted is not picked":      {"Work\n\n> (cherry picked from commit " + sha + ") was odd", headway.Commit{Subject: "Work"}},
		"escapes":                   {"Wo\x1b[31mrk\r\n\r\nFixes: D-1\r\n", headway.Commit{Subject: "Wo[31mrk", Fixes: []int{1}}},
		"empty":                     {"", headway.Commit{}},
	} {
		if got := CommitMessage(tt.message); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
	if got := CommitMessage("a\nFixes: " + strings.Repeat("D-5 D-6 ", 1<<20)); len(got.Fixes) != 2 {
		t.Errorf("a long line: %v", got.Fixes)
	}
}

func FuzzCommitMessage(f *testing.F) {
	f.Add("Work\n\nFixes: D-12\n(cherry picked from commit 0123456)\nThis reverts commit 0123456.")
	f.Fuzz(func(t *testing.T, message string) {
		c := CommitMessage(message)
		if len(c.Fixes) > maxMentions || len(c.Picked) > maxMentions || strings.ContainsAny(c.Subject, "\n\x00\x1b") {
			t.Errorf("%q gives %+v", message, c)
		}
	})
}
