package app

import (
	"context"
	"slices"

	"headway"
	"headway/internal/store"
)

// ProgrammeRef names a programme.
type ProgrammeRef struct{ ID, Key, Name string }

// Frame is what stands around every page: the programmes an actor may see,
// and of the current one what waits.
type Frame struct {
	Programmes         []ProgrammeRef
	Programme          headway.Programme // zero outside a programme
	Calendar           headway.Calendar
	Shelved            int // candidates on the shelf
	OpenDecisions      int
	WaitForMe          int // open go/no-gos that lack the actor's verdict and may have it
	RunningDeployments int
	OpenDefects        int
	MyItems            int    // backlog items in the actor's hands
	Zone               string // in which the actor is planned; empty: the programme's
	Stops              []headway.Stop
}

// FrameView gathers the frame; programme is a key, empty outside any.
func (a *App) FrameView(ctx context.Context, by headway.Actor, programme string) (Frame, error) {
	var f Frame
	err := a.store.Read(ctx, func(q store.Q) error {
		ps, err := q.Programmes(ctx)
		if err != nil {
			return err
		}
		for _, p := range ps {
			if len(by.RolesIn(p.ID)) > 0 {
				f.Programmes = append(f.Programmes, ProgrammeRef{p.ID, p.Key, p.Name})
			}
		}
		if programme == "" {
			return nil
		}
		if f.Programme, err = enter(ctx, q, by, programme, headway.ViewProgramme); err != nil {
			return err
		}
		return f.count(ctx, q, by)
	})
	return f, err
}

func (f *Frame) count(ctx context.Context, q store.Q, by headway.Actor) error {
	p := f.Programme
	holidays, err := q.Holidays(ctx, p.ID)
	if err != nil {
		return err
	}
	if f.Calendar, err = p.Calendar(holidays); err != nil {
		return err
	}
	if f.Shelved, err = q.CountOnShelf(ctx, p.ID); err != nil {
		return err
	}
	if err := f.countDecisions(ctx, q, by); err != nil {
		return err
	}
	running, err := q.ActiveDeployments(ctx, p.ID)
	if err != nil {
		return err
	}
	f.RunningDeployments = len(running)
	if f.OpenDefects, err = q.CountOpenDefects(ctx, p.ID); err != nil {
		return err
	}
	if f.Stops, err = q.Stops(ctx, p.ID); err != nil {
		return err
	}
	if me := by.PersonIDs[p.ID]; me != "" {
		person, err := q.Person(ctx, p.ID, me)
		if err != nil {
			return err
		}
		f.Zone = person.Zone
		if f.MyItems, err = q.CountColumn(ctx, p.ID, headway.ItemDoing, store.BoardFilter{PersonID: me}); err != nil {
			return err
		}
	}
	return nil
}

func (f *Frame) countDecisions(ctx context.Context, q store.Q, by headway.Actor) error {
	decisions, err := q.LiveDecisions(ctx, f.Programme.ID)
	if err != nil {
		return err
	}
	for _, d := range decisions {
		if d.State != headway.DecisionOpen {
			continue
		}
		f.OpenDecisions++
		given, err := q.Approvals(ctx, d.ID)
		if err != nil {
			return err
		}
		if _, err := d.MayApprove(by.UserID, d.Digest, by.RolesIn(f.Programme.ID), given); err == nil {
			f.WaitForMe++
		}
	}
	return nil
}

// Cast is who a page's rows refer to: teams in their order, people, releases by id.
type Cast struct {
	Programme headway.Programme
	Calendar  headway.Calendar
	Teams     []headway.Team
	People    []headway.Person
}

func castOf(ctx context.Context, q store.Q, p headway.Programme) (c Cast, err error) {
	c.Programme = p
	holidays, err := q.Holidays(ctx, p.ID)
	if err != nil {
		return c, err
	}
	if c.Calendar, err = p.Calendar(holidays); err != nil {
		return c, err
	}
	if c.Teams, err = q.Teams(ctx, p.ID); err != nil {
		return c, err
	}
	c.People, err = q.People(ctx, p.ID)
	return c, err
}

// Team gives a team and its place in the order of teams; -1 when unknown.
func (c Cast) Team(id string) (headway.Team, int) {
	i := slices.IndexFunc(c.Teams, func(t headway.Team) bool { return t.ID == id })
	if i < 0 {
		return headway.Team{Name: "unknown team"}, i
	}
	return c.Teams[i], i
}

// Names gives the names of people by id.
func (c Cast) Names(ids []string) []string {
	var out []string
	for _, id := range ids {
		if i := slices.IndexFunc(c.People, func(p headway.Person) bool { return p.ID == id }); i >= 0 {
			out = append(out, c.People[i].Name)
		}
	}
	return out
}
