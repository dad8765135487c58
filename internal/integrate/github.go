package integrate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"headway"
)

var repositoryPattern = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$`)

// gitHubRequest is the request that dispatches a workflow
// (docs.github.com/rest/actions/workflows, version 2022-11-28). The workflow
// gets the idempotency key as its input idempotency_key and must declare it.
// The token goes to its own API address only, whatever address the runbook names.
func (c *Client) gitHubRequest(ctx context.Context, call headway.StepCall) (*http.Request, error) {
	s := call.Step
	if !repositoryPattern.MatchString(s.Repository) || strings.Contains(s.Repository, "..") {
		return nil, headway.Invalidf("repository", "%q is no repository", s.Repository).WithHint("write it as owner/name")
	}
	base := strings.TrimRight(s.URL, "/")
	if base == "" {
		base = c.config.GitHubURL
	}
	inputs := maps.Clone(s.Inputs)
	if inputs == nil {
		inputs = map[string]string{}
	}
	inputs["idempotency_key"] = call.Key
	body, err := json.Marshal(map[string]any{"ref": s.Ref, "inputs": inputs})
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("%s/repos/%s/actions/workflows/%s/dispatches", base, s.Repository, url.PathEscape(s.Workflow))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/vnd.github+json")
	req.Header.Set("X-Github-Api-Version", "2022-11-28")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", call.Key)
	if base == c.config.GitHubURL && !c.config.GitHubToken.IsZero() {
		req.Header.Set("Authorization", "Bearer "+c.config.GitHubToken.Reveal())
	}
	return req, nil
}
