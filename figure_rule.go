package headway

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// FigureRule is an expression over counted figures, such as `failed = 0`,
// `missing <= 5`, `skipped < 2%`, `critical = 0` or `lines >= 80%`.
type FigureRule struct {
	Expr  string // as written
	Name  string
	op    string
	limit float64
	share bool // the limit is a share, 0–1
}

var figureRulePattern = regexp.MustCompile(`^([a-z][a-z-]{0,40})\s*(<=|>=|==|=|<|>)\s*(\d{1,9}(?:\.\d{1,6})?)\s*(%)?$`)

// The figures that criteria may speak of.
var (
	testFigures  = []string{"tests", "passed", "failed", "skipped", "muted", "flaky", "new-failures", "still-failing", "missing", "slower", "now-skipped", "fixed", "new"}
	scanFigures  = []string{"total", "critical", "high", "medium", "low", "negligible", "unknown", "fixable", "suppressed"}
	coverFigures = []string{"coverage", "statements", "lines", "branches", "functions"}
)

// ParseFigureRule reads an expression over some figures.
func ParseFigureRule(expr string, names []string) (FigureRule, error) {
	m := figureRulePattern.FindStringSubmatch(strings.TrimSpace(expr))
	if m == nil {
		return FigureRule{}, Invalidf("expr", "%q is no rule", Shorten(expr, 100)).WithHint("write for example `%s <= 5` or `%s < 2%%`", names[0], names[0])
	}
	if !slices.Contains(names, m[1]) {
		return FigureRule{}, Invalidf("expr", "%q is no figure here", m[1]).WithHint("use one of %s", strings.Join(names, ", "))
	}
	limit, err := strconv.ParseFloat(m[3], 64)
	if err != nil || m[4] != "" && limit > 100 {
		return FigureRule{}, Invalidf("expr", "%q is no amount", m[3]+m[4])
	}
	r := FigureRule{Expr: strings.TrimSpace(expr), Name: m[1], op: strings.Replace(m[2], "==", "=", 1), limit: limit, share: m[4] != ""}
	if r.share {
		r.limit /= 100
	}
	return r, nil
}

// Judge holds a figure against the rule: whole is what a share is a part of, 0
// when the figure is a share itself.
func (r FigureRule) Judge(value, whole float64) (Outcome, string) {
	got, shown, limit := value, strconv.FormatFloat(value, 'f', -1, 64), strconv.FormatFloat(r.limit, 'f', -1, 64)
	if whole == 0 || r.share {
		if whole > 0 {
			got = value / whole
		}
		shown, limit = percent(got), percent(r.limit)
		if whole > 0 {
			shown = fmt.Sprintf("%s (%.0f of %.0f)", shown, value, whole)
		}
	}
	if r.holds(got) {
		return Pass, fmt.Sprintf("%s is %s, as wanted %s %s", r.Name, shown, r.op, limit)
	}
	return Fail, fmt.Sprintf("%s is %s, wanted %s %s", r.Name, shown, r.op, limit)
}

func (r FigureRule) holds(v float64) bool {
	switch r.op {
	case "<":
		return v < r.limit
	case "<=":
		return v <= r.limit
	case ">":
		return v > r.limit
	case ">=":
		return v >= r.limit
	}
	return v == r.limit
}

func percent(share float64) string {
	s := strconv.FormatFloat(share*100, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + "%"
}
