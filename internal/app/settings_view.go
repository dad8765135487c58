package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// Settings is everything that was set up in a programme.
type Settings struct {
	Cast
	Holidays     []headway.Holiday
	Absences     []headway.Absence
	Playbook     headway.Playbook
	Gate         headway.Gate
	Runbook      headway.Runbook
	Environments []headway.Environment
	Windows      []headway.Window
	Freezes      []headway.Freeze
	Members      []MemberRow
}

// MemberRow is an account with its roles in a programme.
type MemberRow struct {
	User  headway.User
	Roles []headway.Role
}

// SettingsView shows the set-up of a programme.
func (a *App) SettingsView(ctx context.Context, by headway.Actor, programme string) (Settings, error) {
	var v Settings
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		if v.Cast, err = castOf(ctx, q, p); err != nil {
			return err
		}
		if v.Holidays, err = q.Holidays(ctx, p.ID); err != nil {
			return err
		}
		if v.Absences, err = q.Absences(ctx, p.ID, headway.DateOf(a.Now().In(v.Calendar.Zone))); err != nil {
			return err
		}
		if err := v.rules(ctx, q); err != nil {
			return err
		}
		if err := v.places(ctx, q, a); err != nil {
			return err
		}
		return v.members(ctx, q)
	})
	return v, err
}

func (v *Settings) rules(ctx context.Context, q store.Q) (err error) {
	id := v.Programme.ID
	if v.Playbook, err = q.NewestPlaybook(ctx, id); err != nil && headway.KindOf(err) != headway.NotFound {
		return err
	}
	if v.Gate, err = q.NewestGate(ctx, id); err != nil && headway.KindOf(err) != headway.NotFound {
		return err
	}
	if v.Runbook, err = q.NewestRunbook(ctx, id); err != nil && headway.KindOf(err) != headway.NotFound {
		return err
	}
	return nil
}

func (v *Settings) places(ctx context.Context, q store.Q, a *App) (err error) {
	id := v.Programme.ID
	if v.Environments, err = q.Environments(ctx, id); err != nil {
		return err
	}
	if v.Windows, err = q.Windows(ctx, id); err != nil {
		return err
	}
	v.Freezes, err = q.Freezes(ctx, id, a.Now())
	return err
}

func (v *Settings) members(ctx context.Context, q store.Q) error {
	ms, err := q.Members(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	byUser := map[string]int{}
	for _, m := range ms {
		i, known := byUser[m.UserID]
		if !known {
			u, err := q.User(ctx, m.UserID)
			if err != nil {
				return err
			}
			i = len(v.Members)
			byUser[m.UserID] = i
			v.Members = append(v.Members, MemberRow{User: u})
		}
		v.Members[i].Roles = append(v.Members[i].Roles, m.Role)
	}
	return nil
}
