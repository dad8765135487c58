package headway

import (
	"fmt"
	"slices"
	"strings"
)

// SBOMPolicy says what a bill of materials may not hold. Patterns take * for
// any text and do not mind case.
type SBOMPolicy struct {
	Licences   []string `json:"licences,omitempty" yaml:"licences,omitempty"`     // forbidden, as GPL-3.0-only or AGPL-*
	Components []string `json:"components,omitempty" yaml:"components,omitempty"` // forbidden, by key or name, with a version behind @ when only that is meant: log4j-core@2.14.*
	Unknown    bool     `json:"unknown,omitempty" yaml:"unknown,omitempty"`       // forbid components whose licence is not known
}

// SBOMBreach is a component that a policy forbids, and why.
type SBOMBreach struct {
	Component Component `json:"component"`
	Reason    string    `json:"reason"`
}

const maxPolicyPatterns = 200

// Check refuses a policy that forbids nothing, and patterns that are none.
func (p SBOMPolicy) Check(where string) error {
	all := slices.Concat(p.Licences, p.Components)
	if len(all) == 0 && !p.Unknown {
		return Invalidf(where, "the policy forbids nothing").WithHint("name licences or components")
	}
	if len(all) > maxPolicyPatterns {
		return Invalidf(where, "the policy has more than %d patterns", maxPolicyPatterns)
	}
	for _, s := range all {
		if s == "" || len(s) > 200 || strings.Trim(s, "*") == "" || strings.TrimSpace(s) != s {
			return Invalidf(where, "%q names no licence or component", s).WithHint("write it as GPL-3.0-only, AGPL-* or pkg:npm/left-pad")
		}
	}
	return nil
}

// Breaches lists the components that the policy forbids. Of licences that a
// component may be used under by choice (OR) one that is not forbidden suffices.
func (p SBOMPolicy) Breaches(b SBOM) []SBOMBreach {
	var out []SBOMBreach
	for _, c := range b.Components {
		if c.Subject {
			continue
		}
		if why := p.forbids(c); why != "" {
			out = append(out, SBOMBreach{c, why})
		}
	}
	return out
}

// Judge holds a bill against the policy; nil waits.
func (p SBOMPolicy) Judge(b *SBOM) (Outcome, string) {
	if b == nil {
		return Waiting, "there is no bill of materials yet"
	}
	breaches := p.Breaches(*b)
	if len(breaches) == 0 {
		return Pass, fmt.Sprintf("none of %d components is forbidden", len(b.Components))
	}
	first := breaches[0]
	reason := fmt.Sprintf("%s %s: %s", first.Component.Name, first.Component.Version, first.Reason)
	if n := len(breaches) - 1; n > 0 {
		reason += fmt.Sprintf(", and %d more", n)
	}
	return Fail, reason
}

func (p SBOMPolicy) forbids(c Component) string {
	for _, pattern := range p.Components {
		what, version := pattern, "*"
		if at := strings.LastIndexByte(pattern, '@'); at > max(0, strings.LastIndexByte(pattern, '/')) && pattern[at-1] != '/' {
			what, version = pattern[:at], pattern[at+1:]
		}
		if (wildcard(what, c.Key) || wildcard(what, c.Name)) && wildcard(version, c.Version) {
			return fmt.Sprintf("components %s are forbidden", pattern)
		}
	}
	if len(c.Licences) == 0 && p.Unknown {
		return "its licence is not known"
	}
	for _, licence := range c.Licences {
		if bad := p.refusedBy(licence); bad != "" {
			return fmt.Sprintf("its licence %s is forbidden by %s", Shorten(licence, 80), bad)
		}
	}
	return ""
}

// refusedBy gives the pattern for which nothing of an SPDX expression is left
// to choose; empty when it may be used. What is no expression is one name.
func (p SBOMPolicy) refusedBy(expression string) string {
	e := licenceExpr{words: licenceWords(expression), refuses: p.refusesName}
	bad, ok := e.or(0)
	if !ok || len(e.words) > 0 {
		return p.refusesName(expression)
	}
	return bad
}

func (p SBOMPolicy) refusesName(name string) string {
	base, _, _ := strings.Cut(name, " WITH ")
	for _, pattern := range p.Licences {
		if wildcard(pattern, name) || wildcard(pattern, base) || wildcard(pattern, strings.TrimSuffix(base, "+")) {
			return pattern
		}
	}
	return ""
}

// licenceExpr walks an SPDX licence expression (SPDX 2.3, annex D): OR binds
// weaker than AND, AND weaker than WITH.
type licenceExpr struct {
	words   []string
	refuses func(name string) string
}

func licenceWords(s string) []string {
	s = strings.NewReplacer("(", " ( ", ")", " ) ").Replace(s)
	return strings.Fields(s)
}

func (e *licenceExpr) take(word string) bool {
	if len(e.words) == 0 || !strings.EqualFold(e.words[0], word) {
		return false
	}
	e.words = e.words[1:]
	return true
}

func (e *licenceExpr) or(depth int) (refused string, ok bool) {
	refused, ok = e.and(depth)
	for ok && e.take("OR") {
		var other string
		if other, ok = e.and(depth); other == "" {
			refused = ""
		}
	}
	return refused, ok
}

func (e *licenceExpr) and(depth int) (refused string, ok bool) {
	refused, ok = e.one(depth)
	for ok && e.take("AND") {
		var other string
		if other, ok = e.one(depth); refused == "" {
			refused = other
		}
	}
	return refused, ok
}

func (e *licenceExpr) one(depth int) (refused string, ok bool) {
	const deepest = 40
	if e.take("(") {
		if depth > deepest {
			return "", false
		}
		refused, ok = e.or(depth + 1)
		return refused, ok && e.take(")")
	}
	if len(e.words) == 0 || slices.ContainsFunc([]string{"AND", "OR", "WITH", ")"}, func(w string) bool { return strings.EqualFold(w, e.words[0]) }) {
		return "", false
	}
	name := e.words[0]
	e.words = e.words[1:]
	if e.take("WITH") {
		if len(e.words) == 0 {
			return "", false
		}
		name += " WITH " + e.words[0]
		e.words = e.words[1:]
	}
	return e.refuses(name), true
}

// wildcard tells whether a text is as a pattern says in which * is any text;
// case does not matter.
func wildcard(pattern, text string) bool {
	pattern, text = strings.ToLower(pattern), strings.ToLower(text)
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, parts[last])
}
