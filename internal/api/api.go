package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/strict"
)

// Prefix is where the interface's operations live.
const Prefix = "/api/v1"

// bodyLimit bounds decoded bodies; streams have limits of their own.
const bodyLimit = 2 << 20

// room is what the operations are registered with.
type room struct {
	huma huma.API
	app  *app.App
	mux  *policyMux
}

// Add puts all operations into the route table and gives the OpenAPI document.
func Add(table *auth.Table, a *app.App, version string) ([]byte, error) {
	mux := &policyMux{table: table, policies: map[string]headway.Action{}}
	r := &room{humago.New(mux, config(version)), a, mux}
	r.accounts()
	r.candidates()
	r.items()
	r.teamItems()
	r.evidence()
	r.attachments()
	r.runs()
	r.cycles()
	r.defects()
	r.fixes()
	r.rework()
	r.releases()
	r.plans()
	r.measures()
	r.forecasts()
	r.figures()
	r.retrospectives()
	r.work()
	r.calendar()
	r.feeds()
	r.interrupts()
	r.find()
	r.trains()
	r.decisions()
	r.bundles()
	r.audit()
	r.deployments()
	r.incidents()
	r.commands()
	r.connections()
	r.stops()
	r.setup()
	r.freezes()
	r.overrides()
	r.environments()
	r.members()
	r.imports()
	spec, err := json.Marshal(r.huma.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	document(table, spec)
	return spec, nil
}

func config(version string) huma.Config {
	c := huma.DefaultConfig("Headway", version)
	c.Info.Description = "Planning and running releases across several Scrum teams."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.RejectUnknownQueryParameters = true
	c.Formats = maps.Clone(huma.DefaultFormats)
	plain := c.Formats["application/json"]
	strictJSON := huma.Format{Marshal: plain.Marshal, Unmarshal: strict.Unmarshal}
	c.Formats = map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "An API token, made under Your account or with `headway token add`."},
	}
	return c
}

// policyMux hands huma's routes to the route table with their policies.
type policyMux struct {
	table    *auth.Table
	policies map[string]headway.Action // by pattern
}

// HandleFunc adds a route that huma registers; one without a policy makes the table fail.
func (m *policyMux) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	m.table.Add(auth.Route{Pattern: pattern, Policy: m.policies[pattern], Fail: Fail, Handler: func(w http.ResponseWriter, r *http.Request) error {
		h(w, r)
		return nil
	}})
}

// ServeHTTP is never called: the route table's mux serves.
func (m *policyMux) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// register adds an operation under Prefix with its policy. The handler's error
// becomes a problem document.
func register[I, O any](r *room, policy headway.Action, op huma.Operation, h func(ctx context.Context, by headway.Actor, in *I) (*O, error)) {
	op.Path = Prefix + op.Path
	op.Extensions = map[string]any{"x-policy": string(policy)}
	op.MaxBodyBytes = bodyLimit
	if policy != headway.Anybody {
		op.Security = []map[string][]string{{"token": {}}}
	}
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	r.mux.policies[strings.ToUpper(op.Method)+" "+op.Path] = policy
	huma.Register(r.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, auth.Actor(ctx), in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return out, nil
	})
}

// Stream is embedded in the input of operations that read their body as it
// comes; use streamBody to say so in the document.
type Stream struct{ Content io.Reader }

// Resolve hands over the body unread.
func (s *Stream) Resolve(ctx huma.Context) []error {
	s.Content = &patientReader{ctx.BodyReader(), newPatience(ctx)}
	return nil
}

// streamBody describes a streamed body.
func streamBody(mediaType, description string) *huma.RequestBody {
	return &huma.RequestBody{Required: true, Description: description, Content: map[string]*huma.MediaType{
		mediaType: {Schema: &huma.Schema{Type: "string", Format: "binary"}},
	}}
}
