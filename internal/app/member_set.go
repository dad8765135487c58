package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"headway"
	"headway/internal/store"
)

// SetMember gives an account its roles in a programme, instead of those it had.
type SetMember struct {
	Programme, Email string
	Roles            []headway.Role // none: no longer a member
	Person           string         // key of the person who signs in with it; empty: left as it is
}

// Member is an account with its roles in a programme.
type Member struct {
	User   headway.User
	Roles  []headway.Role
	Person string // key, may be empty
}

// SetMember changes the roles of an account.
func (a *App) SetMember(ctx context.Context, by headway.Actor, in SetMember) (Member, error) {
	var m Member
	for _, r := range in.Roles {
		if !slices.Contains(headway.Roles(), r) {
			return m, headway.Invalidf("roles", "%q is no role", r).WithHint("use viewer, developer, ops, scrum-master, product-owner, release-manager or admin")
		}
	}
	err := a.changeIn(ctx, by, in.Programme, headway.ManageMembers, func(c *change, p headway.Programme) error {
		u, err := c.UserByEmail(ctx, strings.ToLower(strings.TrimSpace(in.Email)))
		if err != nil {
			if headway.KindOf(err) == headway.NotFound {
				return headway.NotFoundf("there is no account for %s", in.Email).WithHint("an administrator of the instance makes accounts")
			}
			return err
		}
		m = Member{User: u, Roles: slices.Compact(slices.Sorted(slices.Values(in.Roles))), Person: in.Person}
		if err := c.SetRoles(ctx, p.ID, u.ID, m.Roles); err != nil {
			return err
		}
		if err := c.linkPerson(ctx, p.ID, in.Person, u.ID); err != nil {
			return err
		}
		text := fmt.Sprintf("%s is no longer a member", u.Name)
		if len(m.Roles) > 0 {
			text = fmt.Sprintf("%s now has the roles %s", u.Name, strings.Join(headway.RoleNames(m.Roles), ", "))
		}
		if err := c.record(ctx, p.ID, MemberChanged, u.ID, text, map[string]any{"roles": m.Roles, "person": in.Person}); err != nil {
			return err
		}
		return c.voidWithout(ctx, p, u, m.Roles)
	})
	return m, err
}

// linkPerson makes a person sign in with an account, and nobody else of the programme.
func (c *change) linkPerson(ctx context.Context, programmeID, key, userID string) error {
	if key == "" {
		return nil
	}
	p, err := c.PersonByKey(ctx, programmeID, key)
	if err != nil {
		return err
	}
	others, err := c.PeopleOfUser(ctx, userID)
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.ProgrammeID == programmeID && o.ID != p.ID {
			return headway.Conflictf("this account already stands for %s", o.Name).WithHint("one account stands for one person of a programme")
		}
	}
	p.UserID = userID
	return c.PutPerson(ctx, p)
}

func joinRoles(roles []headway.Role) string {
	var s []string
	for _, r := range roles {
		s = append(s, string(r))
	}
	return strings.Join(s, ", ")
}

// MembersView lists the accounts that hold a role in a programme, by name.
func (a *App) MembersView(ctx context.Context, by headway.Actor, programme string) (members []Member, err error) {
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		held, err := q.Members(ctx, p.ID)
		if err != nil {
			return err
		}
		people, err := q.People(ctx, p.ID)
		if err != nil {
			return err
		}
		byUser := map[string]*Member{}
		for _, h := range held {
			m := byUser[h.UserID]
			if m == nil {
				m = &Member{}
				if m.User, err = q.User(ctx, h.UserID); err != nil {
					return err
				}
				byUser[h.UserID] = m
			}
			m.Roles = append(m.Roles, h.Role)
		}
		for _, person := range people {
			if m := byUser[person.UserID]; m != nil {
				m.Person = person.Key
			}
		}
		for _, m := range byUser {
			members = append(members, *m)
		}
		slices.SortFunc(members, func(a, b Member) int { return strings.Compare(a.User.Name+a.User.Email, b.User.Name+b.User.Email) })
		return nil
	})
	return members, err
}
