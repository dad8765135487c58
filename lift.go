package headway

import (
	"fmt"
	"slices"
	"time"
)

// Lift is a person's word by which a criterion does not hold a release: a
// waiver, which has an end, or an override. Gates, go/no-gos and plans all ask
// here what is lifted.
type Lift struct {
	Word    string    // waived or overridden
	Freezes []string  // keys of what it lifts, of a criterion about times
	Until   time.Time // zero: until it is withdrawn
	Role    Role
	ByName  string
	Reason  string
}

// Lifts gives what lifts a criterion now, by roles that may: overrides, then
// waivers, each the oldest first.
func (c Criterion) Lifts(waivers []Waiver, overrides []Override, now time.Time) []Lift {
	var out []Lift
	for _, o := range overrides {
		if o.Rule == c.Key && o.Holds() && c.MayWaive(o.Role) && c.Kind.IsGuard() {
			out = append(out, Lift{"overridden", o.Freezes, time.Time{}, o.Role, o.ByName, o.Reason})
		}
	}
	for _, w := range waivers {
		if w.Criterion == c.Key && now.Before(w.ExpiresAt) && c.MayWaive(w.Role) {
			out = append(out, Lift{"waived", w.Freezes, w.ExpiresAt, w.Role, w.ByName, w.Reason})
		}
	}
	if c.Kind == CriterionNoDeploy { // as a whole: its days have no other names
		for k := range out {
			out[k].Freezes = []string{c.Key}
		}
	}
	return out
}

// Unlifted gives what is left of freezes: one that is lifted for a time holds
// again after it.
func Unlifted(freezes []Freeze, lifts []Lift) []Freeze {
	var out []Freeze
	for _, f := range freezes {
		gone := false
		for _, l := range lifts {
			if !slices.Contains(l.Freezes, f.Key) {
				continue
			}
			if l.Until.IsZero() {
				gone = true
				break
			}
			f.Span.From = laterOf(f.Span.From, l.Until)
		}
		if !gone && f.Span.From.Before(f.Span.To) {
			out = append(out, f)
		}
	}
	return out
}

// Barred gives the days on which a criterion lets nothing be deployed, as
// freezes: those of them that are not lifted.
func (c Criterion) Barred(cal Calendar, span Interval, lifts []Lift) []Freeze {
	return Unlifted(c.NoDeploy.Freezes(c.Key, c.Title, cal, span), lifts)
}

// String says who lifted it, and why.
func (l Lift) String() string {
	return fmt.Sprintf("%s by %s (%s): %s", l.Word, l.ByName, l.Role.Name(), l.Reason)
}
