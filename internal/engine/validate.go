package engine

import (
	"fmt"

	"headway"
)

// Validate says whether a problem makes sense on paper: ids known and unique,
// nothing negative that cannot be, spans sorted, limits kept. The error is
// headway.Invalid or headway.TooLarge and names the place.
func Validate(p Problem) error {
	v := validator{p: &p}
	for _, f := range []func() error{v.sizes, v.calendars, v.peopleAndResources, v.windows, v.activities, v.precedences, v.releases, v.published} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

type validator struct {
	p     *Problem
	spans int

	cals, skills, people, res, wins, acts, rels map[string]bool
}

func (v *validator) sizes() error {
	p := v.p
	for _, l := range []struct {
		what   string
		n, max int
	}{
		{"activities", len(p.Activities), MaxActivities},
		{"precedences", len(p.Precedences), MaxPrecedences},
		{"people", len(p.People), MaxPeople},
		{"resources", len(p.Resources), MaxResources},
		{"slots of horizon", p.Horizon, MaxHorizon},
	} {
		if l.n > l.max {
			return headway.Errorf(headway.TooLarge, "%d %s are too many", l.n, l.what).WithHint("at most %d", l.max)
		}
	}
	if p.Horizon <= 0 {
		return headway.Invalidf("horizon", "there is no time to plan in: the horizon is %d", p.Horizon)
	}
	o := p.Objective
	for _, w := range []int{o.Tardiness, o.SoftLag, o.GapMax, o.Gap, o.Move, o.Person, o.Near, o.Makespan} {
		if w < 0 || w > MaxWeight {
			return headway.Invalidf("objective", "price %d is not within 0 and %d", w, MaxWeight)
		}
	}
	return nil
}

// id adds an id to a list in which it must be new.
func id(seen map[string]bool, what, id string) error {
	if id == "" {
		return headway.Invalidf(what, "an id is empty")
	}
	if seen[id] {
		return headway.Invalidf(what+" "+id, "the id is used twice")
	}
	seen[id] = true
	return nil
}

func (v *validator) sorted(where string, spans []Span, disjoint bool) error {
	if v.spans += len(spans); v.spans > MaxSpans {
		return headway.Errorf(headway.TooLarge, "calendars, absences and windows have too many spans").WithHint("at most %d", MaxSpans)
	}
	for k, s := range spans {
		if s.From >= s.To || s.From < -MaxHorizon || s.To > 2*MaxHorizon {
			return headway.Invalidf(where, "span %d to %d is empty or out of range", s.From, s.To)
		}
		if disjoint && k > 0 && s.From < spans[k-1].To { //nolint:gosec // k is above 0
			return headway.Invalidf(where, "span %d to %d does not come after %d to %d", s.From, s.To, spans[k-1].From, spans[k-1].To) //nolint:gosec // the same
		}
	}
	return nil
}

func (v *validator) calendars() error {
	v.cals = map[string]bool{}
	for _, c := range v.p.Calendars {
		if err := id(v.cals, "calendar", c.ID); err != nil {
			return err
		}
		if err := v.sorted("calendar "+c.ID, c.Working, true); err != nil {
			return err
		}
	}
	v.cals[""] = true
	return nil
}

func (v *validator) peopleAndResources() error {
	v.people, v.skills, v.res = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, q := range v.p.People {
		if err := id(v.people, "person", q.ID); err != nil {
			return err
		}
		if !v.cals[q.Calendar] {
			return headway.Invalidf("person "+q.ID, "calendar %q is unknown", q.Calendar)
		}
		for _, s := range q.Skills {
			v.skills[s] = true
		}
		for _, a := range q.Absences {
			if err := v.sorted("absence of "+q.ID, []Span{a.Span}, false); err != nil {
				return err
			}
		}
	}
	for _, r := range v.p.Resources {
		where := "resource " + r.ID
		if err := id(v.res, "resource", r.ID); err != nil {
			return err
		}
		if !v.cals[r.Calendar] {
			return headway.Invalidf(where, "calendar %q is unknown", r.Calendar)
		}
		if r.Capacity < 0 || r.Capacity > MaxHorizon {
			return headway.Invalidf(where, "capacity %d is out of range", r.Capacity)
		}
		spans := make([]Span, len(r.Profile))
		for k, l := range r.Profile {
			if spans[k] = l.Span; l.Capacity < 0 || l.Capacity > MaxHorizon {
				return headway.Invalidf(where, "capacity %d from %d is out of range", l.Capacity, l.From)
			}
		}
		if err := v.sorted(where, spans, true); err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) windows() error {
	v.wins = map[string]bool{}
	for _, w := range v.p.Windows {
		if err := id(v.wins, "window set", w.ID); err != nil {
			return err
		}
		if err := v.sorted("window set "+w.ID, w.Spans, false); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for _, f := range v.p.Freezes {
		if err := id(seen, "freeze", f.ID); err != nil {
			return err
		}
		if err := v.sorted("freeze "+f.ID, f.Spans, false); err != nil {
			return err
		}
	}
	v.wins[""] = true
	return nil
}

func (v *validator) activities() error {
	v.acts, v.rels = map[string]bool{}, map[string]bool{"": true}
	for _, r := range v.p.Releases {
		if err := id(v.rels, "release", r.ID); err != nil {
			return err
		}
	}
	for i := range v.p.Activities {
		a := &v.p.Activities[i]
		if err := id(v.acts, "activity", a.ID); err != nil {
			return err
		}
		if err := v.activity(a); err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) activity(a *Activity) error {
	where := "activity " + a.ID
	switch {
	case a.Duration < 0:
		return headway.Invalidf(where, "the duration %d is negative", a.Duration)
	case a.Duration > MaxHorizon || a.Earliest > MaxHorizon:
		return headway.Invalidf(where, "duration or earliest start is out of range")
	case a.Weight < 0 || a.Weight > MaxWeight:
		return headway.Invalidf(where, "weight %d is not within 0 and %d", a.Weight, MaxWeight)
	case !v.cals[a.Calendar]:
		return headway.Invalidf(where, "calendar %q is unknown", a.Calendar)
	case !v.wins[a.Windows]:
		return headway.Invalidf(where, "window set %q is unknown", a.Windows)
	case !v.rels[a.Release]:
		return headway.Invalidf(where, "release %q is unknown", a.Release)
	}
	asked := 0
	for _, d := range a.Demands {
		if d.People < 0 || d.People > MaxPeopleAsked {
			return headway.Invalidf(where, "%d people of skill %q are asked for", d.People, d.Skill)
		}
		if !v.skills[d.Skill] && d.People > 0 && a.Duration > 0 {
			return headway.Invalidf(where, "nobody has the skill %q", d.Skill).WithHint("give it to a person, or ask for another")
		}
		asked += d.People
	}
	if asked > MaxPeopleAsked {
		return headway.Errorf(headway.TooLarge, "activity %s asks for %d people", a.ID, asked).WithHint("at most %d", MaxPeopleAsked)
	}
	for _, u := range a.Uses {
		if !v.res[u.Resource] {
			return headway.Invalidf(where, "resource %q is unknown", u.Resource)
		}
		if u.Units < 0 || u.Units > MaxHorizon {
			return headway.Invalidf(where, "%d units of %s are out of range", u.Units, u.Resource)
		}
	}
	if a.Pin == nil {
		return nil
	}
	if a.Pin.Start < 0 || a.Pin.Start > v.p.Horizon {
		return headway.Invalidf(where, "it is pinned at %d, outside the horizon", a.Pin.Start)
	}
	return v.assigned(where, a.Pin.People)
}

func (v *validator) assigned(where string, people []Assignment) error {
	for _, as := range people {
		if !v.people[as.Person] {
			return headway.Invalidf(where, "person %q is unknown", as.Person)
		}
	}
	return nil
}

func (v *validator) precedences() error {
	for k, r := range v.p.Precedences {
		where := fmt.Sprintf("precedence %d (%s to %s)", k+1, r.From, r.To)
		switch {
		case !v.acts[r.From] || !v.acts[r.To]:
			return headway.Invalidf(where, "one of the activities is unknown")
		case r.From == r.To:
			return headway.Invalidf(where, "an activity cannot come before itself")
		case r.Type != "" && r.Type != FinishStart && r.Type != StartStart && r.Type != FinishFinish && r.Type != StartFinish:
			return headway.Invalidf(where, "relation %q is not FS, SS, FF or SF", r.Type)
		case r.MinLag < -MaxLag || r.MinLag > MaxLag || r.MaxLag != nil && (*r.MaxLag < -MaxLag || *r.MaxLag > MaxLag):
			return headway.Invalidf(where, "a lag is out of range")
		case r.MaxLag != nil && *r.MaxLag < r.MinLag && r.MaxWeight == 0:
			return headway.Invalidf(where, "the maximum lag %d is less than the minimum %d", *r.MaxLag, r.MinLag)
		case r.MaxWeight < 0 || r.MaxWeight > MaxWeight:
			return headway.Invalidf(where, "weight %d is not within 0 and %d", r.MaxWeight, MaxWeight)
		case !v.cals[r.Calendar]:
			return headway.Invalidf(where, "calendar %q is unknown", r.Calendar)
		}
	}
	return nil
}

func (v *validator) releases() error {
	for _, r := range v.p.Releases {
		where := "release " + r.ID
		switch {
		case r.Delivery != "" && !v.acts[r.Delivery]:
			return headway.Invalidf(where, "its delivery %q is unknown", r.Delivery)
		case r.Weight < 0 || r.Weight > MaxWeight:
			return headway.Invalidf(where, "weight %d is not within 0 and %d", r.Weight, MaxWeight)
		case !v.cals[r.Gap.Calendar]:
			return headway.Invalidf(where, "calendar %q is unknown", r.Gap.Calendar)
		case r.Gap.Min < 0 || r.Gap.Target < 0 || r.Gap.Max < 0 || r.Gap.Min > MaxLag || r.Gap.Target > MaxLag || r.Gap.Max > MaxLag:
			return headway.Invalidf(where, "a gap is out of range")
		}
	}
	return nil
}

// published placements of activities that are gone are ignored; people too.
func (v *validator) published() error {
	if len(v.p.Published) > MaxActivities {
		return headway.Errorf(headway.TooLarge, "the published plan has too many placements").WithHint("at most %d", MaxActivities)
	}
	return nil
}
