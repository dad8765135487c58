package app

import (
	"context"
	"fmt"
	"slices"

	"headway"
)

// AddProgramme describes an empty programme to be made.
type AddProgramme struct {
	Key, Name string
	Zone      string // empty: UTC
	Playbook  string // key of the gallery's; empty: the ordinary one
	Sample    bool   // the sample programme of the demo
}

// AddProgramme makes an empty programme with the gallery's playbook, gate and
// runbook. Its setup comes with ApplyProgramme.
func (a *App) AddProgramme(ctx context.Context, by headway.Actor, in AddProgramme) (headway.Programme, error) {
	if err := by.RefusalOnInstance(headway.CreateProgramme); err != nil {
		return headway.Programme{}, err
	}
	p := headway.ProgrammePart{Key: in.Key, Name: in.Name, Zone: in.Zone}.Noun()
	if err := p.Check(); err != nil {
		return p, err
	}
	p.Sample = in.Sample
	gallery := headway.PlaybookGallery()
	k := slices.IndexFunc(gallery, func(g headway.GalleryPlaybook) bool { return in.Playbook == "" || g.Key == in.Playbook })
	if k < 0 {
		return p, headway.Invalidf("playbook", "the gallery has no playbook %q", in.Playbook).WithHint("use ordinary, lean or data-heavy")
	}
	err := a.change(ctx, by, func(c *change) error {
		if _, err := c.ProgrammeByKey(ctx, p.Key); err == nil {
			return headway.Conflictf("there is already a programme %q", p.Key).WithHint("choose another key")
		} else if headway.KindOf(err) != headway.NotFound {
			return err
		}
		p.ID, p.CreatedAt, p.Revision = a.newID(), c.now, 1
		if err := c.PutProgramme(ctx, p); err != nil {
			return err
		}
		if err := c.addRules(ctx, p.ID, gallery[k].Playbook(nil)); err != nil {
			return err
		}
		return c.record(ctx, p.ID, ProgrammeAdded, p.ID, fmt.Sprintf("Programme %s was made", p.Name), nil)
	})
	return p, err
}

// addRules gives a programme the rules of the gallery.
func (c *change) addRules(ctx context.Context, programmeID string, book headway.Playbook) error {
	gate, runbook := headway.DefaultGate(), headway.DefaultRunbook()
	book.ID, gate.ID, runbook.ID = c.app.newID(), c.app.newID(), c.app.newID()
	book.ProgrammeID, gate.ProgrammeID, runbook.ProgrammeID = programmeID, programmeID, programmeID
	if _, _, err := c.AddPlaybook(ctx, book); err != nil {
		return err
	}
	if _, _, err := c.AddGate(ctx, gate); err != nil {
		return err
	}
	_, _, err := c.AddRunbook(ctx, runbook)
	return err
}
