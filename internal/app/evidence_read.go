package app

import (
	"errors"
	"fmt"
	"io"

	"headway"
	"headway/internal/ingest"
)

// What of a report is kept in the evidence itself, beside its files.
const (
	maxNamedFailures = 200
	maxWorst         = 200 // findings of a scan
	maxLicences      = 50
)

// proof is a report that was read and stored by digest.
type proof struct {
	headway.Evidence
	cases   []headway.RunCase // of a regression run
	partial bool              // there were more
	bill    *headway.SBOM
}

// readEvidence stores a report by digest while it is being read; one that
// cannot be read is not kept.
func (a *App) readEvidence(content io.Reader, name string) (proof, error) {
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
		return proof{}, refused
	}
	if err != nil {
		return proof{}, err
	}
	return proofOf(report, headway.Evidence{FileName: name, SHA256: sha, Size: size})
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

func proofOf(rep ingest.Report, e headway.Evidence) (proof, error) {
	out := proof{Evidence: e}
	switch {
	case rep.Tests != nil:
		out.tests(rep.Tests)
	case rep.Load != nil:
		out.load(rep.Load)
	case rep.SBOM != nil:
		out.Kind, out.Format, out.Notes, out.bill = headway.BillOfMaterials, rep.SBOM.Format, rep.SBOM.Notes, &rep.SBOM.SBOM
		out.Detail = &headway.EvidenceDetail{SBOM: summaryOf(rep.SBOM.SBOM)}
	case rep.Vulnerabilities != nil:
		v := rep.Vulnerabilities
		out.Kind, out.Format, out.Notes = headway.VulnerabilityScan, v.Format, v.Notes
		out.Detail = &headway.EvidenceDetail{Scan: &headway.VulnerabilityReport{
			Scanner: v.Scanner, Counts: v.Counts, Worst: v.Findings[:min(len(v.Findings), maxWorst)], Incomplete: v.Incomplete,
		}}
	case rep.Coverage != nil:
		out.Kind, out.Format, out.Notes = headway.CoverageRun, rep.Coverage.Format, rep.Coverage.Notes
		out.Detail = &headway.EvidenceDetail{Coverage: &rep.Coverage.Coverage}
	default:
		return out, headway.Invalidf(out.FileName, "a report of %s cannot be handed in here", rep.Kind)
	}
	for i := range out.Notes {
		out.Notes[i] = headway.PlainText(out.Notes[i])
	}
	return out, nil
}

func (p *proof) tests(r *ingest.TestReport) {
	p.Kind, p.Format, p.Notes = headway.RegressionRun, r.Format, r.Notes
	p.Tests, p.cases, p.partial = r.Summary(maxNamedFailures), r.RunCases(), r.Partial
	for i := range p.Tests.NotPassed {
		c := &p.Tests.NotPassed[i]
		c.ID, c.Message, c.File = headway.PlainText(c.ID), headway.PlainText(c.Message), headway.PlainText(c.File)
		for k := range c.Labels {
			c.Labels[k] = headway.PlainText(c.Labels[k])
		}
	}
}

func (p *proof) load(r *ingest.LoadReport) {
	p.Kind, p.Format, p.Notes = headway.LoadRun, r.Format, r.Notes
	p.Load = r.Summary()
	for i := range p.Load.Transactions {
		p.Load.Transactions[i].Name = headway.PlainText(p.Load.Transactions[i].Name)
	}
	p.Detail = &headway.EvidenceDetail{Load: r.Detail()}
	for i := range p.Detail.Load.Curves {
		p.Detail.Load.Curves[i].Name = headway.PlainText(p.Detail.Load.Curves[i].Name)
	}
	for _, t := range r.Thresholds {
		if !t.OK {
			p.Notes = append(p.Notes, fmt.Sprintf("the load tool's own threshold %q was not met", headway.Shorten(t.Expr, 200)))
		}
	}
}

func summaryOf(b headway.SBOM) *headway.SBOMSummary {
	out := &headway.SBOMSummary{Subject: headway.PlainText(b.Subject), Licences: map[string]int{}}
	for _, c := range b.Components {
		if !c.Subject {
			out.Components++
		}
	}
	counts := b.LicenceCounts()
	top := b.TopLicences()
	for _, l := range top[:min(len(top), maxLicences)] {
		out.Licences[headway.PlainText(l)] = counts[l]
	}
	return out
}
