package store

import (
	"context"

	"headway"
)

const personColumns = `id, programme_id, team_id, key, name, skills, user_id, zone, percent, reserve`

func scanPerson(row scanner) (headway.Person, error) {
	var p headway.Person
	var skills string
	var user *string
	if err := row.Scan(&p.ID, &p.ProgrammeID, &p.TeamID, &p.Key, &p.Name, &skills, &user, &p.Zone, &p.Percent, &p.Reserve); err != nil {
		return p, err
	}
	if user != nil {
		p.UserID = *user
	}
	return p, untext(skills, &p.Skills)
}

// People lists the people of a programme by name.
func (q Q) People(ctx context.Context, programmeID string) ([]headway.Person, error) {
	return list(ctx, q, scanPerson, `SELECT `+personColumns+` FROM people WHERE programme_id = $1 ORDER BY name, key`, programmeID)
}

// Person finds a person of a programme by id.
func (q Q) Person(ctx context.Context, programmeID, id string) (headway.Person, error) {
	return one(ctx, q, "person", scanPerson, `SELECT `+personColumns+` FROM people WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// PersonByKey finds a person of a programme by key.
func (q Q) PersonByKey(ctx context.Context, programmeID, key string) (headway.Person, error) {
	return one(ctx, q, "person", scanPerson, `SELECT `+personColumns+` FROM people WHERE programme_id = $1 AND key = $2`, programmeID, key)
}

// PeopleOfUser lists the people, at most one in each programme, that an account stands for.
func (q Q) PeopleOfUser(ctx context.Context, userID string) ([]headway.Person, error) {
	return list(ctx, q, scanPerson, `SELECT `+personColumns+` FROM people WHERE user_id = $1 ORDER BY programme_id, key`, userID)
}

// PutPerson stores a person under their id, new or changed; the programme is kept.
func (t *Tx) PutPerson(ctx context.Context, p headway.Person) error {
	skills, err := text(p.Skills)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO people (`+personColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET team_id = excluded.team_id, key = excluded.key, name = excluded.name,
		skills = excluded.skills, user_id = excluded.user_id, zone = excluded.zone, percent = excluded.percent,
		reserve = excluded.reserve`,
		p.ID, p.ProgrammeID, p.TeamID, p.Key, p.Name, skills, null(p.UserID), p.Zone, p.Percent, p.Reserve)
}

// RemovePerson deletes a person with their absences.
func (t *Tx) RemovePerson(ctx context.Context, programmeID, id string) error {
	return t.exec(ctx, `DELETE FROM people WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

const absenceColumns = `a.id, a.person_id, a.first_day, a.last_day, a.reason`

func scanAbsence(row scanner) (headway.Absence, error) {
	var a headway.Absence
	var from, to string
	if err := row.Scan(&a.ID, &a.PersonID, &from, &to, &a.Reason); err != nil {
		return a, err
	}
	if err := a.From.UnmarshalText([]byte(from)); err != nil {
		return a, err
	}
	return a, a.To.UnmarshalText([]byte(to))
}

// Absences lists the absences of all people of a programme that end on or
// after a day (the zero date: all), by first day.
func (q Q) Absences(ctx context.Context, programmeID string, since headway.Date) ([]headway.Absence, error) {
	return list(ctx, q, scanAbsence, `SELECT `+absenceColumns+` FROM absences a JOIN people p ON p.id = a.person_id
		WHERE p.programme_id = $1 AND a.last_day >= $2 ORDER BY a.first_day, a.last_day, a.id`, programmeID, since.String())
}

// Absence finds an absence in a programme by id.
func (q Q) Absence(ctx context.Context, programmeID, id string) (headway.Absence, error) {
	return one(ctx, q, "absence", scanAbsence, `SELECT `+absenceColumns+` FROM absences a JOIN people p ON p.id = a.person_id
		WHERE p.programme_id = $1 AND a.id = $2`, programmeID, id)
}

// AddAbsence stores an absence.
func (t *Tx) AddAbsence(ctx context.Context, a headway.Absence) error {
	return t.exec(ctx, `INSERT INTO absences (id, person_id, first_day, last_day, reason) VALUES ($1, $2, $3, $4, $5)`,
		a.ID, a.PersonID, a.From.String(), a.To.String(), a.Reason)
}

// RemoveAbsence deletes an absence.
func (t *Tx) RemoveAbsence(ctx context.Context, id string) error {
	return t.exec(ctx, `DELETE FROM absences WHERE id = $1`, id)
}
