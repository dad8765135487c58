package app

import (
	"context"
	"fmt"

	"headway"
)

// RemoveAbsence takes back an absence.
func (a *App) RemoveAbsence(ctx context.Context, by headway.Actor, programme, id string) error {
	return a.changeIn(ctx, by, programme, headway.EditAbsence, func(c *change, p headway.Programme) error {
		absence, err := c.Absence(ctx, p.ID, id)
		if err != nil {
			return err
		}
		person, err := c.Person(ctx, p.ID, absence.PersonID)
		if err != nil {
			return err
		}
		if err := c.Tx.RemoveAbsence(ctx, id); err != nil {
			return err
		}
		return c.record(ctx, p.ID, AbsenceRemoved, person.ID, fmt.Sprintf("%s is no longer absent from %s to %s", person.Name, absence.From, absence.To), nil)
	})
}
