package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/web/form"
)

// section is one part of the setup that is edited by itself.
type section struct {
	slug, title, intro string
	one                string // what one element is called
	place              string // what errors call it
	ordered            bool   // the order of its elements means something
	show               func(g form.Guide, f headway.ProgrammeFile) []form.Element
	// read makes the document that is to be applied, with this section alone.
	read func(g form.Guide, f headway.ProgrammeFile, in url.Values) (headway.ProgrammeFile, []form.Element, error)
	// only gives the document with this section alone, as it is.
	only func(f headway.ProgrammeFile) headway.ProgrammeFile
}

// keyed names an element of a list in its form.
type keyed[T any] func(T) (key, title, note string)

// listed makes the section of a list.
func listed[T any](s section, get func(headway.ProgrammeFile) []T, put func(f *headway.ProgrammeFile, was headway.ProgrammeFile, list []T), key keyed[T]) section {
	bare := func(f headway.ProgrammeFile, list []T) headway.ProgrammeFile {
		out := headway.ProgrammeFile{Programme: headway.ProgrammePart{Key: f.Programme.Key}}
		put(&out, f, list)
		return out
	}
	s.show = func(g form.Guide, f headway.ProgrammeFile) []form.Element { return form.Show(g, s.slug, get(f), key) }
	s.only = func(f headway.ProgrammeFile) headway.ProgrammeFile {
		return bare(f, get(f))
	}
	s.read = func(g form.Guide, f headway.ProgrammeFile, in url.Values) (headway.ProgrammeFile, []form.Element, error) {
		t, err := form.Read(g, s.slug, get(f), in, key)
		return bare(f, t.List), t.Elements, err
	}
	return s
}

// sections lists the parts of the setup, in the order in which a programme is set up.
func sections() []section {
	return append(append(append([]section{programmeSection()}, peopleSections()...), ruleSections()...), hotfixSection())
}

func programmeSection() section {
	return section{
		slug: "programme", title: "Programme", place: "programme",
		intro: "The gap policy in working days, working hours, and how far ahead sprints are made.",
		show: func(g form.Guide, f headway.ProgrammeFile) []form.Element {
			return []form.Element{form.One(g, "programme", f.Programme)}
		},
		only: func(f headway.ProgrammeFile) headway.ProgrammeFile {
			return headway.ProgrammeFile{Programme: f.Programme}
		},
		read: func(g form.Guide, f headway.ProgrammeFile, in url.Values) (headway.ProgrammeFile, []form.Element, error) {
			part, e, err := form.ReadOne(g, "programme", f.Programme, in)
			part.Key = f.Programme.Key
			return headway.ProgrammeFile{Programme: part}, []form.Element{e}, err
		},
	}
}

func peopleSections() []section {
	return []section{
		listed(section{slug: "teams", title: "Teams", one: "team", place: "teams", intro: "Development teams put releases on the shelf; the operations team proves and deploys them. Sprints and their releases follow from the cadence."},
			func(f headway.ProgrammeFile) []headway.TeamPart { return f.Teams },
			func(f *headway.ProgrammeFile, _ headway.ProgrammeFile, l []headway.TeamPart) { f.Teams = l },
			func(t headway.TeamPart) (string, string, string) { return t.Key, t.Name, string(t.Kind) }),
		listed(section{slug: "people", title: "People", one: "person", place: "people", intro: "Who does operations work, with which skills, and how much of their time. Absences have a place of their own."},
			func(f headway.ProgrammeFile) []headway.PersonPart { return f.People },
			func(f *headway.ProgrammeFile, _ headway.ProgrammeFile, l []headway.PersonPart) { f.People = l },
			func(p headway.PersonPart) (string, string, string) { return p.Key, p.Name, skillNames(p.Skills) }),
		listed(section{slug: "holidays", title: "Holidays", one: "holiday", place: "holidays", intro: "Days on which nobody works."},
			func(f headway.ProgrammeFile) []headway.HolidayPart { return f.Holidays },
			func(f *headway.ProgrammeFile, _ headway.ProgrammeFile, l []headway.HolidayPart) { f.Holidays = l },
			func(h headway.HolidayPart) (string, string, string) { return h.Day.String(), h.Name, h.Day.String() }),
		listed(section{slug: "environments", title: "Environments", one: "environment", place: "environments", intro: "Where candidates are installed and proved, and production."},
			func(f headway.ProgrammeFile) []headway.EnvironmentPart { return f.Environments },
			func(f *headway.ProgrammeFile, _ headway.ProgrammeFile, l []headway.EnvironmentPart) {
				f.Environments = l
			},
			func(e headway.EnvironmentPart) (string, string, string) { return e.Key, e.Name, string(e.Kind) }),
		listed(section{slug: "windows", title: "Change windows", one: "window", place: "windows", intro: "When production may change. Without any, it may at any time."},
			func(f headway.ProgrammeFile) []headway.WindowPart { return f.Windows },
			func(f *headway.ProgrammeFile, _ headway.ProgrammeFile, l []headway.WindowPart) { f.Windows = l },
			func(w headway.WindowPart) (string, string, string) {
				return w.Key, w.Name, fmt.Sprintf("%s %s, %d minutes", weekdays(headway.Weekdays(w.Days)), w.Start, w.Minutes)
			}),
		listed(section{slug: "freezes", title: "Freezes", one: "freeze", place: "freezes", intro: "Times in which production must not change: once, or again and again by a rule of RFC 5545; for everybody, or for some teams or environments."},
			func(f headway.ProgrammeFile) []headway.FreezePart { return f.Freezes },
			func(f *headway.ProgrammeFile, _ headway.ProgrammeFile, l []headway.FreezePart) { f.Freezes = l },
			func(z headway.FreezePart) (string, string, string) { return z.Key, z.Name, z.Reason }),
	}
}

func ruleSections() []section {
	return []section{
		listed(section{slug: "playbook", title: "Playbook", one: "activity", place: "playbook", ordered: true, intro: "The operations work of a candidate. Estimates grow with the facts that a candidate declares; conditions leave work out."},
			func(f headway.ProgrammeFile) []headway.PlaybookActivity { return f.Playbook },
			func(f *headway.ProgrammeFile, _ headway.ProgrammeFile, l []headway.PlaybookActivity) { f.Playbook = l },
			func(a headway.PlaybookActivity) (string, string, string) {
				return a.Key, a.Title, a.Skill.Name() + ", " + estimateText(a.Estimate)
			}),
		listed(section{slug: "criteria", title: "Gate: criteria", one: "criterion", place: "gate.criteria", ordered: true, intro: "What a candidate is judged by before go/no-go."},
			func(f headway.ProgrammeFile) []headway.Criterion { return gateOf(f).Criteria },
			func(f *headway.ProgrammeFile, was headway.ProgrammeFile, l []headway.Criterion) {
				f.Gate = &headway.GatePart{Criteria: l, Approvals: gateOf(was).Approvals}
			},
			func(c headway.Criterion) (string, string, string) { return c.Key, c.Title, criterionText(c) }),
		listed(section{slug: "approvals", title: "Gate: approvals", one: "approval", place: "gate.approvals", intro: "How many people of which role must approve: two in all at least."},
			func(f headway.ProgrammeFile) []headway.ApprovalRule { return gateOf(f).Approvals },
			func(f *headway.ProgrammeFile, was headway.ProgrammeFile, l []headway.ApprovalRule) {
				f.Gate = &headway.GatePart{Criteria: gateOf(was).Criteria, Approvals: l}
			},
			func(a headway.ApprovalRule) (string, string, string) {
				return string(a.Role), a.Role.Name(), fmt.Sprintf("%d of them", a.Count)
			}),
		listed(section{slug: "steps", title: "Runbook: steps", one: "step", place: "runbook.steps", ordered: true, intro: "The way to production and back."},
			func(f headway.ProgrammeFile) []headway.RunbookStep { return runbookOf(f).Steps },
			func(f *headway.ProgrammeFile, was headway.ProgrammeFile, l []headway.RunbookStep) {
				b := runbookOf(was)
				b.Steps = l
				f.Runbook = &b
			},
			func(s headway.RunbookStep) (string, string, string) {
				return s.Key, s.Title, fmt.Sprintf("%s, %s, %d min", phaseName(s.Phase), s.Kind, s.Minutes)
			}),
		listed(section{slug: "variables", title: "Runbook: variables", one: "variable", place: "runbook.variables", intro: "Blanks of the runbook, written ${name} in its steps. Their values are given when a go/no-go opens or a rehearsal starts, and are part of what is approved."},
			func(f headway.ProgrammeFile) []headway.RunbookVariable { return runbookOf(f).Variables },
			func(f *headway.ProgrammeFile, was headway.ProgrammeFile, l []headway.RunbookVariable) {
				b := runbookOf(was)
				b.Variables = l
				f.Runbook = &b
			},
			func(v headway.RunbookVariable) (string, string, string) {
				return v.Name, variableTitle(v), string(v.Kind)
			}),
		listed(section{slug: "hypercare", title: "Runbook: hypercare", one: "task", place: "runbook.hypercare", ordered: true, intro: "Work that follows a deployment."},
			func(f headway.ProgrammeFile) []headway.HypercareTask { return runbookOf(f).Hypercare },
			func(f *headway.ProgrammeFile, was headway.ProgrammeFile, l []headway.HypercareTask) {
				b := runbookOf(was)
				b.Hypercare = l
				f.Runbook = &b
			},
			func(h headway.HypercareTask) (string, string, string) {
				return h.Title, h.Title, h.Skill.Name()
			}),
	}
}

func gateOf(f headway.ProgrammeFile) headway.GatePart {
	if f.Gate == nil {
		return headway.GatePart{}
	}
	return *f.Gate
}

func runbookOf(f headway.ProgrammeFile) headway.RunbookPart {
	if f.Runbook == nil {
		return headway.RunbookPart{}
	}
	return *f.Runbook
}

// guide says what the fields of the setup are called and what can be chosen.
func guide(f headway.ProgrammeFile, now time.Time, start bool) form.Guide {
	g := form.Guide{
		Labels: fieldLabels, Help: fieldHelp, Zone: now.Location(), Blanks: blanks(f, headway.DateOf(now), start),
		Long: map[string]bool{"steps.instructions": true, "steps.body": true}, Hidden: map[string]bool{"programme.hotfix": true},
		Choices: map[string][]form.Option{
			"TeamKind": choices([]headway.TeamKind{headway.DevelopmentTeam, headway.OperationsTeam}), "EnvironmentKind": choices(headway.EnvironmentKinds()),
			"ActivityKind": choices(headway.ActivityKinds()), "CriterionKind": choices(headway.CriterionKinds()), "StepKind": choices(headway.StepKinds()),
			"Phase": choices([]headway.Phase{headway.PhaseDeploy, headway.PhaseSmoke, headway.PhaseRollback}), "Weekday": weekdayChoices(),
			"VariableKind": choices([]headway.VariableKind{headway.VariableText, headway.VariableNumber, headway.VariableSwitch, headway.VariableChoice}),
		},
	}
	if start { // what a first plan does without
		for _, path := range []string{"programme.key", "programme.slot_minutes", "programme.wip_limits", "people.email", "people.zone", "people.reserve"} {
			g.Hidden[path] = true
		}
	}
	for _, r := range headway.Roles() {
		g.Choices["Role"] = append(g.Choices["Role"], form.Option{Value: string(r), Label: r.Name()})
	}
	for _, t := range f.Teams {
		g.Choices["people.team"] = append(g.Choices["people.team"], form.Option{Value: t.Key, Label: t.Name})
	}
	g.Choices["freezes.teams"] = g.Choices["people.team"]
	g.Choices["playbook.environment"] = []form.Option{{Value: "", Label: "none"}}
	for _, e := range f.Environments {
		g.Choices["playbook.environment"] = append(g.Choices["playbook.environment"], form.Option{Value: e.Key, Label: e.Name})
		g.Choices["freezes.environments"] = append(g.Choices["freezes.environments"], form.Option{Value: e.Key, Label: e.Name})
	}
	addHotfixChoices(&g, f)
	for _, a := range f.Playbook {
		g.Choices["playbook.after"] = append(g.Choices["playbook.after"], form.Option{Value: a.Key, Label: a.Title})
	}
	return g
}

// blanks are what empty elements begin with: what most teams would choose. On
// the way to a first plan there are several.
func blanks(f headway.ProgrammeFile, today headway.Date, start bool) map[string][]any {
	monday := today.AddDays(-((int(today.Weekday()) + 6) % 7))
	sprints := headway.CadencePart{First: monday, Days: 14}
	team := headway.TeamPart{Kind: headway.DevelopmentTeam, Priority: 5, Cadence: sprints}
	team.Cadence.Version = "1.0.0"
	ops := ""
	for _, t := range f.Teams {
		if t.Kind == headway.OperationsTeam {
			ops = t.Key
		}
	}
	person := headway.PersonPart{Team: ops, Percent: 100}
	out := map[string][]any{
		"teams": {team}, "people": {person}, "environments": {headway.EnvironmentPart{Kind: headway.EnvTest}},
		"windows":  {headway.WindowPart{Days: []headway.Weekday{headway.Weekday(time.Saturday)}, Start: 8 * 60, Minutes: 240}},
		"playbook": {headway.PlaybookActivity{Kind: headway.KindTask, Skill: headway.SkillQA, People: 1, Estimate: headway.Estimate{Hours: 2}}},
		"criteria": {headway.Criterion{Kind: headway.CriterionRegression}}, "approvals": {headway.ApprovalRule{Role: headway.ProductOwner}},
		"steps": {headway.RunbookStep{Phase: headway.PhaseDeploy, Kind: headway.StepManual, Minutes: 10}}, "variables": {headway.RunbookVariable{Kind: headway.VariableText}}, "hypercare": {headway.HypercareTask{Skill: headway.SkillSupport, Hours: 2}},
	}
	if start {
		out["teams"] = append(out["teams"], team, team)
		if ops == "" {
			out["teams"] = append([]any{headway.TeamPart{Key: "operations", Name: "Operations", Kind: headway.OperationsTeam, Priority: 5, Cadence: sprints}}, out["teams"]...)
		}
		for _, skill := range wanted(f) {
			out["people"] = append(out["people"], headway.PersonPart{Team: ops, Percent: 100, Skills: []headway.Skill{skill}})
		}
		if len(out["people"]) > 1 {
			out["people"] = out["people"][1:]
		}
	}
	return out
}

// wanted lists the skills that nobody has yet, each as often as an activity of
// the playbook takes people at once: with them every activity can be staffed.
func wanted(f headway.ProgrammeFile) []headway.Skill {
	need := map[headway.Skill]int{}
	var skills []headway.Skill
	for _, a := range f.Playbook {
		if a.Skill != "" && need[a.Skill] == 0 {
			skills = append(skills, a.Skill)
		}
		need[a.Skill] = max(need[a.Skill], a.People, 1)
	}
	for _, p := range f.People {
		for _, s := range p.Skills {
			need[s]--
		}
	}
	var out []headway.Skill
	for _, s := range skills {
		out = append(out, slices.Repeat([]headway.Skill{s}, max(0, need[s]))...)
	}
	return out
}

// choices makes the options of a closed list of the vocabulary.
func choices[T ~string](values []T) []form.Option {
	var out []form.Option
	for _, v := range values {
		out = append(out, form.Option{Value: string(v), Label: strings.ReplaceAll(string(v), "-", " ")})
	}
	return out
}

func weekdayChoices() []form.Option {
	var out []form.Option
	for k := range 7 {
		d := headway.Weekday((k + 1) % 7)
		out = append(out, form.Option{Value: d.String(), Label: time.Weekday(d).String()[:3]})
	}
	return out
}

var fieldLabels = map[string]string{
	"key": "Key", "zone": "Time zone", "gap.minimum": "Gap: minimum", "programme.gap.minimum": "Gap: minimum", "programme.gap.target": "Gap: target",
	"programme.gap.maximum": "Gap: maximum", "slot_minutes": "Slot, minutes", "work_days": "Working days", "work_from": "Work begins", "work_to": "Work ends",
	"programme.hotfix.yields": "What yields while it is on its way", "programme.hotfix.environment": "Environment that it takes", "programme.hotfix.rerun": "What candidates under test do again once it is live",
	"programme.hotfix.rebase": "Candidates under test are rebased onto it", "wip_limits": "WIP limits", "horizon": "Sprints ahead", "teams.cadence.first": "First sprint begins", "teams.cadence.days": "Sprint length, days",
	"teams.cadence.version": "Version of its release", "email": "Account", "percent": "Working time, %", "reserve": "Kept for support, %",
	"data_gb": "Data, GB", "data_as_of": "Data of", "minutes": "Minutes", "people.team": "Team", "playbook.people": "People at once", "playbook.estimate.hours": "Hours",
	"playbook.estimate.per_fact": "Hours per fact", "in_window": "Only inside a change window", "rerun_on_fix": "Again for every fix", "rerun_for": "Again for fixes that touch", "when": "Only when",
	"waived_by": "May be lifted by", "allow": "Failures tolerated", "expr": "Limits", "optional": "Advisory: never blocks", "url": "Address", "no_return": "Point of no return",
	"timeout": "Timeout, minutes", "shared": "Several at once",
	"criteria.no_deploy.days": "Never on", "criteria.no_deploy.eves": "Nor on the day before days off", "criteria.soak.environment": "Soaks on", "criteria.soak.hours": "For hours", "criteria.soak.working_days": "Or for working days",
	"freezes.repeat": "Recurs", "freezes.except": "But not on", "freezes.teams": "Only for the teams", "freezes.environments": "Only on",
}

var fieldHelp = map[string]string{
	"key": "for commands and addresses: a–z, 0–9, -; made of the name when left empty", "programme.gap.minimum": "working days; production earlier is refused", "programme.gap.target": "working days; the plan aims at it", "programme.hotfix.environment": "it is proved there, whoever has booked it", "programme.hotfix.rerun": "none: what was proved stands",
	"programme.hotfix.yields": "nothing: it queues by its team's priority; its environment: bookings there and work in its way, dates of the others a little; everything: bookings, people and every date of the others",
	"programme.hotfix.rebase": "their gates hold until a candidate that has it is on the shelf",
	"programme.gap.maximum":   "working days; beyond it the plan warns", "wip_limits": "doing = 8, one a line", "teams.cadence.version": "what its first sprint releases; the next ones count up",
	"teams.priority": "1 to 10; higher goes first", "people.skills": "dba, appserver, qa, support, release-manager or your own, one a line", "people.email": "of the person's account, if they have one",
	"playbook.estimate.per_fact": "data-gb = 0.02, one a line", "when": "over the facts: schema-migration, data-gb > 0, !no-load-test",
	"freezes.repeat": "FREQ=MONTHLY;BYDAY=-1FR: each last Friday; empty: once", "freezes.except": "days, one a line", "freezes.zone": "whose clock it recurs by, as Europe/Berlin; empty: the programme's",
	"freezes.teams": "none: everybody", "freezes.environments": "none: production",
	"expr": "p95 < 300ms, one a line", "zone": "IANA name, as Europe/Berlin", "command": "program and arguments, one a line", "inputs": "name = value, one a line",
}
