package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// ProgrammeRow is one programme in the list of all.
type ProgrammeRow struct {
	Programme                       headway.Programme
	Teams, Shelved, Deploying, Live int
}

// ProgrammesView lists the programmes that an actor may see, with how their releases stand.
func (a *App) ProgrammesView(ctx context.Context, by headway.Actor) (rows []ProgrammeRow, err error) {
	err = a.store.Read(ctx, func(q store.Q) error {
		ps, err := q.Programmes(ctx)
		if err != nil {
			return err
		}
		for _, p := range ps {
			if len(by.RolesIn(p.ID)) == 0 {
				continue
			}
			row := ProgrammeRow{Programme: p}
			counts, err := q.CountReleasesOf(ctx, p.ID)
			if err != nil {
				return err
			}
			teams, err := q.Teams(ctx, p.ID)
			if err != nil {
				return err
			}
			row.Teams = len(teams)
			for _, c := range counts {
				row.Shelved += c[headway.ReleaseShelved] + c[headway.ReleaseProving]
				row.Deploying += c[headway.ReleaseDeploying]
				row.Live += c[headway.ReleaseLive] + c[headway.ReleaseClosed]
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}
