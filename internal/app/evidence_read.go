package app

import (
	"errors"
	"fmt"
	"io"

	"headway"
	"headway/internal/ingest"
)

// maxNamedFailures bounds the failing cases that are kept with their messages.
const maxNamedFailures = 200

// readEvidence stores a report by digest while it is being read; one that
// cannot be read is not kept.
func (a *App) readEvidence(content io.Reader, name string) (headway.Evidence, error) {
	pr, pw := io.Pipe()
	both := &reading{from: content, to: pw, done: make(chan error, 1)}
	var report ingest.Report
	go func() {
		rep, err := ingest.Read(pr, name, ingest.Limits{})
		if err == nil {
			report = rep
			_, err = io.Copy(io.Discard, pr)
		}
		_ = pr.CloseWithError(io.ErrClosedPipe) // never fails; writes end
		both.done <- err
	}()
	sha, size, err := a.blobs.Put(both, "", MaxEvidence)
	if refused := both.end(err); refused != nil {
		return headway.Evidence{}, refused
	}
	if err != nil {
		return headway.Evidence{}, err
	}
	return evidenceOf(report, headway.Evidence{FileName: name, SHA256: sha, Size: size})
}

// reading passes on what it reads to a second reader, and ends only when that
// one has: with its error, so that what it refuses is not stored.
type reading struct {
	from  io.Reader
	to    *io.PipeWriter
	done  chan error
	ended bool
	err   error // of the second reader
}

// Read reads on.
func (r *reading) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if n > 0 {
		if _, werr := r.to.Write(p[:n]); werr != nil {
			return 0, errors.Join(r.end(nil), werr)
		}
	}
	if errors.Is(err, io.EOF) {
		if refused := r.end(nil); refused != nil {
			return n, refused
		}
	}
	return n, err
}

// end closes the second reader's input, with the error that broke it off if
// there is one, and gives what that reader says. An input that broke off is
// not the second reader's to refuse.
func (r *reading) end(broke error) error {
	if !r.ended {
		_ = r.to.CloseWithError(broke) // never fails; nil is the end of the file
		r.err, r.ended = <-r.done, true
		if broke != nil {
			r.err = nil
		}
	}
	return r.err
}

func evidenceOf(rep ingest.Report, e headway.Evidence) (headway.Evidence, error) {
	switch {
	case rep.Tests != nil:
		e.Kind, e.Format, e.Notes = headway.RegressionRun, rep.Tests.Format, rep.Tests.Notes
		e.Tests = rep.Tests.Summary(maxNamedFailures)
		for i := range e.Tests.NotPassed {
			c := &e.Tests.NotPassed[i]
			c.ID, c.Message = headway.PlainText(c.ID), headway.PlainText(c.Message)
		}
	case rep.Load != nil:
		e.Kind, e.Format, e.Notes = headway.LoadRun, rep.Load.Format, rep.Load.Notes
		e.Load = rep.Load.Summary()
		for i := range e.Load.Transactions {
			e.Load.Transactions[i].Name = headway.PlainText(e.Load.Transactions[i].Name)
		}
		for _, t := range rep.Load.Thresholds {
			if !t.OK {
				e.Notes = append(e.Notes, fmt.Sprintf("the load tool's own threshold %q was not met", headway.Shorten(t.Expr, 200)))
			}
		}
	default:
		return e, headway.Invalidf(e.FileName, "a report of %s cannot be handed in here", rep.Kind).WithHint("tests and load results are taken; headway evidence inspect reads the others")
	}
	for i := range e.Notes {
		e.Notes[i] = headway.PlainText(e.Notes[i])
	}
	return e, nil
}
