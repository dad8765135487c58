package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
)

// present takes each team's two newest finished sprints as far as the sample
// programme wants to show them. The current sprints' releases stay planned.
func (f *filler) present(ctx context.Context) error {
	newest, err := f.newest(ctx)
	if err != nil {
		return err
	}
	stories := []struct {
		team string
		back int // 0: the newest finished sprint
		tell func(context.Context, *story) error
	}{
		{"payments", 1, f.toClosed},
		{"platform", 1, f.toClosed},
		{"mobile", 1, f.toRolledBack},
		{"web", 1, f.toLive},
		{"payments", 0, f.toApproved},
		{"mobile", 0, f.toSecondCandidate},
		{"platform", 0, f.toProving},
		{"web", 0, f.toShelved},
	}
	for _, s := range stories {
		releases := newest[s.team]
		if len(releases) <= s.back {
			return fmt.Errorf("team %s has %d finished sprints", s.team, len(releases))
		}
		r := releases[s.back]
		told := &story{team: s.team, r: r, soaks: s.team == "payments" && s.back == 0}
		f.told[fmt.Sprintf("%s/%d", s.team, s.back)] = told
		if err := s.tell(ctx, told); err != nil {
			return fmt.Errorf("%s %s: %w", s.team, r.Version, err)
		}
	}
	f.at(f.now)
	return nil
}

// story is one release on its way.
type story struct {
	team   string
	r      headway.Release
	days   int  // working days spent since the sprint's end
	soaks  bool // it talks to card terminals
	hotfix bool
}

// newest lists the releases of finished sprints that are still planned, newest first.
func (f *filler) newest(ctx context.Context) (map[string][]headway.Release, error) {
	out := map[string][]headway.Release{}
	err := f.store.Read(ctx, func(q store.Q) error {
		for _, t := range teams {
			team, err := q.TeamByKey(ctx, f.p.ID, t.key)
			if err != nil {
				return err
			}
			planned, err := q.Releases(ctx, f.p.ID, store.ReleaseFilter{TeamID: team.ID, States: []headway.ReleaseState{headway.ReleasePlanned}})
			if err != nil {
				return err
			}
			out[t.key] = slices.DeleteFunc(planned, func(r headway.Release) bool { return !r.SprintEnd.Before(f.now) })
		}
		return nil
	})
	return out, err
}

// day moves the clock to an hour of a working day after the sprint's end.
func (f *filler) day(s *story, days int, hour float64) {
	t := s.r.SprintEnd
	for n := 0; n < days; {
		t = t.AddDate(0, 0, 1)
		if d := t.Weekday(); d != time.Saturday && d != time.Sunday {
			n++
		}
	}
	f.at(t.Truncate(24 * time.Hour).Add(time.Duration(hour * float64(time.Hour))))
}

// factsOf are what a team's candidates declare; two teams change their schema
// with every release.
func factsOf(team string) headway.Facts {
	facts := headway.Facts{"data-gb": "120", "manual-cases": "40"}
	if team == "payments" || team == "mobile" {
		facts["schema-migration"] = "true"
	}
	return facts
}

func (f *filler) shelve(ctx context.Context, s *story, build int, fixes ...string) error {
	content := fmt.Sprintf("%s %s build %d\n", s.team, s.r.Version, build)
	sum := digest(content)
	by := f.actors[headway.Developer]
	if _, err := f.app.PutArtifact(ctx, by, Key, sum, strings.NewReader(content)); err != nil {
		return err
	}
	in := app.ShelveCandidate{
		Team: s.team, Version: s.r.Version, Commit: digest(content + "commit")[:40], Fixes: fixes, Hotfix: s.hotfix,
		Notes:     fmt.Sprintf("## %s %s\n\n- faster search\n- clearer error messages\n- build %d\n", s.team, s.r.Version, build),
		Facts:     factsOf(s.team),
		Artifacts: []headway.Artifact{{Name: s.team + ".tar.gz", SHA256: sum, Size: int64(len(content))}},
	}
	if s.soaks {
		in.Facts["card-terminals"] = "true"
	}
	if build > 1 {
		in.Reason = "Fixes what the regression found"
	}
	if s.hotfix {
		in.Notes, in.Reason = fmt.Sprintf("## %s %s\n\n- orders with a voucher and a gift are kept\n", s.team, s.r.Version), "Orders are lost since the last release"
	}
	shelved, err := f.app.ShelveCandidate(ctx, by, Key, in)
	s.r = shelved.Release
	return err
}

// items lists the items of a release that are still to be done, in their order.
func (f *filler) items(ctx context.Context, s *story) (open []headway.BacklogItem, err error) {
	err = f.store.Read(ctx, func(q store.Q) error {
		all, err := q.ItemsOf(ctx, f.p.ID, s.r.ID)
		for _, i := range all {
			if i.State == headway.ItemTodo || i.State == headway.ItemDoing {
				open = append(open, i)
			}
		}
		return err
	})
	return open, err
}

// finishItem works one item from start to end.
func (f *filler) finishItem(ctx context.Context, i headway.BacklogItem) error {
	by := f.actors[headway.Operations]
	if i.State == headway.ItemTodo {
		if hand := hands[i.Skill]; hand != "" && len(i.Assignees) == 0 {
			if _, err := f.app.AssignItem(ctx, by, Key, app.AssignItem{ID: i.ID, People: []string{hand}}); err != nil {
				return err
			}
		}
		if _, err := f.app.MoveItem(ctx, by, Key, app.MoveItem{ID: i.ID, To: headway.ItemDoing}); err != nil {
			return err
		}
	}
	f.at(f.clock.Add(2 * time.Hour))
	_, err := f.app.MoveItem(ctx, by, Key, app.MoveItem{ID: i.ID, To: headway.ItemDone, Result: "done", Outcome: headway.Pass})
	return err
}

// work does the items before go/no-go, at most so many (0: all), three a day.
func (f *filler) work(ctx context.Context, s *story, most int) error {
	open, err := f.items(ctx, s)
	if err != nil {
		return err
	}
	done := 0
	for _, i := range open {
		after := i.Kind == headway.KindDeployment || i.Kind == headway.KindSupport && i.Activity == "watch"
		if after || most > 0 && done == most {
			continue
		}
		f.day(s, 1+s.days+done/3, 7.5+2.5*float64(done%3))
		if err := f.finishItem(ctx, i); err != nil {
			return err
		}
		done++
	}
	s.days += (done + 2) / 3
	return nil
}

func (f *filler) report(ctx context.Context, s *story, name, content string) (app.Judged, error) {
	in := app.AddEvidence{Team: s.team, Version: s.r.Version, Environment: "staging", FileName: name, Content: strings.NewReader(content)}
	if strings.HasSuffix(name, ".jtl") {
		in.Conditions = headway.RunConditions{DataGB: 120, Profile: "200 users"}
	}
	return f.app.AddEvidence(ctx, f.actors[headway.Operations], Key, in)
}

// prove shelves a candidate, does all the work and hands in good reports.
func (f *filler) prove(ctx context.Context, s *story) error {
	f.day(s, 0, 17.5)
	if err := f.shelve(ctx, s, 1); err != nil {
		return err
	}
	if err := f.work(ctx, s, 0); err != nil {
		return err
	}
	if _, err := f.report(ctx, s, "regression.xml", junit(f.random, s.team, 180, 0)); err != nil {
		return err
	}
	_, err := f.report(ctx, s, "load.jtl", jtl(f.random, s.team, 1))
	return err
}

// decide opens the go/no-go, for a start or for the next window, and has it
// approved by both sides.
func (f *filler) decide(ctx context.Context, s *story, from time.Time) (headway.Decision, error) {
	d, err := f.app.OpenDecision(ctx, f.actors[headway.ReleaseManager], Key, app.OpenDecision{Team: s.team, Version: s.r.Version, From: from})
	if err != nil {
		return d, err
	}
	for _, role := range []headway.Role{headway.ProductOwner, headway.Operations} {
		f.at(f.clock.Add(20 * time.Minute))
		v, err := f.app.ApproveDecision(ctx, f.actors[role], Key, app.GiveVerdict{Decision: d.ID, Digest: d.Digest})
		if err != nil {
			return d, err
		}
		d = v.Decision
	}
	if d.State != headway.DecisionGo {
		return d, fmt.Errorf("the go/no-go is %s", d.State)
	}
	return d, nil
}

// deploy runs the runbook in its window; a step may be named that fails.
func (f *filler) deploy(ctx context.Context, d headway.Decision, fails string) (headway.Deployment, error) {
	by := f.actors[headway.Operations]
	f.at(d.Span.From.Add(5 * time.Minute))
	dep, err := f.app.StartDeployment(ctx, by, Key, app.StartDeployment{Decision: d.ID, Digest: d.Digest})
	if err != nil {
		return dep, err
	}
	return dep, f.walk(ctx, dep, fails, "")
}

// walk records the results of the manual steps that are due, until none is or
// the step is due that it stops before.
func (f *filler) walk(ctx context.Context, dep headway.Deployment, fails, before string) error {
	by := f.actors[headway.Operations]
	for {
		v, err := f.app.DeploymentView(ctx, by, Key, dep.ID)
		if err != nil {
			return err
		}
		due := slices.IndexFunc(v.Steps, func(st app.StepView) bool { return st.State == headway.StepWaiting })
		if due < 0 || v.Deployment.State == headway.DeploymentStopped {
			return nil
		}
		step := v.Steps[due].Step
		if step.Key == before {
			return nil
		}
		f.at(f.clock.Add(time.Duration(step.Minutes) * time.Minute))
		result := app.StepResult{Deployment: dep.ID, Step: step.Key, Outcome: headway.Pass}
		if step.Key == fails {
			result.Outcome, result.Reason = headway.Fail, "Orders placed after the switch are not found"
		}
		if _, err := f.app.FinishManualStep(ctx, by, Key, result); err != nil {
			return err
		}
	}
}
