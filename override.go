package headway

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// GuardKinds lists the rules of the gate that keep production from changing at
// the wrong time or too soon. They are judged when a go/no-go is decided, when a
// deployment starts and before each of its steps, and are lifted by overrides. A
// new guard is a kind of criterion in this list.
func GuardKinds() []CriterionKind {
	return []CriterionKind{CriterionWindow, CriterionFreeze, CriterionGap, CriterionNoDeploy, CriterionSoak}
}

// IsGuard tells whether criteria of the kind are guards.
func (k CriterionKind) IsGuard() bool { return slices.Contains(GuardKinds(), k) }

// Override lifts one guard for one release, until it is withdrawn or the
// release is closed. An override of a freeze lifts those freezes that it names:
// one that is declared later holds.
type Override struct {
	ID, ProgrammeID, ReleaseID string
	Rule                       string   // key of the gate's criterion
	Freezes                    []string // keys
	Role                       Role
	By, ByName                 string
	Reason                     string
	At                         time.Time

	WithdrawnBy, WithdrawnByName, WithdrawnReason string
	WithdrawnAt                                   time.Time
}

// Holds tells whether the override has not been withdrawn.
func (o Override) Holds() bool { return o.WithdrawnAt.IsZero() }

// NoDeployRule says on which days production must not change.
type NoDeployRule struct {
	Days []Weekday `json:"days,omitempty" yaml:"days,omitempty"`
	Eves bool      `json:"eves,omitempty" yaml:"eves,omitempty"` // the working days before days off too
}

// Holds tells whether a civil day is one of those.
func (r NoDeployRule) Holds(d Date, cal Calendar) bool {
	return slices.Contains(r.Days, Weekday(d.Weekday())) || r.Eves && cal.IsWorkingDay(d) && !cal.IsWorkingDay(d.AddDays(1))
}

// Freezes gives the days of the rule within a span as freezes under a name:
// days that follow each other are one.
func (r NoDeployRule) Freezes(key, name string, cal Calendar, span Interval) []Freeze {
	var out []Freeze
	last := DateOf(span.To.In(cal.Zone))
	for d := DateOf(span.From.In(cal.Zone)); !d.After(last); d = d.AddDays(1) {
		if !r.Holds(d, cal) {
			continue
		}
		from, to := d.In(cal.Zone), d.AddDays(1).In(cal.Zone)
		if n := len(out); n > 0 && out[n-1].Span.To.Equal(from) {
			out[n-1].Span.To = to
			continue
		}
		out = append(out, Freeze{ID: "no-deploy:" + key, Key: key, Name: name, Span: Interval{from, to}})
	}
	return out
}

// String says the rule in words.
func (r NoDeployRule) String() string {
	var parts []string
	for _, d := range r.Days {
		parts = append(parts, time.Weekday(d).String())
	}
	if r.Eves {
		parts = append(parts, "the day before days off")
	}
	return strings.Join(parts, ", ")
}

// JudgeNoDeploy wants the planned span outside the days on which production
// must not change. Without a plan it judges now.
func JudgeNoDeploy(r NoDeployRule, cal Calendar, planned Interval, now time.Time) (Outcome, string) {
	span, outcome := planned, Fail
	if planned.From.IsZero() {
		span, outcome = Interval{now, now.Add(time.Minute)}, Waiting
	}
	for _, f := range r.Freezes("", "", cal, span) {
		if f.Span.Overlaps(span) {
			return outcome, fmt.Sprintf("%s is a day on which nothing is deployed (%s)", DateOf(laterOf(f.Span.From, span.From).In(cal.Zone)).In(cal.Zone).Format("Monday 2 January"), r.String())
		}
	}
	return Pass, "on none of the days on which nothing is deployed: " + r.String()
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
