package integrate

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"headway"
)

// argo syncs an application of Argo CD and follows the operation until the
// application is healthy (argo-cd.readthedocs.io, api/v1). The key of the call
// goes along as info of the operation, so that a sync of somebody else is not
// taken for ours.
type argo struct{ *Client }

const argoKey = "headway-idempotency-key"

type argoInfo struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type argoOperation struct {
	Info []argoInfo `json:"info"`
}

type argoApplication struct {
	Operation *argoOperation `json:"operation"` // asked for, not yet begun
	Status    struct {
		Health struct {
			Status string `json:"status"`
		} `json:"health"`
		State *struct {
			Phase     string        `json:"phase"`
			Message   string        `json:"message"`
			Operation argoOperation `json:"operation"`
		} `json:"operationState"`
	} `json:"status"`
}

func (argo) application(call headway.StepCall) string {
	return base(call) + "/api/v1/applications/" + url.PathEscape(call.Step.Workflow)
}

func (g argo) start(ctx context.Context, call headway.StepCall) (*http.Request, error) {
	body := map[string]any{"infos": []argoInfo{{argoKey, call.Key}}}
	if call.Step.Ref != "" {
		body["revision"] = call.Step.Ref
	}
	return g.post(ctx, call, g.application(call)+"/sync", body)
}

func (argo) taken(call headway.StepCall, _ answer) headway.CallOutcome {
	return running("sync", "the sync of "+call.Step.Workflow+" was asked for")
}

func (g argo) follow(ctx context.Context, call headway.StepCall, remote string) headway.CallOutcome {
	var app argoApplication
	if err := g.ask(ctx, call, g.application(call), &app); err != nil {
		return unknown(err.Error())
	}
	ours := argoInfo{argoKey, call.Key}
	state := app.Status.State
	switch {
	case app.Operation != nil && slices.Contains(app.Operation.Info, ours):
		return running(remote, "the sync waits to begin")
	case state == nil || !slices.Contains(state.Operation.Info, ours):
		return unknown("the newest operation of the application is not this sync")
	}
	text := fmt.Sprintf("the sync is %s: %s; the application is %s", state.Phase, state.Message, app.Status.Health.Status)
	switch state.Phase {
	case "Failed", "Error":
		return ended(false, text)
	case "Succeeded":
		switch app.Status.Health.Status {
		case "Healthy":
			return ended(true, text)
		case "Degraded", "Missing":
			return ended(false, text)
		}
	}
	return running(remote, text)
}

// find asks as follow does: an operation that ended already is found, too.
func (g argo) find(ctx context.Context, call headway.StepCall) headway.CallOutcome {
	out := g.follow(ctx, call, "sync")
	if out.State != headway.StepUnknown {
		return running("sync", out.Output)
	}
	return out
}
