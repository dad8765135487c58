package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

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
}

func (d drafter) picture() timeline.Picture {
	p := timeline.Picture{From: d.q.From, To: d.q.to(), Now: d.clock.Now, Calendar: d.v.Calendar, Zoom: d.q.Zoom, Width: d.q.Width}
	p.Sections = append(p.Sections, d.development(), d.shelf())
	p.Sections = append(p.Sections, d.operations()...)
	p.Sections = append(p.Sections, d.environments())
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
	t, i := d.v.Team(teamID)
	return i >= 0 && t.Key == d.q.Team
}

func (d drafter) line(teamID string) string {
	if _, i := d.v.Team(teamID); i >= 0 {
		return ui.LineOf(i)
	}
	return ""
}

func (d drafter) releaseName(r headway.Release) string {
	t, _ := d.v.Team(r.TeamID)
	return strings.TrimSpace(t.Name + " " + r.Version)
}

func (d drafter) href(releaseID string) string { return d.at.Path("/releases/" + releaseID) }

func (d drafter) planned(releaseID string) (headway.PlannedRelease, bool) {
	i := slices.IndexFunc(d.plan.Releases, func(r headway.PlannedRelease) bool { return r.ReleaseID == releaseID })
	if i < 0 {
		return headway.PlannedRelease{}, false
	}
	return d.plan.Releases[i], true
}

func (d drafter) development() timeline.Section {
	s := timeline.Section{Label: "Development", Note: "sprints, and the gap of each release from sprint end to production", Empty: "No development teams yet"}
	bySprint := map[string]headway.Release{}
	for _, r := range d.v.Releases {
		if r.SprintID != "" {
			bySprint[r.SprintID] = r
		}
	}
	for _, t := range d.v.Teams {
		if t.Kind != headway.DevelopmentTeam || !d.shown(t.ID) {
			continue
		}
		lane := timeline.Lane{Label: t.Name, Line: d.line(t.ID), Sub: fmt.Sprintf("sprints of %s", ui.Count(t.Cadence.Days, "day"))}
		for _, sp := range d.v.Sprints {
			if sp.TeamID == t.ID {
				lane.Bars = append(lane.Bars, d.sprint(sp, bySprint[sp.ID]))
			}
		}
		for _, r := range d.ofTeam(t.ID) {
			if g, ok := d.gap(r); ok {
				lane.Gaps = append(lane.Gaps, g)
			}
		}
		s.Lanes = append(s.Lanes, lane)
	}
	return s
}

func (d drafter) ofTeam(teamID string) []headway.Release {
	var out []headway.Release
	for _, r := range d.v.Releases {
		if r.TeamID == teamID {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b headway.Release) int {
		return cmp.Or(a.SprintEnd.Compare(b.SprintEnd), cmp.Compare(a.ID, b.ID))
	})
	return out
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

// gap draws a release's way to production: measured when it is live, planned
// while it is on its way.
func (d drafter) gap(r headway.Release) (timeline.Gap, bool) {
	g := timeline.Gap{Release: r.ID, Href: d.href(r.ID), Span: headway.Interval{From: r.SprintEnd, To: r.LiveAt}}
	if r.LiveAt.IsZero() {
		planned, ok := d.planned(r.ID)
		if !ok || planned.Production.IsZero() {
			return g, false
		}
		g.Span.To, g.Open = planned.Production, true
	}
	if r.SprintEnd.IsZero() || !g.Span.From.Before(g.Span.To) {
		return g, false
	}
	g.Days = d.v.Calendar.WorkingDays(g.Span.From, g.Span.To)
	g.Band = d.v.Programme.Gap.Band(g.Days)
	word := "Gap"
	if g.Open {
		word = "Planned gap"
	}
	g.What = fmt.Sprintf("%s of %s: %s", word, d.releaseName(r), ui.Count(g.Days, "working day"))
	g.When = fmt.Sprintf("%s; %s", d.clock.Span(g.Span), ui.BandName(g.Band))
	return g, true
}

func (d drafter) shelf() timeline.Section {
	s := timeline.Section{Label: "Shelf", Note: "candidates that wait", Empty: "The shelf is empty"}
	lane := timeline.Lane{Label: "Candidates", Sub: ui.Count(len(d.v.Candidates), "candidate")}
	for _, c := range d.v.Candidates {
		r := d.v.Releases[c.ReleaseID]
		if !d.shown(r.TeamID) {
			continue
		}
		end := d.clock.Now
		if p, ok := d.planned(r.ID); ok && p.Production.After(end) {
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

func (d drafter) operations() []timeline.Section {
	bySkill := map[headway.Skill][]headway.Person{}
	var order []headway.Skill
	for _, p := range d.v.People {
		t, _ := d.v.Team(p.TeamID)
		if t.Kind != headway.OperationsTeam || len(p.Skills) == 0 || (d.q.Skill != "" && !slices.Contains(p.Skills, d.q.Skill)) {
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
		s := timeline.Section{Label: ui.SkillName(skill)}
		for _, p := range bySkill[skill] {
			s.Lanes = append(s.Lanes, d.person(p))
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		out = append(out, timeline.Section{Label: "Operations", Empty: "No operations people yet"})
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
	for _, pl := range d.plan.Placements {
		if r := d.v.Releases[pl.ReleaseID]; slices.Contains(pl.People, p.ID) && d.shown(r.TeamID) {
			lane.Bars = append(lane.Bars, d.placement(pl, r))
		}
	}
	if d.q.Against != "published" {
		for _, pl := range d.v.Baseline.Placements {
			if slices.Contains(pl.People, p.ID) && d.shown(d.v.Releases[pl.ReleaseID].TeamID) && d.moved(pl, p.ID) {
				lane.Ghosts = append(lane.Ghosts, headway.Interval{From: pl.Start, To: pl.End})
			}
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

// moved tells whether the plan that is drawn has an activity elsewhere than the published one.
func (d drafter) moved(published headway.Placement, person string) bool {
	return !slices.ContainsFunc(d.plan.Placements, func(pl headway.Placement) bool {
		return pl.Activity == published.Activity && pl.Start.Equal(published.Start) && pl.End.Equal(published.End) && slices.Contains(pl.People, person)
	})
}

func (d drafter) placement(pl headway.Placement, r headway.Release) timeline.Bar {
	b := timeline.Bar{
		Span: headway.Interval{From: pl.Start, To: pl.End}, Line: d.line(r.TeamID), Label: pl.Title + " · " + r.Version,
		Release: r.ID, Href: d.href(r.ID), What: pl.Title + ", " + d.releaseName(r), Who: strings.Join(d.v.Names(pl.People), ", "),
		When: d.clock.Span(headway.Interval{From: pl.Start, To: pl.End}), Why: pl.Why, Pinned: pl.Pinned,
	}
	item, known := d.v.Items[pl.ItemID]
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
	s := timeline.Section{Label: "Environments", Empty: "No environments yet"}
	for _, e := range d.v.Environments {
		if e.Kind == headway.EnvProduction {
			continue
		}
		lane := timeline.Lane{Label: e.Name, Sub: string(e.Kind)}
		if !e.DataAsOf.IsZero() {
			lane.Sub = fmt.Sprintf("%s, data of %s", e.Kind, d.clock.Day(e.DataAsOf))
		}
		for _, b := range d.v.Bookings {
			if b.EnvironmentID == e.ID {
				lane.Bars = append(lane.Bars, d.booking(b.ReleaseID, b.Purpose, b.Span, ""))
			}
		}
		for _, pl := range d.plan.Placements {
			if pl.Environment == e.ID || pl.Environment == e.Key && e.Key != "" {
				lane.Bars = append(lane.Bars, d.booking(pl.ReleaseID, pl.Title, headway.Interval{From: pl.Start, To: pl.End}, "foreseen"))
			}
		}
		s.Lanes = append(s.Lanes, lane)
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

func (d drafter) production() timeline.Track {
	var t timeline.Track
	for _, r := range d.v.Releases {
		at, planned := r.LiveAt, false
		if at.IsZero() {
			p, ok := d.planned(r.ID)
			if !ok {
				continue
			}
			at, planned = p.Production, true
		}
		if at.IsZero() || !d.shown(r.TeamID) {
			continue
		}
		deploy := timeline.Deploy{At: at, Label: r.Version, Line: d.line(r.TeamID), Release: r.ID, Href: d.href(r.ID), Planned: planned, Status: string(r.State)}
		deploy.What, deploy.When = d.releaseName(r)+" in production", d.clock.Absolute(at)+", "+d.clock.Relative(at)
		if planned {
			deploy.What = d.releaseName(r) + " to production, as planned"
		}
		t.Deploys = append(t.Deploys, deploy)
	}
	slices.SortFunc(t.Deploys, func(a, b timeline.Deploy) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Release, b.Release)) })
	span := headway.Interval{From: d.q.From.In(d.clock.Zone()), To: d.q.to().AddDays(1).In(d.clock.Zone())}
	if d.q.Zoom != timeline.Quarter {
		for _, o := range d.v.Openings(span) {
			t.Windows = append(t.Windows, timeline.Band{Span: o.Span, Name: o.Name})
		}
	}
	return t
}

// planChange is one difference between the draft and the baseline, as a row.
type planChange struct {
	Release, Text, Href string
	Line                string
	Days                float64
}

// planChanges compares when the draft and the baseline see each release in production.
func planChanges(v app.PlanPicture, c ui.Clock) []planChange {
	if v.Baseline.ID == "" || v.Draft.ID == "" {
		return nil
	}
	before := map[string]time.Time{}
	for _, r := range v.Baseline.Releases {
		before[r.ReleaseID] = r.Production
	}
	var out []planChange
	for _, r := range v.Draft.Releases {
		rel, known := v.Releases[r.ReleaseID]
		was, published := before[r.ReleaseID]
		if !known || r.Production.Equal(was) || rel.State.InProduction() {
			continue
		}
		t, i := v.Team(rel.TeamID)
		row := planChange{Release: t.Name + " " + rel.Version, Href: "/releases/" + rel.ID, Line: ui.LineOf(max(i, 0)), Days: r.Production.Sub(was).Hours() / 24}
		if !published {
			row.Text, row.Days = "new: production "+c.Absolute(r.Production), 0
		} else {
			row.Text = fmt.Sprintf("production %s → %s", c.Day(was), c.Day(r.Production))
		}
		out = append(out, row)
	}
	slices.SortFunc(out, func(a, b planChange) int {
		return cmp.Or(cmp.Compare(b.Days, a.Days), cmp.Compare(a.Release, b.Release))
	})
	return out
}
