package app

import (
	"context"
	"fmt"
	"io"
	"slices"

	"headway"
)

// AttachToEvidence attaches a file to a piece of evidence. The same file again
// changes nothing.
func (a *App) AttachToEvidence(ctx context.Context, by headway.Actor, programme, evidence, name string, content io.Reader) (headway.Attachment, error) {
	out := headway.Attachment{AddedAt: a.Now(), AddedByName: by.Name}
	if err := a.lookWith(ctx, by, programme, headway.AddEvidence, func(l look, p headway.Programme) error {
		_, err := l.Evidence(ctx, p.ID, evidence)
		return err
	}); err != nil {
		return out, err
	}
	file, err := a.takeAttachment(name, content)
	if err != nil {
		return out, err
	}
	out.Artifact = file
	return out, a.changeIn(ctx, by, programme, headway.AddEvidence, func(c *change, p headway.Programme) error {
		e, candidate, r, err := c.look().evidenceStory(ctx, p, evidence)
		if err != nil {
			return err
		}
		have, err := c.AttachmentsOf(ctx, e.ID)
		if err != nil {
			return err
		}
		if _, added, err := headway.Attach(filesOf(have), file); err != nil || !added {
			return err
		}
		out.AddedAt = c.now
		if err := c.PutFile(ctx, p.ID, file.SHA256, file.Size, c.now); err != nil {
			return err
		}
		if err := c.AddAttachment(ctx, e.ID, out); err != nil {
			return err
		}
		text := fmt.Sprintf("%s was attached to %s of %s", file.Name, e.FileName, candidate.Name)
		return c.record(ctx, p.ID, EvidenceAttached, r.ID, text, map[string]any{"evidence": e.ID, "name": file.Name, "sha256": file.SHA256})
	})
}

// AttachToCase attaches a file to a manual case: what it shows is the person's
// to say, with RecordCase. The same file again changes nothing.
func (a *App) AttachToCase(ctx context.Context, by headway.Actor, programme, cycle string, number int, name string, content io.Reader) (headway.CycleCase, error) {
	var k headway.CycleCase
	find := func(l look, p headway.Programme) (err error) {
		if _, err = l.TestCycle(ctx, p.ID, cycle); err == nil {
			k, err = l.CycleCase(ctx, cycle, number)
		}
		return err
	}
	if err := a.lookWith(ctx, by, programme, headway.WorkBacklog, find); err != nil {
		return k, err
	}
	file, err := a.takeAttachment(name, content)
	if err != nil {
		return k, err
	}
	return k, a.changeIn(ctx, by, programme, headway.WorkBacklog, func(c *change, p headway.Programme) error {
		if err := find(c.look(), p); err != nil {
			return err
		}
		all, added, err := headway.Attach(k.Attachments, file)
		if err != nil || !added {
			return err
		}
		k.Attachments = all
		if err := c.PutFile(ctx, p.ID, file.SHA256, file.Size, c.now); err != nil {
			return err
		}
		if ok, err := c.SaveCycleCase(ctx, cycle, k); err != nil || !ok {
			return orChanged(err)
		}
		k.Version++
		return c.attached(ctx, p, cycle, k, file)
	})
}

func (c *change) attached(ctx context.Context, p headway.Programme, cycle string, k headway.CycleCase, file headway.Artifact) error {
	about, err := c.TestCycle(ctx, p.ID, cycle)
	if err != nil {
		return err
	}
	candidate, err := c.Candidate(ctx, p.ID, about.CandidateID)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s was attached to %s (%s)", file.Name, headway.Shorten(k.Title, 100), about.Title)
	return c.record(ctx, p.ID, EvidenceAttached, candidate.ReleaseID, text, map[string]any{"cycle": cycle, "case": k.Number, "name": file.Name, "sha256": file.SHA256})
}

// takeAttachment stores a file by digest, before any transaction.
func (a *App) takeAttachment(name string, content io.Reader) (headway.Artifact, error) {
	if err := headway.CheckFileName("attachment", name); err != nil {
		return headway.Artifact{}, err
	}
	sha, size, err := a.blobs.Put(content, "", headway.MaxAttachment)
	return headway.Artifact{Name: name, SHA256: sha, Size: size}, err
}

func filesOf(attached []headway.Attachment) []headway.Artifact {
	var out []headway.Artifact
	for _, a := range attached {
		out = append(out, a.Artifact)
	}
	return out
}

// EvidenceAttachment opens a file that is attached to a piece of evidence.
func (a *App) EvidenceAttachment(ctx context.Context, by headway.Actor, programme, evidence, name string) (headway.Artifact, io.ReadCloser, error) {
	return a.openAttachment(ctx, by, programme, name, func(l look, p headway.Programme) ([]headway.Artifact, error) {
		e, err := l.Evidence(ctx, p.ID, evidence)
		if err != nil {
			return nil, err
		}
		have, err := l.AttachmentsOf(ctx, e.ID)
		return filesOf(have), err
	})
}

// CaseAttachment opens a file that is attached to a manual case.
func (a *App) CaseAttachment(ctx context.Context, by headway.Actor, programme, cycle string, number int, name string) (headway.Artifact, io.ReadCloser, error) {
	return a.openAttachment(ctx, by, programme, name, func(l look, p headway.Programme) ([]headway.Artifact, error) {
		c, err := l.TestCycle(ctx, p.ID, cycle)
		if err != nil {
			return nil, err
		}
		k, err := l.CycleCase(ctx, c.ID, number)
		return k.Attachments, err
	})
}

func (a *App) openAttachment(ctx context.Context, by headway.Actor, programme, name string, among func(look, headway.Programme) ([]headway.Artifact, error)) (headway.Artifact, io.ReadCloser, error) {
	var found headway.Artifact
	err := a.lookWith(ctx, by, programme, headway.ViewProgramme, func(l look, p headway.Programme) error {
		files, err := among(l, p)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(files, func(f headway.Artifact) bool { return f.Name == name })
		if i < 0 {
			return headway.NotFoundf("nothing named %q is attached here", headway.Shorten(name, 80))
		}
		found = files[i]
		return nil
	})
	if err != nil {
		return found, nil, err
	}
	r, _, err := a.blobs.Open(found.SHA256)
	return found, r, err
}
