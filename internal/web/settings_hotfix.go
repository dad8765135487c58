package web

import (
	"net/url"
	"strings"

	"headway"
	"headway/internal/web/form"
)

// hotfixSection is the programme's rule about hot fixes.
func hotfixSection() section {
	return section{
		slug: "hotfixes", title: "Hot fixes", place: "programme.hotfix",
		intro: "What a hot fix costs the others while a candidate is under test. Shelving one says it beforehand, and the plan shows it.",
		show: func(g form.Guide, f headway.ProgrammeFile) []form.Element {
			return []form.Element{form.One(g, "programme.hotfix", hotfixOf(f))}
		},
		only: func(f headway.ProgrammeFile) headway.ProgrammeFile {
			return headway.ProgrammeFile{Programme: f.Programme}
		},
		read: func(g form.Guide, f headway.ProgrammeFile, in url.Values) (headway.ProgrammeFile, []form.Element, error) {
			rule, e, err := form.ReadOne(g, "programme.hotfix", hotfixOf(f), in)
			part := f.Programme
			part.Hotfix = &rule
			return headway.ProgrammeFile{Programme: part}, []form.Element{e}, err
		},
	}
}

// hotfixOf gives the rule with what holds when nothing is said.
func hotfixOf(f headway.ProgrammeFile) headway.HotfixRule {
	var rule headway.HotfixRule
	if f.Programme.Hotfix != nil {
		rule = *f.Programme.Hotfix
	}
	if rule.Yields == "" {
		rule.Yields = headway.YieldEnvironment
	}
	return rule
}

// yieldWords say what gives way.
func yieldWords(y headway.HotfixYields) string {
	switch y {
	case headway.YieldNothing:
		return "nothing: it queues by its team's priority"
	case headway.YieldEverything:
		return "bookings, people and every date of the others, candidates under test too"
	}
	return "bookings of its environment, and work in its way; dates of the others a little"
}

// yieldName is short enough for a choice; the help beside it says the rest.
func yieldName(y headway.HotfixYields) string {
	if y == headway.YieldEnvironment {
		return "its environment"
	}
	return string(y)
}

// addHotfixChoices lists what the rule about hot fixes can name: environments
// but production, and what candidates are proved by.
func addHotfixChoices(g *form.Guide, f headway.ProgrammeFile) {
	for _, y := range []headway.HotfixYields{headway.YieldNothing, headway.YieldEnvironment, headway.YieldEverything} {
		g.Choices["HotfixYields"] = append(g.Choices["HotfixYields"], form.Option{Value: string(y), Label: yieldName(y)})
	}
	g.Choices["programme.hotfix.environment"] = []form.Option{{Value: "", Label: "none: where the playbook says"}}
	for _, e := range f.Environments {
		if e.Kind != headway.EnvProduction {
			g.Choices["programme.hotfix.environment"] = append(g.Choices["programme.hotfix.environment"], form.Option{Value: e.Key, Label: e.Name})
		}
	}
	for _, a := range f.Playbook {
		if !a.InWindow && a.Kind != headway.KindGoNoGo {
			g.Choices["programme.hotfix.rerun"] = append(g.Choices["programme.hotfix.rerun"], form.Option{Value: a.Key, Label: a.Title})
		}
	}
}

// hotfixRow is one part of the rule about hot fixes in words.
type hotfixRow struct{ What, Says string }

func hotfixRows(p headway.Programme, places []headway.Environment, book headway.Playbook) []hotfixRow {
	rule := p.Hotfix
	place, again, rebase := "where the playbook says", "nothing: what was proved stands", "no"
	for _, e := range places {
		if e.Key == rule.Environment {
			place = e.Name + ", whoever has booked it"
		}
	}
	if len(rule.Rerun) > 0 {
		var titles []string
		for _, key := range rule.Rerun {
			title := key
			for _, a := range book.Activities {
				if a.Key == key {
					title = a.Title
				}
			}
			titles = append(titles, title)
		}
		again = strings.Join(titles, ", ")
	}
	if rule.Rebase {
		rebase = "yes, by their next candidate"
	}
	return []hotfixRow{{"Yields", yieldWords(rule.Yields)}, {"Proved on", place}, {"Done again", again}, {"Rebased onto it", rebase}}
}
