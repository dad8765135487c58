package app

import (
	"context"
	"strings"

	"headway"
)

// excluded lists who cannot approve a candidate's go/no-go: the authors it
// declares, who shelved it, who opens the go/no-go, and who last changed the
// gate, the runbook, its train or a connection that its steps call.
func (c *change) excluded(ctx context.Context, p headway.Programme, candidate headway.Candidate) ([]string, error) {
	hands := []string{candidate.ShelvedBy, c.by.UserID}
	for _, email := range candidate.Facts.Authors() {
		u, err := c.UserByEmail(ctx, strings.ToLower(email))
		if err != nil && headway.KindOf(err) != headway.NotFound {
			return nil, err
		}
		hands = append(hands, u.ID)
	}
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
