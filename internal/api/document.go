package api

import (
	"net/http"

	"headway"
	"headway/internal/auth"
)

// document serves the OpenAPI document.
func document(table *auth.Table, spec []byte) {
	table.Add(auth.Route{Pattern: "GET /api/openapi.json", Policy: headway.Anybody, Fail: Fail, Handler: func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
		_, _ = w.Write(spec) // fails only when the client has gone
		return nil
	}})
}
