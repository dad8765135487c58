package headway

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
)

// VariableKind is the type of a runbook's variable.
type VariableKind string

// The kinds of variable.
const (
	VariableText   VariableKind = "text"
	VariableNumber VariableKind = "number"
	VariableSwitch VariableKind = "switch" // true or false
	VariableChoice VariableKind = "choice" // one of Options
)

// RunbookVariable is a typed blank of a runbook. Its value is given when a
// go/no-go opens or a rehearsal starts, is part of what is approved, and stands
// for ${name} in steps.
type RunbookVariable struct {
	Name    string       `json:"name" yaml:"name"`
	Title   string       `json:"title,omitempty" yaml:"title,omitempty"`
	Kind    VariableKind `json:"kind" yaml:"kind"`
	Default string       `json:"default,omitempty" yaml:"default,omitempty"` // empty: a value must be given
	Options []string     `json:"options,omitempty" yaml:"options,omitempty"` // of a choice
	Pattern string       `json:"pattern,omitempty" yaml:"pattern,omitempty"` // of a text: what it must match as a whole
}

// builtIn are the variables that Headway fills itself.
var builtIn = []string{"candidate", "version", "digest", "environment", "deployment", "step", "attempt", "key", "callback"}

func (r Runbook) checkVariables() error {
	if len(r.Variables) > 50 {
		return Invalidf("runbook.variables", "%d variables are more than 50", len(r.Variables))
	}
	seen := map[string]bool{}
	for _, v := range r.Variables {
		where := "runbook.variables." + v.Name
		if err := CheckKey(where, v.Name); err != nil {
			return err
		}
		if seen[v.Name] || slices.Contains(builtIn, v.Name) {
			return Invalidf(where, "the name is taken").WithHint("Headway fills ${candidate}, ${version}, ${digest}, ${environment}, ${deployment}, ${step}, ${attempt}, ${key} and ${callback} itself")
		}
		seen[v.Name] = true
		if err := v.check(where); err != nil {
			return err
		}
	}
	return nil
}

func (v RunbookVariable) check(where string) error {
	switch v.Kind {
	case VariableText, VariableNumber, VariableSwitch:
	case VariableChoice:
		if len(v.Options) == 0 || len(v.Options) > 50 {
			return Invalidf(where+".options", "a choice has 1–50 options")
		}
	default:
		return Invalidf(where+".kind", "%q is no kind of variable", v.Kind).WithHint("use text, number, switch or choice")
	}
	if _, err := regexp.Compile(v.Pattern); err != nil || len(v.Pattern) > 200 {
		return Invalidf(where+".pattern", "%q is no pattern", v.Pattern).WithHint("write a regular expression, such as [a-z]+-[0-9]+")
	}
	if v.Default != "" {
		return v.Check(v.Default)
	}
	return nil
}

// Check refuses a value that is not of the variable's type.
func (v RunbookVariable) Check(value string) error {
	where := "variables." + v.Name
	if value == "" || len(value) > 500 || !isPlainText(value, false) {
		return Invalidf(where, "a value of 1–500 characters is needed")
	}
	switch v.Kind {
	case VariableNumber:
		if n, err := strconv.ParseFloat(value, 64); err != nil || n != n || n < -1e12 || n > 1e12 {
			return Invalidf(where, "%q is no number", value)
		}
	case VariableSwitch:
		if value != "true" && value != "false" {
			return Invalidf(where, "%q is neither true nor false", value)
		}
	case VariableChoice:
		if !slices.Contains(v.Options, value) {
			return Invalidf(where, "%q is none of the options", value).WithHint("use one of %s", enough(v.Options, 10))
		}
	case VariableText:
		if v.Pattern != "" && !regexp.MustCompile(`^(?:`+v.Pattern+`)$`).MatchString(value) {
			return Invalidf(where, "%q does not match %s", value, v.Pattern)
		}
	}
	return nil
}

// FillVariables gives a value for every variable of the runbook: the given one
// or the default. Values for variables that it does not have are refused.
func (r Runbook) FillVariables(given map[string]string) (map[string]string, error) {
	var out map[string]string
	if len(r.Variables) > 0 {
		out = map[string]string{}
	}
	for _, v := range r.Variables {
		value, ok := given[v.Name]
		if !ok {
			value = v.Default
		}
		if value == "" {
			return nil, Invalidf("variables."+v.Name, "the runbook needs a value for %s", v.Name).WithHint("give it with --var %s=VALUE", v.Name)
		}
		if err := v.Check(value); err != nil {
			return nil, err
		}
		out[v.Name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, ok := out[name]; !ok {
			return nil, Invalidf("variables."+name, "the runbook has no variable %q", name)
		}
	}
	return out, nil
}
