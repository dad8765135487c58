package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/strict"
)

// Callback is a message of another system about a step, with the one-time
// token of its address. Id, At and Signatures are the headers of Standard
// Webhooks (standardwebhooks.com); a connection that has a signing secret needs them.
type Callback struct {
	Token      string
	ID         string // webhook-id
	At         string // webhook-timestamp, seconds since 1970
	Signatures string // webhook-signature
	Body       []byte // as it came: {"state": "succeeded", "output": "…"}
}

// told is what the body of a callback says.
type told struct {
	State  headway.StepState `json:"state"`
	Output string            `json:"output"`
}

const (
	callbackSkew = 5 * time.Minute // between the clocks of the two systems
	secretPrefix = "whsec_"
)

// AnswerStep takes what another system tells of a step that waits for it.
// Each message counts once; a step that has ended does not move.
func (a *App) AnswerStep(ctx context.Context, in Callback) error {
	if len(in.ID) > 200 || len(in.Token) > 200 {
		return headway.Invalidf("webhook-id", "the id is too long")
	}
	hash := hashSecret(in.Token)
	err := a.store.Read(ctx, func(q store.Q) error { // a foreign token costs no write
		_, _, err := q.StepByCallback(ctx, hash)
		return err
	})
	if err != nil {
		return err
	}
	return a.change(ctx, headway.System(), func(c *change) error { return c.answerStep(ctx, hash, in) })
}

func (c *change) answerStep(ctx context.Context, hash string, in Callback) error {
	s, programmeID, err := c.StepByCallback(ctx, hash)
	if err != nil {
		return err
	}
	p, err := c.Programme(ctx, programmeID)
	if err != nil {
		return err
	}
	if err := c.verifyCallback(ctx, p, s, in); err != nil {
		return err
	}
	var says told // read only now that its sender is known
	if err := strict.Unmarshal(in.Body, &says); err != nil {
		return err
	}
	if says.State != headway.StepSucceeded && says.State != headway.StepFailed && says.State != headway.StepRunning {
		return headway.Invalidf("state", "%q is no answer", says.State).WithHint("use succeeded, failed or running")
	}
	if in.ID != "" {
		first, err := c.TakeMessage(ctx, s.ID, in.ID, c.now)
		if err != nil || !first {
			return err
		}
	}
	output := s.Output
	if says.Output != "" {
		output = strings.TrimLeft(output+"\n"+says.Output, "\n")
	}
	if says.State != headway.StepRunning {
		return c.finishClaim(ctx, claim{step: s, programme: programmeID}, headway.CallOutcome{State: says.State, Output: output})
	}
	if s.State != headway.StepRunning {
		return headway.Conflictf("the step is %s", s.State)
	}
	s.Output = capped(output)
	if s.Remote == "" { // faster than the answer to the call itself
		return nil
	}
	if _, err := c.FollowStep(ctx, s); err != nil {
		return err
	}
	dep, err := c.Deployment(ctx, p.ID, s.DeploymentID)
	if err != nil {
		return err
	}
	return c.record(ctx, p.ID, DeploymentStep, dep.ReleaseID, fmt.Sprintf("Step %d, %s: %s", s.Position, s.Step.Title, headway.Shorten(says.Output, 200)),
		map[string]any{"deployment": dep.ID, "step": s.Step.Key, "attempt": s.Attempt, "state": s.State})
}

// verifyCallback checks the signature if the step's connection asks for one.
func (c *change) verifyCallback(ctx context.Context, p headway.Programme, s headway.DeploymentStep, in Callback) error {
	if s.Step.Connection == "" {
		return nil
	}
	at, err := c.app.connection(ctx, c.Q, p, s.Step.Connection)
	if err != nil || at.Signing.IsZero() {
		return err
	}
	return verifySignature(at.Signing, in, c.now)
}

// verifySignature checks a message by Standard Webhooks 1.0: HMAC-SHA256 over
// id, timestamp and body, joined by dots, in base64 after "v1,".
func verifySignature(secret headway.Secret, in Callback, now time.Time) error {
	refused := headway.Errorf(headway.Forbidden, "the message is not signed as this connection asks").
		WithHint("sign it by Standard Webhooks with the connection's signing secret: webhook-id, webhook-timestamp, webhook-signature")
	sent, err := strconv.ParseInt(in.At, 10, 64)
	if err != nil || in.ID == "" {
		return refused
	}
	if off := now.Sub(time.Unix(sent, 0)); off > callbackSkew || off < -callbackSkew {
		return refused.WithHint("its timestamp is more than five minutes off")
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret.Reveal(), secretPrefix))
	if err != nil || !strings.HasPrefix(secret.Reveal(), secretPrefix) {
		key = []byte(secret.Reveal())
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(in.ID + "." + in.At + "."))
	mac.Write(in.Body)
	want := mac.Sum(nil)
	for signature := range strings.FieldsSeq(in.Signatures) {
		version, sum, _ := strings.Cut(signature, ",")
		got, err := base64.StdEncoding.DecodeString(sum)
		if version == "v1" && err == nil && hmac.Equal(got, want) {
			return nil
		}
	}
	return refused
}
