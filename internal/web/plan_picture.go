package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/web/timeline"
	"headway/internal/web/ui"
)

// drafter turns a plan and what lies around it into a picture.
type drafter struct {
	v     app.PlanPicture
	plan  headway.Plan
	q     planQuery
	clock ui.Clock
	at    ui.Ref
	extra []headway.WhatIfWindow // change windows that are tried

	planned map[string]headway.PlannedRelease // by release
	names   map[string]string                 // of people, by id
	teams   map[string]int                    // places in v.Teams by id
	work    map[string][]headway.Placement    // by person, within the span
	places  map[string][]headway.Placement    // by environment, within the span
	was     map[string]headway.Placement      // the plan it is compared with, by activity
	ghosts  map[string][]headway.Placement    // of that plan by person, within the span
}

func newDrafter(v planView, ghosts headway.Plan, clock ui.Clock, at ui.Ref) drafter {
	d := drafter{
		v: v.PlanPicture, plan: v.Plan, q: v.Query, clock: clock, at: at, extra: v.Try.Preview.Tried.Windows,
		planned: map[string]headway.PlannedRelease{}, names: map[string]string{}, teams: map[string]int{},
		work: map[string][]headway.Placement{}, places: map[string][]headway.Placement{},
		was: map[string]headway.Placement{}, ghosts: map[string][]headway.Placement{},
	}
	for _, r := range d.plan.Releases {
		d.planned[r.ReleaseID] = r
	}
	for _, p := range d.v.People {
		d.names[p.ID] = p.Name
	}
	for i, t := range d.v.Teams {
		d.teams[t.ID] = i
	}
	span := d.span()
	for _, pl := range d.plan.Placements {
		if !(headway.Interval{From: pl.Start, To: pl.End}).Overlaps(span) {
			continue
		}
		for _, id := range pl.People {
			d.work[id] = append(d.work[id], pl)
		}
		if pl.Environment != "" {
			d.places[pl.Environment] = append(d.places[pl.Environment], pl)
		}
	}
	for _, pl := range ghosts.Placements {
		d.was[pl.Activity] = pl
		if (headway.Interval{From: pl.Start, To: pl.End}).Overlaps(span) {
			for _, id := range pl.People {
				d.ghosts[id] = append(d.ghosts[id], pl)
			}
		}
	}
	return d
}

func (d drafter) span() headway.Interval {
	return headway.Interval{From: d.q.From.In(d.clock.Zone()), To: d.q.to().AddDays(1).In(d.clock.Zone())}
}

func (d drafter) picture() timeline.Picture {
	p := timeline.Picture{
		From: d.q.From, To: d.q.to(), Now: d.clock.Now, Calendar: d.v.Calendar, Zoom: d.q.Zoom, Width: d.q.Width,
		Marks: d.q.Marks, First: d.q.Lanes, More: d.q.lanesFrom, Closer: func(i headway.Interval) string { return d.q.closer(headway.DateOf(i.From.In(d.clock.Zone()))) },
	}
	p.Sections = append(p.Sections, d.development(), d.shelf())
	p.Sections = append(p.Sections, d.operations()...)
	p.Sections = append(p.Sections, d.environments())
	for i := range p.Sections {
		s := &p.Sections[i]
		if s.Fold, s.Folded = d.q.folded(s.Key), d.q.folds(s.Key); s.Folded {
			s.Note = ui.Count(len(s.Lanes), "lane") + ", closed"
		}
	}
	p.Production = d.production()
	for _, f := range d.v.Freezes {
		p.Freezes = append(p.Freezes, timeline.Band{Span: f.Span, Name: f.Name})
	}
	return p
}

// shown tells whether the filter lets a team through.
func (d drafter) shown(teamID string) bool {
	if d.q.Team == "" {
		return true
	}
	i, known := d.teams[teamID]
	return known && d.v.Teams[i].Key == d.q.Team
}

// finds tells whether any of some texts holds what is searched for.
func (d drafter) finds(texts ...string) bool {
	if d.q.Find == "" {
		return true
	}
	want := strings.ToLower(d.q.Find)
	return slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(strings.ToLower(s), want) })
}

// nothingMatches stands in a group of lanes that a filter left empty.
const nothingMatches = "Nothing matches"

// unfiltered tells whether what is not drawn is not there.
func (d drafter) unfiltered() bool {
	return d.q.Find == "" && d.q.Team == "" && d.q.Skill == "" && d.q.Person == "" && d.q.State == ""
}

func (d drafter) line(teamID string) string {
	if i, known := d.teams[teamID]; known {
		return ui.LineOf(i)
	}
	return ""
}

func (d drafter) releaseName(r headway.Release) string {
	t, _ := d.v.Team(r.TeamID)
	return strings.TrimSpace(t.Name + " " + r.Version)
}

func (d drafter) href(releaseID string) string { return d.at.Path("/releases/" + releaseID) }

func (d drafter) development() timeline.Section {
	s := timeline.Section{Key: "development", Label: "Development", Note: "sprints, and the gap of each release from sprint end to production", Empty: nothingMatches}
	if d.unfiltered() {
		s.Empty, s.EmptyHref = "No teams yet", d.at.Path("/settings")
	}
	bySprint := map[string]headway.Release{}
	for _, r := range d.v.Releases {
		if r.SprintID != "" && !r.Hotfix { // a hot fix leaves the sprint in which it is made alone
			bySprint[r.SprintID] = r
		}
	}
	sprints, releases := map[string][]headway.Sprint{}, map[string][]headway.Release{}
	span := d.span()
	for _, sp := range d.v.Sprints {
		if (headway.Interval{From: sp.Start.In(d.clock.Zone()), To: sp.End.AddDays(1).In(d.clock.Zone())}).Overlaps(span) {
			sprints[sp.TeamID] = append(sprints[sp.TeamID], sp)
		}
	}
	for _, r := range d.v.Releases {
		releases[r.TeamID] = append(releases[r.TeamID], r)
	}
	for _, t := range d.v.Teams {
		if t.Kind != headway.DevelopmentTeam || !d.shown(t.ID) {
			continue
		}
		lane := timeline.Lane{Label: t.Name, Line: d.line(t.ID), Href: d.at.Path("/teams/" + t.Key), Sub: fmt.Sprintf("sprints of %s", ui.Count(t.Cadence.Days, "day"))}
		for _, sp := range sprints[t.ID] {
			if r := bySprint[sp.ID]; d.finds(t.Name, r.Version, t.Name+" "+r.Version) {
				lane.Bars = append(lane.Bars, timeline.Bar{
					Span: headway.Interval{From: sp.Start.In(d.clock.Zone()), To: sp.End.AddDays(1).In(d.clock.Zone())},
					Tell: func(b *timeline.Bar) { *b = d.sprint(sp, r) },
				})
			}
		}
		for _, r := range inOrder(releases[t.ID]) {
			if g, ok := d.gap(r, span); ok && d.finds(t.Name, r.Version, t.Name+" "+r.Version) {
				lane.Gaps = append(lane.Gaps, g)
			}
		}
		if len(lane.Bars)+len(lane.Gaps) > 0 || d.q.Find == "" {
			s.Lanes = append(s.Lanes, lane)
		}
	}
	return s
}

func inOrder(releases []headway.Release) []headway.Release {
	slices.SortFunc(releases, func(a, b headway.Release) int {
		return cmp.Or(a.SprintEnd.Compare(b.SprintEnd), cmp.Compare(a.ID, b.ID))
	})
	return releases
}

func (d drafter) sprint(sp headway.Sprint, r headway.Release) timeline.Bar {
	zone := d.clock.Zone()
	span := headway.Interval{From: sp.Start.In(zone), To: sp.End.AddDays(1).In(zone)}
	b := timeline.Bar{Span: span, Class: "sprint", Line: d.line(sp.TeamID), Label: fmt.Sprintf("Sprint %d", sp.Number), Href: d.at.Path("/plan")}
	t, _ := d.v.Team(sp.TeamID)
	b.What = fmt.Sprintf("%s, sprint %d", t.Name, sp.Number)
	b.When = fmt.Sprintf("%s – %s", d.clock.Day(sp.Start.In(zone)), d.clock.Day(sp.End.In(zone)))
	switch {
	case !d.clock.Now.Before(span.To):
		b.Class += " past"
	case !d.clock.Now.Before(span.From):
		b.Class += " now"
	}
	if r.ID != "" {
		b.Label = r.Version
		b.Release, b.Href, b.Status = r.ID, d.href(r.ID), string(r.State)
		b.What = fmt.Sprintf("%s, sprint %d builds %s", t.Name, sp.Number, r.Version)
	}
	return b
}

// gap draws a release's way to production as far as it lies in a span: measured
// when it is live, planned while it is on its way.
func (d drafter) gap(r headway.Release, span headway.Interval) (timeline.Gap, bool) {
	g := timeline.Gap{Release: r.ID, Href: d.href(r.ID), Span: headway.Interval{From: r.SprintEnd, To: r.LiveAt}}
	if r.LiveAt.IsZero() {
		planned, ok := d.planned[r.ID]
		if !ok || planned.Production.IsZero() {
			return g, false
		}
		g.Span.To, g.Open = planned.Production, true
	}
	if r.SprintEnd.IsZero() || !g.Span.From.Before(g.Span.To) || !g.Span.Overlaps(span) {
		return g, false
	}
	g.Days = d.v.Calendar.WorkingDays(g.Span.From, g.Span.To)
	g.Band = d.v.Programme.Gap.Band(g.Days)
	g.Tell = func(g *timeline.Gap) {
		word := "Gap"
		if g.Open {
			word = "Planned gap"
		}
		g.What = fmt.Sprintf("%s of %s: %s", word, d.releaseName(r), ui.Count(g.Days, "working day"))
		g.When = fmt.Sprintf("%s; %s", d.clock.Span(g.Span), ui.BandName(g.Band))
	}
	return g, true
}

func (d drafter) shelf() timeline.Section {
	s := timeline.Section{Key: "shelf", Label: "Shelf", Note: "candidates that wait", Empty: nothingMatches}
	if len(d.v.Candidates) == 0 {
		s.Empty, s.EmptyHref = "The shelf is empty", d.at.Path("/shelf")
		s.Note = "candidates that wait: each is handed over at the end of a sprint, and becomes work for operations"
	}
	lane := timeline.Lane{Label: "Candidates", Sub: ui.Count(len(d.v.Candidates), "candidate")}
	for _, c := range d.v.Candidates {
		r := d.v.Releases[c.ReleaseID]
		if !d.shown(r.TeamID) || !d.finds(c.Name, d.releaseName(r)) {
			continue
		}
		end := d.clock.Now
		if p, ok := d.planned[r.ID]; ok && p.Production.After(end) {
			end = p.Production
		}
		age := d.v.Calendar.WorkingDays(c.ShelvedAt, d.clock.Now)
		t, _ := d.v.Team(r.TeamID)
		lane.Bars = append(lane.Bars, timeline.Bar{
			Span: headway.Interval{From: c.ShelvedAt, To: end}, Class: "shelf", Line: d.line(r.TeamID),
			Label: fmt.Sprintf("%s %s · %d d", t.Name, c.Name, age), Release: r.ID, Href: d.href(r.ID), Status: string(r.State),
			What: t.Name + " " + c.Name, When: fmt.Sprintf("on the shelf since %s, %s", d.clock.Absolute(c.ShelvedAt), ui.Count(age, "working day")),
		})
	}
	if len(lane.Bars) > 0 {
		s.Lanes = append(s.Lanes, lane)
	}
	return s
}

func (d drafter) production() timeline.Track {
	var t timeline.Track
	if len(d.v.Windows) == 0 {
		t.Label, t.Href = "No windows yet", d.at.Path("/settings")
		t.Note = "without change windows production may change at any time; with them, the plan deploys only inside"
	}
	for _, r := range d.v.Releases {
		at, planned := r.LiveAt, false
		if at.IsZero() {
			p, ok := d.planned[r.ID]
			if !ok {
				continue
			}
			at, planned = p.Production, true
		}
		if at.IsZero() || !d.shown(r.TeamID) || d.q.Find != "" && !d.finds(d.releaseName(r)) {
			continue
		}
		t.Deploys = append(t.Deploys, timeline.Deploy{At: at, Label: r.Version, Release: r.ID, Planned: planned, Tell: func(x *timeline.Deploy) {
			x.Line, x.Href, x.Status = d.line(r.TeamID), d.href(r.ID), string(r.State)
			x.What, x.When = d.releaseName(r)+" in production", d.clock.Absolute(at)+", "+d.clock.Relative(at)
			if planned {
				x.What = d.releaseName(r) + " to production, as planned"
			}
		}})
	}
	slices.SortFunc(t.Deploys, func(a, b timeline.Deploy) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Release, b.Release)) })
	for _, o := range d.extra {
		t.Windows = append(t.Windows, timeline.Band{Span: headway.Interval(o), Name: "one more, as tried"})
	}
	span := d.span()
	if d.q.Zoom != timeline.Quarter {
		for _, o := range d.v.Openings(span) {
			t.Windows = append(t.Windows, timeline.Band{Span: o.Span, Name: o.Name})
		}
	}
	return t
}
