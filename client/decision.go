package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"headway"
)

// NewDecision asks to open a go/no-go.
type NewDecision struct {
	Team        string            `json:"team" doc:"Key"`
	Version     string            `json:"version" doc:"Of the release"`
	Candidate   string            `json:"candidate,omitempty" doc:"Name, to be sure; it must be the newest"`
	Environment string            `json:"environment,omitempty" doc:"Key; empty: the programme's only production environment"`
	Variables   map[string]string `json:"variables,omitempty" doc:"Values for the runbook's variables; left out: their defaults"`
	From        time.Time         `json:"from,omitzero" doc:"Start of the deployment; empty: as soon as windows, freezes and the minimum gap allow"`
}

// Voice is one person's verdict on a go/no-go.
type Voice struct {
	Digest string `json:"digest" minLength:"1" doc:"Of the go/no-go that was looked at"`
	Note   string `json:"note,omitempty" maxLength:"4000" doc:"Of a rejection: the reason"`
	As     string `json:"as,omitempty" doc:"Role to count for, of a person with several; empty: the first that is missing"`
}

// Because gives a reason.
type Because struct {
	Reason string `json:"reason" minLength:"1" maxLength:"4000"`
}

// Approval is what one person said.
type Approval struct {
	Role    string    `json:"role"`
	Name    string    `json:"name"`
	Verdict string    `json:"verdict" doc:"approve or reject"`
	Note    string    `json:"note,omitempty"`
	Digest  string    `json:"digest"`
	At      time.Time `json:"at"`
}

// MissingApproval is a role whose people are still to approve.
type MissingApproval struct {
	Role   string   `json:"role"`
	Count  int      `json:"count"`
	People []string `json:"people" doc:"Who could"`
}

// Guard is a rule that must hold at the moment a deployment starts.
type Guard struct {
	Rule     string   `json:"rule"`
	Holds    bool     `json:"holds"`
	Reason   string   `json:"reason"`
	Lifted   bool     `json:"lifted,omitempty" doc:"By a waiver"`
	LiftedBy []string `json:"lifted_by" doc:"Roles that may lift it; empty: nobody"`
}

// Decision is a go/no-go with what is needed to decide.
type Decision struct {
	ID           string            `json:"id"`
	State        string            `json:"state" doc:"open, go, no-go, void or deployed"`
	Team         string            `json:"team"`
	Version      string            `json:"version"`
	Candidate    string            `json:"candidate" doc:"Name"`
	Environment  string            `json:"environment"`
	Digest       string            `json:"digest" doc:"To approve is to name it"`
	Snapshot     string            `json:"snapshot" doc:"What is decided on, as canonical JSON; its SHA-256 is the digest"`
	Record       string            `json:"record,omitempty" doc:"JSON of what stood at the moment of the decision"`
	From         time.Time         `json:"from" doc:"The deployment may start"`
	To           time.Time         `json:"to" doc:"and must be done"`
	NeedsMinutes int               `json:"needs_minutes" doc:"Of the runbook to production"`
	Outcome      string            `json:"outcome" doc:"Of the gate: pass, fail or waiting"`
	Verdicts     []Verdict         `json:"verdicts"`
	Approvals    []Approval        `json:"approvals"`
	Missing      []MissingApproval `json:"missing"`
	Excluded     []string          `json:"excluded" doc:"Names of those who cannot approve"`
	Lacks        []string          `json:"lacks" doc:"What is missing for go, in words"`
	Guards       []Guard           `json:"guards" doc:"What must hold to start a deployment, judged now"`
	Deployment   string            `json:"deployment,omitempty" doc:"Id"`
	VerdictAs    string            `json:"verdict_as,omitempty" doc:"Role for which your approval would count"`
	NoVerdict    string            `json:"no_verdict,omitempty" doc:"Why you cannot approve"`
	OpenedBy     string            `json:"opened_by"`
	OpenedAt     time.Time         `json:"opened_at"`
	ClosedAt     time.Time         `json:"closed_at,omitzero"`
	VerdictFor   []string          `json:"verdict_for" doc:"All roles for which your approval may count"`
	Reason       string            `json:"reason,omitempty" doc:"Why it is void"`
	AskAgain     []string          `json:"ask_again" doc:"Who had spoken when it was voided"`
	Changed      []Difference      `json:"changed" doc:"Of a void one: what is different now"`
	Earlier      []EarlierDecision `json:"earlier" doc:"Of the same release, newest first"`
	Successor    string            `json:"successor,omitempty" doc:"Id of the go/no-go that came after this one"`
}

// Difference is one thing in which two go/no-gos differ.
type Difference struct {
	Part string `json:"part" doc:"Of the go/no-go, as: the runbook"`
	What string `json:"what"`
	Was  string `json:"was"`
	Is   string `json:"is"`
}

// EarlierDecision is a go/no-go of the same release that came before.
type EarlierDecision struct {
	ID         string     `json:"id"`
	Candidate  string     `json:"candidate" doc:"Name"`
	State      string     `json:"state"`
	Reason     string     `json:"reason,omitempty" doc:"Why it is void"`
	Rejections []Approval `json:"rejections" doc:"With their reasons"`
	ClosedAt   time.Time  `json:"closed_at,omitzero"`
}

// Decisions is a list of go/no-gos.
type Decisions struct {
	Decisions []Decision `json:"decisions"`
}

// SigningKey is the public key by which bundles of an instance verify.
type SigningKey struct {
	ID   string `json:"id" doc:"sha256: of the key"`
	Text string `json:"text" doc:"ed25519: and base64"`
}

// DecisionBundle downloads the record of a go or no-go as a signed bundle.
func (c *Client) DecisionBundle(ctx context.Context, programme, id string) (io.ReadCloser, error) {
	return c.download(ctx, path("/programmes/%s/decisions/%s/bundle", programme, id))
}

// SigningKey fetches the public key of the instance.
func (c *Client) SigningKey(ctx context.Context) (SigningKey, error) {
	return get[SigningKey](ctx, c, path("/signing-key"), nil)
}

// AuditCheckpoint downloads how far the audit log is, signed.
func (c *Client) AuditCheckpoint(ctx context.Context) (io.ReadCloser, error) {
	return c.download(ctx, path("/audit-checkpoint"))
}

// OpenDecision opens a go/no-go.
func (c *Client) OpenDecision(ctx context.Context, programme string, in NewDecision) (Decision, error) {
	return do[Decision](ctx, c, http.MethodPost, path("/programmes/%s/decisions", programme), in)
}

// Decision fetches a go/no-go by id.
func (c *Client) Decision(ctx context.Context, programme, id string) (Decision, error) {
	return get[Decision](ctx, c, path("/programmes/%s/decisions/%s", programme, id), nil)
}

// DecisionOf fetches the newest go/no-go of a release.
func (c *Client) DecisionOf(ctx context.Context, programme, team, version string) (Decision, error) {
	return get[Decision](ctx, c, path("/programmes/%s/teams/%s/releases/%s/decision", programme, team, version), nil)
}

// Decisions lists the go/no-gos that are open or stand at go.
func (c *Client) Decisions(ctx context.Context, programme string) (Decisions, error) {
	return get[Decisions](ctx, c, path("/programmes/%s/decisions", programme), url.Values{})
}

// Approve approves or rejects a go/no-go by the digest that was looked at.
func (c *Client) Approve(ctx context.Context, programme, id string, verdict headway.ApprovalVerdict, in Voice) (Decision, error) {
	return do[Decision](ctx, c, http.MethodPost, path("/programmes/%s/decisions/%s/%s", programme, id, verdict), in)
}

// VoidDecision takes back a go/no-go.
func (c *Client) VoidDecision(ctx context.Context, programme, id string, in Because) (Decision, error) {
	return do[Decision](ctx, c, http.MethodPost, path("/programmes/%s/decisions/%s/void", programme, id), in)
}
