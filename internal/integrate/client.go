package integrate

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"headway"
)

// Config says where calls may go.
type Config struct {
	Allow       []netip.Prefix // private networks that may be reached
	GitHubURL   string         // API address that the token belongs to; empty: https://api.github.com
	GitHubToken headway.Secret
	Agent       string // User-Agent
}

// Client sends the calls of automatic steps.
type Client struct {
	config Config
	http   *http.Client

	// A deployment's calls do not queue behind questions that are slow to be answered.
	calls, questions hosts
}

// New makes a client.
func New(c Config) *Client {
	if c.GitHubURL == "" {
		c.GitHubURL = "https://api.github.com"
	}
	c.GitHubURL = strings.TrimRight(c.GitHubURL, "/")
	return &Client{
		config: c,
		http: &http.Client{
			Transport:     newTransport(c.Allow),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		calls: newHosts(), questions: newHosts(),
	}
}

// system is one other system: what to send to it, and how to read what it says.
type system interface {
	// start is the request that sets off what the step wants.
	start(ctx context.Context, call headway.StepCall) (*http.Request, error)
	// taken reads the answer to start that said yes.
	taken(call headway.StepCall, a answer) headway.CallOutcome
	// follow asks how far the system is with what it took.
	follow(ctx context.Context, call headway.StepCall, remote string) headway.CallOutcome
	// find asks whether the system took a call with this key.
	find(ctx context.Context, call headway.StepCall) headway.CallOutcome
}

// byKey is what a run is known by as long as its number is not: it is looked
// for by the key of the call.
const byKey = "by-key"

const followEvery = 5 * time.Second

func (c *Client) system(call headway.StepCall) (system, error) {
	if call.At.Key != "" && call.At.Kind != call.Step.Kind {
		return nil, headway.Invalidf("connection", "the connection %s is to %s, the step is of kind %s", call.At.Key, call.At.Kind, call.Step.Kind)
	}
	switch call.Step.Kind {
	case headway.StepHTTP:
		return plain{c}, nil
	case headway.StepGitHub:
		return gitHub{c}, nil
	case headway.StepGitLab:
		return gitLab{c}, nil
	case headway.StepJenkins:
		return jenkins{c}, nil
	case headway.StepAzure:
		return azure{c}, nil
	case headway.StepArgo:
		return argo{c}, nil
	case headway.StepManual, headway.StepCommand:
		return nil, headway.Invalidf("kind", "a %s step calls nobody", call.Step.Kind)
	default:
		return nil, headway.Invalidf("kind", "%q is no kind of step", call.Step.Kind)
	}
}

// Call sends the call of a step, once, and tells what became of it. When its
// answer is lost, a system that can be asked by key is asked.
func (c *Client) Call(ctx context.Context, call headway.StepCall) headway.CallOutcome {
	if call.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, call.Timeout)
		defer cancel()
	}
	sys, err := c.system(call)
	if err != nil {
		return notSent(err)
	}
	req, err := sys.start(ctx, call)
	if err != nil {
		return notSent(err)
	}
	a, out := c.send(req, call)
	if out.State == headway.StepSucceeded {
		out = sys.taken(call, a)
		out.Output = a.text + "\n" + out.Output
	}
	if out.State != headway.StepUnknown {
		return out
	}
	asked, cancel := context.WithTimeout(context.WithoutCancel(ctx), findTime)
	defer cancel()
	if found := sys.find(asked, call); found.State == headway.StepRunning {
		found.Output = out.Output + "\n" + found.Output
		return found
	}
	return out
}

// findTime bounds the question after a lost answer; it lies within the lease.
const findTime = 5 * time.Second

// Follow asks how far another system is with what it took.
func (c *Client) Follow(ctx context.Context, call headway.StepCall, remote string) headway.CallOutcome {
	sys, err := c.system(call)
	if err != nil {
		return unknown(err.Error())
	}
	if remote == byKey {
		return sys.find(ctx, call)
	}
	return sys.follow(ctx, call, remote)
}

// Find asks whether another system has taken a call, by its key.
func (c *Client) Find(ctx context.Context, call headway.StepCall) headway.CallOutcome {
	sys, err := c.system(call)
	if err != nil {
		return unknown(err.Error())
	}
	return sys.find(ctx, call)
}

func notSent(err error) headway.CallOutcome {
	return headway.CallOutcome{State: headway.StepFailed, Output: "not sent: " + err.Error()}
}

func unknown(text string) headway.CallOutcome {
	return headway.CallOutcome{State: headway.StepUnknown, Output: text, Every: followEvery}
}

func running(remote, text string) headway.CallOutcome {
	return headway.CallOutcome{State: headway.StepRunning, Remote: remote, Output: text, Every: followEvery}
}

func ended(ok bool, text string) headway.CallOutcome {
	if ok {
		return headway.CallOutcome{State: headway.StepSucceeded, Output: text}
	}
	return headway.CallOutcome{State: headway.StepFailed, Output: text}
}
