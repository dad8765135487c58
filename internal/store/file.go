package store

import (
	"context"
	"slices"
	"time"

	"headway"
)

// FileSize tells whether a programme has handed in a file with this digest,
// and its size.
func (q Q) FileSize(ctx context.Context, programmeID, sha string) (size int64, err error) {
	return one(ctx, q, "file", scanInt, `SELECT size FROM files WHERE programme_id = $1 AND sha256 = $2`, programmeID, sha)
}

// PutFile notes that a programme has handed in a file; handing it in again
// renews its time.
func (t *Tx) PutFile(ctx context.Context, programmeID, sha string, size int64, now time.Time) error {
	return t.exec(ctx, `INSERT INTO files (programme_id, sha256, size, added_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (programme_id, sha256) DO UPDATE SET added_at = excluded.added_at`, programmeID, sha, size, ms(now))
}

// UsedFiles gives the digests of all files of the instance that a candidate or
// a piece of evidence refers to.
func (q Q) UsedFiles(ctx context.Context) (map[string]bool, error) {
	used := map[string]bool{}
	shas, err := list(ctx, q, scanString, `SELECT sha256 FROM evidence`)
	if err != nil {
		return nil, err
	}
	normal, err := list(ctx, q, scanString, `SELECT normal FROM evidence WHERE normal <> ''`)
	if err != nil {
		return nil, err
	}
	attached, err := list(ctx, q, scanString, `SELECT attachments FROM cycle_cases WHERE attachments NOT IN ('[]', 'null', '')`)
	if err != nil {
		return nil, err
	}
	shown, err := list(ctx, q, scanString, `SELECT DISTINCT sha256 FROM evidence_attachments`)
	if err != nil {
		return nil, err
	}
	for _, sha := range slices.Concat(shas, normal, shown) {
		used[sha] = true
	}
	documents, err := list(ctx, q, scanString, `SELECT artifacts FROM candidates WHERE artifacts NOT IN ('[]', 'null')`)
	if err != nil {
		return nil, err
	}
	for _, d := range slices.Concat(documents, attached) {
		var artifacts []headway.Artifact
		if err := untext(d, &artifacts); err != nil {
			return nil, err
		}
		for _, a := range artifacts {
			used[a.SHA256] = true
		}
	}
	return used, nil
}

// File is a file that a programme has handed in.
type File struct {
	ProgrammeID, SHA256 string
	AddedAt             time.Time
}

// Files lists what all programmes have handed in.
func (q Q) Files(ctx context.Context) ([]File, error) {
	return list(ctx, q, func(row scanner) (File, error) {
		var f File
		var added int64
		err := row.Scan(&f.ProgrammeID, &f.SHA256, &added)
		f.AddedAt = at(added)
		return f, err
	}, `SELECT programme_id, sha256, added_at FROM files`)
}

// ForgetFile takes back that a programme has handed in a file.
func (t *Tx) ForgetFile(ctx context.Context, programmeID, sha string) error {
	return t.exec(ctx, `DELETE FROM files WHERE programme_id = $1 AND sha256 = $2`, programmeID, sha)
}
