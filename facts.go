package headway

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Facts are what a team declares of a candidate: its size, its data, what it
// changes. Values are text; numbers and booleans are read where they are used.
type Facts map[string]string

// ParseFact reads NAME=VALUE; a bare NAME means true.
func ParseFact(s string) (name, value string, err error) {
	name, value, found := strings.Cut(s, "=")
	if !found {
		value = "true"
	}
	if err := CheckKey("fact", name); err != nil {
		return "", "", err
	}
	if value == "" || len(value) > 200 || !isPlainText(value, false) {
		return "", "", Invalidf("fact "+name, "a value of 1–200 characters is needed").WithHint("write %s=true or %s=120", name, name)
	}
	return name, value, nil
}

// Check refuses facts that cannot be stored or read back.
func (f Facts) Check() error {
	if len(f) > 100 {
		return Invalidf("facts", "%d facts are more than 100", len(f))
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if _, _, err := ParseFact(name + "=" + f[name]); err != nil {
			return err
		}
	}
	return nil
}

// Number gives a fact's number; a missing fact is 0, true is 1, other text is an error.
func (f Facts) Number(name string) (float64, error) {
	v, ok := f[name]
	if !ok || v == "false" || v == "no" {
		return 0, nil
	}
	if v == "true" || v == "yes" {
		return 1, nil
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || n != n || n < 0 || n > 1e12 {
		return 0, Invalidf("fact "+name, "%q is no number", v).WithHint("declare it as %s=120", name)
	}
	return n, nil
}

// Is tells whether a fact is declared and neither false, no nor 0.
func (f Facts) Is(name string) bool {
	v, ok := f[name]
	return ok && v != "false" && v != "no" && v != "0"
}

// Authors lists the addresses that the fact `author` declares, separated by
// commas: who wrote what changed. They do not approve it.
func (f Facts) Authors() []string {
	var out []string
	for a := range strings.SplitSeq(f["author"], ",") {
		if a = strings.TrimSpace(a); a != "" {
			out = append(out, a)
		}
	}
	return out
}

// Condition says when a playbook activity is needed: `fact`, `!fact`, or
// `fact >= 50` with one of < <= = >= >. Empty means always.
type Condition string

var conditionPattern = regexp.MustCompile(`^(!?)([a-z0-9][a-z0-9._-]*)(?:\s*(<=|>=|<|>|=)\s*([0-9.]+))?$`)

// Check refuses a condition that cannot be read.
func (c Condition) Check() error {
	_, err := c.Holds(nil)
	return err
}

// Holds judges the condition over declared facts.
func (c Condition) Holds(f Facts) (bool, error) {
	if c == "" {
		return true, nil
	}
	m := conditionPattern.FindStringSubmatch(string(c))
	if m == nil || (m[1] == "!" && m[3] != "") {
		return false, Invalidf("when", "%q is no condition", string(c)).WithHint("write `schema-migration`, `!schema-migration` or `data-gb >= 50`")
	}
	if m[3] == "" {
		return f.Is(m[2]) != (m[1] == "!"), nil
	}
	limit, err := strconv.ParseFloat(m[4], 64)
	if err != nil {
		return false, Invalidf("when", "%q is no number", m[4])
	}
	n, err := f.Number(m[2])
	if err != nil {
		return false, err
	}
	switch m[3] {
	case "<":
		return n < limit, nil
	case "<=":
		return n <= limit, nil
	case ">":
		return n > limit, nil
	case ">=":
		return n >= limit, nil
	default:
		return n == limit, nil
	}
}
