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
	type result struct {
		report ingest.Report
		err    error
	}
	pr, pw := io.Pipe()
	done := make(chan result, 1)
	go func() {
		rep, err := ingest.Read(pr, name, ingest.Limits{})
		if err == nil {
			_, err = io.Copy(io.Discard, pr)
		}
		pr.CloseWithError(errors.Join(errStopped, err))
		done <- result{rep, err}
	}()
	sha, size, err := a.blobs.Put(io.TeeReader(content, pw), "", MaxEvidence)
	pw.CloseWithError(err) // nil: the end
	got := <-done
	if got.err != nil && (err == nil || errors.Is(err, errStopped)) {
		return headway.Evidence{}, got.err
	}
	if err != nil {
		return headway.Evidence{}, err
	}
	return evidenceOf(got.report, headway.Evidence{FileName: name, SHA256: sha, Size: size})
}

// errStopped tells that storing ended because reading had.
var errStopped = errors.New("the reader has stopped")

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
		return e, headway.Errorf(headway.Internal, "the report %s is of no kind that is known", e.FileName)
	}
	for i := range e.Notes {
		e.Notes[i] = headway.PlainText(e.Notes[i])
	}
	return e, nil
}
