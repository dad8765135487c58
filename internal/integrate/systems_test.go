package integrate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/internal/integrate"
)

// ci is a fake of one system's documented API. It keeps a ledger of the runs
// that it started and misbehaves as told, after the effect.
type ci struct {
	mu     sync.Mutex
	t      *testing.T
	runs   []run
	fault  string // of the next start: "", "drop", "500", "hang", "lie", "deny"
	hang   chan struct{}
	url    string
	titled bool // GitHub: runs name the key
	old    bool // GitHub: return_run_details is not known
	gone   bool // Jenkins: the queue has forgotten
}

type run struct {
	key, state string
}

// begin notes a run and misbehaves; true means that the answer is given already.
func (c *ci) begin(w http.ResponseWriter, key string) bool {
	if c.fault == "deny" {
		http.Error(w, "no", http.StatusForbidden)
		return true
	}
	c.runs = append(c.runs, run{key, "running"})
	switch c.fault {
	case "drop":
		panic(http.ErrAbortHandler)
	case "500":
		http.Error(w, "it broke after it started", http.StatusInternalServerError)
		return true
	case "hang":
		c.mu.Unlock()
		<-c.hang
		c.mu.Lock()
		return true
	case "lie":
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, "<html>welcome</html>")
		return true
	}
	return false
}

func (c *ci) state(n int) string { return c.runs[n-1].state }

func (c *ci) set(state string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.runs {
		c.runs[i].state = state
	}
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may have gone
}

type m = map[string]any

func body[T any](t *testing.T, r *http.Request) (v T) {
	if err := json.NewDecoder(r.Body).Decode(&v); err != nil {
		t.Errorf("body of %s: %v", r.URL, err)
	}
	return v
}

func (c *ci) gitHub() http.Handler {
	mux := http.NewServeMux()
	words := map[string][2]string{"running": {"in_progress", ""}, "good": {"completed", "success"}, "bad": {"completed", "timed_out"}}
	mux.HandleFunc("POST /repos/acme/shop/actions/workflows/deploy.yml/dispatches", func(w http.ResponseWriter, r *http.Request) {
		in := body[struct {
			Ref     string            `json:"ref"`
			Inputs  map[string]string `json:"inputs"`
			Details bool              `json:"return_run_details"`
		}](c.t, r)
		if r.Header.Get("Authorization") != "Bearer s3cret" || in.Ref != "main" {
			c.t.Errorf("sent %v with %s", in, r.Header.Get("Authorization"))
		}
		if c.begin(w, in.Inputs["idempotency_key"]) {
			return
		}
		if c.old || !in.Details {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		reply(w, http.StatusOK, m{"workflow_run_id": len(c.runs), "html_url": c.url + "/page"})
	})
	mux.HandleFunc("GET /repos/acme/shop/actions/runs/{id}", func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscan(r.PathValue("id"), &n)
		word := words[c.state(n)]
		reply(w, http.StatusOK, m{"id": n, "status": word[0], "conclusion": word[1], "html_url": c.url + "/page"})
	})
	mux.HandleFunc("GET /repos/acme/shop/actions/workflows/deploy.yml/runs", func(w http.ResponseWriter, _ *http.Request) {
		list := []m{{"id": 99, "display_title": "deploy d:s:12", "status": "completed"}}
		for i, run := range c.runs {
			title := "Deploy"
			if c.titled {
				title = "Deploy " + run.key
			}
			list = append(list, m{"id": i + 1, "display_title": title, "status": words[run.state][0], "conclusion": words[run.state][1]})
		}
		reply(w, http.StatusOK, m{"workflow_runs": list})
	})
	return mux
}

func (c *ci) gitLab() http.Handler {
	mux := http.NewServeMux()
	words := map[string]string{"running": "running", "good": "success", "bad": "canceled"}
	mux.HandleFunc("POST /api/v4/projects/acme%2Fshop/pipeline", func(w http.ResponseWriter, r *http.Request) {
		in := body[struct {
			Ref       string                        `json:"ref"`
			Variables []struct{ Key, Value string } `json:"variables"`
		}](c.t, r)
		if r.Header.Get("Private-Token") != "s3cret" || in.Ref != "main" || len(in.Variables) != 2 {
			c.t.Errorf("sent %v", in)
		}
		if !c.begin(w, in.Variables[0].Value) {
			reply(w, http.StatusCreated, m{"id": len(c.runs), "status": "created", "web_url": c.url + "/page"})
		}
	})
	mux.HandleFunc("GET /api/v4/projects/acme%2Fshop/pipelines/{id}", func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscan(r.PathValue("id"), &n)
		reply(w, http.StatusOK, m{"id": n, "status": words[c.state(n)]})
	})
	mux.HandleFunc("GET /api/v4/projects/acme%2Fshop/pipelines", func(w http.ResponseWriter, _ *http.Request) {
		list := []m{}
		for i := range c.runs {
			list = append(list, m{"id": i + 1})
		}
		reply(w, http.StatusOK, list)
	})
	mux.HandleFunc("GET /api/v4/projects/acme%2Fshop/pipelines/{id}/variables", func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscan(r.PathValue("id"), &n)
		reply(w, http.StatusOK, []m{{"key": "HEADWAY_IDEMPOTENCY_KEY", "value": c.runs[n-1].key}})
	})
	return mux
}

func (c *ci) jenkins() http.Handler {
	mux := http.NewServeMux()
	words := map[string]string{"good": "SUCCESS", "bad": "UNSTABLE"}
	mux.HandleFunc("POST /job/shop/job/deploy/buildWithParameters", func(w http.ResponseWriter, r *http.Request) {
		user, token, _ := r.BasicAuth()
		if user != "bot" || token != "s3cret" || r.PostFormValue("version") != "2.0.0" {
			c.t.Errorf("sent %v as %s", r.PostForm, user)
		}
		if !c.begin(w, r.PostFormValue("idempotency_key")) {
			w.Header().Set("Location", fmt.Sprintf("http://only-jenkins-knows:8080/queue/item/%d/", 100+len(c.runs)))
			w.WriteHeader(http.StatusCreated)
		}
	})
	asked := 0
	mux.HandleFunc("GET /queue/item/{id}/api/json", func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscan(r.PathValue("id"), &n)
		asked++
		switch {
		case c.gone:
			http.NotFound(w, r)
		case asked == 1:
			reply(w, http.StatusOK, m{"why": "In the quiet period"})
		default:
			reply(w, http.StatusOK, m{"executable": m{"number": n - 100, "url": c.url + "/page"}})
		}
	})
	mux.HandleFunc("GET /job/shop/job/deploy/{id}/api/json", func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscan(r.PathValue("id"), &n)
		reply(w, http.StatusOK, m{"building": c.state(n) == "running", "result": words[c.state(n)]})
	})
	mux.HandleFunc("GET /job/shop/job/deploy/api/json", func(w http.ResponseWriter, _ *http.Request) {
		builds := []m{}
		for i, run := range c.runs {
			builds = append(builds, m{"number": i + 1, "actions": []m{{}, {"parameters": []m{{"name": "idempotency_key", "value": run.key}, {"name": "fast", "value": true}}}}})
		}
		reply(w, http.StatusOK, m{"builds": builds})
	})
	return mux
}

func (c *ci) azure() http.Handler {
	mux := http.NewServeMux()
	words := map[string][2]string{"running": {"inProgress", ""}, "good": {"completed", "succeeded"}, "bad": {"completed", "canceled"}}
	show := func(n int) m {
		return m{"id": n, "state": words[c.state(n)][0], "result": words[c.state(n)][1], "templateParameters": m{"idempotency_key": c.runs[n-1].key}}
	}
	mux.HandleFunc("POST /acme/shop/_apis/pipelines/7/runs", func(w http.ResponseWriter, r *http.Request) {
		in := body[struct {
			Parameters map[string]string `json:"templateParameters"`
			Resources  struct {
				Repositories struct {
					Self struct{ RefName string } `json:"self"`
				} `json:"repositories"`
			} `json:"resources"`
		}](c.t, r)
		if _, token, _ := r.BasicAuth(); token != "s3cret" || in.Resources.Repositories.Self.RefName != "refs/heads/main" || r.URL.Query().Get("api-version") != "7.1" {
			c.t.Errorf("sent %v to %s", in, r.URL)
		}
		if !c.begin(w, in.Parameters["idempotency_key"]) {
			reply(w, http.StatusOK, show(len(c.runs)))
		}
	})
	mux.HandleFunc("GET /acme/shop/_apis/pipelines/7/runs/{id}", func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscan(r.PathValue("id"), &n)
		reply(w, http.StatusOK, show(n))
	})
	mux.HandleFunc("GET /acme/shop/_apis/pipelines/7/runs", func(w http.ResponseWriter, _ *http.Request) {
		list := []m{}
		for i := range c.runs {
			list = append(list, m{"id": i + 1})
		}
		reply(w, http.StatusOK, m{"value": list})
	})
	return mux
}

func (c *ci) argo() http.Handler {
	mux := http.NewServeMux()
	info := func() []m { return []m{{"name": "headway-idempotency-key", "value": c.runs[len(c.runs)-1].key}} }
	mux.HandleFunc("POST /api/v1/applications/shop/sync", func(w http.ResponseWriter, r *http.Request) {
		in := body[struct {
			Revision string                         `json:"revision"`
			Infos    []struct{ Name, Value string } `json:"infos"`
		}](c.t, r)
		if r.Header.Get("Authorization") != "Bearer s3cret" || in.Revision != "main" {
			c.t.Errorf("sent %v", in)
		}
		if !c.begin(w, in.Infos[0].Value) {
			reply(w, http.StatusOK, m{"metadata": m{"name": "shop"}})
		}
	})
	mux.HandleFunc("GET /api/v1/applications/shop", func(w http.ResponseWriter, _ *http.Request) {
		if len(c.runs) == 0 {
			reply(w, http.StatusOK, m{"status": m{"health": m{"status": "Healthy"}, "operationState": m{"phase": "Succeeded", "operation": m{}}}})
			return
		}
		phase, health := "Running", "Progressing"
		switch c.state(len(c.runs)) {
		case "good":
			phase, health = "Succeeded", "Healthy"
		case "bad":
			phase, health = "Succeeded", "Degraded"
		}
		reply(w, http.StatusOK, m{"status": m{"health": m{"status": health}, "operationState": m{"phase": phase, "operation": m{"info": info()}}}})
	})
	return mux
}

// locked lets one request at a time use the fake.
func (c *ci) locked(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		h.ServeHTTP(w, r)
	})
}

var systems = []struct {
	kind    headway.StepKind
	handler func(*ci) http.Handler
	step    headway.RunbookStep
	user    string
}{
	{headway.StepGitHub, (*ci).gitHub, headway.RunbookStep{Repository: "acme/shop", Workflow: "deploy.yml", Ref: "main"}, ""},
	{headway.StepGitLab, (*ci).gitLab, headway.RunbookStep{Repository: "acme/shop", Ref: "main"}, ""},
	{headway.StepJenkins, (*ci).jenkins, headway.RunbookStep{Workflow: "shop/deploy"}, "bot"},
	{headway.StepAzure, (*ci).azure, headway.RunbookStep{Repository: "acme/shop", Workflow: "7", Ref: "main"}, ""},
	{headway.StepArgo, (*ci).argo, headway.RunbookStep{Workflow: "shop", Ref: "main"}, ""},
}

// onEach runs a test against a fake of each system.
func onEach(t *testing.T, f func(t *testing.T, c *ci, client *integrate.Client, call headway.StepCall)) {
	for _, s := range systems {
		t.Run(string(s.kind), func(t *testing.T) {
			c := &ci{t: t, hang: make(chan struct{}), titled: true}
			srv := httptest.NewServer(c.locked(s.handler(c)))
			t.Cleanup(srv.Close)
			t.Cleanup(func() { close(c.hang) })
			c.url = srv.URL
			step := s.step
			step.Kind, step.Key, step.Connection, step.Inputs = s.kind, "s", "ci", map[string]string{"version": "2.0.0"}
			call := headway.StepCall{
				Key: "d:s:1", Step: step, Timeout: 500 * time.Millisecond,
				At: headway.Connection{Key: "ci", Kind: s.kind, URL: srv.URL, Username: s.user, Secret: headway.NewSecret("s3cret")},
			}
			f(t, c, integrate.New(integrate.Config{Allow: loopback, Agent: "headway"}), call)
		})
	}
}

// followed asks until the outcome is no longer running.
func followed(t *testing.T, client *integrate.Client, call headway.StepCall, out headway.CallOutcome) headway.CallOutcome {
	t.Helper()
	for range 6 {
		if out.State != headway.StepRunning {
			return out
		}
		if out.Every <= 0 || out.Remote == "" {
			t.Fatalf("there is nothing to ask for: %+v", out)
		}
		out = client.Follow(context.Background(), call, out.Remote)
	}
	return out
}

func TestARunIsFollowedToItsEnd(t *testing.T) {
	onEach(t, func(t *testing.T, c *ci, client *integrate.Client, call headway.StepCall) {
		for end, want := range map[string]headway.StepState{"good": headway.StepSucceeded, "bad": headway.StepFailed} {
			out := client.Call(t.Context(), call)
			if out.State != headway.StepRunning {
				t.Fatalf("%s: %s", out.State, out.Output)
			}
			if out = followed(t, client, call, out); out.State != headway.StepRunning {
				t.Fatalf("it runs, but is told to be %s: %s", out.State, out.Output)
			}
			c.set(end)
			if got := followed(t, client, call, out); got.State != want {
				t.Errorf("%s: %s: %s", end, got.State, got.Output)
			}
			if strings.Contains(out.Output, "s3cret") {
				t.Error("the secret is in the output")
			}
		}
	})
}

func TestALostAnswerIsFoundByItsKeyAndNothingStartsTwice(t *testing.T) {
	for _, fault := range []string{"drop", "500", "hang", "lie"} {
		t.Run(fault, func(t *testing.T) {
			onEach(t, func(t *testing.T, c *ci, client *integrate.Client, call headway.StepCall) {
				c.fault = fault
				out := client.Call(t.Context(), call)
				if out.State != headway.StepRunning {
					t.Fatalf("%s: %s", out.State, out.Output)
				}
				c.set("good")
				if got := followed(t, client, call, out); got.State != headway.StepSucceeded {
					t.Errorf("%s: %s", got.State, got.Output)
				}
				if len(c.runs) != 1 {
					t.Errorf("%d runs were started", len(c.runs))
				}
			})
		})
	}
}

func TestARefusalFailsForSure(t *testing.T) {
	onEach(t, func(t *testing.T, c *ci, client *integrate.Client, call headway.StepCall) {
		c.fault = "deny"
		if out := client.Call(t.Context(), call); out.State != headway.StepFailed || len(c.runs) != 0 {
			t.Errorf("%s with %d runs: %s", out.State, len(c.runs), out.Output)
		}
		if out := client.Find(t.Context(), call); out.State != headway.StepUnknown {
			t.Errorf("a call that was refused is found: %s", out.State)
		}
	})
}

func TestAnotherRunIsNotTakenForOurs(t *testing.T) {
	onEach(t, func(t *testing.T, c *ci, client *integrate.Client, call headway.StepCall) {
		other := call
		other.Key = "d:s:12" // attempt 12, whose key begins with that of attempt 1
		if out := client.Call(t.Context(), other); out.State != headway.StepRunning {
			t.Fatal(out.Output)
		}
		c.set("good")
		if out := client.Find(t.Context(), call); out.State != headway.StepUnknown {
			t.Errorf("%s: %s", out.State, out.Output)
		}
	})
}

func TestABrakePulledAtTheLastMomentHolds(t *testing.T) {
	onEach(t, func(t *testing.T, c *ci, client *integrate.Client, call headway.StepCall) {
		call.MaySend = func(context.Context) error { return headway.Conflictf("emergency stop") }
		if out := client.Call(t.Context(), call); out.State != headway.StepFailed || !strings.Contains(out.Output, "not sent: emergency stop") || len(c.runs) != 0 {
			t.Errorf("%s with %d runs: %s", out.State, len(c.runs), out.Output)
		}
	})
}

func TestASecretGoesOnlyToItsConnection(t *testing.T) {
	var seen []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		w.Header().Set("Location", "/jobs/1")
		w.WriteHeader(http.StatusAccepted)
	}))
	defer srv.Close()
	client := integrate.New(integrate.Config{Allow: loopback})
	call := post(srv.URL)
	call.At = headway.Connection{Key: "ci", Kind: headway.StepHTTP, URL: "http://ci.example", Secret: headway.NewSecret("s3cret")}
	if out := client.Call(t.Context(), call); out.State != headway.StepFailed || len(seen) != 0 {
		t.Errorf("%s, %v", out.Output, seen)
	}
	call.At.URL = srv.URL
	client.Call(t.Context(), call)
	if fmt.Sprint(seen) != "[Bearer s3cret]" {
		t.Errorf("sent %v", seen)
	}
	call.At.Kind = headway.StepJenkins
	if out := client.Call(t.Context(), call); out.State != headway.StepFailed || len(seen) != 1 {
		t.Errorf("a connection of another kind: %s", out.Output)
	}
}

func TestPollingReadsAFieldUntilItTells(t *testing.T) {
	state, elsewhere := "building", false
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost && elsewhere:
			w.WriteHeader(http.StatusAccepted)
		case r.Method == http.MethodPost:
			w.Header().Set("Location", "/jobs/1")
			w.WriteHeader(http.StatusAccepted)
		case state == "broken":
			http.Error(w, "<html>", http.StatusBadGateway)
		default:
			reply(w, http.StatusOK, m{"job": m{"state": state}})
		}
	}))
	defer srv.Close()
	client := integrate.New(integrate.Config{Allow: loopback})
	call := post(srv.URL)
	call.Step.Answer = headway.AnswerPoll
	call.Step.Poll = &headway.Poll{Field: "job.state", Success: []string{"done"}, Failure: []string{"dead"}, Seconds: 2}
	out := client.Call(t.Context(), call)
	if u, _ := url.Parse(out.Remote); out.State != headway.StepRunning || u.Path != "/jobs/1" || out.Every != 2*time.Second {
		t.Fatalf("%+v", out)
	}
	for is, want := range map[string]headway.StepState{"building": headway.StepRunning, "broken": headway.StepUnknown, "done": headway.StepSucceeded, "dead": headway.StepFailed} {
		state = is
		if got := client.Follow(t.Context(), call, out.Remote); got.State != want {
			t.Errorf("%s: %s %s", is, got.State, got.Output)
		}
	}
	elsewhere = true
	if out := client.Call(t.Context(), call); out.State != headway.StepUnknown {
		t.Errorf("a call that was taken with nothing to ask is %s", out.State)
	}
}
