package app

import (
	"slices"
	"strings"
	"time"

	"headway"
)

// jobs lists the work that is to be placed, release by release and in the
// order of the work, and keeps aside what is done.
func (f *planFacts) jobs(b *problem) ([]job, error) {
	var out []job
	for _, r := range f.releases {
		switch {
		case r.State == headway.ReleasePlanned && f.now.Sub(f.sprintEnd(r)) > forgotten:
			b.warnf("forgotten", severityWarning, r.ID, nil, "%s: its sprint ended %s and nothing is on the shelf; it is left out of the plan",
				f.releaseName(r), f.sprintEnd(r).In(b.axis.zone).Format(time.DateOnly))
			continue
		case r.State == headway.ReleasePlanned && !generated(f.items[r.ID]):
			jobs, err := f.foreseen(b, r)
			if err != nil {
				return nil, err
			}
			out = append(append(out, jobs...), f.itemJobs(b, r)...)
		default:
			out = append(out, f.itemJobs(b, r)...)
		}
	}
	return f.addReruns(b, out), nil
}

// generated tells whether the playbook has made items already: what was only
// added by hand stands beside what is foreseen.
func generated(items []headway.BacklogItem) bool {
	return slices.ContainsFunc(items, func(i headway.BacklogItem) bool { return i.Activity != "" })
}

// foreseen makes the jobs of a release that has no candidate yet: what the
// playbook would generate for the facts that its team's candidates usually have.
func (f *planFacts) foreseen(b *problem, r headway.Release) ([]job, error) {
	if len(f.playbook.Activities) == 0 {
		return nil, nil
	}
	slot := time.Duration(f.programme.SlotMinutes) * time.Minute
	needed, err := f.playbook.Needed(f.facts[r.ID], slot)
	if headway.KindOf(err) == headway.Invalid && err != nil {
		b.warnf("facts", severityWarning, r.ID, nil, "%s: the facts of the team's last candidate do not fit the playbook: %v", f.releaseName(r), err)
		needed, err = f.playbook.Needed(nil, slot)
	}
	if err != nil {
		return nil, err
	}
	earliest := f.sprintEnd(r)
	if earliest.Before(f.now) {
		earliest = f.now
		b.warnf("not-shelved", severityWarning, r.ID, nil, "%s: its sprint ended %s and nothing is on the shelf yet",
			f.releaseName(r), f.sprintEnd(r).In(b.axis.zone).Format(time.DateOnly))
	}
	var out []job
	for _, a := range needed {
		item := headway.BacklogItem{
			ReleaseID: r.ID, Activity: a.Key, Title: a.Title, Kind: a.Kind, Skill: a.Skill, People: a.People, Estimate: a.Duration,
			InWindow: a.InWindow, State: headway.ItemTodo, Environment: f.environmentID(a.Environment),
		}
		j := job{id: activityID(r.ID, a.Key), release: r, item: item, earliest: f.earliest(b, r, item, earliest), duration: a.Duration}
		for _, k := range a.After {
			j.after = append(j.after, activityID(r.ID, k))
		}
		out = append(out, j)
	}
	return out, nil
}

// activityID names an activity so that it stays the same when what was
// foreseen is shelved, and shelved again.
func activityID(release, key string) string { return release + "/" + key }

func (f *planFacts) environmentID(key string) string {
	for _, e := range f.environments {
		if e.Key == key {
			return e.ID
		}
	}
	return ""
}

// itemJobs makes the jobs of a release from its backlog items.
func (f *planFacts) itemJobs(b *problem, r headway.Release) []job {
	names, open := map[string]string{}, map[string]bool{}
	taken := map[string]bool{}
	items := slices.Clone(f.items[r.ID])
	slices.SortStableFunc(items, func(x, y headway.BacklogItem) int { return y.CreatedAt.Compare(x.CreatedAt) })
	for _, i := range items { // the newest item of a key keeps the key
		id := activityID(r.ID, i.Activity)
		if i.Activity == "" || taken[id] {
			id = i.ID
		}
		taken[id], names[i.ID], open[i.ID] = true, id, i.State != headway.ItemDone
	}
	var out []job
	for _, i := range f.items[r.ID] {
		if !open[i.ID] {
			b.done = append(b.done, f.donePlacement(i, names[i.ID]))
			continue
		}
		j := job{id: names[i.ID], release: r, item: i, duration: i.Estimate, begun: i.State == headway.ItemDoing}
		earliest := f.now
		if f.shifts[r.ID] > 0 {
			earliest = f.now.AddDate(0, 0, f.shifts[r.ID])
		}
		if r.State == headway.ReleasePlanned && f.sprintEnd(r).After(earliest) {
			earliest = f.sprintEnd(r)
		}
		j.earliest = f.earliest(b, r, i, earliest)
		if j.begun {
			// From the slot of now on, or its end would move with every minute.
			j.earliest = b.axis.at(b.axis.floor(f.now))
			j.duration = max(0, i.Estimate-f.calendar.WorkingTime(headway.Interval{From: i.StartedAt, To: j.earliest}))
		}
		if i.State == headway.ItemBlocked {
			b.warnf("blocked", severityWarning, r.ID, []string{i.ID}, "%s (%s) is blocked: %s. Once that has come, take it up again on the board", i.Title, f.releaseName(r), strings.TrimSuffix(i.BlockedReason, "."))
		}
		for _, before := range i.After {
			if open[before] && !j.begun {
				j.after = append(j.after, names[before])
			}
		}
		out = append(out, j)
	}
	return out
}

// earliest holds production back until the minimum gap has passed, until the day
// of the release's train, and until the span that a go/no-go was given for.
func (f *planFacts) earliest(b *problem, r headway.Release, i headway.BacklogItem, t time.Time) time.Time {
	if i.Kind != headway.KindDeployment || !r.LiveAt.IsZero() {
		return t
	}
	if end := f.sprintEnd(r); !end.IsZero() && !r.Hotfix && !f.early[r.ID] {
		first := f.calendar.AddWorkingDays(headway.DateOf(end.In(b.axis.zone)), f.programme.Gap.Minimum).In(b.axis.zone)
		if first.After(t) {
			t = first
		}
	}
	if day := f.departs(r.ID); day.After(t) {
		t = day
	}
	if decided := f.goes[r.ID]; decided.From.After(t) {
		t = decided.From
	}
	return t
}

func (f *planFacts) donePlacement(i headway.BacklogItem, id string) headway.Placement {
	p := headway.Placement{
		ItemID: i.ID, Activity: id, ReleaseID: i.ReleaseID, Title: i.Title, Kind: string(i.Kind), Skill: i.Skill,
		People: i.Assignees, Environment: f.environmentKey(i.Environment), Start: i.StartedAt, End: i.DoneAt, Why: "done", Done: true,
	}
	if p.Start.IsZero() || p.Start.After(p.End) {
		p.Start = p.End.Add(-i.Spent)
	}
	return p
}

func (f *planFacts) environmentKey(id string) string {
	for _, e := range f.environments {
		if e.ID == id {
			return e.Key
		}
	}
	return ""
}
