package app

import (
	"context"
	"time"

	"headway"
	"headway/internal/store"
)

// SetupView is everything of a programme's setup.
type SetupView struct {
	Programme headway.Programme
	File      headway.ProgrammeFile // all sections, in the form that can be applied
	Absences  []headway.Absence     // with their ids
	People    []headway.Person
	Playbook  int // version that holds
	Gate      int
	Runbook   int
}

// SetupView shows the setup of a programme.
func (a *App) SetupView(ctx context.Context, by headway.Actor, programme string) (v SetupView, err error) {
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		v, err = setupOf(ctx, q, p)
		return err
	})
	return v, err
}

func setupOf(ctx context.Context, q store.Q, p headway.Programme) (SetupView, error) {
	v := SetupView{Programme: p, File: headway.ProgrammeFile{Programme: programmePart(p)}}
	for _, part := range []func(context.Context, store.Q, *SetupView) error{viewTeams, viewTimes, viewRules} {
		if err := part(ctx, q, &v); err != nil {
			return v, err
		}
	}
	return v, nil
}

func programmePart(p headway.Programme) headway.ProgrammePart {
	return headway.ProgrammePart{
		Key: p.Key, Name: p.Name, Zone: p.Zone, Gap: &p.Gap, Hotfix: hotfixPart(p.Hotfix), SlotMinutes: p.SlotMinutes, WorkDays: headway.WeekdaysOf(p.WorkDays),
		WorkFrom: &p.WorkFrom, WorkTo: &p.WorkTo, WIPLimits: p.WIPLimits, Horizon: p.Horizon,
	}
}

func viewTeams(ctx context.Context, q store.Q, v *SetupView) (err error) {
	teams, err := q.Teams(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	keys := map[string]string{}
	for _, t := range teams {
		keys[t.ID] = t.Key
		v.File.Teams = append(v.File.Teams, headway.TeamPart{Key: t.Key, Name: t.Name, Kind: t.Kind, Priority: t.Priority, Cadence: headway.CadencePart(t.Cadence)})
	}
	if v.People, err = q.People(ctx, v.Programme.ID); err != nil {
		return err
	}
	if v.Absences, err = q.Absences(ctx, v.Programme.ID, headway.Date{}); err != nil {
		return err
	}
	absent := map[string][]headway.AbsencePart{}
	for _, a := range v.Absences {
		absent[a.PersonID] = append(absent[a.PersonID], headway.AbsencePart{From: a.From, To: a.To, Reason: a.Reason})
	}
	for _, p := range v.People {
		part := headway.PersonPart{Key: p.Key, Name: p.Name, Team: keys[p.TeamID], Skills: p.Skills, Zone: p.Zone, Percent: p.Percent, Reserve: p.Reserve, Absences: absent[p.ID]}
		if p.UserID != "" {
			u, err := q.User(ctx, p.UserID)
			if err != nil {
				return err
			}
			part.Email = u.Email
		}
		v.File.People = append(v.File.People, part)
	}
	return nil
}

func viewTimes(ctx context.Context, q store.Q, v *SetupView) error {
	holidays, err := q.Holidays(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	for _, h := range holidays {
		v.File.Holidays = append(v.File.Holidays, headway.HolidayPart{Day: h.Day, Name: h.Name})
	}
	envs, err := q.Environments(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	for _, e := range envs {
		v.File.Environments = append(v.File.Environments, headway.EnvironmentPart{Key: e.Key, Name: e.Name, Kind: e.Kind, Shared: e.Shared, DataGB: e.DataGB, DataAsOf: e.DataAsOf})
	}
	windows, err := q.Windows(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	for _, w := range windows {
		v.File.Windows = append(v.File.Windows, headway.WindowPart{Key: w.Key, Name: w.Name, Days: headway.WeekdaysOf(w.Days), Start: w.Start, Minutes: w.Minutes, Zone: w.Zone})
	}
	freezes, err := q.Freezes(ctx, v.Programme.ID, time.Time{})
	for _, f := range freezes {
		v.File.Freezes = append(v.File.Freezes, f.Part())
	}
	return err
}

func viewRules(ctx context.Context, q store.Q, v *SetupView) error {
	book, err := q.NewestPlaybook(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	gate, err := q.NewestGate(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	runbook, err := q.NewestRunbook(ctx, v.Programme.ID)
	if err != nil {
		return err
	}
	v.Playbook, v.Gate, v.Runbook = book.Version, gate.Version, runbook.Version
	v.File.Playbook = book.Activities
	v.File.Gate = &headway.GatePart{Criteria: gate.Criteria, Approvals: gate.Approvals}
	v.File.Runbook = &headway.RunbookPart{Steps: runbook.Steps, Hypercare: runbook.Hypercare, HypercareDays: runbook.HypercareDays, Variables: runbook.Variables}
	return nil
}

// hotfixPart gives the rule about hot fixes as a document has it; nil when there is none.
func hotfixPart(r headway.HotfixRule) *headway.HotfixRule {
	if r.Yields == "" && r.Environment == "" && len(r.Rerun) == 0 && !r.Rebase {
		return nil
	}
	return &r
}
