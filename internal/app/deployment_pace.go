package app

import (
	"context"

	"headway"
	"headway/internal/store"
)

// DeploymentPace is how far a deployment is, in steps.
type DeploymentPace struct {
	headway.Deployment
	Done, Steps int // steps that are left out count as none
}

// paceOf tells how far the deployment is that has not ended; zero when all have.
func paceOf(ctx context.Context, q store.Q, all []headway.Deployment) (DeploymentPace, error) {
	var out DeploymentPace
	for _, d := range all {
		if d.State.Terminal() {
			continue
		}
		steps, err := q.DeploymentSteps(ctx, d.ID)
		if err != nil {
			return out, err
		}
		out.Deployment = d
		for _, s := range currentSteps(d, steps) {
			switch s.State {
			case headway.StepSkipped:
				continue
			case headway.StepSucceeded:
				out.Done++
			}
			out.Steps++
		}
	}
	return out, nil
}
