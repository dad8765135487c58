package headway

import (
	"context"
	"slices"
	"time"
)

// DeploymentState is where a deployment stands.
type DeploymentState string

// The states of a deployment.
const (
	DeploymentRunning     DeploymentState = "running"
	DeploymentStopped     DeploymentState = "stopped"      // by a failed or unknown step, or by a person
	DeploymentRollingBack DeploymentState = "rolling-back" // its rollback steps run
	DeploymentSucceeded   DeploymentState = "succeeded"
	DeploymentRolledBack  DeploymentState = "rolled-back"
	DeploymentAbandoned   DeploymentState = "abandoned" // ended by a person without rollback
)

// Terminal tells whether the state never moves again.
func (s DeploymentState) Terminal() bool {
	return s == DeploymentSucceeded || s == DeploymentRolledBack || s == DeploymentAbandoned
}

// Deployment is one execution of a runbook for one approved candidate.
type Deployment struct {
	ID, ProgrammeID, ReleaseID, CandidateID string
	DecisionID, EnvironmentID               string
	Digest                                  string // of the decision, computed anew when it started
	State                                   DeploymentState
	Reason                                  string    // of a stop, a rollback or an abandonment
	Rehearsal                               bool      // of the runbook, on another environment than production
	Smoke                                   Outcome   // of its smoke checks, once they have run
	HypercareUntil                          time.Time // until when the release is watched; zero: not
	Undoes                                  string    // id of the deployment that it takes back, which had gone live; empty: none
	Restored                                string    // id of the candidate that was there again after a way back; empty: none
	StartedBy, StartedByName                string
	StartedAt, EndedAt                      time.Time
}

// Approved tells whether the deployment runs in the window of a go: rehearsals
// and ways back of what is live do not.
func (d Deployment) Approved() bool { return !d.Rehearsal && d.Undoes == "" }

// StepState is where a deployment step stands.
type StepState string

// The states of a step.
const (
	StepPending   StepState = "pending"
	StepRunning   StepState = "running" // claimed: the call may have gone out
	StepWaiting   StepState = "waiting" // for a person or an agent
	StepSucceeded StepState = "succeeded"
	StepFailed    StepState = "failed"
	StepUnknown   StepState = "unknown" // nobody can say whether the call took effect; a person decides
	StepSkipped   StepState = "skipped"
)

// Terminal tells whether an attempt in this state never moves again.
func (s StepState) Terminal() bool {
	return s == StepSucceeded || s == StepFailed || s == StepSkipped
}

// DeploymentStep is one attempt at one step of a runbook. A retry is a new
// attempt, made by a person with a reason.
type DeploymentStep struct {
	ID, DeploymentID string
	Position         int
	Attempt          int
	Step             RunbookStep
	State            StepState
	Token            string    // fencing token of the claim
	Owner            string    // node or agent that claimed it
	LeaseUntil       time.Time // afterwards the outcome is unknown
	Remote           string    // what the other system goes on with; empty: it has not said that it took the call
	PollAt           time.Time // when the other system is asked next; zero: it is not asked
	Callback         string    // hash of the one-time token with which the outcome may be told
	Output           string    // capped
	By, ByName       string    // who recorded a manual result or decided an unknown one
	FirstBy          string    // the first of two people, while the second is awaited
	FirstByName      string
	Reason           string
	StartedAt        time.Time
	EndedAt          time.Time
}

// StepCall is a call to another system that is to be sent once.
type StepCall struct {
	Key      string      // idempotency key: deployment, step and attempt
	Step     RunbookStep // its variables filled in
	Timeout  time.Duration
	Callback string     // address to which the other system may tell the outcome, once
	At       Connection // where to and with what secret; zero for steps that name none
	// MaySend is asked at the last moment before the call leaves; an error means
	// that it must not. It may be nil.
	MaySend func(context.Context) error
}

// CallOutcome is what became of a call: succeeded, failed (certainly without
// effect, or refused), running (the other system took it and goes on), or unknown.
type CallOutcome struct {
	State  StepState
	Output string
	Remote string        // of a running one: what it is known by in the other system
	Every  time.Duration // of a running one: how often to ask; 0: its outcome will be told
}

// Stop is an emergency stop: while it is set nothing is started and no step is
// dispatched. An empty ProgrammeID means the whole instance.
type Stop struct {
	ProgrammeID string    `json:"programme_id,omitempty"`
	Reason      string    `json:"reason"`
	By          string    `json:"by"`
	ByName      string    `json:"by_name"`
	At          time.Time `json:"at"`
}

// MoveStep gives an error unless an attempt may go from one state to another.
func MoveStep(from, to StepState) error {
	allowed := map[StepState][]StepState{
		StepPending: {StepWaiting, StepSkipped},
		StepWaiting: {StepRunning, StepSucceeded, StepFailed, StepSkipped},
		StepRunning: {StepSucceeded, StepFailed, StepUnknown},
		StepUnknown: {StepSucceeded, StepFailed},
	}
	if slices.Contains(allowed[from], to) {
		return nil
	}
	return Conflictf("a step that is %s cannot become %s", from, to)
}
