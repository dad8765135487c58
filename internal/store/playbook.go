package store

import (
	"context"

	"headway"
)

func scanPlaybook(row scanner) (headway.Playbook, error) {
	var p headway.Playbook
	var activities string
	if err := row.Scan(&p.ID, &p.ProgrammeID, &p.Version, &activities); err != nil {
		return p, err
	}
	return p, untext(activities, &p.Activities)
}

// NewestPlaybook finds the playbook of a programme that holds now.
func (q Q) NewestPlaybook(ctx context.Context, programmeID string) (headway.Playbook, error) {
	return one(ctx, q, "playbook", scanPlaybook,
		`SELECT id, programme_id, version, activities FROM playbooks WHERE programme_id = $1 ORDER BY version DESC LIMIT 1`, programmeID)
}

// Playbook finds any version of a programme's playbook by id.
func (q Q) Playbook(ctx context.Context, programmeID, id string) (headway.Playbook, error) {
	return one(ctx, q, "playbook", scanPlaybook,
		`SELECT id, programme_id, version, activities FROM playbooks WHERE programme_id = $1 AND id = $2`, programmeID, id)
}

// AddPlaybook stores a playbook as the programme's next version, if its content
// differs from the newest, and tells the version that holds now and whether it is new.
func (t *Tx) AddPlaybook(ctx context.Context, p headway.Playbook) (version int, added bool, err error) {
	activities, err := text(p.Activities)
	if err != nil {
		return 0, false, err
	}
	version, added, err = t.nextVersion(ctx, `SELECT version, activities FROM playbooks WHERE programme_id = $1 ORDER BY version DESC LIMIT 1`,
		p.ProgrammeID, activities)
	if err != nil || !added {
		return version, added, err
	}
	return version, true, t.exec(ctx, `INSERT INTO playbooks (id, programme_id, version, activities) VALUES ($1, $2, $3, $4)`,
		p.ID, p.ProgrammeID, version, activities)
}
