package integrate

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"headway"
)

// azure runs a pipeline of Azure DevOps and follows the run
// (learn.microsoft.com/rest/api/azure/devops/pipelines/runs, version 7.1). It
// signs in by a personal access token. The pipeline gets the step's inputs as
// template parameters and must declare the parameter idempotency_key.
type azure struct{ *Client }

const azureVersion = "api-version=7.1"

type azureRun struct {
	ID         int64             `json:"id"`
	State      string            `json:"state"`
	Result     string            `json:"result"`
	Parameters map[string]string `json:"templateParameters"`
	Links      struct {
		Web struct {
			Page string `json:"href"`
		} `json:"web"`
	} `json:"_links"`
}

func (azure) runs(call headway.StepCall) string {
	project := strings.ReplaceAll(url.PathEscape(call.Step.Repository), "%2F", "/")
	return base(call) + "/" + project + "/_apis/pipelines/" + url.PathEscape(call.Step.Workflow) + "/runs"
}

func (z azure) start(ctx context.Context, call headway.StepCall) (*http.Request, error) {
	body := map[string]any{"templateParameters": inputsWithKey(call, "idempotency_key")}
	if ref := call.Step.Ref; ref != "" {
		if !strings.HasPrefix(ref, "refs/") {
			ref = "refs/heads/" + ref
		}
		body["resources"] = map[string]any{"repositories": map[string]any{"self": map[string]string{"refName": ref}}}
	}
	return z.post(ctx, call, z.runs(call)+"?"+azureVersion, body)
}

// taken knows that whoever is not signed in gets a page to sign in, with 203.
func (azure) taken(_ headway.StepCall, a answer) headway.CallOutcome {
	if a.status == http.StatusNonAuthoritativeInfo {
		return headway.CallOutcome{State: headway.StepFailed, Output: "refused: the token of the connection is not accepted"}
	}
	var run azureRun
	if err := json.Unmarshal(a.body, &run); err != nil || run.ID <= 0 {
		return running(byKey, "the pipeline was started, its run is looked for")
	}
	return running(strconv.FormatInt(run.ID, 10), "the run is "+run.Links.Web.Page)
}

func (z azure) follow(ctx context.Context, call headway.StepCall, remote string) headway.CallOutcome {
	var run azureRun
	if err := z.ask(ctx, call, z.runs(call)+"/"+url.PathEscape(remote)+"?"+azureVersion, &run); err != nil {
		return unknown(err.Error())
	}
	text := fmt.Sprintf("the run %s is %s %s", run.Links.Web.Page, run.State, run.Result)
	if run.State != "completed" {
		return running(remote, text)
	}
	return ended(run.Result == "succeeded", text)
}

func (z azure) find(ctx context.Context, call headway.StepCall) headway.CallOutcome {
	const newest = 20
	var list struct {
		Runs []azureRun `json:"value"`
	}
	if err := z.ask(ctx, call, z.runs(call)+"?"+azureVersion, &list); err != nil {
		return unknown(err.Error())
	}
	for i, listed := range list.Runs {
		if i == newest {
			break
		}
		var run azureRun
		if err := z.ask(ctx, call, fmt.Sprintf("%s/%d?%s", z.runs(call), listed.ID, azureVersion), &run); err != nil {
			return unknown(err.Error())
		}
		if run.Parameters["idempotency_key"] == call.Key {
			return running(strconv.FormatInt(run.ID, 10), "the run is "+run.Links.Web.Page)
		}
	}
	return unknown("no run has the key " + call.Key)
}
