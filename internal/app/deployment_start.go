package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"headway"
	"headway/internal/store"
)

// StartDeployment asks to deploy what a go/no-go has approved.
type StartDeployment struct {
	Decision string // id
	Digest   string // of the go/no-go, to be sure; empty: as it stands
}

// StartDeployment starts the runbook, if every guard holds at this moment: the
// decision is go, its digest computed anew is the one approved, and window,
// freezes, minimum gap, gate, artifacts and emergency stop allow it.
func (a *App) StartDeployment(ctx context.Context, by headway.Actor, programme string, in StartDeployment) (headway.Deployment, error) {
	var dep headway.Deployment
	damaged, err := a.damagedArtifacts(ctx, by, programme, in.Decision)
	if err != nil {
		return dep, err
	}
	err = a.changeIn(ctx, by, programme, headway.RunDeployment, func(c *change, p headway.Programme) (err error) {
		dep, err = c.startDeployment(ctx, p, in, damaged)
		return err
	})
	return dep, err
}

// damagedArtifacts reads all artifacts of what a go/no-go decides on, outside
// any transaction: candidates never change. It tells which is missing or altered.
func (a *App) damagedArtifacts(ctx context.Context, by headway.Actor, programme, decision string) (damaged string, err error) {
	var artifacts []headway.Artifact
	err = a.lookIn(ctx, by, programme, headway.RunDeployment, func(q store.Q, p headway.Programme) error {
		d, err := q.Decision(ctx, p.ID, decision)
		if err != nil {
			return err
		}
		c, err := q.Candidate(ctx, p.ID, d.CandidateID)
		artifacts = c.Artifacts
		return err
	})
	for _, f := range artifacts {
		if err := a.verifyArtifact(ctx, f); err != nil {
			return fmt.Sprintf("the artifact %s is missing or damaged", f.Name), nil
		}
	}
	return "", err
}

func (a *App) verifyArtifact(ctx context.Context, f headway.Artifact) error {
	r, size, err := a.blobs.Open(f.SHA256)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, readerUntil{ctx, r})
	if err == nil && size != f.Size {
		err = headway.Conflictf("%s has %d bytes instead of %d", f.Name, size, f.Size)
	}
	return errors.Join(err, r.Close())
}

// readerUntil stops reading when its context ends.
type readerUntil struct {
	ctx context.Context //nolint:containedctx // lives as long as one copy
	r   io.Reader
}

// Read reads on while the context lasts.
func (r readerUntil) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

func (c *change) startDeployment(ctx context.Context, p headway.Programme, in StartDeployment, damaged string) (headway.Deployment, error) {
	var dep headway.Deployment
	d, err := c.Decision(ctx, p.ID, in.Decision)
	if err != nil {
		return dep, err
	}
	if in.Digest != "" && in.Digest != d.Digest {
		return dep, headway.Conflictf("the go/no-go is for the digest %s, not for %s", d.Digest, in.Digest).WithHint("look at the go/no-go again")
	}
	if other, err := c.DeploymentOfDecision(ctx, p.ID, d.ID); err == nil {
		return dep, headway.Conflictf("this go has been used: its deployment is %s", other.State).WithHint("open a new go/no-go to deploy again")
	}
	j, err := judgeOf(ctx, c.Q, p, d, c.now)
	if err != nil {
		return dep, err
	}
	guards, err := j.startGuards(ctx, damaged)
	if err != nil {
		return dep, err
	}
	if err := firstRefusal(guards); err != nil {
		return dep, err
	}
	dep = headway.Deployment{
		ID: c.app.newID(), ProgrammeID: p.ID, ReleaseID: d.ReleaseID, CandidateID: d.CandidateID, DecisionID: d.ID,
		EnvironmentID: d.EnvironmentID, Digest: d.Digest, State: headway.DeploymentRunning,
		StartedBy: c.by.UserID, StartedByName: c.by.Name, StartedAt: c.now,
	}
	if err := c.AddDeployment(ctx, dep); err != nil {
		return dep, err
	}
	r, err := c.Release(ctx, p.ID, d.ReleaseID)
	if err != nil {
		return dep, err
	}
	if err := c.moveRelease(ctx, &r, headway.ReleaseDeploying); err != nil {
		return dep, err
	}
	s, err := snapshotOf(d)
	if err != nil {
		return dep, err
	}
	facts, err := c.targetFacts(ctx, p, dep, s)
	if err != nil {
		return dep, err
	}
	if err := c.addSteps(ctx, dep, s.Runbook.Steps, facts, headway.PhaseDeploy, headway.PhaseSmoke); err != nil {
		return dep, err
	}
	var lifted []string
	for _, g := range guards {
		if g.Lifted {
			lifted = append(lifted, g.Rule)
		}
	}
	if err := c.record(ctx, p.ID, DeploymentStarted, r.ID, fmt.Sprintf("%s started the deployment of %s", c.by.Name, s.Candidate.Name),
		map[string]any{"deployment": dep.ID, "decision": d.ID, "digest": dep.Digest, "lifted": lifted}); err != nil {
		return dep, err
	}
	return c.advance(ctx, p, dep)
}

// targetFacts are the facts over which the conditions of a deployment's steps are judged.
func (c *change) targetFacts(ctx context.Context, p headway.Programme, dep headway.Deployment, s Snapshot) (headway.Facts, error) {
	candidate, err := c.Candidate(ctx, p.ID, dep.CandidateID)
	return headway.TargetFacts(candidate.Facts, headway.Environment{Key: s.Environment.Key, Kind: s.Environment.Kind}, dep.Rehearsal), err
}
