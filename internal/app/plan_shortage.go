package app

import (
	"fmt"
	"slices"

	"headway"
)

// shortage is work that needs more people of a skill than there are.
type shortage struct {
	title      string
	skill      headway.Skill
	want, able int
	jobs       []job
}

func (b *problem) addShortage(s shortage, j job) {
	i := slices.IndexFunc(b.short, func(o shortage) bool {
		return o.title == s.title && o.skill == s.skill && o.want == s.want && o.able == s.able
	})
	if i < 0 {
		i, b.short = len(b.short), append(b.short, s)
	}
	b.short[i].jobs = append(b.short[i].jobs, j)
}

// tellShort says once for each kind of work, and not once for each release,
// that nobody can do it as it should be done.
func (b *problem) tellShort() {
	for _, s := range b.short {
		var items []string
		for _, j := range s.jobs {
			items = append(items, itemIDs(j)...)
		}
		first := s.jobs[0].release
		others := ""
		if n := len(s.jobs) - 1; n == 1 {
			others = " and 1 more release"
		} else if n > 1 {
			others = fmt.Sprintf(" and %d more releases", n)
		}
		wanted, planned := "1 person", "with fewer"
		if s.want > 1 {
			wanted = fmt.Sprintf("%d people", s.want)
		}
		if s.able == 0 {
			planned = "without anybody"
		}
		b.warnf("skill", severityClash, first.ID, items, "%s needs %s of the skill %s at once, the programme has %d: it is planned %s for %s%s",
			s.title, wanted, s.skill, s.able, planned, b.facts.releaseName(first), others)
	}
}
