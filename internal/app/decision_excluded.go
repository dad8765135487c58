package app

import (
	"context"
	"slices"
	"strings"

	"headway"
	"headway/internal/store"
)

// authorsOf lists the accounts of the authors that a candidate declares.
func authorsOf(ctx context.Context, q store.Q, candidate headway.Candidate) (ids []string, err error) {
	for _, email := range candidate.Facts.Authors() {
		u, err := q.UserByEmail(ctx, strings.ToLower(email))
		if headway.KindOf(err) == headway.NotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, u.ID)
	}
	return ids, nil
}

// excludedNow gives who cannot approve an open go/no-go: those of its opening,
// and the authors who have got their accounts since.
func excludedNow(ctx context.Context, q store.Q, d headway.Decision) ([]string, error) {
	if d.State != headway.DecisionOpen {
		return d.Excluded, nil
	}
	candidate, err := q.Candidate(ctx, d.ProgrammeID, d.CandidateID)
	if err != nil {
		return nil, err
	}
	authors, err := authorsOf(ctx, q, candidate)
	return headway.ExcludedFrom(slices.Concat(d.Excluded, authors)...), err
}

// excluded lists who cannot approve a candidate's go/no-go: the authors it
// declares, who shelved it, who opens the go/no-go, and who last changed the
// gate, the runbook, its train or a connection that its steps call.
func (c *change) excluded(ctx context.Context, p headway.Programme, candidate headway.Candidate) ([]string, error) {
	hands, err := authorsOf(ctx, c.Q, candidate)
	if err != nil {
		return nil, err
	}
	hands = append(hands, candidate.ShelvedBy, c.by.UserID)
	g, err := c.NewestGate(ctx, p.ID)
	if err != nil {
		return nil, needed(err, "gate")
	}
	b, err := c.NewestRunbook(ctx, p.ID)
	if err != nil {
		return nil, needed(err, "runbook")
	}
	t, err := trainOf(ctx, c.Q, p, candidate.ReleaseID)
	if err != nil {
		return nil, err
	}
	hands = append(hands, g.ChangedBy, b.ChangedBy, t.ChangedBy)
	all, err := c.Connections(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, n := range all {
		if b.Calls(n.Key) {
			hands = append(hands, n.ChangedBy)
		}
	}
	return headway.ExcludedFrom(hands...), nil
}
