package app

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"headway"
)

// LogInterrupt says that production support took somebody's time.
type LogInterrupt struct {
	Person  string // key; empty: whoever asks
	Minutes int    // of working time
	Title   string // empty: production support
	Release string // in production, that it was about: id, or team/version; may be empty
	EndedAt time.Time
}

// LogInterrupt stores production support that is over. What the last twenty
// working days measured is taken off the person's capacity in the plan.
func (a *App) LogInterrupt(ctx context.Context, by headway.Actor, programme string, in LogInterrupt) (headway.Interrupt, error) {
	var out headway.Interrupt
	err := a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		person, err := c.personOrSelf(ctx, p, in.Person)
		if err != nil {
			return err
		}
		out = headway.Interrupt{
			ID: a.newID(), ProgrammeID: p.ID, PersonID: person.ID, Title: cmp.Or(in.Title, "Production support"),
			EndedAt: in.EndedAt.UTC().Truncate(time.Millisecond), Spent: time.Duration(min(max(in.Minutes, 0), 100_000)) * time.Minute, LoggedBy: by.UserID, LoggedByName: by.Name,
		}
		if in.EndedAt.IsZero() {
			out.EndedAt = c.now
		}
		if err := out.Check(c.now); err != nil {
			return err
		}
		about := ""
		if in.Release != "" {
			r, err := c.look().releaseNamed(ctx, p, in.Release)
			if err != nil {
				return err
			}
			out.ReleaseID, about = r.ID, " for "+r.Version
		}
		if err := c.AddInterrupt(ctx, out); err != nil {
			return err
		}
		text := fmt.Sprintf("%s gave %s to production support%s: %s", person.Name, minutesText(out.Spent), about, out.Title)
		return c.record(ctx, p.ID, InterruptLogged, cmp.Or(out.ReleaseID, person.ID), text, map[string]any{"interrupt": out.ID, "person": person.ID, "minutes": in.Minutes})
	})
	return out, err
}

// RemoveInterrupt takes back an interrupt that was logged by mistake.
func (a *App) RemoveInterrupt(ctx context.Context, by headway.Actor, programme, id string) error {
	return a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		i, err := c.Interrupt(ctx, p.ID, id)
		if err != nil {
			return err
		}
		person, err := c.Person(ctx, p.ID, i.PersonID)
		if err != nil {
			return err
		}
		if err := c.Tx.RemoveInterrupt(ctx, p.ID, id); err != nil {
			return err
		}
		text := fmt.Sprintf("%s of production support by %s was taken back: %s", minutesText(i.Spent), person.Name, i.Title)
		return c.record(ctx, p.ID, InterruptRemoved, cmp.Or(i.ReleaseID, person.ID), text, map[string]any{"interrupt": i.ID, "person": person.ID})
	})
}

// personOrSelf finds a person by key, or who stands for the actor.
func (c *change) personOrSelf(ctx context.Context, p headway.Programme, key string) (headway.Person, error) {
	if key != "" {
		person, err := c.PersonByKey(ctx, p.ID, key)
		return person, unknownAt(err, "person", key)
	}
	if c.by.UserID != "" {
		people, err := c.PeopleOfUser(ctx, c.by.UserID)
		if err != nil {
			return headway.Person{}, err
		}
		for _, person := range people {
			if person.ProgrammeID == p.ID {
				return person, nil
			}
		}
	}
	return headway.Person{}, headway.Invalidf("person", "your account stands for nobody of this programme").WithHint("name the person")
}

func minutesText(d time.Duration) string {
	if m := int(d.Minutes()); m < 60 {
		return fmt.Sprintf("%d min", m)
	} else if m%60 != 0 {
		return fmt.Sprintf("%d h %d min", m/60, m%60)
	}
	return fmt.Sprintf("%d h", int(d.Hours()))
}
