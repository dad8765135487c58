package headway

import (
	"net/url"
	"strings"
	"time"
)

// StepKind says who or what carries out a step.
type StepKind string

// The kinds of step.
const (
	StepManual  StepKind = "manual"  // a person follows instructions and records the result
	StepHTTP    StepKind = "http"    // an HTTP call of ours
	StepCommand StepKind = "command" // a local command, run by an agent process
	StepGitHub  StepKind = "github"  // a GitHub workflow dispatch
)

// Phase groups the steps of a runbook.
type Phase string

// The phases of a runbook.
const (
	PhaseDeploy   Phase = "deploy"
	PhaseSmoke    Phase = "smoke"
	PhaseRollback Phase = "rollback"
)

// Runbook is the versioned list of steps that brings a candidate to production and back.
type Runbook struct {
	ID, ProgrammeID string
	Version         int
	Steps           []RunbookStep
	Hypercare       []HypercareTask
}

// RunbookStep is one step; of the automatic kinds only their own fields are used.
type RunbookStep struct {
	Key          string            `json:"key" yaml:"key"`
	Title        string            `json:"title" yaml:"title"`
	Phase        Phase             `json:"phase" yaml:"phase"`
	Kind         StepKind          `json:"kind" yaml:"kind"`
	Instructions string            `json:"instructions,omitempty" yaml:"instructions,omitempty"`
	Minutes      int               `json:"minutes" yaml:"minutes"`                     // expected duration
	Timeout      int               `json:"timeout" yaml:"timeout"`                     // minutes until an automatic step's outcome is unknown
	Skill        Skill             `json:"skill,omitempty" yaml:"skill,omitempty"`     // of manual steps
	Method       string            `json:"method,omitempty" yaml:"method,omitempty"`   // http
	URL          string            `json:"url,omitempty" yaml:"url,omitempty"`         // http and github (API address)
	Body         string            `json:"body,omitempty" yaml:"body,omitempty"`       // http
	Command      []string          `json:"command,omitempty" yaml:"command,omitempty"` // command: program and arguments
	Repository   string            `json:"repository,omitempty" yaml:"repository,omitempty"`
	Workflow     string            `json:"workflow,omitempty" yaml:"workflow,omitempty"`
	Ref          string            `json:"ref,omitempty" yaml:"ref,omitempty"`
	Inputs       map[string]string `json:"inputs,omitempty" yaml:"inputs,omitempty"`
	NoReturn     bool              `json:"no_return,omitempty" yaml:"no_return,omitempty"` // point of no return: after it, only roll forward
}

// HypercareTask is work that follows a deployment.
type HypercareTask struct {
	Title string  `json:"title" yaml:"title"`
	Skill Skill   `json:"skill" yaml:"skill"`
	Hours float64 `json:"hours" yaml:"hours"`
}

// Check refuses runbooks that cannot be run to production and back.
func (r Runbook) Check() error {
	if len(r.Steps) == 0 || len(r.Steps) > 200 {
		return Invalidf("runbook.steps", "a runbook has 1–200 steps, this one has %d", len(r.Steps))
	}
	seen, phases := map[string]bool{}, map[Phase]int{}
	for _, s := range r.Steps {
		where := "runbook.steps." + s.Key
		if err := CheckKey(where, s.Key); err != nil {
			return err
		}
		if seen[s.Key] {
			return Invalidf(where, "two steps have this key")
		}
		seen[s.Key] = true
		phases[s.Phase]++
		if err := s.check(where); err != nil {
			return err
		}
	}
	if phases[PhaseDeploy] == 0 || phases[PhaseRollback] == 0 {
		return Invalidf("runbook.steps", "a runbook needs steps to deploy and steps to roll back")
	}
	for _, h := range r.Hypercare {
		if err := CheckName("runbook.hypercare.title", h.Title); err != nil {
			return err
		}
		if err := CheckKey("runbook.hypercare.skill", string(h.Skill)); err != nil {
			return err
		}
		if !(h.Hours > 0 && h.Hours <= 1000) {
			return Invalidf("runbook.hypercare.hours", "%v hours is outside 0–1000", h.Hours)
		}
	}
	return nil
}

func (s RunbookStep) check(where string) error {
	if err := CheckName(where+".title", s.Title); err != nil {
		return err
	}
	switch s.Phase {
	case PhaseDeploy, PhaseSmoke, PhaseRollback:
	default:
		return Invalidf(where+".phase", "%q is no phase", s.Phase).WithHint("use deploy, smoke or rollback")
	}
	if s.Minutes < 0 || s.Minutes > 1440 || s.Timeout < 0 || s.Timeout > 1440 {
		return Invalidf(where+".minutes", "minutes and timeout lie within 0–1440")
	}
	switch s.Kind {
	case StepManual:
		if s.Instructions == "" {
			return Invalidf(where+".instructions", "a manual step needs instructions")
		}
	case StepHTTP:
		u, err := url.Parse(s.URL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return Invalidf(where+".url", "%q is no http or https address", s.URL)
		}
	case StepCommand:
		if len(s.Command) == 0 || s.Command[0] == "" {
			return Invalidf(where+".command", "a command step needs a program").WithHint("write command: [deploy.sh, production]")
		}
	case StepGitHub:
		if s.Repository == "" || s.Workflow == "" || s.Ref == "" {
			return Invalidf(where, "a GitHub step needs repository, workflow and ref")
		}
	default:
		return Invalidf(where+".kind", "%q is no kind of step", s.Kind).WithHint("use manual, http, command or github")
	}
	return nil
}

// Duration sums the expected minutes of the steps of a phase.
func (r Runbook) Duration(p Phase) time.Duration {
	var d time.Duration
	for _, s := range r.Steps {
		if s.Phase == p {
			d += time.Duration(s.Minutes) * time.Minute
		}
	}
	return d
}

// Fill gives the step with the variables ${name} of its body, inputs and
// arguments replaced; unknown ones stay as they are.
func (s RunbookStep) Fill(vars map[string]string) RunbookStep {
	pairs := make([]string, 0, 2*len(vars))
	for name, value := range vars {
		pairs = append(pairs, "${"+name+"}", value)
	}
	fill := strings.NewReplacer(pairs...).Replace
	s.Body = fill(s.Body)
	command := make([]string, len(s.Command))
	for i, arg := range s.Command {
		command[i] = fill(arg)
	}
	s.Command = command
	inputs := make(map[string]string, len(s.Inputs))
	for k, v := range s.Inputs {
		inputs[k] = fill(v)
	}
	s.Inputs = inputs
	return s
}
