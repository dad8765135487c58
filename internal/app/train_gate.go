package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"headway"
	"headway/internal/store"
)

// trainOf gives the train that a release rides in; its ID is empty when it goes
// by itself.
func trainOf(ctx context.Context, q store.Q, p headway.Programme, releaseID string) (headway.Train, error) {
	t, err := q.TrainOf(ctx, p.ID, releaseID)
	if headway.KindOf(err) == headway.NotFound && err != nil {
		return headway.Train{}, nil
	}
	return t, err
}

// gateOf gives the gate that a release has to pass now: the programme's newest,
// the criteria of its train, and what it owes to hot fixes.
func gateOf(ctx context.Context, q store.Q, p headway.Programme, releaseID string) (headway.Gate, error) {
	gate, err := q.NewestGate(ctx, p.ID)
	if err != nil {
		return gate, err
	}
	t, err := trainOf(ctx, q, p, releaseID)
	if err != nil {
		return gate, err
	}
	duties, err := q.HotfixDuties(ctx, p.ID, releaseID)
	return t.Gate(gate).WithDuties(duties), err
}

// SnapshotTrain is the train that a release rides in, as far as it decides what
// the release is deployed on: who must be in production before.
type SnapshotTrain struct {
	ID    string          `json:"id"`
	Key   string          `json:"key"`
	Ahead []SnapshotAhead `json:"ahead,omitempty"`
}

// SnapshotAhead is a release that must be in production before.
type SnapshotAhead struct {
	ID      string `json:"id"`
	Team    string `json:"team"` // key
	Version string `json:"version"`
}

// snapshotTrain gives the train of a release; nil when it goes by itself.
func snapshotTrain(ctx context.Context, q store.Q, p headway.Programme, t headway.Train, releaseID string) (*SnapshotTrain, error) {
	if t.ID == "" {
		return nil, nil
	}
	s := &SnapshotTrain{ID: t.ID, Key: t.Key}
	for _, m := range t.Ahead(releaseID) {
		r, err := q.Release(ctx, p.ID, m.ReleaseID)
		if err != nil {
			return nil, err
		}
		team, err := q.Team(ctx, p.ID, r.TeamID)
		if err != nil {
			return nil, err
		}
		s.Ahead = append(s.Ahead, SnapshotAhead{r.ID, team.Key, r.Version})
	}
	return s, nil
}

// words say which train it is, and who goes ahead.
func (s *SnapshotTrain) words() string {
	if s == nil {
		return "none"
	}
	return s.Key + ", " + s.Behind()
}

// Behind says who goes ahead.
func (s *SnapshotTrain) Behind() string {
	var ahead []string
	for _, r := range s.Ahead {
		ahead = append(ahead, r.Team+" "+r.Version)
	}
	if len(ahead) == 0 {
		return "with nothing ahead"
	}
	return "behind " + strings.Join(ahead, ", ")
}

// ruleTrain is the guard that keeps a train's order.
const ruleTrain = "train"

// trainGuard judges whether everything that goes ahead of a release in its
// train is in production. A release that goes by itself has no such guard.
func trainGuard(ctx context.Context, q store.Q, p headway.Programme, releaseID string) ([]Guard, error) {
	t, err := trainOf(ctx, q, p, releaseID)
	if err != nil || t.ID == "" {
		return nil, err
	}
	g := Guard{Rule: ruleTrain, Holds: true, Reason: fmt.Sprintf("nothing has to go ahead of it in the train %s", t.Name)}
	ahead := t.Ahead(releaseID)
	if len(ahead) > 0 {
		g.Reason = fmt.Sprintf("all that goes ahead of it in the train %s is in production", t.Name)
	}
	for _, m := range ahead {
		r, err := q.Release(ctx, p.ID, m.ReleaseID)
		if err != nil {
			return nil, err
		}
		if r.State.InProduction() {
			continue
		}
		team, err := q.Team(ctx, p.ID, r.TeamID)
		if err != nil {
			return nil, err
		}
		g.Holds, g.Reason = false, fmt.Sprintf("%s goes ahead of it in the train %s, and is %s", nameRelease(team, r), t.Name, r.State)
		g.LiftedBy = headway.RolesThatMay(headway.EditTrain)
		g.WayOut = fmt.Sprintf("deploy %s first, or let it miss the train: headway train miss --team %s --version %s (%s)",
			r.Version, team.Key, r.Version, headway.OrOf(g.LiftedBy))
		break
	}
	return []Guard{g}, nil
}

// trainStart is from when on a span is looked for in which a release may go: now,
// but not before its train departs, and in the window of the train's other
// members whose go/no-go is open or go.
func (c *change) trainStart(ctx context.Context, p headway.Programme, r headway.Release, calendar headway.Calendar) (time.Time, error) {
	start := c.now
	t, err := trainOf(ctx, c.Q, p, r.ID)
	if err != nil || t.ID == "" {
		return start, err
	}
	if day := t.Departs; !day.IsZero() && day.In(calendar.Zone).After(start) {
		start = day.In(calendar.Zone).UTC()
	}
	live, err := c.LiveDecisions(ctx, p.ID)
	for _, d := range live {
		if d.ReleaseID != r.ID && t.Rides(d.ReleaseID) && d.Span.From.After(start) {
			start = d.Span.From
		}
	}
	return start, err
}
