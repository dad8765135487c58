package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"headway"
	"headway/client"
)

type evidenceAttachCmd struct {
	programmeFlag
	Evidence string   `arg:"" help:"Id of the evidence."`
	Files    []string `arg:"" name:"file" help:"Logs, pictures, protocols: what shows something of it."`
}

// Help gives an example.
func (evidenceAttachCmd) Help() string {
	return `Files are kept as they are, by digest; what is attached stays. The same file again changes nothing.

Example: headway evidence attach --programme shop 0198c… server.log heap.png`
}

// Run attaches files to a piece of evidence.
func (c evidenceAttachCmd) Run(ctx context.Context, e *env) error {
	if err := toAttach("file", c.Files); err != nil {
		return err
	}
	server, err := e.server()
	if err != nil {
		return err
	}
	done, err := attachFiles(ctx, server, c.Programme, c.Evidence, c.Files)
	if err != nil {
		return err
	}
	e.print(map[string][]client.Attachment{"attachments": done}, func(w io.Writer) { printAttachments(w, done) })
	return nil
}

// toAttach refuses what cannot be attached before anything is sent.
func toAttach(place string, files []string) error {
	for _, name := range files {
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return unreadable(place, name, err)
		case !info.Mode().IsRegular():
			return headway.Invalidf(place, "%s is no file", name).WithHint("pack a directory into an archive")
		case info.Size() > headway.MaxAttachment:
			return headway.Errorf(headway.TooLarge, "%s is larger than %d bytes", name, headway.MaxAttachment).At(place)
		}
	}
	return nil
}

// attachFiles attaches files to a piece of evidence, one after the other.
func attachFiles(ctx context.Context, server *client.Client, programme, evidence string, files []string) ([]client.Attachment, error) {
	done := []client.Attachment{}
	for _, name := range files {
		err := withFile(name, func(f io.Reader, size int64) error {
			a, err := server.Attach(ctx, programme, evidence, filepath.Base(name), f, size)
			done = append(done, a)
			return err
		})
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// withFile opens a file for a sender.
func withFile(name string, send func(f io.Reader, size int64) error) error {
	f, err := os.Open(name)
	if err != nil {
		return unreadable("file", name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return unreadable("file", name, err)
	}
	return send(f, info.Size())
}

func printAttachments(w io.Writer, list []client.Attachment) {
	for _, a := range list {
		fmt.Fprintf(w, "attached %s (%d bytes, sha256:%s)\n", printable(a.Name), a.Size, a.SHA256)
	}
}

type evidenceFileCmd struct {
	programmeFlag
	Evidence string `arg:"" help:"Id of the evidence."`
	Name     string `arg:"" optional:"" help:"Name of an attachment; the report itself when left out."`
	Out      string `short:"o" placeholder:"FILE" help:"File to write; standard output when absent."`
}

// Run downloads a report or an attachment.
func (c evidenceFileCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	if c.Name == "" {
		body, err := server.EvidenceFile(ctx, c.Programme, c.Evidence)
		return e.save(c.Out, body, err)
	}
	body, err := server.EvidenceAttachment(ctx, c.Programme, c.Evidence, c.Name)
	return e.save(c.Out, body, err)
}

type cycleFileCmd struct {
	programmeFlag
	Cycle  string `arg:"" help:"Id of the cycle."`
	Number int    `arg:"" help:"Number of the case."`
	Name   string `arg:"" help:"Name of the attachment."`
	Out    string `short:"o" placeholder:"FILE" help:"File to write; standard output when absent."`
}

// Run downloads an attachment of a manual case.
func (c cycleFileCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	body, err := server.CaseAttachment(ctx, c.Programme, c.Cycle, c.Number, c.Name)
	return e.save(c.Out, body, err)
}

// save writes a download to a file that appears when it is whole, or to
// standard output when out is empty. err is that of the download.
func (e *env) save(out string, body io.ReadCloser, err error) error {
	if err != nil {
		return err
	}
	if out == "" {
		_, err := io.Copy(e.Out, body)
		return errors.Join(err, body.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(out), filepath.Base(out)+".*")
	if err != nil {
		return errors.Join(headway.Invalidf("--out", "%s cannot be written", out).Because(err), body.Close())
	}
	_, err = io.Copy(f, body)
	err = errors.Join(err, body.Close(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), out)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
