package headway

import "time"

// DecisionRecord is what stood at the moment of a decision: why it was taken,
// by whom, on what proof. It is kept with the go/no-go and never changes.
type DecisionRecord struct {
	Format    string             `json:"format"`
	Decision  string             `json:"decision"`
	Digest    string             `json:"digest"` // of the snapshot
	Outcome   string             `json:"outcome"`
	At        time.Time          `json:"at"`
	Verdicts  []Verdict          `json:"verdicts"`
	Evidence  []RecordedEvidence `json:"evidence"`
	Approvals []RecordedApproval `json:"approvals"`
	Dissent   []RecordedApproval `json:"dissent"`
	Waivers   []RecordedWaiver   `json:"waivers"`
	Overrides []RecordedOverride `json:"overrides,omitempty"`
	Defects   []RecordedDefect   `json:"defects"` // that go to production knowingly: open or accepted
	Earlier   []RecordedApproval `json:"earlier"` // rejections of earlier go/no-gos of the release
}

// RecordedEvidence names a proof by its digest.
type RecordedEvidence struct {
	ID      string       `json:"id"`
	Kind    EvidenceKind `json:"kind"`
	File    string       `json:"file"`
	SHA256  string       `json:"sha256"`
	Outcome Outcome      `json:"outcome"`
	At      time.Time    `json:"at"`
	By      string       `json:"by"`
}

// RecordedApproval is what one person said.
type RecordedApproval struct {
	User   string    `json:"user"` // id
	Name   string    `json:"name"`
	Role   Role      `json:"role"`
	Digest string    `json:"digest"`
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"`
}

// RecordedWaiver is an override with who gave it and why.
type RecordedWaiver struct {
	Criterion string    `json:"criterion"`
	Freezes   []string  `json:"freezes,omitempty"`
	Role      Role      `json:"role"`
	By        string    `json:"by"`
	Reason    string    `json:"reason"`
	ExpiresAt time.Time `json:"expires_at"`
}

// RecordedOverride is a guard that was lifted for the release.
type RecordedOverride struct {
	Rule    string    `json:"rule"`
	Freezes []string  `json:"freezes,omitempty"`
	Role    Role      `json:"role"`
	By      string    `json:"by"`
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
}

// RecordedDefect is a known defect of what is decided on.
type RecordedDefect struct {
	Number   int         `json:"number"`
	Title    string      `json:"title"`
	Severity Severity    `json:"severity"`
	State    DefectState `json:"state"`
	Reason   string      `json:"reason,omitempty"`
}
