package app

import (
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

func TestInterruptsAreMeasuredAndTakenOffCapacity(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		reserve := func() int {
			f := read(t, s, func(q store.Q) (*planFacts, error) { return loadPlanFacts(s.ctx, q, s.p, s.clock.Now()) })
			for _, p := range f.people {
				if p.Key == "quinn" {
					return p.Reserve
				}
			}
			t.Fatal("quinn is not planned")
			return 0
		}
		if got := reserve(); got != 0 {
			t.Fatalf("nothing is logged, and %d %% are kept free", got)
		}
		log := func(minutes int) headway.Interrupt {
			i, err := s.LogInterrupt(s.ctx, s.ops, "shop", LogInterrupt{Person: "quinn", Minutes: minutes, Title: "Orders are stuck", Release: "web/2.0.0"})
			if err != nil {
				t.Fatal(err)
			}
			return i
		}
		first := log(12 * 60)
		log(12 * 60)
		if got := reserve(); got != 15 { // 24 of 160 hours
			t.Errorf("24 hours of 160 keep %d %% free", got)
		}
		v, err := s.SupportView(s.ctx, s.viewer, "shop")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range v.Loads {
			if want := map[bool]int{true: 15}[l.Person.Key == "quinn"]; l.Measured != want {
				t.Errorf("%s: %+v", l.Person.Key, l.SupportLoad)
			}
		}
		if len(v.Interrupts) != 2 || v.Interrupts[0].ReleaseID == "" || v.Interrupts[0].LoggedByName != s.ops.Name {
			t.Errorf("%+v", v.Interrupts)
		}
		if err := s.RemoveInterrupt(s.ctx, s.ops, "shop", first.ID); err != nil {
			t.Fatal(err)
		}
		if got := reserve(); got != 10 {
			t.Errorf("12 hours of 160 keep %d %% free", got)
		}
		s.clock.Advance(60 * 24 * time.Hour)
		if got := reserve(); got != 0 {
			t.Errorf("two months later %d %% are kept free", got)
		}
	})
}

func TestAbsenceLeavesLessTimeToMeasureAgainst(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		from, to := headway.Date{Year: 2026, Month: 11, Day: 1}, headway.Date{Year: 2026, Month: 11, Day: 12}
		if _, err := s.AddAbsence(s.ctx, s.manager, AddAbsence{Programme: "shop", Person: "quinn", From: from, To: to}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.LogInterrupt(s.ctx, s.ops, "shop", LogInterrupt{Person: "quinn", Minutes: 8 * 60}); err != nil {
			t.Fatal(err)
		}
		v, err := s.SupportView(s.ctx, s.viewer, "shop")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range v.Loads {
			if l.Person.Key == "quinn" && l.Working != 11*8*time.Hour {
				t.Errorf("nine of twenty days away leave %s", l.Working)
			}
		}
		if v.Interrupts[0].Title != "Production support" {
			t.Errorf("without a title it is called %q", v.Interrupts[0].Title)
		}
	})
}

func TestRefusedInterrupts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		for name, in := range map[string]LogInterrupt{
			"no time":        {Person: "quinn"},
			"negative":       {Person: "quinn", Minutes: -5},
			"two days":       {Person: "quinn", Minutes: 2 * 24 * 60},
			"overflow":       {Person: "quinn", Minutes: 1 << 60},
			"not over yet":   {Person: "quinn", Minutes: 5, EndedAt: s.clock.Now().Add(time.Hour)},
			"escape code":    {Person: "quinn", Minutes: 5, Title: "\x1b[31m"},
			"nobody himself": {Minutes: 5},
		} {
			_, err := s.LogInterrupt(s.ctx, s.ops, "shop", in)
			wantKind(t, name, err, headway.Invalid)
		}
		_, err := s.LogInterrupt(s.ctx, s.ops, "shop", LogInterrupt{Person: "nobody", Minutes: 5})
		wantKind(t, "an unknown person", err, headway.NotFound)
		_, err = s.LogInterrupt(s.ctx, s.ops, "shop", LogInterrupt{Person: "quinn", Minutes: 5, Release: "web/9.9.9"})
		wantKind(t, "an unknown release", err, headway.NotFound)
		_, err = s.LogInterrupt(s.ctx, s.dev, "shop", LogInterrupt{Person: "quinn", Minutes: 5})
		wantKind(t, "a developer", err, headway.Forbidden)
		_, err = s.LogInterrupt(s.ctx, s.other, "shop", LogInterrupt{Person: "quinn", Minutes: 5})
		wantKind(t, "somebody of another programme", err, headway.NotFound)
		wantKind(t, "removing what is not there", s.RemoveInterrupt(s.ctx, s.ops, "shop", "nothing"), headway.NotFound)
		v, err := s.SupportView(s.ctx, s.viewer, "shop")
		if err != nil || len(v.Interrupts) != 0 {
			t.Errorf("something was stored: %+v, %v", v.Interrupts, err)
		}
	})
}
