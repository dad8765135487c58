package app

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"headway"
)

// Difference is one thing in which two go/no-gos differ.
type Difference struct {
	Part    string // of the go/no-go: the candidate, the runbook, the gate, the target, the policy, the window, the train
	What    string
	Was, Is string
}

// differences lists in what two snapshots differ, what matters most first.
func differences(then, now Snapshot) []Difference {
	var out []Difference
	add := func(part, what string, was, is any) {
		if w, i := fmt.Sprint(was), fmt.Sprint(is); w != i {
			out = append(out, Difference{part, what, w, i})
		}
	}
	add("the candidate", "the candidate", then.Candidate.Name, now.Candidate.Name)
	if len(out) == 0 && !reflect.DeepEqual(then.Candidate, now.Candidate) {
		add("the candidate", "the content of the candidate", brief(then.Candidate.Digest), brief(now.Candidate.Digest))
	}
	out = append(out, byKey("the runbook", "the step", then.Runbook.Steps, now.Runbook.Steps, func(s headway.RunbookStep) string { return s.Key })...)
	out = append(out, byKey("the runbook", "the connection", then.Runbook.Connections, now.Runbook.Connections, func(c SnapshotConnection) string { return c.Key })...)
	out = append(out, byKey("the runbook", "the variable", pairs(then.Runbook.Values), pairs(now.Runbook.Values), func(p [2]string) string { return p[0] })...)
	out = append(out, byKey("the gate", "the criterion", then.Gate.Criteria, now.Gate.Criteria, func(c headway.Criterion) string { return c.Key })...)
	add("the gate", "who must approve", asksFor(then.Gate.Approvals), asksFor(now.Gate.Approvals))
	add("the train", "the train", then.Train.words(), now.Train.words())
	add("the target", "the target", then.Environment.Key, now.Environment.Key)
	add("the target", "its kind", then.Environment.Kind, now.Environment.Kind)
	add("the policy", "the minimum gap", fmt.Sprintf("%d working days", then.Policy.MinimumGap), fmt.Sprintf("%d working days", now.Policy.MinimumGap))
	add("the policy", "the time zone", then.Policy.Zone, now.Policy.Zone)
	add("the window", "the window", spanText(then.Window, then.Policy.Zone), spanText(now.Window, now.Policy.Zone))
	add("the runbook", "its version", fmt.Sprintf("version %d", then.Runbook.Version), fmt.Sprintf("version %d", now.Runbook.Version))
	add("the gate", "its version", fmt.Sprintf("version %d", then.Gate.Version), fmt.Sprintf("version %d", now.Gate.Version))
	return out
}

// byKey compares two lists whose elements have keys.
func byKey[T any](part, what string, then, now []T, key func(T) string) []Difference {
	var out []Difference
	find := func(list []T, k string) (T, bool) {
		i := slices.IndexFunc(list, func(v T) bool { return key(v) == k })
		if i < 0 {
			var none T
			return none, false
		}
		return list[i], true
	}
	for _, v := range then {
		w, still := find(now, key(v))
		switch {
		case !still:
			out = append(out, Difference{part, what + " " + key(v), "there", "gone"})
		case !reflect.DeepEqual(v, w):
			was, is := fieldsThatDiffer(v, w)
			out = append(out, Difference{part, what + " " + key(v), was, is})
		}
	}
	for _, v := range now {
		if _, before := find(then, key(v)); !before {
			out = append(out, Difference{part, what + " " + key(v), "not there", "new"})
		}
	}
	return out
}

// fieldsThatDiffer says how two values of a struct differ; other values as they are.
func fieldsThatDiffer(a, b any) (was, is string) {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if x.Kind() != reflect.Struct {
		return short(x), short(y)
	}
	var before, after []string
	for i := range x.NumField() {
		if !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			name := strings.ToLower(x.Type().Field(i).Name)
			before, after = append(before, name+" "+short(x.Field(i))), append(after, name+" "+short(y.Field(i)))
		}
	}
	return strings.Join(before, ", "), strings.Join(after, ", ")
}

func short(v reflect.Value) string {
	text := headway.Shorten(strings.Join(strings.Fields(fmt.Sprint(v.Interface())), " "), 120)
	if text == "" || text == "[]" || text == "0" {
		return "none"
	}
	return text
}

func pairs(m map[string]string) [][2]string {
	var out [][2]string
	for k, v := range m {
		out = append(out, [2]string{k, v})
	}
	slices.SortFunc(out, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return out
}

func asksFor(rules []headway.ApprovalRule) string {
	var out []string
	for _, r := range rules {
		out = append(out, fmt.Sprintf("%d of %s", r.Count, r.Role.Name()))
	}
	return strings.Join(out, ", ")
}

func spanText(w SnapshotWindow, zone string) string {
	return instantText(w.From, zone) + " to " + instantText(w.To, zone)
}

// instantText writes an instant by the clock of a zone.
func instantText(t time.Time, zone string) string {
	in, err := time.LoadLocation(zone)
	if err != nil {
		in = time.UTC
	}
	return t.In(in).Format("Mon 2 Jan 2006 15:04 MST")
}

// brief gives the beginning of a digest, enough to tell it from others.
func brief(digest string) string {
	hex := strings.TrimPrefix(digest, "sha256:")
	return hex[:min(12, len(hex))]
}
