package headway_test

import (
	"testing"
	"time"

	"headway"
)

// A freeze that is waived for a time holds again after it; one that is
// overridden is gone, and others stay.
func TestWhatIsLeftOfFreezes(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 12, day, 0, 0, 0, 0, time.UTC) }
	freezes := []headway.Freeze{
		{Key: "sale", Span: headway.Interval{From: at(1), To: at(5)}},
		{Key: "sale", Span: headway.Interval{From: at(20), To: at(25)}},
		{Key: "books", Span: headway.Interval{From: at(10), To: at(12)}},
	}
	k := headway.Criterion{Key: "freeze", Kind: headway.CriterionFreeze, WaivedBy: []headway.Role{headway.ReleaseManager}}
	waiver := headway.Waiver{Criterion: "freeze", Role: headway.ReleaseManager, Freezes: []string{"sale"}, ExpiresAt: at(22)}
	override := headway.Override{Rule: "freeze", Role: headway.ReleaseManager, Freezes: []string{"sale"}}
	withdrawn := override
	withdrawn.WithdrawnAt = at(1)
	stranger, other := waiver, waiver
	stranger.Role, other.Criterion = headway.Developer, "days"
	for name, c := range map[string]struct {
		waivers   []headway.Waiver
		overrides []headway.Override
		left      []headway.Interval
	}{
		"nothing lifts":         {nil, []headway.Override{withdrawn}, []headway.Interval{{From: at(1), To: at(5)}, {From: at(20), To: at(25)}, {From: at(10), To: at(12)}}},
		"waived":                {[]headway.Waiver{waiver, other}, nil, []headway.Interval{{From: at(22), To: at(25)}, {From: at(10), To: at(12)}}},
		"waived by a stranger":  {[]headway.Waiver{stranger}, nil, []headway.Interval{{From: at(1), To: at(5)}, {From: at(20), To: at(25)}, {From: at(10), To: at(12)}}},
		"overridden":            {nil, []headway.Override{override}, []headway.Interval{{From: at(10), To: at(12)}}},
		"waived and overridden": {[]headway.Waiver{waiver}, []headway.Override{override}, []headway.Interval{{From: at(10), To: at(12)}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := headway.Unlifted(freezes, k.Lifts(c.waivers, c.overrides, at(1)))
			if len(got) != len(c.left) {
				t.Fatalf("left are %v", got)
			}
			for i := range got {
				if got[i].Span != c.left[i] {
					t.Errorf("left is %v, want %v", got[i].Span, c.left[i])
				}
			}
		})
	}
	if l := k.Lifts([]headway.Waiver{waiver}, nil, at(22)); len(l) != 0 {
		t.Errorf("a waiver that has ended lifts %v", l)
	}
}
