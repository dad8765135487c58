package headway

import (
	"testing"
	"time"
)

func TestReworkIsGatheredBySprint(t *testing.T) {
	day := func(d int) Date { return Date{2026, time.November, d} }
	c := Calendar{Zone: time.UTC}
	at := func(d int) time.Time { return day(d).In(time.UTC).Add(10 * time.Hour) }
	sprints := []Sprint{{Number: 1, Start: day(2), End: day(8)}, {Number: 2, Start: day(9), End: day(15)}, {Number: 3, Start: day(16), End: day(22)}, {Number: 4, Start: day(23), End: day(29)}}
	defects := []Defect{
		{ID: "told", State: DefectFixed, Severity: Major, Effort: 6 * time.Hour, ClosedAt: at(3)},
		{ID: "untold", State: DefectFixed, Severity: Major, ClosedAt: at(4)},
		{ID: "over two", State: DefectFixed, Severity: Minor, Effort: 5 * time.Hour, ClosedAt: at(10)},
		{ID: "blocks", State: DefectOpen, Severity: Blocker, Effort: 2 * time.Hour},
		{ID: "nobody's now", State: DefectOpen, Severity: Major},
		{ID: "waits", State: DefectDeferred, Severity: Minor, ClosedAt: at(10)},
		{ID: "was none", State: DefectInvalid, Severity: Minor, Effort: time.Hour, ClosedAt: at(4)},
	}
	efforts := []Effort{
		{"told", at(3), 6 * time.Hour},
		{"over two", at(8), 2 * time.Hour},
		{"over two", at(9), 4 * time.Hour},
		{"over two", at(10), -time.Hour},
		{"blocks", at(11), 2 * time.Hour},
		{"was none", at(4), time.Hour},
	}
	guess := GuessRepairs(defects)
	if guess.Of(Major) != 3*time.Hour+30*time.Minute {
		t.Fatalf("the median of 1, 2, 5 and 6 h is %s", guess.Of(Major))
	}
	got := ReworkOf(sprints, defects, efforts, guess, c, at(12))
	for i, want := range []SprintRework{
		{Spent: 12*time.Hour + 30*time.Minute, Guessed: 3*time.Hour + 30*time.Minute, Mended: make([]Defect, 2)},
		{Spent: 5 * time.Hour, Ahead: 90 * time.Minute, Mended: make([]Defect, 1), Open: make([]Defect, 1)},
		{Ahead: 3*time.Hour + 30*time.Minute, Open: make([]Defect, 1)},
		{},
	} {
		g := got[i]
		if g.Spent != want.Spent || g.Guessed != want.Guessed || g.Ahead != want.Ahead || len(g.Mended) != len(want.Mended) || len(g.Open) != len(want.Open) {
			t.Errorf("sprint %d: spent %s (guessed %s), ahead %s, %d mended, %d open", i+1, g.Spent, g.Guessed, g.Ahead, len(g.Mended), len(g.Open))
		}
	}
}

func TestSprintsAroundADay(t *testing.T) {
	c := Cadence{First: Date{2026, time.November, 2}, Days: 7}
	var all []Sprint
	for n := 1; n <= 6; n++ {
		all = append(all, c.Sprint(n))
	}
	for name, tt := range map[string]struct {
		day   Date
		past  int
		first int
		last  int
	}{
		"before all":   {Date{2026, time.October, 1}, 3, 1, 1},
		"in the third": {Date{2026, time.November, 18}, 1, 2, 4},
		"all past":     {Date{2026, time.November, 18}, 9, 1, 4},
		"after all":    {Date{2027, time.January, 1}, 2, 5, 6},
	} {
		got := SprintsAround(all, tt.day, tt.past)
		if len(got) == 0 || got[0].Number != tt.first || got[len(got)-1].Number != tt.last || len(got) != tt.last-tt.first+1 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := SprintsAround(nil, Date{2026, time.November, 2}, 3); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestOnlyWhatIsOverIsChosenAbout(t *testing.T) {
	b := ReworkBudget{Sprint: 3, Hours: time.Hour}
	for name, tt := range map[string]struct {
		choice ReworkChoice
		reason string
		over   time.Duration
		kind   Kind
	}{
		"within":    {ReworkScope, "why", 0, Conflict},
		"no choice": {"both", "why", time.Hour, Invalid},
		"no reason": {ReworkDate, "", time.Hour, Invalid},
	} {
		if _, err := b.Choose(tt.choice, tt.reason, tt.over); KindOf(err) != tt.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := b.Choose(ReworkDate, "The audit is more important", time.Hour); err != nil || got.Choice != ReworkDate || got.Choice.Says() == "date" {
		t.Errorf("%+v, %v", got, err)
	}
}
