// Package reqid carries the id of a request from the server's edge to the
// places that write it into logs and answers.
package reqid

import "context"

type key struct{}

// With puts the id into a request's context.
func With(ctx context.Context, id string) context.Context { return context.WithValue(ctx, key{}, id) }

// From gives the id, or nothing outside a request.
func From(ctx context.Context) string {
	id, _ := ctx.Value(key{}).(string)
	return id
}
