package integrate

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"headway"
)

// jenkins builds a job with parameters and follows queue item and build
// (jenkins.io/doc/book/using/remote-access-api). It signs in by user name and
// API token, which needs no crumb. The job must have the parameter
// idempotency_key, by which a build is found again.
type jenkins struct{ *Client }

var queueItem = regexp.MustCompile(`/queue/item/([0-9]+)/?$`)

const (
	queued   = "queue/"
	building = "build/"
)

func (jenkins) job(call headway.StepCall) string {
	job := url.PathEscape(strings.Trim(call.Step.Workflow, "/"))
	return base(call) + "/job/" + strings.ReplaceAll(job, "%2F", "/job/")
}

func (j jenkins) start(ctx context.Context, call headway.StepCall) (*http.Request, error) {
	form := url.Values{}
	for k, v := range inputsWithKey(call, "idempotency_key") {
		form.Set(k, v)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, j.job(call)+"/buildWithParameters", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	j.authorize(req, call)
	return req, nil
}

// taken reads the queue item's number; its host may be one that only Jenkins knows.
func (jenkins) taken(_ headway.StepCall, a answer) headway.CallOutcome {
	m := queueItem.FindStringSubmatch(a.header.Get("Location"))
	if a.status != http.StatusCreated || m == nil {
		return running(byKey, "the build was asked for, it is looked for by its key")
	}
	return running(queued+m[1], "the build waits in the queue as item "+m[1])
}

func (j jenkins) follow(ctx context.Context, call headway.StepCall, remote string) headway.CallOutcome {
	if item, ok := strings.CutPrefix(remote, queued); ok {
		return j.inQueue(ctx, call, remote, item)
	}
	var b struct {
		Building bool   `json:"building"`
		Result   string `json:"result"`
		Page     string `json:"url"`
	}
	number := strings.TrimPrefix(remote, building)
	if err := j.ask(ctx, call, j.job(call)+"/"+url.PathEscape(number)+"/api/json?tree=building,result,url", &b); err != nil {
		return unknown(err.Error())
	}
	if b.Building || b.Result == "" {
		return running(remote, fmt.Sprintf("the build %s runs", b.Page))
	}
	return ended(b.Result == "SUCCESS", fmt.Sprintf("the build %s ended: %s", b.Page, b.Result))
}

// inQueue asks about a queue item. Jenkins forgets it some minutes after its
// build has begun; then the build is looked for.
func (j jenkins) inQueue(ctx context.Context, call headway.StepCall, remote, item string) headway.CallOutcome {
	var q struct {
		Cancelled  bool   `json:"cancelled"`
		Why        string `json:"why"`
		Executable *struct {
			Number int64  `json:"number"`
			Page   string `json:"url"`
		} `json:"executable"`
	}
	err := j.ask(ctx, call, base(call)+"/queue/item/"+item+"/api/json", &q)
	switch {
	case headway.KindOf(err) == headway.NotFound && err != nil:
		return j.find(ctx, call)
	case err != nil:
		return unknown(err.Error())
	case q.Cancelled:
		return ended(false, "the build was taken out of the queue")
	case q.Executable != nil:
		return running(fmt.Sprintf("%s%d", building, q.Executable.Number), "the build is "+q.Executable.Page)
	}
	return running(remote, "the build waits: "+q.Why)
}

func (j jenkins) find(ctx context.Context, call headway.StepCall) headway.CallOutcome {
	var job struct {
		Builds []struct {
			Number  int64  `json:"number"`
			Page    string `json:"url"`
			Actions []struct {
				Parameters []struct {
					Name  string `json:"name"`
					Value any    `json:"value"`
				} `json:"parameters"`
			} `json:"actions"`
		} `json:"builds"`
	}
	tree := url.QueryEscape("builds[number,url,actions[parameters[name,value]]]{0,50}")
	if err := j.ask(ctx, call, j.job(call)+"/api/json?tree="+tree, &job); err != nil {
		return unknown(err.Error())
	}
	for _, b := range job.Builds {
		for _, a := range b.Actions {
			for _, p := range a.Parameters {
				if p.Name == "idempotency_key" && p.Value == call.Key {
					return running(fmt.Sprintf("%s%d", building, b.Number), "the build is "+b.Page)
				}
			}
		}
	}
	return unknown("no build has the key " + call.Key + " yet")
}
