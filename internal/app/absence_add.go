package app

import (
	"context"
	"fmt"

	"headway"
)

// AddAbsence says that a person does not work on some days, both included.
type AddAbsence struct {
	Programme, Person string // keys
	From, To          headway.Date
	Reason            string
}

// AddAbsence stores an absence; the same one again is found, not stored twice.
func (a *App) AddAbsence(ctx context.Context, by headway.Actor, in AddAbsence) (headway.Absence, error) {
	absence := headway.Absence{From: in.From, To: in.To, Reason: in.Reason}
	if in.To.IsZero() {
		absence.To = in.From
	}
	if err := absence.Check(); err != nil {
		return absence, err
	}
	if len(in.Reason) > 200 {
		return absence, headway.Invalidf("reason", "a reason has at most 200 characters, this one has %d", len(in.Reason))
	}
	err := a.changeIn(ctx, by, in.Programme, headway.EditAbsence, func(c *change, p headway.Programme) error {
		person, err := c.PersonByKey(ctx, p.ID, in.Person)
		if err != nil {
			return err
		}
		absence.PersonID = person.ID
		all, err := c.Absences(ctx, p.ID, absence.From)
		if err != nil {
			return err
		}
		for _, have := range all {
			if have.PersonID == person.ID && have.From == absence.From && have.To == absence.To {
				absence = have
				return nil
			}
		}
		absence.ID = a.newID()
		if err := c.Tx.AddAbsence(ctx, absence); err != nil {
			return err
		}
		return c.record(ctx, p.ID, AbsenceAdded, person.ID, fmt.Sprintf("%s is absent from %s to %s", person.Name, absence.From, absence.To), nil)
	})
	return absence, err
}
