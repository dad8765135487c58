package headway

import (
	"regexp"
	"slices"
	"strings"
)

// Attribution says which teams files belong to, in the way of a CODEOWNERS
// file: of the rules that match, the last one holds.
type Attribution struct{ Rules []AttributionRule }

// AttributionRule gives what a pattern matches to owners; no owners take it
// from all.
type AttributionRule struct {
	Pattern string
	Owners  []string // as written: @org/team, @person, an address or a team's key
	Line    int      // in the file it came from, 0 when it came from none
	matches *regexp.Regexp
	label   bool // the pattern is of labels, not of paths
}

// labelRule begins a pattern of labels, which CODEOWNERS does not know:
// label:payments holds for cases tagged payments, whatever their file.
const labelRule = "label:"

const maxAttributionRules = 20_000

// Add appends a rule. Patterns are those that GitHub documents: as in
// .gitignore, but for negation, ranges and an escaped #; docs/* does not reach
// into the directories of docs.
func (a *Attribution) Add(pattern string, owners []string, line int) error {
	re, err := attributionPattern(pattern)
	if err != nil {
		return err
	}
	if len(a.Rules) >= maxAttributionRules {
		return Errorf(TooLarge, "there are more than %d rules", maxAttributionRules)
	}
	a.Rules = append(a.Rules, AttributionRule{Pattern: pattern, Owners: owners, Line: line, matches: re, label: strings.HasPrefix(pattern, labelRule)})
	return nil
}

// Find gives the rule that holds for a path; false when none matches.
func (a Attribution) Find(path string) (AttributionRule, bool) {
	path = strings.TrimPrefix(strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "./"), "/")
	if path == "" {
		return AttributionRule{}, false
	}
	for _, rule := range slices.Backward(a.Rules) {
		if !rule.label && rule.matches.MatchString(path) {
			return rule, true
		}
	}
	return AttributionRule{}, false
}

// FindCase gives the rule that holds for a test case: by a label of it, else by
// its file, else by its class as a path (com.shop.CartTest is com/shop/CartTest),
// else by its suite.
func (a Attribution) FindCase(file, class, suite string, labels []string) (AttributionRule, bool) {
	for _, rule := range slices.Backward(a.Rules) {
		if rule.label && slices.ContainsFunc(labels, rule.matches.MatchString) {
			return rule, true
		}
	}
	for _, path := range []string{file, classPath(class), suite} {
		if rule, ok := a.findAnywhere(path); ok {
			return rule, true
		}
	}
	return AttributionRule{}, false
}

// findAnywhere gives the rule that holds for a path of which it is not known
// where the files begin: one from the root of a machine (/home/ci/shop/src/a.ts)
// or with the name of a module in front (github.com/acme/shop/pay). A rule
// holds that matches a part of it up to its end.
func (a Attribution) findAnywhere(path string) (AttributionRule, bool) {
	path = strings.ReplaceAll(path, `\`, "/")
	first, _, nested := strings.Cut(path, "/")
	if !nested || first != "" && !strings.Contains(strings.TrimLeft(first, "."), ".") && !strings.HasSuffix(first, ":") {
		return a.Find(path)
	}
	path = strings.TrimPrefix(path, "/")
	for _, rule := range slices.Backward(a.Rules) {
		for rest := path; rest != "" && !rule.label; _, rest, _ = strings.Cut(rest, "/") {
			if rule.matches.MatchString(rest) {
				return rule, true
			}
		}
	}
	return AttributionRule{}, false
}

// classPath turns the dots of a class into a path, unless it is one already.
func classPath(class string) string {
	if strings.ContainsAny(class, "/ ") {
		return class
	}
	return strings.ReplaceAll(class, ".", "/")
}

// attributionPattern compiles a pattern.
func attributionPattern(pattern string) (*regexp.Regexp, error) {
	bad := func(why string) (*regexp.Regexp, error) {
		return nil, Invalidf("", "the pattern %q %s", Shorten(pattern, 80), why)
	}
	switch {
	case pattern == "" || pattern == "/":
		return bad("matches nothing")
	case len(pattern) > 500:
		return bad("is longer than 500 characters")
	case strings.HasPrefix(pattern, "!"):
		return bad("starts with !, and negation is not known")
	case strings.ContainsAny(pattern, "[]"):
		return bad("holds [ or ], and ranges are not known")
	case strings.HasPrefix(pattern, `\#`):
		return bad("starts with an escaped #, which is not known")
	case strings.Contains(pattern, "***"):
		return bad("holds ***")
	}
	if label, is := strings.CutPrefix(pattern, labelRule); is {
		if strings.Trim(label, "*") == "" {
			return bad("names no label")
		}
		return regexp.Compile(`(?is)\A` + strings.ReplaceAll(regexp.QuoteMeta(label), `\*`, `.*`) + `\z`)
	}
	segments := strings.Split(pattern, "/")
	if segments[0] == "" {
		segments = segments[1:]
	} else if len(segments) == 1 || len(segments) == 2 && segments[1] == "" {
		segments = append([]string{"**"}, segments...) // a name alone matches at any depth
	}
	if last := len(segments) - 1; segments[last] == "" {
		segments[last] = "**" // a directory: all that is in it
	}
	var re strings.Builder
	re.WriteString(`\A`)
	for i, s := range segments {
		if s == "" {
			return bad("holds an empty segment")
		}
		segmentPattern(&re, s, i == len(segments)-1)
	}
	re.WriteString(`\z`)
	compiled, err := regexp.Compile(re.String())
	if err != nil {
		return bad("is no pattern")
	}
	return compiled, nil
}

// segmentPattern writes the expression of one segment; every one but the last
// ends with the slash behind it.
func segmentPattern(re *strings.Builder, s string, last bool) {
	switch {
	case s == "**" && last:
		re.WriteString(`.+`)
		return
	case s == "**":
		re.WriteString(`(?:.+/)?`)
		return
	case s == "*" && last:
		re.WriteString(`[^/]+`) // not what is in directories of it
		return
	}
	escaped := false
	for _, c := range s {
		switch {
		case escaped:
			re.WriteString(regexp.QuoteMeta(string(c)))
			escaped = false
		case c == '\\':
			escaped = true
		case c == '*':
			re.WriteString(`[^/]*`)
		case c == '?':
			re.WriteString(`[^/]`)
		default:
			re.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	if last {
		re.WriteString(`(?:/.*)?`)
		return
	}
	re.WriteString(`/`)
}
