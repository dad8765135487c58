package app

import (
	"context"
	"fmt"
	"strings"

	"headway"
)

func (r *applying) putTeams(ctx context.Context) error {
	have, err := r.Teams(ctx, r.p.ID)
	if err != nil {
		return err
	}
	for _, t := range have {
		r.teams[t.Key] = t
	}
	if r.file.Teams == nil {
		return nil
	}
	var want []headway.Team
	for _, t := range r.file.Teams {
		want = append(want, t.Noun())
	}
	err = apply(ctx, r, section[headway.Team]{
		noun: "team", key: func(t headway.Team) string { return t.Key },
		adopt: func(have, want headway.Team) headway.Team {
			want.ID, want.ProgrammeID = r.idOr(have.ID), r.p.ID
			r.rhythm[want.Key] = have.ID != "" && have.Cadence != want.Cadence
			return want
		},
		put:    r.putTeam,
		remove: r.removeTeam,
	}, have, want)
	return err
}

func (r *applying) putTeam(ctx context.Context, t headway.Team) error {
	r.teams[t.Key] = t
	return r.PutTeam(ctx, t)
}

func (r *applying) removeTeam(ctx context.Context, t headway.Team) error {
	n, err := r.CountTeamUse(ctx, r.p.ID, t.ID)
	if err != nil {
		return err
	}
	if n > 0 {
		return headway.Conflictf("team %s cannot be removed: %d of its releases are on the shelf or beyond", t.Key, n).
			WithHint("keep the team; leave its cadence without a version when it ships no more")
	}
	people, err := r.People(ctx, r.p.ID)
	if err != nil {
		return err
	}
	for _, p := range people {
		if p.TeamID == t.ID {
			return headway.Conflictf("team %s cannot be removed: %s is in it", t.Key, p.Name).WithHint("give each person another team, or remove them")
		}
	}
	delete(r.teams, t.Key)
	return r.RemoveTeam(ctx, r.p.ID, t.ID)
}

func (r *applying) putPeople(ctx context.Context) error {
	if r.file.People == nil {
		return nil
	}
	have, err := r.People(ctx, r.p.ID)
	if err != nil {
		return err
	}
	var want []headway.Person
	for _, part := range r.file.People {
		p := part.Noun()
		team, ok := r.teams[part.Team]
		if !ok {
			return headway.Invalidf("people."+part.Key+".team", "there is no team %q", part.Team)
		}
		p.TeamID = team.ID
		if p.UserID, err = r.account(ctx, part); err != nil {
			return err
		}
		want = append(want, p)
	}
	return apply(ctx, r, section[headway.Person]{
		noun: "person", key: func(p headway.Person) string { return p.Key },
		adopt: func(have, want headway.Person) headway.Person {
			want.ID, want.ProgrammeID = r.idOr(have.ID), r.p.ID
			return want
		},
		put:    r.PutPerson,
		remove: r.removePerson,
	}, have, want)
}

// account finds whom a person signs in as; an address without account is worth a note.
func (r *applying) account(ctx context.Context, p headway.PersonPart) (string, error) {
	if p.Email == "" {
		return "", nil
	}
	u, err := r.UserByEmail(ctx, strings.ToLower(p.Email))
	if headway.KindOf(err) == headway.NotFound && err != nil {
		r.out.Notes = append(r.out.Notes, fmt.Sprintf("%s has no account for %s yet; apply the file again when there is one", p.Name, p.Email))
		return "", nil
	}
	return u.ID, err
}

func (r *applying) removePerson(ctx context.Context, p headway.Person) error {
	n, err := r.CountPersonUse(ctx, r.p.ID, p.ID)
	if err != nil {
		return err
	}
	if n > 0 {
		return headway.Conflictf("%s cannot be removed: %d open items of the backlog are theirs", p.Name, n).WithHint("give the items to somebody else first")
	}
	return r.RemovePerson(ctx, r.p.ID, p.ID)
}

// absences replaces the absences of those people for whom the file lists any.
func (r *applying) absences(ctx context.Context) error {
	all, err := r.Absences(ctx, r.p.ID, headway.Date{})
	if err != nil {
		return err
	}
	have := map[string][]headway.Absence{}
	for _, a := range all {
		have[a.PersonID] = append(have[a.PersonID], a)
	}
	for _, part := range r.file.People {
		if part.Absences == nil {
			continue
		}
		p, err := r.PersonByKey(ctx, r.p.ID, part.Key)
		if err != nil {
			return err
		}
		if err := r.absencesOf(ctx, p, have[p.ID], part.Absences); err != nil {
			return err
		}
	}
	return nil
}

func (r *applying) absencesOf(ctx context.Context, p headway.Person, have []headway.Absence, want []headway.AbsencePart) error {
	kept := map[headway.AbsencePart]bool{}
	listed := map[headway.AbsencePart]bool{}
	for _, w := range want {
		listed[w] = true
	}
	for _, h := range have {
		part := headway.AbsencePart{From: h.From, To: h.To, Reason: h.Reason}
		if listed[part] && !kept[part] {
			kept[part] = true
			continue
		}
		if err := r.RemoveAbsence(ctx, h.ID); err != nil {
			return err
		}
		r.out.Removed = append(r.out.Removed, fmt.Sprintf("absence of %s from %s", p.Key, h.From))
	}
	for _, w := range want {
		if kept[w] {
			continue
		}
		kept[w] = true
		if err := r.AddAbsence(ctx, headway.Absence{ID: r.app.newID(), PersonID: p.ID, From: w.From, To: w.To, Reason: w.Reason}); err != nil {
			return err
		}
		r.out.Added = append(r.out.Added, fmt.Sprintf("absence of %s from %s", p.Key, w.From))
	}
	return nil
}

// idOr keeps an id or draws a new one.
func (c *change) idOr(id string) string {
	if id != "" {
		return id
	}
	return c.app.newID()
}
