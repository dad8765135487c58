package auth

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"

	"headway"
)

// Accounts finds actors; the App does.
type Accounts interface {
	ActorBySession(ctx context.Context, cookie headway.Secret) (headway.Actor, error)
	ActorByToken(ctx context.Context, token headway.Secret) (headway.Actor, error)
	ProgrammeID(ctx context.Context, key string) (string, error)
}

// CookieName is the session cookie.
const CookieName = "headway_session"

// Handler answers a request for an actor who may come in.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Fail writes an error as the route's kind of answer: a page or a problem document.
type Fail func(w http.ResponseWriter, r *http.Request, err error)

// Route is one row of the route table.
type Route struct {
	Pattern string // of net/http, with its method
	Policy  headway.Action
	Handler Handler
	Fail    Fail
	Unasked bool // for anybody, and the door does not look up who asks: it answers without the database
}

// InstanceWide tells whether an action belongs to no programme.
func InstanceWide(a headway.Action) bool { return strings.HasPrefix(string(a), "instance.") }

// Table is the list of all routes.
type Table struct {
	routes []Route
	err    error
}

// Add puts a route into the table. A route without a policy, or one whose
// policy needs a programme that its path does not name or an actor that it does
// not ask for, makes Mux fail.
func (t *Table) Add(r Route) {
	switch {
	case t.err != nil:
	case r.Policy == "":
		t.err = fmt.Errorf("route %s has no policy", r.Pattern)
	case !InstanceWide(r.Policy) && !strings.Contains(r.Pattern, "{programme}"):
		t.err = fmt.Errorf("route %s has the policy %s but names no {programme}", r.Pattern, r.Policy)
	case r.Unasked && r.Policy != headway.Anybody:
		t.err = fmt.Errorf("route %s has the policy %s but does not look who asks", r.Pattern, r.Policy)
	}
	t.routes = append(t.routes, r)
}

// Routes gives the rows of the table.
func (t *Table) Routes() []Route { return t.routes }

// Mux makes the handler of all routes, each behind the door.
func (t *Table) Mux(accounts Accounts) (*http.ServeMux, error) {
	if t.err != nil {
		return nil, t.err
	}
	mux := http.NewServeMux()
	for _, r := range t.routes {
		mux.HandleFunc(r.Pattern, func(w http.ResponseWriter, req *http.Request) {
			actor, err := enter(req, r, accounts)
			if err == nil {
				err = r.Handler(w, req.WithContext(WithActor(req.Context(), actor)))
			}
			if err != nil {
				r.Fail(w, req.WithContext(WithActor(req.Context(), actor)), err)
			}
		})
	}
	return mux, nil
}

func enter(req *http.Request, r Route, accounts Accounts) (headway.Actor, error) {
	if r.Unasked {
		return headway.Actor{Kind: headway.ActorNobody}, nil
	}
	actor, err := who(req, accounts)
	if err != nil && r.Policy == headway.Anybody && headway.KindOf(err) == headway.Unauthenticated {
		err = nil
	}
	if err != nil {
		return actor, err
	}
	if InstanceWide(r.Policy) {
		return actor, actor.RefusalOnInstance(r.Policy)
	}
	if actor.Kind == headway.ActorNobody {
		return actor, actor.RefusalOnInstance(headway.SignedIn)
	}
	key := req.PathValue("programme")
	id, err := accounts.ProgrammeID(req.Context(), key)
	if headway.KindOf(err) == headway.NotFound || (err == nil && len(actor.RolesIn(id)) == 0) {
		return actor, headway.NotFoundf("there is no programme %q, or it is not yours to see", key)
	}
	if err != nil {
		return actor, err
	}
	return actor, actor.Refusal(r.Policy, id)
}

// who resolves the request's token or cookie; without either it is nobody. A
// token that is sent but does not hold is an error, never nobody.
func who(req *http.Request, accounts Accounts) (headway.Actor, error) {
	nobody := headway.Actor{Kind: headway.ActorNobody}
	if h := req.Header.Get("Authorization"); h != "" {
		token, ok := strings.CutPrefix(h, "Bearer ")
		if !ok {
			return nobody, headway.Errorf(headway.Unauthenticated, "the Authorization header is not a bearer token").WithHint("send `Authorization: Bearer hw_…`")
		}
		actor, err := accounts.ActorByToken(req.Context(), headway.NewSecret(strings.TrimSpace(token)))
		if err != nil {
			return nobody, err
		}
		return actor, nil
	}
	if c, err := req.Cookie(CookieName); err == nil && c.Value != "" {
		actor, err := accounts.ActorBySession(req.Context(), headway.NewSecret(c.Value))
		if err != nil {
			return nobody, err
		}
		return actor, nil
	}
	return nobody, nil
}

type actorKey struct{}

// WithActor puts who asks into a request's context.
func WithActor(ctx context.Context, a headway.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// Actor gives who asks; without a door before it, that is nobody.
func Actor(ctx context.Context) headway.Actor {
	if a, ok := ctx.Value(actorKey{}).(headway.Actor); ok {
		return a
	}
	return headway.Actor{Kind: headway.ActorNobody}
}

// ClientOf gives the network address of a connection without its port: what
// wrong passwords are counted by.
func ClientOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	return host
}
