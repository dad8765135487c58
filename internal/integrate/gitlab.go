package integrate

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"headway"
)

// gitLab creates a pipeline and follows it (docs.gitlab.com/api/pipelines). One
// access token with the scope api does both. The pipeline gets the step's
// inputs as variables, and the key of the call as HEADWAY_IDEMPOTENCY_KEY.
type gitLab struct{ *Client }

const gitLabKey = "HEADWAY_IDEMPOTENCY_KEY"

type pipeline struct {
	ID     int64  `json:"id"`
	Status string `json:"status"`
	Page   string `json:"web_url"`
}

type variable struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func (gitLab) project(call headway.StepCall) string {
	return base(call) + "/api/v4/projects/" + url.PathEscape(call.Step.Repository)
}

func (g gitLab) start(ctx context.Context, call headway.StepCall) (*http.Request, error) {
	var variables []variable
	for k, v := range inputsWithKey(call, gitLabKey) {
		variables = append(variables, variable{k, v})
	}
	slices.SortFunc(variables, func(a, b variable) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	return g.post(ctx, call, g.project(call)+"/pipeline", map[string]any{"ref": call.Step.Ref, "variables": variables})
}

func (gitLab) taken(_ headway.StepCall, a answer) headway.CallOutcome {
	var p pipeline
	if err := json.Unmarshal(a.body, &p); err != nil || p.ID <= 0 {
		return running(byKey, "the pipeline was created, its number is looked for")
	}
	return running(strconv.FormatInt(p.ID, 10), "the pipeline is "+p.Page)
}

func (g gitLab) follow(ctx context.Context, call headway.StepCall, remote string) headway.CallOutcome {
	var p pipeline
	if err := g.ask(ctx, call, g.project(call)+"/pipelines/"+url.PathEscape(remote), &p); err != nil {
		return unknown(err.Error())
	}
	text := fmt.Sprintf("the pipeline %s is %s", p.Page, p.Status)
	switch p.Status {
	case "success":
		return ended(true, text)
	case "failed", "canceled", "skipped":
		return ended(false, text)
	}
	return running(remote, text)
}

func (g gitLab) find(ctx context.Context, call headway.StepCall) headway.CallOutcome {
	const newest = 20
	var list []pipeline
	address := fmt.Sprintf("%s/pipelines?source=api&ref=%s&per_page=%d", g.project(call), url.QueryEscape(call.Step.Ref), newest)
	if err := g.ask(ctx, call, address, &list); err != nil {
		return unknown(err.Error())
	}
	for _, p := range list {
		var variables []variable
		if err := g.ask(ctx, call, fmt.Sprintf("%s/pipelines/%d/variables", g.project(call), p.ID), &variables); err != nil {
			return unknown(err.Error())
		}
		if slices.Contains(variables, variable{gitLabKey, call.Key}) {
			return running(strconv.FormatInt(p.ID, 10), "the pipeline is "+p.Page)
		}
	}
	return unknown("no pipeline has the key " + call.Key)
}
