package headway

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Like gives of a document the sections that another one has, so that both can
// be compared.
func (f ProgrammeFile) Like(o ProgrammeFile) ProgrammeFile {
	out := ProgrammeFile{Programme: f.Programme}
	if o.Holidays != nil {
		out.Holidays = f.Holidays
	}
	if o.Teams != nil {
		out.Teams = f.Teams
	}
	if o.People != nil {
		out.People = f.People
	}
	if o.Environments != nil {
		out.Environments = f.Environments
	}
	if o.Windows != nil {
		out.Windows = f.Windows
	}
	if o.Freezes != nil {
		out.Freezes = f.Freezes
	}
	if o.Playbook != nil {
		out.Playbook = f.Playbook
	}
	if o.Gate != nil {
		out.Gate = f.Gate
	}
	if o.Runbook != nil {
		out.Runbook = f.Runbook
	}
	return out
}

// Digest tells two documents apart: SHA-256 of the document as JSON, in hex.
func (f ProgrammeFile) Digest() string {
	raw, err := json.Marshal(f)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
