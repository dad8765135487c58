package app

import (
	"bytes"
	"context"

	"headway"
	"headway/internal/store"
)

// normalise stores the cases of a regression run, continued from the run of the
// team before, or the components of a bill of materials, as a file of its own,
// and gives its size; 0 when there is nothing to store. It stands before the
// write transaction, because a run of 100,000 cases takes its time. What was
// handed in before is not stored again.
func (a *App) normalise(ctx context.Context, by headway.Actor, programme string, read *proof, to Judged) (int64, error) {
	var content []byte
	err := a.lookWith(ctx, by, programme, headway.AddEvidence, func(l look, p headway.Programme) error {
		if _, err := l.EvidenceByFile(ctx, p.ID, to.Candidate.ID, read.SHA256); err == nil || headway.KindOf(err) != headway.NotFound {
			return err
		}
		var err error
		switch read.Kind {
		case headway.RegressionRun:
			content, err = l.casesOf(ctx, p, read, to)
			if err == nil {
				err = l.attribute(ctx, p, read, to)
			}
		case headway.BillOfMaterials:
			var text string
			text, err = encode(read.bill)
			content = []byte(text)
		}
		return err
	})
	if err != nil || len(content) == 0 {
		return 0, err
	}
	var size int64
	read.Normal, size, err = a.blobs.Put(bytes.NewReader(content), "", MaxEvidence)
	return size, err
}

func (l look) casesOf(ctx context.Context, p headway.Programme, read *proof, to Judged) ([]byte, error) {
	ref := headway.RunRef{Evidence: read.ID, CandidateID: to.Candidate.ID, Candidate: to.Candidate.Name, At: read.AddedAt}
	var before *headway.CaseRun
	last, err := l.NewestRun(ctx, p.ID, to.Release.TeamID, to.Release.Component)
	if err == nil {
		before, err = l.CaseRun(last.Normal)
	}
	if err != nil && headway.KindOf(err) != headway.NotFound {
		return nil, err
	}
	return store.EncodeCases(headway.NewCaseRun(ref, read.cases, read.partial, before))
}

// attribute says of each failing case whether it is a known failure, and which
// team it belongs to.
func (l look) attribute(ctx context.Context, p headway.Programme, read *proof, to Judged) error {
	mutes, err := l.Mutes(ctx, p.ID, to.Release.TeamID)
	if err != nil {
		return err
	}
	rules, err := l.attribution(ctx, p)
	if err != nil {
		return err
	}
	known := headway.NewMuteIndex(mutes, l.now)
	for i := range read.cases {
		if c := &read.cases[i]; c.Outcome().Bad() {
			if m := known.Of(c.ID); m != nil && m.Holds(l.now) {
				read.Tests.Muted++
			}
		}
	}
	for i := range read.Tests.NotPassed {
		c := &read.Tests.NotPassed[i]
		m := known.Of(c.ID)
		c.Muted = m != nil && m.Holds(l.now)
		c.Component, c.Team = rules.of(c.ID, c.File, c.Labels)
	}
	return nil
}
