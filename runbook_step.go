package headway

import (
	"net/url"
	"regexp"
	"strings"
)

// StepKind says who or what carries out a step.
type StepKind string

// The kinds of step.
const (
	StepManual  StepKind = "manual"  // a person follows instructions and records the result
	StepCommand StepKind = "command" // a program, run by an agent beside the target
	StepHTTP    StepKind = "http"    // an HTTP call of ours
	StepGitHub  StepKind = "github"  // a run of a GitHub Actions workflow
	StepGitLab  StepKind = "gitlab"  // a GitLab pipeline
	StepJenkins StepKind = "jenkins" // a Jenkins build
	StepAzure   StepKind = "azure"   // a run of an Azure pipeline
	StepArgo    StepKind = "argocd"  // a sync of an Argo CD application
)

// StepKinds lists the kinds of step.
func StepKinds() []StepKind {
	return []StepKind{StepManual, StepCommand, StepHTTP, StepGitHub, StepGitLab, StepJenkins, StepAzure, StepArgo}
}

// Called tells whether Headway itself calls another system for such a step.
func (k StepKind) Called() bool { return k != StepManual && k != StepCommand }

// Answer says how the outcome of an HTTP step becomes known.
type Answer string

// The ways in which an HTTP step is answered.
const (
	AnswerStatus   Answer = ""         // by the status of the call's own answer
	AnswerCallback Answer = "callback" // the other system tells it later, once
	AnswerPoll     Answer = "poll"     // by asking an address until it tells
)

// RunbookStep is one step; of the automatic kinds only their own fields are used.
type RunbookStep struct {
	Key          string    `json:"key" yaml:"key"`
	Title        string    `json:"title" yaml:"title"`
	Phase        Phase     `json:"phase" yaml:"phase"`
	Kind         StepKind  `json:"kind" yaml:"kind"`
	Parallel     bool      `json:"parallel,omitempty" yaml:"parallel,omitempty"` // runs together with the step before it
	When         Condition `json:"when,omitempty" yaml:"when,omitempty"`         // over the candidate's facts and target.KEY, target.KIND, rehearsal
	Instructions string    `json:"instructions,omitempty" yaml:"instructions,omitempty"`
	Evidence     string    `json:"evidence,omitempty" yaml:"evidence,omitempty"`     // of manual steps: what must be written down to finish it
	TwoPeople    bool      `json:"two_people,omitempty" yaml:"two_people,omitempty"` // of manual steps: a second person confirms
	NoReturn     bool      `json:"no_return,omitempty" yaml:"no_return,omitempty"`   // point of no return: after it, only roll forward
	Minutes      int       `json:"minutes" yaml:"minutes"`                           // expected duration, besides what Volume adds
	Volume       *Volume   `json:"volume,omitempty" yaml:"volume,omitempty"`         // of steps that take longer with more data
	Timeout      int       `json:"timeout" yaml:"timeout"`                           // minutes until an automatic step's outcome is unknown
	Skill        Skill     `json:"skill,omitempty" yaml:"skill,omitempty"`           // of manual steps

	Agent      string            `json:"agent,omitempty" yaml:"agent,omitempty"`           // command: the only agent that may run it; empty: any
	Command    []string          `json:"command,omitempty" yaml:"command,omitempty"`       // command: program and arguments
	Connection string            `json:"connection,omitempty" yaml:"connection,omitempty"` // key of a connection of the programme
	Method     string            `json:"method,omitempty" yaml:"method,omitempty"`         // http
	URL        string            `json:"url,omitempty" yaml:"url,omitempty"`               // http, and the API address of the others when they name no connection
	Body       string            `json:"body,omitempty" yaml:"body,omitempty"`             // http
	Answer     Answer            `json:"answer,omitempty" yaml:"answer,omitempty"`         // http
	Poll       *Poll             `json:"poll,omitempty" yaml:"poll,omitempty"`             // http with answer: poll
	Repository string            `json:"repository,omitempty" yaml:"repository,omitempty"` // github owner/name, gitlab project, azure organization/project
	Workflow   string            `json:"workflow,omitempty" yaml:"workflow,omitempty"`     // github workflow file, jenkins job, azure pipeline number, argocd application
	Ref        string            `json:"ref,omitempty" yaml:"ref,omitempty"`               // branch, tag or revision
	Inputs     map[string]string `json:"inputs,omitempty" yaml:"inputs,omitempty"`         // inputs, variables or parameters of the run
}

// Poll says how to ask for the outcome of a call.
type Poll struct {
	URL     string   `json:"url,omitempty" yaml:"url,omitempty"`         // empty: the Location of the call's answer
	Field   string   `json:"field" yaml:"field"`                         // of the JSON answer, as status or build.result
	Success []string `json:"success" yaml:"success"`                     // values that mean it succeeded
	Failure []string `json:"failure" yaml:"failure"`                     // values that mean it failed; any other: it goes on
	Seconds int      `json:"seconds,omitempty" yaml:"seconds,omitempty"` // between questions; 0: 5
}

var repositoryPattern = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}(/[A-Za-z0-9_.-]{1,100}){0,9}$`)

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
	if err := s.When.Check(); err != nil {
		return within(where+".when", "when", err)
	}
	if s.NoReturn && s.Phase == PhaseRollback {
		return Invalidf(where+".no_return", "a step on the way back is no point of no return")
	}
	if err := s.Volume.check(where + ".volume"); err != nil {
		return err
	}
	if s.Kind != StepManual && (s.Evidence != "" || s.TwoPeople) {
		return Invalidf(where+".evidence", "only manual steps ask for evidence or a second person")
	}
	if len(s.Evidence) > 1000 {
		return Invalidf(where+".evidence", "what is asked for has at most 1,000 characters")
	}
	if s.Connection != "" {
		if err := CheckKey(where+".connection", s.Connection); err != nil {
			return err
		}
	}
	return s.checkKind(where)
}

func (s RunbookStep) checkKind(where string) error {
	switch s.Kind {
	case StepManual:
		if s.Instructions == "" {
			return Invalidf(where+".instructions", "a manual step needs instructions")
		}
	case StepCommand:
		if len(s.Command) == 0 || s.Command[0] == "" {
			return Invalidf(where+".command", "a command step needs a program").WithHint("write command: [deploy.sh, production]")
		}
		if s.Agent != "" {
			return CheckKey(where+".agent", s.Agent)
		}
	case StepHTTP:
		return s.checkHTTP(where)
	case StepGitHub:
		if s.Repository == "" || s.Workflow == "" || s.Ref == "" {
			return Invalidf(where, "a GitHub step needs repository, workflow and ref")
		}
	case StepGitLab:
		if s.Repository == "" || s.Ref == "" {
			return Invalidf(where, "a GitLab step needs repository (the project) and ref")
		}
	case StepJenkins, StepArgo:
		if s.Workflow == "" {
			return Invalidf(where+".workflow", "name the job or the application")
		}
	case StepAzure:
		if s.Repository == "" || s.Workflow == "" {
			return Invalidf(where, "an Azure step needs repository (organization/project) and workflow (the number of the pipeline)")
		}
	default:
		return Invalidf(where+".kind", "%q is no kind of step", s.Kind).WithHint("use manual, command, http, github, gitlab, jenkins, azure or argocd")
	}
	if s.Repository != "" && (!repositoryPattern.MatchString(s.Repository) || strings.Contains(s.Repository, "..")) {
		return Invalidf(where+".repository", "%q is no repository", s.Repository).WithHint("write it as owner/name")
	}
	return s.checkAddress(where)
}

// checkAddress refuses steps that say neither by connection nor by address
// where their system is. GitHub has an address of its own.
func (s RunbookStep) checkAddress(where string) error {
	if s.URL == "" {
		if s.Connection == "" && s.Kind.Called() && s.Kind != StepGitHub {
			return Invalidf(where+".connection", "name the connection to the system that it calls").WithHint("add one with headway connection set")
		}
		return nil
	}
	return checkAddress(where+".url", s.URL)
}

func checkAddress(where, address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return Invalidf(where, "%q is no http or https address without a password", address)
	}
	return nil
}

func (s RunbookStep) checkHTTP(where string) error {
	if err := checkAddress(where+".url", s.URL); err != nil {
		return err
	}
	switch s.Answer {
	case AnswerStatus, AnswerCallback:
		if s.Poll != nil {
			return Invalidf(where+".poll", "poll is for answer: poll")
		}
	case AnswerPoll:
		p := s.Poll
		if p == nil || p.Field == "" || len(p.Success) == 0 || len(p.Failure) == 0 {
			return Invalidf(where+".poll", "answer: poll needs poll with field, success and failure")
		}
		if p.Seconds < 0 || p.Seconds > 3600 {
			return Invalidf(where+".poll.seconds", "seconds lie within 0–3600")
		}
		if p.URL != "" {
			return checkAddress(where+".poll.url", p.URL)
		}
	default:
		return Invalidf(where+".answer", "%q is no way to answer", s.Answer).WithHint("leave it out, or use callback or poll")
	}
	return nil
}

// Fill gives the step with the variables ${name} of its texts, addresses,
// inputs and arguments replaced; unknown ones stay as they are.
func (s RunbookStep) Fill(vars map[string]string) RunbookStep {
	pairs := make([]string, 0, 2*len(vars))
	for name, value := range vars {
		pairs = append(pairs, "${"+name+"}", value)
	}
	fill := strings.NewReplacer(pairs...).Replace
	s.Instructions, s.Body, s.Ref = fill(s.Instructions), fill(s.Body), fill(s.Ref)
	s.URL = fillAddress(s.URL, vars)
	if s.Poll != nil {
		p := *s.Poll
		p.URL = fillAddress(p.URL, vars)
		s.Poll = &p
	}
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

// fillAddress replaces variables of an address, escaped so that a value stays
// within its part of the path or the query.
func fillAddress(address string, vars map[string]string) string {
	pairs := make([]string, 0, 2*len(vars))
	for name, value := range vars {
		pairs = append(pairs, "${"+name+"}", strings.ReplaceAll(url.QueryEscape(value), "+", "%20"))
	}
	return strings.NewReplacer(pairs...).Replace(address)
}
