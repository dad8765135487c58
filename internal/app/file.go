package app

import (
	"context"
	"io"
	"time"

	"headway"
	"headway/internal/store"
)

// Limits of what is handed in, in bytes.
const (
	MaxArtifact = 4 << 30
	MaxEvidence = 1 << 30
)

// keepUnused is how long a file that nothing refers to is kept: a candidate
// may be shelved with it in that time.
const keepUnused = 24 * time.Hour

// PutArtifact stores a file that a candidate is going to refer to by its
// SHA-256 digest in hex, and gives its size in bytes. The same file again
// changes nothing, and mends a stored one that was damaged.
func (a *App) PutArtifact(ctx context.Context, by headway.Actor, programme, sha string, content io.Reader) (int64, error) {
	if len(sha) != 64 {
		return 0, headway.Invalidf("sha256", "%q is no SHA-256 digest", headway.Shorten(sha, 80)).WithHint("write it as 64 hexadecimal digits")
	}
	err := a.lookIn(ctx, by, programme, headway.ShelveCandidate, func(store.Q, headway.Programme) error { return nil })
	if err != nil {
		return 0, err
	}
	sha, size, err := a.blobs.Put(content, sha, MaxArtifact)
	if err != nil {
		return 0, err
	}
	return size, a.changeIn(ctx, by, programme, headway.ShelveCandidate, func(c *change, p headway.Programme) error {
		return c.PutFile(ctx, p.ID, sha, size, c.now)
	})
}

// TakeArtifact stores a file whose digest nobody has announced, as from
// a form, and gives it as a candidate can refer to it.
func (a *App) TakeArtifact(ctx context.Context, by headway.Actor, programme, name string, content io.Reader) (headway.Artifact, error) {
	art := headway.Artifact{Name: name}
	if err := headway.CheckFileName("files", name); err != nil {
		return art, err
	}
	err := a.lookIn(ctx, by, programme, headway.ShelveCandidate, func(store.Q, headway.Programme) error { return nil })
	if err != nil {
		return art, err
	}
	if art.SHA256, art.Size, err = a.blobs.Put(content, "", MaxArtifact); err != nil {
		return art, err
	}
	return art, a.changeIn(ctx, by, programme, headway.ShelveCandidate, func(c *change, p headway.Programme) error {
		return c.PutFile(ctx, p.ID, art.SHA256, art.Size, c.now)
	})
}

// Artifact opens a file of a candidate. Its reader fails at the end when the
// stored content is not what was shelved.
func (a *App) Artifact(ctx context.Context, by headway.Actor, programme, candidateID, name string) (headway.Artifact, io.ReadCloser, error) {
	var found headway.Artifact
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		c, err := q.Candidate(ctx, p.ID, candidateID)
		for _, art := range c.Artifacts {
			if art.Name == name {
				found = art
			}
		}
		if err == nil && found.SHA256 == "" {
			return headway.NotFoundf("%s has no artifact %q", c.Name, name)
		}
		return err
	})
	if err != nil {
		return found, nil, err
	}
	r, _, err := a.blobs.Open(found.SHA256)
	return found, r, err
}

// EvidenceFile opens the file that a piece of evidence was read from.
func (a *App) EvidenceFile(ctx context.Context, by headway.Actor, programme, id string) (headway.Evidence, io.ReadCloser, error) {
	var e headway.Evidence
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		e, err = q.Evidence(ctx, p.ID, id)
		return err
	})
	if err != nil {
		return e, nil, err
	}
	r, _, err := a.blobs.Open(e.SHA256)
	return e, r, err
}

// SweepFiles deletes what uploads that broke off left behind, and files that
// nothing has referred to for a day. It holds the write transaction, so that
// no candidate can be shelved with a file that is just going.
func (a *App) SweepFiles(ctx context.Context) (removed int, err error) {
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		before := a.Now().Add(-keepUnused)
		used, err := tx.UsedFiles(ctx)
		if err != nil {
			return err
		}
		files, err := tx.Files(ctx)
		if err != nil {
			return err
		}
		for _, f := range files {
			if !used[f.SHA256] && f.AddedAt.Before(before) {
				if err := tx.ForgetFile(ctx, f.ProgrammeID, f.SHA256); err != nil {
					return err
				}
				continue
			}
			used[f.SHA256] = true
		}
		half, err := a.blobs.SweepTmp(before)
		if err != nil {
			return err
		}
		whole, err := a.blobs.Sweep(before, func(sha string) bool { return used[sha] })
		removed = half + whole
		return err
	})
	return removed, err
}
