package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"headway"
	"headway/internal/web/timeline"
	"headway/internal/web/ui"
)

func (d drafter) operations() []timeline.Section {
	bySkill := map[headway.Skill][]headway.Person{}
	var order []headway.Skill
	for _, p := range d.v.People {
		t, _ := d.v.Team(p.TeamID)
		switch {
		case t.Kind != headway.OperationsTeam && p.TeamID != "", len(p.Skills) == 0:
			continue
		case d.q.Skill != "" && !slices.Contains(p.Skills, d.q.Skill), d.q.Person != "" && p.Key != d.q.Person:
			continue
		}
		if bySkill[p.Skills[0]] == nil {
			order = append(order, p.Skills[0])
		}
		bySkill[p.Skills[0]] = append(bySkill[p.Skills[0]], p)
	}
	slices.SortFunc(order, func(a, b headway.Skill) int { return cmp.Compare(skillRank(a), skillRank(b)) })
	var out []timeline.Section
	for _, skill := range order {
		s := timeline.Section{Key: string(skill), Label: skill.Name()}
		for _, p := range bySkill[skill] {
			if lane := d.person(p); len(lane.Bars) > 0 || d.q.Find == "" {
				s.Lanes = append(s.Lanes, lane)
			}
		}
		if len(s.Lanes) > 0 {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		s := timeline.Section{Key: "operations", Label: "Operations", Empty: nothingMatches}
		if d.unfiltered() {
			s.Empty, s.EmptyHref = "No people yet", d.at.Path("/settings")
			s.Note = "who proves and deploys what is on the shelf; the plan gives each the work of their skills"
		}
		out = append(out, s)
	}
	return out
}

func skillRank(s headway.Skill) string {
	order := []headway.Skill{headway.SkillQA, headway.SkillDBA, headway.SkillAppServer, headway.SkillReleaseManager, headway.SkillSupport}
	if i := slices.Index(order, s); i >= 0 {
		return fmt.Sprint(i)
	}
	return "9" + string(s)
}

func (d drafter) person(p headway.Person) timeline.Lane {
	lane := timeline.Lane{Label: p.Name}
	if p.Percent < 100 {
		lane.Sub = fmt.Sprintf("%d %% of the week", p.Percent)
	}
	for _, pl := range d.work[p.ID] {
		if r := d.v.Releases[pl.ReleaseID]; d.passes(pl, r) {
			lane.Bars = append(lane.Bars, timeline.Bar{
				Span: headway.Interval{From: pl.Start, To: pl.End}, Looked: d.q.Look == pl.Activity,
				Tell: func(b *timeline.Bar) { *b = d.placement(pl, r) },
			})
		}
	}
	for _, pl := range d.ghosts[p.ID] {
		if r := d.v.Releases[pl.ReleaseID]; d.passes(pl, r) && d.moved(pl, p.ID) {
			lane.Ghosts = append(lane.Ghosts, headway.Interval{From: pl.Start, To: pl.End})
		}
	}
	zone := d.clock.Zone()
	for _, a := range d.v.Absences {
		if a.PersonID == p.ID {
			lane.Off = append(lane.Off, headway.Interval{From: a.From.In(zone), To: a.To.AddDays(1).In(zone)})
		}
	}
	return lane
}

// passes tells whether the filters let a placement through.
func (d drafter) passes(pl headway.Placement, r headway.Release) bool {
	if !d.shown(r.TeamID) || d.q.Find != "" && !d.finds(pl.Title, d.releaseName(r), pl.Kind) {
		return false
	}
	if d.q.State == "" {
		return true
	}
	item := d.v.Items[pl.ItemID]
	switch d.q.State {
	case "open":
		return !pl.Done
	case "done":
		return pl.Done
	case "blocked":
		return item.State == headway.ItemBlocked
	case "foreseen":
		return item.CandidateID == "" && !pl.Done
	case "pinned":
		return pl.Pinned
	}
	return true
}

// missed tells whether the filters let nothing of the plan through.
func (d drafter) missed() bool {
	return d.q.filters() > 0 && !slices.ContainsFunc(d.plan.Placements, func(pl headway.Placement) bool { return d.passes(pl, d.v.Releases[pl.ReleaseID]) })
}

// moved tells whether the plan that is drawn has an activity of the one before elsewhere.
func (d drafter) moved(before headway.Placement, person string) bool {
	return !slices.ContainsFunc(d.work[person], func(pl headway.Placement) bool {
		return pl.Activity == before.Activity && samePlace(pl, before)
	})
}

func samePlace(a, b headway.Placement) bool { return a.Start.Equal(b.Start) && a.End.Equal(b.End) }

func (d drafter) people(ids []string) string {
	var names []string
	for _, id := range ids {
		names = append(names, cmp.Or(d.names[id], id))
	}
	return strings.Join(names, ", ")
}

func (d drafter) placement(pl headway.Placement, r headway.Release) timeline.Bar {
	b := timeline.Bar{
		Span: headway.Interval{From: pl.Start, To: pl.End}, Line: d.line(r.TeamID), Label: pl.Title + " · " + r.Version,
		Release: r.ID, Href: d.q.looked(pl.Activity), What: pl.Title + ", " + d.releaseName(r), Who: d.people(pl.People),
		When: d.clock.Span(headway.Interval{From: pl.Start, To: pl.End}), Why: pl.Why, Pinned: pl.Pinned,
	}
	item, known := d.v.Items[pl.ItemID]
	if was, compared := d.was[pl.Activity]; compared && !pl.Done && !samePlace(was, pl) {
		b.Moved = true
	}
	if movable(pl, item) && d.q.Against == "draft" && d.q.Scenario == "" {
		b.Movable = pl.Activity
	}
	b.Looked = d.q.Look == pl.Activity
	switch {
	case pl.Done || item.State == headway.ItemDone:
		b.Class, b.Status = "done", "done"
	case known && item.State == headway.ItemBlocked:
		b.Class, b.Status = "blocked", "blocked: "+item.BlockedReason
	case known && item.CandidateID != "":
		b.Status = ui.ColumnName(item.State)
	default:
		b.Class, b.Status = "foreseen", "foreseen: nothing is on the shelf yet"
	}
	return b
}

func (d drafter) environments() timeline.Section {
	s := timeline.Section{Key: "environments", Label: "Environments", Empty: nothingMatches}
	if d.unfiltered() {
		s.Empty, s.EmptyHref = "No environments yet", d.at.Path("/environments")
	}
	for _, e := range d.v.Environments {
		if e.Kind == headway.EnvProduction {
			continue
		}
		lane := timeline.Lane{Label: e.Name, Sub: string(e.Kind)}
		if !e.DataAsOf.IsZero() {
			lane.Sub = fmt.Sprintf("%s, data of %s", e.Kind, d.clock.Day(e.DataAsOf))
		}
		for _, b := range d.v.Bookings {
			if r := d.v.Releases[b.ReleaseID]; b.EnvironmentID == e.ID && d.shown(r.TeamID) && d.finds(b.Purpose, d.releaseName(r), e.Name) {
				lane.Bars = append(lane.Bars, d.booking(b.ReleaseID, b.Purpose, b.Span, ""))
			}
		}
		for _, pl := range d.places[e.Key] {
			if d.passes(pl, d.v.Releases[pl.ReleaseID]) {
				span := headway.Interval{From: pl.Start, To: pl.End}
				lane.Bars = append(lane.Bars, timeline.Bar{Span: span, Tell: func(b *timeline.Bar) {
					*b = d.booking(pl.ReleaseID, pl.Title, span, "foreseen")
					b.Href = d.q.looked(pl.Activity)
				}})
			}
		}
		if len(lane.Bars) > 0 || d.q.Find == "" {
			s.Lanes = append(s.Lanes, lane)
		}
	}
	if len(s.Lanes) == 0 && d.unfiltered() {
		s.Note = "where candidates are installed and tested: one at a time, so the plan books them and shows where releases wait for each other"
	}
	return s
}

func (d drafter) booking(releaseID, purpose string, span headway.Interval, class string) timeline.Bar {
	r := d.v.Releases[releaseID]
	return timeline.Bar{
		Span: span, Class: class, Line: d.line(r.TeamID), Label: strings.TrimSpace(r.Version + " " + purpose), Release: r.ID, Href: d.href(r.ID),
		What: purpose + ", " + d.releaseName(r), When: d.clock.Span(span),
	}
}
