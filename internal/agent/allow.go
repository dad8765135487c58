package agent

import (
	"path/filepath"
	"slices"
	"strings"

	"headway"
)

// Allowed is a command that an agent may run: a program by its full path, and
// the arguments it must begin with, if any. What follows them is free.
type Allowed []string

// ReadAllowed reads the allow-list of an agent. Without one nothing would bound
// what a runbook can do on this host, so an empty list is refused, and so are
// names that depend on where programs are looked for.
func ReadAllowed(lines []string) ([]Allowed, error) {
	var out []Allowed
	for _, line := range lines {
		words := Allowed(strings.Fields(line))
		if len(words) == 0 || !filepath.IsAbs(words[0]) || filepath.Clean(words[0]) != words[0] {
			return nil, headway.Invalidf("--allow", "%q names no program by its full path", line).
				WithHint("write it as the runbook's step does, such as /usr/bin/kubectl or \"/usr/bin/kubectl rollout\"")
		}
		out = append(out, words)
	}
	if len(out) == 0 {
		return nil, headway.Invalidf("--allow", "an agent needs a list of what it may run").
			WithHint("name each program by its full path: --allow /opt/deploy/switch")
	}
	return out, nil
}

// permits tells whether a command begins as one of the list does.
func permits(list []Allowed, command []string) bool {
	return slices.ContainsFunc(list, func(a Allowed) bool {
		return len(a) > 0 && len(a) <= len(command) && slices.Equal(a, command[:len(a)])
	})
}
