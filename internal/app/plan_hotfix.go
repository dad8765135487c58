package app

import (
	"slices"
	"time"

	"headway"
)

// addReruns foresees what releases under test do again once a hot fix that is
// on its way is live, and lets their go/no-go and their way to production wait
// for it.
func (f *planFacts) addReruns(b *problem, jobs []job) []job {
	rule := f.programme.Hotfix
	for _, fix := range f.releases {
		delivery := deliveryOf(jobs, fix.ID)
		if !fix.Hotfix || !fix.LiveAt.IsZero() || delivery == "" {
			continue
		}
		for _, r := range f.releases {
			if !rule.Concerns(fix, r) || f.trainFor(r.ID).ID != "" && f.trainFor(r.ID).ID == f.trainFor(fix.ID).ID {
				continue
			}
			again := f.reruns(b, fix, r, delivery)
			for k := range jobs {
				late := jobs[k].item.Kind == headway.KindGoNoGo || jobs[k].production()
				if jobs[k].release.ID != r.ID || !late || jobs[k].begun {
					continue
				}
				for _, j := range again {
					jobs[k].after = append(slices.Clone(jobs[k].after), j.id)
				}
			}
			jobs = append(jobs, again...)
		}
	}
	return jobs
}

// reruns makes the jobs that a release under test owes to a hot fix: of what it
// has done or begun, what the rule names and, when it must be rebased, what the
// playbook wants again for every fix.
func (f *planFacts) reruns(b *problem, fix, r headway.Release, delivery string) (out []job) {
	needed, err := f.playbook.Needed(f.facts[r.ID], time.Duration(f.programme.SlotMinutes)*time.Minute)
	if err != nil {
		return nil // the facts no longer fit the playbook, and a finding of the release says so
	}
	rule, worked := f.programme.Hotfix, map[string]bool{}
	for _, i := range headway.CountingItems(f.items[r.ID]) {
		worked[i.Activity] = i.State == headway.ItemDone || i.State == headway.ItemDoing
	}
	last := ""
	for _, a := range needed {
		again := slices.Contains(rule.Rerun, a.Key) || rule.Rebase && a.RerunOnFix
		if !worked[a.Key] || a.InWindow || a.Kind == headway.KindGoNoGo || !again {
			continue
		}
		j := job{
			id: activityID(r.ID, a.Key) + "@" + fix.ID, release: r, earliest: f.now, duration: a.Duration, after: []string{delivery},
			item: headway.BacklogItem{
				ReleaseID: r.ID, Title: a.Title + " again, after " + fix.Version, Kind: a.Kind, Skill: a.Skill, People: a.People, Estimate: a.Duration,
				State: headway.ItemTodo, Environment: f.environmentID(a.Environment),
			},
		}
		if last != "" { // in the order of the playbook
			j.after = append(j.after, last)
		}
		last = j.id
		out = append(out, j)
	}
	if len(out) > 0 {
		b.warnf("hot-fix", severityWarning, r.ID, nil, "%s has to take over the hot fix %s once that is live: %s", f.releaseName(r), fix.Version,
			headway.HotfixDuty{Version: fix.Version, Rebase: rule.Rebase, Rerun: rule.Rerun}.Words())
	}
	return out
}

// takes tells whether a hot fix takes an environment from whoever has booked it.
func (f *planFacts) takes(r headway.Release, e headway.Environment) bool {
	rule := f.programme.Hotfix
	return r.Hotfix && rule.Yields != headway.YieldNothing && rule.Environment == e.Key
}

// onHotfixEnvironment moves the work of a hot fix to the environment that the
// programme's rule takes for it. What changes production stays where it is.
func onHotfixEnvironment(rule headway.HotfixRule, r headway.Release, needed []headway.SizedActivity, all []headway.Environment) []headway.SizedActivity {
	if !r.Hotfix || rule.Environment == "" {
		return needed
	}
	out := slices.Clone(needed)
	for k, a := range out {
		i := slices.IndexFunc(all, func(e headway.Environment) bool { return e.Key == a.Environment })
		if i >= 0 && all[i].Kind != headway.EnvProduction {
			out[k].Environment = rule.Environment
		}
	}
	return out
}
