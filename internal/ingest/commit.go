package ingest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"headway"
)

const (
	maxMessage  = 16 << 10 // bytes of a commit's message that are read
	maxMentions = 50       // defects or commits that one message may name
)

var (
	fixesLine  = regexp.MustCompile(`(?i)^(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)(?::\s*|\s+)(.*)$`)
	defectName = regexp.MustCompile(`(?i)\bD-([1-9][0-9]{0,8})\b`)
	pickedLine = regexp.MustCompile(`(?i)^\(cherry picked from commit ([0-9a-f]{7,64})\)$`)
	revertLine = regexp.MustCompile(`(?i)^This reverts commit ([0-9a-f]{7,64})`)
)

// CommitMessage reads what a commit's message says of fixes: its first line,
// the defects that lines such as `Fixes: D-12, D-14` name, the commits that it
// was picked from (git cherry-pick -x) and those that it takes out again (git
// revert). Issues of other trackers are left alone.
func CommitMessage(message string) headway.Commit {
	var c headway.Commit
	message = headway.Shorten(strings.ToValidUTF8(message, "\uFFFD"), maxMessage)
	for i, line := range strings.Split(message, "\n") {
		line = strings.TrimSpace(strings.Map(plainRune, line))
		if i == 0 {
			c.Subject = headway.Shorten(line, 200)
		}
		if m := fixesLine.FindStringSubmatch(line); m != nil {
			for _, d := range defectName.FindAllStringSubmatch(m[1], maxMentions) {
				n, err := strconv.Atoi(d[1])
				if err == nil && !slices.Contains(c.Fixes, n) && len(c.Fixes) < maxMentions {
					c.Fixes = append(c.Fixes, n)
				}
			}
		}
		if m := pickedLine.FindStringSubmatch(line); m != nil && len(c.Picked) < maxMentions {
			c.Picked = append(c.Picked, strings.ToLower(m[1]))
		}
		if m := revertLine.FindStringSubmatch(line); m != nil && len(c.Reverts) < maxMentions {
			c.Reverts = append(c.Reverts, strings.ToLower(m[1]))
		}
	}
	return c
}

// plainRune leaves out control characters and those that turn the direction of
// writing: a message is shown where people decide.
func plainRune(r rune) rune {
	if unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
		return -1
	}
	return r
}
