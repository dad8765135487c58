package app

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"headway"
	"headway/internal/recur"
)

func (r *applying) environments(ctx context.Context) error {
	have, err := r.Environments(ctx, r.p.ID)
	if err != nil {
		return err
	}
	r.envs = have
	if r.file.Environments == nil {
		return nil
	}
	r.envs = nil
	var want []headway.Environment
	for _, e := range r.file.Environments {
		want = append(want, e.Noun())
	}
	return apply(ctx, r, section[headway.Environment]{
		noun: "environment", key: func(e headway.Environment) string { return e.Key },
		adopt: func(have, want headway.Environment) headway.Environment {
			want.ID, want.ProgrammeID, want.CandidateID, want.Since = r.idOr(have.ID), r.p.ID, have.CandidateID, have.Since
			if want.DataGB == 0 {
				want.DataGB = have.DataGB
			}
			if want.DataAsOf.IsZero() {
				want.DataAsOf = have.DataAsOf
			}
			want.DataAsOf = want.DataAsOf.Truncate(time.Millisecond)
			r.envs = append(r.envs, want)
			return want
		},
		put:    r.PutEnvironment,
		remove: r.removeEnvironment,
	}, have, want)
}

func (r *applying) removeEnvironment(ctx context.Context, e headway.Environment) error {
	n, err := r.CountEnvironmentUse(ctx, r.p.ID, e.ID, r.now)
	if err != nil {
		return err
	}
	if n > 0 || e.CandidateID != "" {
		return headway.Conflictf("environment %s cannot be removed: a candidate is on it, or work, bookings or decisions name it", e.Key).
			WithHint("finish them first, or keep the environment")
	}
	return r.RemoveEnvironment(ctx, r.p.ID, e.ID)
}

func (r *applying) windows(ctx context.Context) error {
	if r.file.Windows == nil {
		return nil
	}
	have, err := r.Windows(ctx, r.p.ID)
	if err != nil {
		return err
	}
	var want []headway.Window
	for _, w := range r.file.Windows {
		want = append(want, w.Noun())
	}
	return apply(ctx, r, section[headway.Window]{
		noun: "window", key: func(w headway.Window) string { return w.Key },
		adopt: func(have, want headway.Window) headway.Window {
			want.ID, want.ProgrammeID = r.idOr(have.ID), r.p.ID
			return want
		},
		put:    r.PutWindow,
		remove: func(ctx context.Context, w headway.Window) error { return r.RemoveWindow(ctx, r.p.ID, w.ID) },
	}, have, want)
}

func (r *applying) freezes(ctx context.Context) error {
	if r.file.Freezes == nil {
		return nil
	}
	have, err := r.Freezes(ctx, r.p.ID, time.Time{})
	if err != nil {
		return err
	}
	var want []headway.Freeze
	for _, f := range r.file.Freezes {
		n := f.Noun()
		n.Span = headway.Interval{From: n.Span.From.Truncate(time.Millisecond), To: n.Span.To.Truncate(time.Millisecond)}
		want = append(want, n)
	}
	return apply(ctx, r, section[headway.Freeze]{
		noun: "freeze", key: func(f headway.Freeze) string { return f.Key },
		adopt: func(have, want headway.Freeze) headway.Freeze {
			want.ID, want.ProgrammeID = r.idOr(have.ID), r.p.ID
			return want
		},
		put:    r.PutFreeze,
		remove: func(ctx context.Context, f headway.Freeze) error { return r.RemoveFreeze(ctx, r.p.ID, f.ID) },
	}, have, want)
}

// moved gives an error of a rule the place in the document that it is about.
func moved(err error, where string) error {
	if e, ok := errors.AsType[*headway.Error](err); ok {
		return e.At(where)
	}
	return err
}

// checkFreezes looks at every freeze once teams and environments are as they
// will be: one of them may have gone.
func (r *applying) checkFreezes(ctx context.Context) error {
	all, err := r.Freezes(ctx, r.p.ID, time.Time{})
	if err != nil {
		return err
	}
	for _, f := range all {
		if err := r.checkFreeze(f); err != nil {
			return err
		}
	}
	return nil
}

// checkFreeze refuses a freeze whose rule cannot be read, or that names a team
// or environment that is not there.
func (r *applying) checkFreeze(f headway.Freeze) error {
	where := "freezes." + f.Key
	if f.Repeat != "" {
		zone, err := time.LoadLocation(r.p.Zone)
		if err != nil {
			return err
		}
		if err := recur.Check(f.Repeat, f.Span.From, f.Location(zone)); err != nil {
			return moved(err, where+".repeat")
		}
	}
	for _, key := range f.Teams {
		if _, known := r.teams[key]; !known {
			return headway.Invalidf(where+".teams", "there is no team %q", key).WithHint("name keys of teams, or leave teams out: then it holds for all")
		}
	}
	for _, key := range f.Environments {
		if !slices.ContainsFunc(r.envs, func(e headway.Environment) bool { return e.Key == key }) {
			return headway.Invalidf(where+".environments", "there is no environment %q", key).
				WithHint("name keys of environments, or leave environments out: then it holds for production")
		}
	}
	return nil
}

// playbook stores the file's playbook. A programme that names none and still
// has the gallery's gets it fitted to its environments.
func (r *applying) playbook(ctx context.Context) error {
	have, err := r.NewestPlaybook(ctx, r.p.ID)
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return err
	}
	want := headway.Playbook{ID: r.app.newID(), ProgrammeID: r.p.ID, Activities: r.file.Playbook}
	switch {
	case r.file.Playbook != nil:
	case have.Version == 0:
		want.Activities = headway.DefaultPlaybook(r.envs).Activities
	default:
		want.Activities = fitted(have, r.file.Environments != nil, r.envs)
	}
	known := map[string]bool{"": true}
	for _, e := range r.envs {
		known[e.Key] = true
	}
	for _, a := range want.Activities {
		if !known[a.Environment] {
			return headway.Invalidf("playbook."+a.Key+".environment", "there is no environment %q", a.Environment).
				WithHint("keep it under environments, or change the playbook")
		}
	}
	version, added, err := r.AddPlaybook(ctx, want)
	return r.versioned("playbook", version, added, err)
}

// fitted gives the activities of a playbook that is still one of the gallery,
// and has not been fitted, on the environments; others as they are.
func fitted(have headway.Playbook, now bool, envs []headway.Environment) []headway.PlaybookActivity {
	for _, g := range headway.PlaybookGallery() {
		if now && have.Version == 1 && reflect.DeepEqual(have.Activities, g.Playbook(nil).Activities) {
			return g.Playbook(envs).Activities
		}
	}
	return have.Activities
}

func (r *applying) gate(ctx context.Context) error {
	if r.file.Gate == nil {
		return nil
	}
	version, added, err := r.AddGate(ctx, headway.Gate{ID: r.app.newID(), ProgrammeID: r.p.ID, Criteria: r.file.Gate.Criteria, Approvals: r.file.Gate.Approvals, Change: r.hand()})
	return r.versioned("gate", version, added, err)
}

func (r *applying) runbook(ctx context.Context) error {
	if r.file.Runbook == nil {
		return nil
	}
	n := r.file.Runbook.Noun()
	n.ID, n.ProgrammeID, n.Change = r.app.newID(), r.p.ID, r.hand()
	version, added, err := r.AddRunbook(ctx, n)
	return r.versioned("runbook", version, added, err)
}

// hand says who makes the versions of this change.
func (c *change) hand() headway.Change {
	return headway.Change{ChangedBy: c.by.UserID, ChangedByName: c.by.Name, ChangedAt: c.now}
}

func (r *applying) versioned(noun string, version int, added bool, err error) error {
	if err == nil && added {
		r.out.Changed = append(r.out.Changed, fmt.Sprintf("%s: version %d", noun, version))
	}
	return err
}

// checkHotfix refuses a rule about hot fixes that names an environment or
// activities that are not there, once all is as it will be.
func (r *applying) checkHotfix(ctx context.Context) error {
	rule := r.p.Hotfix
	if rule.Environment != "" && !slices.ContainsFunc(r.envs, func(e headway.Environment) bool { return e.Key == rule.Environment && e.Kind != headway.EnvProduction }) {
		return headway.Invalidf("programme.hotfix.environment", "there is no environment %q to prove a hot fix on", rule.Environment).
			WithHint("name the key of an environment that is not production")
	}
	if len(rule.Rerun) == 0 {
		return nil
	}
	book, err := r.NewestPlaybook(ctx, r.p.ID)
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return err
	}
	for _, key := range rule.Rerun {
		if !slices.ContainsFunc(book.Activities, func(a headway.PlaybookActivity) bool { return a.Key == key }) {
			return headway.Invalidf("programme.hotfix.rerun", "the playbook has no activity %q", key).WithHint("name keys of the playbook's activities")
		}
	}
	return nil
}
