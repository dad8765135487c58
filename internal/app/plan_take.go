package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"headway"
	"headway/internal/store"
)

// TakeChanges asks to make changes that were previewed true.
type TakeChanges struct {
	Changes  headway.WhatIf
	Revision int64 // of the facts that the preview was computed from; 0: whatever they are
	Scenario string
}

// TakeChanges makes pins, promises, priorities and splits of trains facts of the programme; the
// plan follows. All of it is taken or nothing. It is refused when the facts have
// changed since the preview, and when it takes more than planning to make it true.
func (a *App) TakeChanges(ctx context.Context, by headway.Actor, programme string, in TakeChanges) error {
	return a.changeIn(ctx, by, programme, headway.EditPlan, func(c *change, p headway.Programme) error {
		return c.take(ctx, p, in)
	})
}

func (c *change) take(ctx context.Context, p headway.Programme, in TakeChanges) error {
	if in.Changes.Count() == 0 {
		return headway.Invalidf("changes", "there is no change to take")
	}
	if !in.Changes.Takable() {
		return headway.Conflictf("people, windows, freezes, absences and environments are not changed from the plan").
			WithHint("keep it as a scenario, and change them in the settings once it is decided")
	}
	if in.Revision != 0 && in.Revision != p.Revision {
		return headway.Conflictf("the programme has changed since this preview: it was computed from revision %d, now it is %d", in.Revision, p.Revision).
			WithHint("look at the preview again: it shows what your change does now")
	}
	facts, err := loadPlanFacts(ctx, c.Q, p, c.now)
	if err != nil {
		return err
	}
	for _, pin := range in.Changes.Pins {
		if !pin.Start.IsZero() && pin.Start.Before(c.now) {
			return headway.Invalidf("start", "%s lies in the past", facts.write(pin.Start))
		}
	}
	changes, err := facts.clone().apply(in.Changes)
	if err != nil {
		return err
	}
	var done []string
	for _, pin := range changes.Pins {
		text, err := c.takePin(ctx, facts, pin)
		if err != nil {
			return err
		}
		done = append(done, text)
	}
	texts, err := c.takeDates(ctx, facts, changes)
	if err != nil {
		return err
	}
	for _, s := range changes.Splits {
		text, err := c.takeSplit(ctx, facts, s)
		if err != nil {
			return err
		}
		texts = append(texts, text)
	}
	text := c.by.Name + " changed the plan: " + strings.Join(append(done, texts...), "; ")
	return c.record(ctx, p.ID, PlanChangesTaken, p.ID, headway.Shorten(text, 1000), map[string]any{"changes": changes, "scenario": in.Scenario})
}

// takePin fixes or frees the start of an item, or of an activity that is foreseen.
func (c *change) takePin(ctx context.Context, f *planFacts, pin headway.WhatIfPin) (string, error) {
	b, err := f.problem()
	if err != nil {
		return "", err
	}
	j, known := b.jobs[pin.Activity]
	if !known || j.begun {
		return "", headway.Conflictf("only what has not begun can be fixed in time").WithHint("look at the plan again")
	}
	kept := store.ActivityPin{Activity: pin.Activity, Start: pin.Start, ByName: c.by.Name, At: c.now}
	if j.item.ID != "" {
		j.item.PinnedStart = pin.Start.UTC().Truncate(time.Minute)
		if pin.Start.IsZero() {
			j.item.PinnedStart = time.Time{}
		}
		if err := c.PutBacklogItem(ctx, j.item); err != nil {
			return "", err
		}
		kept.Start = time.Time{} // the item says it now
	}
	name := j.item.Title + " (" + f.releaseName(j.release) + ")"
	if err := c.PutActivityPin(ctx, f.programme, kept); err != nil {
		return "", err
	}
	if pin.Start.IsZero() {
		return "the plan chooses when " + name + " starts", nil
	}
	return name + " starts " + f.write(pin.Start), nil
}

// takeSplit lets a release miss its train, by somebody who may do that.
func (c *change) takeSplit(ctx context.Context, f *planFacts, s headway.WhatIfSplit) (string, error) {
	if err := c.by.Refusal(headway.EditTrain, f.programme.ID); err != nil {
		return "", err
	}
	r, err := c.Release(ctx, f.programme.ID, s.ReleaseID)
	if err != nil {
		return "", err
	}
	_, _, err = c.missTrain(ctx, f.programme, r, "the plan is better without it: taken from a preview", NoTrain)
	return f.releaseName(r) + " goes without its train", err
}

// takeDates stores what releases are promised for and in which order they go.
func (c *change) takeDates(ctx context.Context, f *planFacts, changes headway.WhatIf) (texts []string, err error) {
	save := func(id, text string, set func(*headway.Release)) error {
		r, err := c.Release(ctx, f.programme.ID, id)
		if err != nil {
			return err
		}
		set(&r)
		ok, err := c.SaveRelease(ctx, r, r.State)
		if err == nil && !ok {
			return headway.Conflictf("%s has moved on meanwhile", r.Version).WithHint("look at the plan again")
		}
		texts = append(texts, fmt.Sprintf("%s %s", f.releaseName(r), text))
		return err
	}
	for _, d := range changes.Dues {
		if err := save(d.ReleaseID, "is wanted by "+d.Due.String(), func(r *headway.Release) { r.Due = d.Due }); err != nil {
			return nil, err
		}
	}
	for _, p := range changes.Priorities {
		if err := save(p.ReleaseID, fmt.Sprintf("has priority %d", p.Priority), func(r *headway.Release) { r.Priority = p.Priority }); err != nil {
			return nil, err
		}
	}
	return texts, nil
}
