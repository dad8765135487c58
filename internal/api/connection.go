package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

// InConnection is embedded in the input of operations about one connection; it is exported because huma fills only exported fields.
type InConnection struct {
	InProgramme
	Connection string `path:"connection" doc:"Key"`
}

type setConnectionIn struct {
	InConnection
	Body client.SetConnection
}

type connectionOut struct{ Body client.Connection }

type connectionsOut struct{ Body client.Connections }

type callbackIn struct {
	RawBody   []byte // as it came: its signature is checked before it is read
	Token     string `path:"token" doc:"One-time token of the address"`
	ID        string `header:"webhook-id" doc:"Of the message; each is taken once"`
	Timestamp string `header:"webhook-timestamp" doc:"Seconds since 1970"`
	Signature string `header:"webhook-signature" doc:"v1,BASE64 of HMAC-SHA256"`
}

const callbackLimit = 64 << 10

func (r *room) connections() {
	tags := []string{"Connections"}
	register(r, headway.EditProgramme, huma.Operation{
		OperationID: "list-connections", Method: http.MethodGet, Path: "/programmes/{programme}/connections", Tags: tags,
		Summary: "List the other systems that steps call; their secrets are not shown",
	}, func(ctx context.Context, by headway.Actor, in *InProgramme) (*connectionsOut, error) {
		all, err := r.app.Connections(ctx, by, in.Programme)
		out := client.Connections{Connections: []client.Connection{}}
		for _, c := range all {
			out.Connections = append(out.Connections, connectionFrom(c))
		}
		return &connectionsOut{out}, err
	})
	register(r, headway.EditProgramme, huma.Operation{
		OperationID: "set-connection", Method: http.MethodPut, Path: "/programmes/{programme}/connections/{connection}", Tags: tags, Errors: []int{http.StatusConflict},
		Summary:     "Say how another system is reached, and with what secret",
		Description: "Secrets go in and never come out; one that is left out stays as it is. Go/no-gos whose steps would then call something else are voided.",
	}, func(ctx context.Context, by headway.Actor, in *setConnectionIn) (*connectionOut, error) {
		b := in.Body
		c, err := r.app.SetConnection(ctx, by, in.Programme, app.SetConnection{
			Key: in.Connection, Kind: headway.StepKind(b.Kind), URL: b.URL, Username: b.Username,
			Secret: headway.NewSecret(b.Secret), Signing: headway.NewSecret(b.Signing),
		})
		return &connectionOut{client.Connection{
			Key: c.Key, Kind: string(c.Kind), URL: c.URL, Username: c.Username, HasSecret: !c.Secret.IsZero(), HasSigning: !c.Signing.IsZero(),
			ChangedBy: c.ChangedByName, ChangedAt: c.ChangedAt,
		}}, err
	})
	register(r, headway.EditProgramme, huma.Operation{
		OperationID: "remove-connection", Method: http.MethodDelete, Path: "/programmes/{programme}/connections/{connection}", Tags: tags, Errors: []int{http.StatusConflict},
		Summary: "Forget a connection and its secrets", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, by headway.Actor, in *InConnection) (*struct{}, error) {
		return nil, r.app.RemoveConnection(ctx, by, in.Programme, in.Connection)
	})
	register(r, headway.Anybody, huma.Operation{
		OperationID: "answer-step", Method: http.MethodPost, Path: "/callbacks/{token}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary:     "Tell the outcome of a step that waits for it",
		Description: "The address is one-time: a step gets it when its call goes out. A connection with a signing secret wants the message signed by Standard Webhooks. The same message again changes nothing; a step that has ended does not move.",
		RequestBody: &huma.RequestBody{Required: true, Description: "state is succeeded, failed or running; up to 64 KiB", Content: map[string]*huma.MediaType{
			"application/json": {Example: map[string]string{"state": "succeeded", "output": "…"}},
		}},
		SkipValidateBody: true,
	}, func(ctx context.Context, _ headway.Actor, in *callbackIn) (*struct{}, error) {
		if len(in.RawBody) > callbackLimit {
			return nil, headway.Errorf(headway.TooLarge, "the message is larger than %d bytes", callbackLimit)
		}
		return nil, r.app.AnswerStep(ctx, app.Callback{Token: in.Token, ID: in.ID, At: in.Timestamp, Signatures: in.Signature, Body: in.RawBody})
	})
}

func connectionFrom(c app.ConnectionView) client.Connection {
	return client.Connection{
		Key: c.Key, Kind: string(c.Kind), URL: c.URL, Username: c.Username, HasSecret: c.HasSecret, HasSigning: c.HasSigning,
		ChangedBy: c.ChangedByName, ChangedAt: c.ChangedAt,
	}
}
