package headway

import (
	"fmt"
	"slices"
	"strings"
)

// RunConditions say under what a load run was made, beside its environment:
// response times can be compared when these are the same.
type RunConditions struct {
	DataGB  float64 `json:"data_gb,omitempty"` // volume of the data it ran on, in GB (10^9 bytes); 0: not said
	Profile string  `json:"profile,omitempty"` // name of the load profile, as 200-users; empty: not said
}

// Check refuses amounts and names that are none.
func (c RunConditions) Check() error {
	if !(c.DataGB >= 0 && c.DataGB <= 1e9) {
		return Invalidf("data_gb", "%g is no volume of data in GB", c.DataGB).WithHint("write it as 120 or 0.5, or leave it out")
	}
	if c.Profile != "" {
		return CheckName("profile", c.Profile)
	}
	return nil
}

// String tells the conditions in words; empty when nothing is said.
func (c RunConditions) String() string {
	var parts []string
	if c.DataGB > 0 {
		parts = append(parts, fmt.Sprintf("%g GB of data", c.DataGB))
	}
	if c.Profile != "" {
		parts = append(parts, "load profile "+c.Profile)
	}
	return strings.Join(parts, ", ")
}

// likeRun tells how like to a run another one was made: 2 under the same
// conditions on the same environment, 1 on the same environment, 0 otherwise.
// What a run does not say differs from nothing.
func likeRun(run, other Evidence) int {
	switch {
	case run.Environment != "" && other.Environment != run.Environment:
		return 0
	case run.Conditions.DataGB > 0 && !nearVolume(run.Conditions.DataGB, other.Conditions.DataGB),
		run.Conditions.Profile != "" && other.Conditions.Profile != run.Conditions.Profile:
		return 1
	}
	return 2
}

// nearVolume takes volumes for the same that differ by a tenth at most: data grows.
func nearVolume(a, b float64) bool { return b > 0 && a <= b*1.1 && b <= a*1.1 }

// MostAlike leaves, of some load runs, those that were made most like a run;
// their order stays.
func MostAlike(run Evidence, among []Evidence) []Evidence {
	most := 0
	for _, e := range among {
		if e.Load != nil {
			most = max(most, likeRun(run, e))
		}
	}
	return slices.DeleteFunc(slices.Clone(among), func(e Evidence) bool { return e.Load == nil || likeRun(run, e) < most })
}

// ConditionsDiffer says in what a run and one that it is compared with were
// made differently; empty when nothing is known to differ.
func ConditionsDiffer(run, other Evidence) string {
	if likeRun(run, other) == 2 {
		return ""
	}
	told := func(e Evidence) string {
		parts := []string{}
		if e.Environment != "" {
			parts = append(parts, "on "+e.Environment)
		}
		if s := e.Conditions.String(); s != "" {
			parts = append(parts, "with "+s)
		}
		if len(parts) == 0 {
			return "under conditions that nobody told"
		}
		return strings.Join(parts, " ")
	}
	return fmt.Sprintf("this run was made %s, the one it is compared with %s", told(run), told(other))
}
