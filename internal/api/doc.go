// Package api is the REST interface: each operation decodes, calls one verb or
// view of internal/app, and encodes. The OpenAPI 3.1 document is generated from
// the operations and served at /api/openapi.json; /api shows it to people.
//
// Every operation names its policy, which the route table enforces before the
// operation runs and which the document shows as x-policy. Bodies are decoded
// by internal/strict. Errors are problem documents (RFC 9457) with the kind, a
// hint, the place in the input and the request id.
package api
