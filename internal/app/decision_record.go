package app

import (
	"context"
	"time"

	"headway"
	"headway/internal/attest"
	"headway/internal/store"
)

// recordOf gathers the record of a decision.
func recordOf(ctx context.Context, q store.Q, d headway.Decision, outcome headway.DecisionState, verdicts []headway.Verdict, given []headway.Approval, now time.Time) (headway.DecisionRecord, error) {
	rec := headway.DecisionRecord{Format: "go-no-go-record/2", Decision: d.ID, Digest: d.Digest, Outcome: string(outcome), At: now, Verdicts: verdicts}
	for _, a := range given {
		if a.Verdict == headway.Reject {
			rec.Dissent = append(rec.Dissent, recorded(a))
		} else {
			rec.Approvals = append(rec.Approvals, recorded(a))
		}
	}
	proofs, err := q.EvidenceOf(ctx, d.ProgrammeID, d.CandidateID)
	if err != nil {
		return rec, err
	}
	for _, e := range proofs {
		rec.Evidence = append(rec.Evidence, headway.RecordedEvidence{
			ID: e.ID, Kind: e.Kind, File: e.FileName, SHA256: e.SHA256, Outcome: e.Outcome, At: e.AddedAt, By: e.AddedByName,
		})
	}
	waivers, err := q.WaiversOf(ctx, d.CandidateID)
	if err != nil {
		return rec, err
	}
	for _, w := range waivers {
		if now.Before(w.ExpiresAt) {
			rec.Waivers = append(rec.Waivers, headway.RecordedWaiver{Criterion: w.Criterion, Freezes: w.Freezes, Role: w.Role, By: w.ByName, Reason: w.Reason, ExpiresAt: w.ExpiresAt})
		}
	}
	overrides, err := q.Overrides(ctx, d.ProgrammeID, d.ReleaseID)
	if err != nil {
		return rec, err
	}
	for _, o := range overrides {
		if o.Holds() {
			rec.Overrides = append(rec.Overrides, headway.RecordedOverride{Rule: o.Rule, Freezes: o.Freezes, Role: o.Role, By: o.ByName, Reason: o.Reason, At: o.At})
		}
	}
	defects, err := q.DefectsOf(ctx, d.ProgrammeID, d.ReleaseID)
	if err != nil {
		return rec, err
	}
	for _, f := range defects {
		if f.State == headway.DefectOpen || f.State == headway.DefectAccepted {
			rec.Defects = append(rec.Defects, headway.RecordedDefect{Number: f.Number, Title: f.Title, Severity: f.Severity, State: f.State, Reason: f.Reason})
		}
	}
	rec.Earlier, err = rejectionsBefore(ctx, q, d)
	return rec, err
}

func recorded(a headway.Approval) headway.RecordedApproval {
	return headway.RecordedApproval{User: a.UserID, Name: a.Name, Role: a.Role, Digest: a.Digest, Note: a.Note, At: a.At}
}

// rejectionsBefore lists the rejections of the release's earlier go/no-gos.
func rejectionsBefore(ctx context.Context, q store.Q, d headway.Decision) (out []headway.RecordedApproval, err error) {
	all, err := q.DecisionsOf(ctx, d.ProgrammeID, d.ReleaseID)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		if e.State != headway.DecisionNoGo || e.ID == d.ID {
			continue
		}
		given, err := q.Approvals(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		for _, a := range given {
			if a.Verdict == headway.Reject {
				out = append(out, recorded(a))
			}
		}
	}
	return out, nil
}

// sign makes the record of a decision a signed bundle.
func (c *change) sign(ctx context.Context, p headway.Programme, d headway.Decision, rec headway.DecisionRecord) ([]byte, error) {
	s, err := snapshotOf(d)
	if err != nil {
		return nil, err
	}
	team, err := c.Team(ctx, p.ID, s.Release.Team)
	if err != nil {
		return nil, err
	}
	return attest.Make(attest.Head{
		Programme: p.Key, Team: team.Key, Version: s.Release.Version, Candidate: s.Candidate.Name, Environment: s.Environment.Key,
		OpenedBy: d.OpenedByName, OpenedAt: d.OpenedAt, Excluded: d.Excluded,
	}, string(d.Snapshot), rec, c.app.signer)
}

// DecisionBundle gives the record of a go or no-go as it was signed when it was taken.
func (a *App) DecisionBundle(ctx context.Context, by headway.Actor, programme, id string) (bundle []byte, err error) {
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		d, err := q.Decision(ctx, p.ID, id)
		if err != nil {
			return err
		}
		if bundle = d.Bundle; len(bundle) == 0 {
			return headway.NotFoundf("a go/no-go that is %s has no record", d.State).WithHint("the record is signed at the moment of go or no-go")
		}
		return nil
	})
	return bundle, err
}

// SigningKey is the public key by which bundles of this instance verify.
type SigningKey struct{ ID, Text string }

// SigningKey gives the public key of the instance.
func (a *App) SigningKey() SigningKey {
	key := a.signer.PublicKey()
	return SigningKey{attest.KeyID(key), attest.KeyText(key)}
}
