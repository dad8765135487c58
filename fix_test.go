package headway_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"headway"
)

// sha draws a whole SHA from a short name.
func sha(name string) string {
	return fmt.Sprintf("%x", name) + strings.Repeat("0", 40-2*len(name))
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// told stores what was recognised as the program does.
func told(f *headway.FixFacts, place string, at time.Time, commits ...headway.Commit) headway.FixesFound {
	found := f.Recognise(place, commits, map[int]string{12: "Prices", 13: "Orders"})
	for i, n := range found.New {
		n.ID, n.Number, n.NotedAt = fmt.Sprintf("f%d", len(f.Fixes)+1), len(f.Fixes)+1, at
		for k := range found.Commits {
			if found.Commits[k].FixID == headway.NewFixID(i) {
				found.Commits[k].FixID = n.ID
			}
		}
		f.Fixes = append(f.Fixes, n)
	}
	for _, k := range append(found.Commits, found.Reverted...) {
		if k.ToldAt.IsZero() {
			k.ToldAt = at
		}
		if k.Reverted != "" {
			k.RevertedAt = at
		}
		f.Commits = slices.DeleteFunc(slices.Clone(f.Commits), func(c headway.FixCommit) bool {
			return c.FixID == k.FixID && c.Place == k.Place && c.SHA == k.SHA
		})
		f.Commits = append(f.Commits, k)
	}
	f.Told = append([]headway.FixTold{{Place: place, At: at}}, f.Told...)
	return found
}

// shelfOf is a team with 2.3.0 in production, 2.4.0 under test and 2.5.0 behind it.
func shelfOf() headway.FixFacts {
	return headway.FixFacts{
		Releases: []headway.Release{
			{ID: "r5", Version: "2.5.0", State: headway.ReleaseShelved, SprintEnd: noon.AddDate(0, 0, -1), ShelvedAt: noon.AddDate(0, 0, -1)},
			{ID: "r4", Version: "2.4.0", State: headway.ReleaseProving, SprintEnd: noon.AddDate(0, 0, -15), ShelvedAt: noon.AddDate(0, 0, -15)},
			{ID: "r3", Version: "2.3.0", State: headway.ReleaseLive, SprintEnd: noon.AddDate(0, 0, -29), ShelvedAt: noon.AddDate(0, 0, -29)},
			{ID: "r6", Version: "2.6.0", State: headway.ReleasePlanned},
		},
		Newest: map[string]string{"r3": "2.3.0-rc.2", "r4": "2.4.0-rc.1", "r5": "2.5.0-rc.1"},
		Found:  map[int]string{12: "r4"},
	}
}

// row writes the states of a fix in the places of the matrix.
func row(t *testing.T, f headway.FixFacts, number int) string {
	t.Helper()
	m := f.Matrix()
	for _, r := range m.Rows {
		if r.Number == number {
			var out []string
			for i, c := range r.Cells {
				out = append(out, fmt.Sprintf("%s %s", m.Places[i].Name, c.State))
			}
			return strings.Join(out, ", ")
		}
	}
	t.Fatalf("no fix %d in %+v", number, m)
	return ""
}

func TestAFixIsFollowedByTrailerPickAndPatch(t *testing.T) {
	f := shelfOf()
	told(&f, "r4", noon, headway.Commit{SHA: sha("a"), PatchID: sha("p"), Fixes: []int{12}})
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 missing, trunk missing" {
		t.Fatal(got)
	}
	told(&f, "r5", noon.Add(time.Hour), headway.Commit{SHA: sha("b"), Picked: []string{sha("a")[:9]}})
	told(&f, headway.Trunk, noon.Add(time.Hour), headway.Commit{SHA: sha("x")}, headway.Commit{SHA: sha("c"), PatchID: sha("p")})
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 in, trunk in" {
		t.Fatal(got)
	}
	signs := map[headway.FixSign]int{}
	for _, c := range f.Commits {
		signs[c.Sign]++
	}
	if len(f.Commits) != 3 || signs[headway.SignTrailer] != 1 || signs[headway.SignPicked] != 1 || signs[headway.SignPatch] != 1 {
		t.Errorf("%+v", f.Commits)
	}
	again := told(&f, headway.Trunk, noon.Add(2*time.Hour), headway.Commit{SHA: sha("c"), PatchID: sha("p")})
	if len(again.Commits) != 0 || len(again.New) != 0 || again.Recognise != 1 {
		t.Errorf("the same commits again: %+v", again)
	}
}

func TestAPickIntoAReleaseIsAFixOfItsOwn(t *testing.T) {
	f := shelfOf()
	pick := headway.Commit{SHA: sha("a"), Subject: "Mend", Picked: []string{sha("m")}}
	if found := f.Recognise(headway.Trunk, []headway.Commit{pick}, nil); len(found.New) != 0 {
		t.Errorf("a pick into trunk carries nothing that a release has: %+v", found)
	}
	told(&f, "r4", noon, pick)
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 missing, trunk missing" || f.Fixes[0].Title != "Mend" {
		t.Fatal(got)
	}
	told(&f, headway.Trunk, noon, headway.Commit{SHA: sha("m")})
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 missing, trunk in" {
		t.Error("the commit that it was picked from:", got)
	}
	if found := f.Recognise("r5", []headway.Commit{{SHA: sha("z"), Fixes: []int{99}}}, map[int]string{}); len(found.Unknown) != 1 || len(found.New) != 0 {
		t.Errorf("an unknown defect: %+v", found)
	}
}

func TestAPickedRevertTakesAPickedFixOut(t *testing.T) {
	f := shelfOf()
	told(&f, headway.Trunk, noon, headway.Commit{SHA: sha("a"), Fixes: []int{12}})
	told(&f, "r5", noon, headway.Commit{SHA: sha("b"), Picked: []string{sha("a")}})
	told(&f, "r5", noon.Add(time.Hour), headway.Commit{SHA: sha("r"), Picked: []string{sha("t")}, Reverts: []string{sha("a")}})
	if got := row(t, f, 1); got != "2.4.0-rc.1 earlier, 2.5.0-rc.1 missing, trunk in" {
		t.Error(got)
	}
}

// TestEveryFurtherRevertTurnsAPickedFix follows a fix that trunk takes out, brings
// back and takes out again, each of which is picked by way of another release:
// messages name the commits of trunk.
func TestEveryFurtherRevertTurnsAPickedFix(t *testing.T) {
	f := shelfOf()
	told(&f, headway.Trunk, noon, headway.Commit{SHA: sha("a"), Fixes: []int{12}})
	by := func(name string) []string { return []string{sha(name), sha(name + "4")} }
	told(&f, "r5", noon, headway.Commit{SHA: sha("a5"), Picked: by("a")})
	for i, step := range []struct{ name, reverts, want string }{
		{"r", "a", "missing"}, {"rr", "r", "in"}, {"rrr", "rr", "missing"}, {"rrrr", "rrr", "in"},
	} {
		picked := headway.Commit{SHA: sha(step.name + "5"), Picked: by(step.name), Reverts: []string{sha(step.reverts)}}
		told(&f, "r5", noon.Add(time.Duration(i+1)*time.Hour), picked)
		if got, want := row(t, f, 1), "2.4.0-rc.1 earlier, 2.5.0-rc.1 "+step.want+", trunk in"; got != want {
			t.Errorf("after %s: %s, want %s", step.name, got, want)
		}
	}
	told(&f, "r5", noon.Add(9*time.Hour), headway.Commit{SHA: sha("z"), Reverts: []string{sha("rr")}})
	if got := row(t, f, 1); got != "2.4.0-rc.1 earlier, 2.5.0-rc.1 in, trunk in" {
		t.Error("the revert of one that others have overtaken:", got)
	}
}

func TestARevertCanBeAFix(t *testing.T) {
	f := shelfOf()
	told(&f, "r4", noon, headway.Commit{SHA: sha("r"), Fixes: []int{12}, Reverts: []string{sha("bad")}})
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 missing, trunk missing" {
		t.Error(got)
	}
}

func TestAnOpenDefectIsOwedByItsRelease(t *testing.T) {
	f := shelfOf()
	told(&f, headway.Trunk, noon, headway.Commit{SHA: sha("a"), Fixes: []int{12}})
	if got := row(t, f, 1); got != "2.4.0-rc.1 earlier, 2.5.0-rc.1 missing, trunk in" {
		t.Error("deferred or accepted there:", got)
	}
	f.Open = map[int]bool{12: true}
	if got := row(t, f, 1); got != "2.4.0-rc.1 missing, 2.5.0-rc.1 missing, trunk in" {
		t.Error("still open there:", got)
	}
	m := f.Matrix()
	if gaps, holds := m.Gaps("r5"); holds != 0 || len(gaps) != 1 || gaps[0].Text() != "F-1 (D-12) is missing from 2.5.0-rc.1" {
		t.Errorf("%+v, %d", gaps, holds)
	}
	if gaps, _ := m.Gaps("r6"); gaps != nil {
		t.Errorf("a release that is no place: %+v", gaps)
	}
}

func TestARevertTakesAFixOut(t *testing.T) {
	f := shelfOf()
	told(&f, "r4", noon, headway.Commit{SHA: sha("a"), Fixes: []int{12}})
	told(&f, "r5", noon, headway.Commit{SHA: sha("a"), Fixes: []int{12}})
	out := headway.Commit{SHA: sha("r"), Fixes: []int{12}, Reverts: []string{sha("a")}}
	told(&f, "r5", noon.Add(time.Hour), out)
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 missing, trunk missing" {
		t.Fatal(got)
	}
	m := f.Matrix()
	if outcome, reason := headway.JudgeFixes(&m, "r5"); outcome != headway.Fail || reason != "F-1 (D-12) is missing from 2.5.0-rc.1" {
		t.Error(outcome, reason)
	}
	told(&f, "r5", noon.Add(2*time.Hour), out, headway.Commit{SHA: sha("rr"), Reverts: []string{sha("r")}})
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 in, trunk missing" {
		t.Error("the revert of the revert:", got)
	}
}

func TestWhoeverSpeaksLastIsHeard(t *testing.T) {
	f := shelfOf()
	told(&f, "r4", noon, headway.Commit{SHA: sha("a"), Fixes: []int{12}})
	f.Marks = []headway.FixMark{{FixID: "f1", Place: "r5", State: headway.FixNotNeeded, Reason: "the page is gone", At: noon.Add(time.Hour)}}
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 not-needed, trunk missing" {
		t.Fatal(got)
	}
	told(&f, "r5", noon.Add(2*time.Hour), headway.Commit{SHA: sha("b"), Fixes: []int{12}})
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 in, trunk missing" {
		t.Error(got)
	}
	f.Marks[0].State, f.Marks[0].At = headway.FixMissing, noon.Add(3*time.Hour)
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 missing, trunk missing" {
		t.Error(got)
	}
}

func TestWhatWasCutFromTrunkHoldsWhatTrunkHeld(t *testing.T) {
	f := shelfOf()
	f.Found = nil
	told(&f, headway.Trunk, noon.AddDate(0, 0, -20), headway.Commit{SHA: sha("a"), Fixes: []int{12}})
	told(&f, "r3", noon.AddDate(0, 0, -20), headway.Commit{SHA: sha("b"), Fixes: []int{12}})
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 in, trunk in" {
		t.Fatal(got)
	}
	f.Releases[0].SprintEnd, f.Releases[0].ShelvedAt = noon.AddDate(0, 0, 5), noon.AddDate(0, 0, -25)
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 missing, trunk in" {
		t.Error("shelved before trunk held it, before its sprint ended:", got)
	}
	f.Releases[0].ShelvedAt = noon
	if past := f.Matrix().Rows[0].Past; len(past) != 1 || past[0] != "2.3.0" {
		t.Error(past)
	}
	f.Told = append(f.Told, headway.FixTold{Place: "r5", At: noon})
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 missing, trunk in" {
		t.Error("its own commits say otherwise:", got)
	}
	f.Told = f.Told[:len(f.Told)-1]
	f.Releases[0].Hotfix = true
	if got := row(t, f, 1); got != "2.4.0-rc.1 in, 2.5.0-rc.1 missing, trunk in" {
		t.Error("a hot fix is cut from what is in production:", got)
	}
	told(&f, headway.Trunk, noon, headway.Commit{SHA: sha("c"), Fixes: []int{13}})
	if got := row(t, f, 2); got != "2.4.0-rc.1 earlier, 2.5.0-rc.1 earlier, trunk in" {
		t.Error("what is only in trunk, and was never in a release:", got)
	}
}

func TestTheGateOverFixes(t *testing.T) {
	f := shelfOf()
	judge := func(release string) string {
		m := f.Matrix()
		outcome, reason := headway.JudgeFixes(&m, release)
		return string(outcome) + ": " + reason
	}
	if got := judge("r4"); got != "pass: no fix is on record that this release or a later one would need" {
		t.Error(got)
	}
	told(&f, "r4", noon, headway.Commit{SHA: sha("a"), Fixes: []int{12}})
	if got := judge("r4"); !strings.HasPrefix(got, "waiting: F-1 (D-12) is missing from 2.5.0-rc.1 and trunk, as far as anybody told") {
		t.Error(got)
	}
	if got := judge("r5"); !strings.HasPrefix(got, "waiting: F-1 (D-12) is missing from 2.5.0-rc.1, as") {
		t.Error(got)
	}
	told(&f, headway.Trunk, noon.Add(time.Minute), headway.Commit{SHA: sha("x")})
	if got := judge("r4"); got != "fail: F-1 (D-12) is missing from 2.5.0-rc.1 and trunk" {
		t.Error(got)
	}
	told(&f, headway.Trunk, noon.Add(time.Hour), headway.Commit{SHA: sha("a")})
	told(&f, "r5", noon.Add(time.Hour), headway.Commit{SHA: sha("a")})
	if got := judge("r4"); got != "pass: 1 fix is here, and in every later release and trunk" {
		t.Error(got)
	}
}

func TestCommitsAndMarksAreChecked(t *testing.T) {
	for _, c := range []headway.Commit{{}, {SHA: "abc"}, {SHA: strings.Repeat("g", 40)}, {SHA: strings.Repeat("a", 41)}, {SHA: sha("a"), PatchID: "x"}} {
		if headway.KindOf(c.Check()) != headway.Invalid {
			t.Errorf("%+v is taken", c)
		}
	}
	for _, m := range []headway.FixMark{{State: "gone"}, {State: headway.FixNotNeeded}, {State: headway.FixEarlier}, {State: headway.FixIn, Reason: "\x1b"}} {
		if headway.KindOf(m.Check()) != headway.Invalid {
			t.Errorf("%+v is taken", m)
		}
	}
	if err := (headway.FixMark{State: headway.FixMissing}).Check(); err != nil {
		t.Error(err)
	}
}
