package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"headway"
	"headway/internal/store"
)

// Snapshot is what a go/no-go decides on: what would be deployed, by which
// rules, how, where and when. Its JSON is canonical (fields in this order,
// times in UTC), so that the same facts always have the same digest.
type Snapshot struct {
	Format      string              `json:"format"`
	Programme   string              `json:"programme"` // id
	Release     SnapshotRelease     `json:"release"`
	Candidate   SnapshotCandidate   `json:"candidate"`
	Gate        SnapshotGate        `json:"gate"`
	Runbook     SnapshotRunbook     `json:"runbook"`
	Environment SnapshotEnvironment `json:"environment"`
	Policy      SnapshotPolicy      `json:"policy"`
	Window      SnapshotWindow      `json:"window"`
	Train       *SnapshotTrain      `json:"train,omitempty"` // nil: the release goes by itself
}

// SnapshotRelease names the release.
type SnapshotRelease struct {
	ID      string `json:"id"`
	Team    string `json:"team"` // id
	Version string `json:"version"`
}

// SnapshotCandidate holds what would be deployed.
type SnapshotCandidate struct {
	ID        string             `json:"id"`
	Name      string             `json:"name"`
	Digest    string             `json:"digest"`
	Artifacts []headway.Artifact `json:"artifacts"`
}

// SnapshotGate holds the rules of the decision.
type SnapshotGate struct {
	Version   int                    `json:"version"`
	Criteria  []headway.Criterion    `json:"criteria"`
	Approvals []headway.ApprovalRule `json:"approvals"`
}

// SnapshotRunbook holds the steps to production and back.
type SnapshotRunbook struct {
	Version   int                     `json:"version"`
	Steps     []headway.RunbookStep   `json:"steps"`
	Hypercare []headway.HypercareTask `json:"hypercare"`
	// What stands for the runbook's variables, and what its steps call.
	HypercareDays int                       `json:"hypercare_days,omitempty"`
	Variables     []headway.RunbookVariable `json:"variables,omitempty"`
	Values        map[string]string         `json:"values,omitempty"`
	Connections   []SnapshotConnection      `json:"connections,omitempty"`
}

// SnapshotConnection is another system that steps call; its secrets are not part of it.
type SnapshotConnection struct {
	Key      string           `json:"key"`
	Kind     headway.StepKind `json:"kind"`
	URL      string           `json:"url"`
	Username string           `json:"username,omitempty"`
}

// SnapshotEnvironment names the target.
type SnapshotEnvironment struct {
	ID   string                  `json:"id"`
	Key  string                  `json:"key"`
	Kind headway.EnvironmentKind `json:"kind"`
}

// SnapshotPolicy holds what else decides when a deployment may start.
type SnapshotPolicy struct {
	MinimumGap int    `json:"minimum_gap"` // working days
	Zone       string `json:"zone"`
}

// SnapshotWindow is the span in which the deployment must start and be done.
type SnapshotWindow struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// takeSnapshot gathers what a go/no-go about a candidate decides on, as of
// now, with its canonical form and digest. values stand for the runbook's variables.
func takeSnapshot(ctx context.Context, q store.Q, p headway.Programme, candidateID, environmentID string, span headway.Interval, values map[string]string) (s Snapshot, canonical, sum string, err error) {
	c, err := q.Candidate(ctx, p.ID, candidateID)
	if err != nil {
		return s, "", "", err
	}
	r, err := q.Release(ctx, p.ID, c.ReleaseID)
	if err != nil {
		return s, "", "", err
	}
	e, err := q.Environment(ctx, p.ID, environmentID)
	if err != nil {
		return s, "", "", err
	}
	g, err := gateOf(ctx, q, p, r.ID)
	if err != nil {
		return s, "", "", needed(err, "gate")
	}
	t, err := trainOf(ctx, q, p, r.ID)
	if err != nil {
		return s, "", "", err
	}
	b, err := q.NewestRunbook(ctx, p.ID)
	if err != nil {
		return s, "", "", needed(err, "runbook")
	}
	calls, err := snapshotConnections(ctx, q, p, b)
	if err != nil {
		return s, "", "", err
	}
	s = Snapshot{
		Format: "go-no-go/2", Programme: p.ID,
		Release:     SnapshotRelease{r.ID, r.TeamID, r.Version},
		Candidate:   SnapshotCandidate{c.ID, c.Name, c.Digest, c.Artifacts},
		Gate:        SnapshotGate{g.Version, g.Criteria, g.Approvals},
		Runbook:     SnapshotRunbook{b.Version, b.Steps, b.Hypercare, b.HypercareDays, b.Variables, values, calls},
		Environment: SnapshotEnvironment{e.ID, e.Key, e.Kind},
		Policy:      SnapshotPolicy{p.Gap.Minimum, p.Zone},
		Window:      SnapshotWindow{span.From.UTC(), span.To.UTC()},
	}
	if s.Train, err = snapshotTrain(ctx, q, p, t, r.ID); err != nil {
		return s, "", "", err
	}
	canonical, err = encode(s)
	return s, canonical, digest([]byte(canonical)), err
}

// snapshotConnections gives the connections that a runbook's steps name.
func snapshotConnections(ctx context.Context, q store.Q, p headway.Programme, b headway.Runbook) ([]SnapshotConnection, error) {
	all, err := q.Connections(ctx, p.ID)
	var out []SnapshotConnection
	for _, c := range all {
		if b.Calls(c.Key) {
			out = append(out, SnapshotConnection{c.Key, c.Kind, c.URL, c.Username})
		}
	}
	return out, err
}

func needed(err error, what string) error {
	if headway.KindOf(err) == headway.NotFound {
		return headway.Conflictf("the programme has no %s", what).WithHint("add one to the programme's settings")
	}
	return err
}

// snapshotOf reads the snapshot that a go/no-go keeps.
func snapshotOf(d headway.Decision) (s Snapshot, err error) {
	if err := json.Unmarshal(d.Snapshot, &s); err != nil {
		return s, fmt.Errorf("snapshot of go/no-go %s: %w", d.ID, err)
	}
	return s, nil
}

// runbook gives the runbook of the snapshot.
func (s Snapshot) runbook() headway.Runbook {
	return headway.Runbook{
		Version: s.Runbook.Version, Steps: s.Runbook.Steps, Hypercare: s.Runbook.Hypercare,
		HypercareDays: s.Runbook.HypercareDays, Variables: s.Runbook.Variables,
	}
}

// needs is the time that the runbook takes to production, smoke checks included.
func (s Snapshot) needs() time.Duration {
	b := s.runbook()
	return max(b.Duration(headway.PhaseDeploy)+b.Duration(headway.PhaseSmoke), time.Minute)
}
