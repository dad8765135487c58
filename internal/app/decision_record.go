package app

import (
	"context"
	"time"

	"headway"
	"headway/internal/store"
)

// DecisionRecord is what stood at the moment of a decision: why it was taken,
// by whom, on what proof. It is kept with the go/no-go and never changes.
type DecisionRecord struct {
	Format    string             `json:"format"`
	Decision  string             `json:"decision"`
	Digest    string             `json:"digest"` // of the snapshot
	Outcome   string             `json:"outcome"`
	At        time.Time          `json:"at"`
	Verdicts  []headway.Verdict  `json:"verdicts"`
	Evidence  []RecordedEvidence `json:"evidence"`
	Approvals []RecordedApproval `json:"approvals"`
	Dissent   []RecordedApproval `json:"dissent"`
	Waivers   []RecordedWaiver   `json:"waivers"`
	Defects   []RecordedDefect   `json:"defects"` // that go to production knowingly: open or accepted
}

// RecordedEvidence names a proof by its digest.
type RecordedEvidence struct {
	ID      string               `json:"id"`
	Kind    headway.EvidenceKind `json:"kind"`
	File    string               `json:"file"`
	SHA256  string               `json:"sha256"`
	Outcome headway.Outcome      `json:"outcome"`
	At      time.Time            `json:"at"`
	By      string               `json:"by"`
}

// RecordedApproval is what one person said.
type RecordedApproval struct {
	User   string       `json:"user"` // id
	Name   string       `json:"name"`
	Role   headway.Role `json:"role"`
	Digest string       `json:"digest"`
	Note   string       `json:"note,omitempty"`
	At     time.Time    `json:"at"`
}

// RecordedWaiver is an override with who gave it and why.
type RecordedWaiver struct {
	Criterion string       `json:"criterion"`
	Role      headway.Role `json:"role"`
	By        string       `json:"by"`
	Reason    string       `json:"reason"`
	ExpiresAt time.Time    `json:"expires_at"`
}

// RecordedDefect is a known defect of what is decided on.
type RecordedDefect struct {
	Number   int                 `json:"number"`
	Title    string              `json:"title"`
	Severity headway.Severity    `json:"severity"`
	State    headway.DefectState `json:"state"`
	Reason   string              `json:"reason,omitempty"`
}

// recordOf gathers the record of a decision.
func recordOf(ctx context.Context, q store.Q, d headway.Decision, outcome headway.DecisionState, verdicts []headway.Verdict, given []headway.Approval, now time.Time) (DecisionRecord, error) {
	rec := DecisionRecord{Format: "go-no-go-record/1", Decision: d.ID, Digest: d.Digest, Outcome: string(outcome), At: now, Verdicts: verdicts}
	for _, a := range given {
		said := RecordedApproval{a.UserID, a.Name, a.Role, a.Digest, a.Note, a.At}
		if a.Verdict == headway.Reject {
			rec.Dissent = append(rec.Dissent, said)
		} else {
			rec.Approvals = append(rec.Approvals, said)
		}
	}
	proofs, err := q.EvidenceOf(ctx, d.ProgrammeID, d.CandidateID)
	if err != nil {
		return rec, err
	}
	for _, e := range proofs {
		rec.Evidence = append(rec.Evidence, RecordedEvidence{e.ID, e.Kind, e.FileName, e.SHA256, e.Outcome, e.AddedAt, e.AddedByName})
	}
	waivers, err := q.WaiversOf(ctx, d.CandidateID)
	if err != nil {
		return rec, err
	}
	for _, w := range waivers {
		if now.Before(w.ExpiresAt) {
			rec.Waivers = append(rec.Waivers, RecordedWaiver{w.Criterion, w.Role, w.ByName, w.Reason, w.ExpiresAt})
		}
	}
	defects, err := q.DefectsOf(ctx, d.ProgrammeID, d.ReleaseID)
	if err != nil {
		return rec, err
	}
	for _, f := range defects {
		if f.State == headway.DefectOpen || f.State == headway.DefectAccepted {
			rec.Defects = append(rec.Defects, RecordedDefect{f.Number, f.Title, f.Severity, f.State, f.Reason})
		}
	}
	return rec, nil
}
