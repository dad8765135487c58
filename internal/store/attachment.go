package store

import (
	"context"

	"headway"
)

// AttachmentsOf lists the files that are attached to a piece of evidence, in
// the order in which they came.
func (q Q) AttachmentsOf(ctx context.Context, evidenceID string) ([]headway.Attachment, error) {
	return list(ctx, q, func(row scanner) (headway.Attachment, error) {
		var a headway.Attachment
		var added int64
		err := row.Scan(&a.Name, &a.SHA256, &a.Size, &added, &a.AddedByName)
		a.AddedAt = at(added)
		return a, err
	}, `SELECT name, sha256, size, added_at, added_by_name FROM evidence_attachments WHERE evidence_id = $1 ORDER BY added_at, name`, evidenceID)
}

// AddAttachment attaches a file to a piece of evidence.
func (t *Tx) AddAttachment(ctx context.Context, evidenceID string, a headway.Attachment) error {
	return t.exec(ctx, `INSERT INTO evidence_attachments (evidence_id, name, sha256, size, added_at, added_by_name) VALUES ($1, $2, $3, $4, $5, $6)`,
		evidenceID, a.Name, a.SHA256, a.Size, ms(a.AddedAt), a.AddedByName)
}
