package headway

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Event is one entry of the audit log: who did what to what, when. Entries
// form a hash chain, so that a changed, removed or inserted one is found.
type Event struct {
	Seq         int64
	At          time.Time
	ActorKind   ActorKind
	ActorID     string
	ActorName   string
	ProgrammeID string
	Kind        EventKind
	Subject     string // id of the noun it is about
	Text        string // one sentence for people
	Data        string // JSON
	PrevHash    string
	Hash        string
}

// EventKind names what happened, as noun.verb.
type EventKind string

// Seal computes the hash of the event from its content and the hash before it.
func (e Event) Seal() string {
	h := sha256.New()
	for _, s := range []string{
		"event/1", e.PrevHash, fmt.Sprint(e.Seq), e.At.UTC().Format("2006-01-02T15:04:05.000Z"),
		string(e.ActorKind), e.ActorID, e.ActorName, e.ProgrammeID, string(e.Kind), e.Subject, e.Text, e.Data,
	} {
		fmt.Fprintf(h, "%d:%s\n", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Notification tells one user about an event.
type Notification struct {
	ID, UserID, ProgrammeID string
	EventSeq                int64
	Text, Link              string
	At, ReadAt              time.Time
}
