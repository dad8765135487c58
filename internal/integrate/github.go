package integrate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"headway"
)

// gitHub dispatches a workflow of GitHub Actions and follows its run
// (docs.github.com/rest/actions, version 2022-11-28). The workflow gets the key
// of the call as its input idempotency_key and must declare it; with the key in
// its run-name a run is found again when an answer was lost.
//
// The run's number comes with the answer where the server knows
// return_run_details (since February 2026); an older one refuses the field, and
// the run is looked for by its name.
type gitHub struct{ *Client }

type gitHubRun struct {
	ID         int64  `json:"id"`
	Title      string `json:"display_title"`
	Status     string `json:"status"`
	Conclusion string `json:"conclusion"`
	Page       string `json:"html_url"`
}

func (g gitHub) repo(call headway.StepCall) (string, error) {
	s := call.Step
	if owner, name, ok := strings.Cut(s.Repository, "/"); !ok || owner == "" || name == "" || strings.Contains(name, "/") || strings.Contains(s.Repository, "..") || strings.ContainsAny(s.Repository, " ?#%") {
		return "", headway.Invalidf("repository", "%q is no repository", s.Repository).WithHint("write it as owner/name")
	}
	address := base(call)
	if address == "" {
		address = g.config.GitHubURL
	}
	return address + "/repos/" + s.Repository, nil
}

func (g gitHub) start(ctx context.Context, call headway.StepCall) (*http.Request, error) {
	repo, err := g.repo(call)
	if err != nil {
		return nil, err
	}
	body := map[string]any{"ref": call.Step.Ref, "inputs": inputsWithKey(call, "idempotency_key")}
	if !strings.HasSuffix(base(call), "/api/v3") { // where GitHub's own servers in a company answer
		body["return_run_details"] = true
	}
	return g.post(ctx, call, fmt.Sprintf("%s/actions/workflows/%s/dispatches", repo, url.PathEscape(call.Step.Workflow)), body)
}

func (gitHub) taken(_ headway.StepCall, a answer) headway.CallOutcome {
	var run struct {
		ID   int64  `json:"workflow_run_id"`
		Page string `json:"html_url"`
	}
	if err := json.NewDecoder(bytes.NewReader(a.body)).Decode(&run); err != nil || run.ID <= 0 {
		return running(byKey, "the workflow was started, its run is looked for")
	}
	return running(strconv.FormatInt(run.ID, 10), "the run is "+run.Page)
}

func (g gitHub) follow(ctx context.Context, call headway.StepCall, remote string) headway.CallOutcome {
	repo, err := g.repo(call)
	if err != nil {
		return unknown(err.Error())
	}
	var run gitHubRun
	if err := g.ask(ctx, call, repo+"/actions/runs/"+url.PathEscape(remote), &run); err != nil {
		return unknown(err.Error())
	}
	text := fmt.Sprintf("the run %s is %s %s", run.Page, run.Status, run.Conclusion)
	if run.Status != "completed" {
		return running(remote, text)
	}
	return ended(run.Conclusion == "success", text)
}

func (g gitHub) find(ctx context.Context, call headway.StepCall) headway.CallOutcome {
	repo, err := g.repo(call)
	if err != nil {
		return unknown(err.Error())
	}
	var list struct {
		Runs []gitHubRun `json:"workflow_runs"`
	}
	address := fmt.Sprintf("%s/actions/workflows/%s/runs?event=workflow_dispatch&per_page=100", repo, url.PathEscape(call.Step.Workflow))
	if err := g.ask(ctx, call, address, &list); err != nil {
		return unknown(err.Error())
	}
	for _, run := range list.Runs {
		if namesKey(run.Title, call.Key) {
			return running(strconv.FormatInt(run.ID, 10), "the run is "+run.Page)
		}
	}
	return unknown("no run names the key " + call.Key + " yet; put it into the workflow's run-name")
}

// namesKey tells whether a title holds a key as a whole word: attempt 1 is not attempt 12.
func namesKey(title, key string) bool {
	for rest := title; ; {
		_, after, ok := strings.Cut(rest, key)
		if !ok {
			return false
		}
		if after == "" || after[0] < '0' || after[0] > '9' {
			return true
		}
		rest = after
	}
}
