package server

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"headway"
	"headway/internal/auth"
	"headway/internal/live"
)

// cast is every kind of principal: nobody, each role in its own programme, the
// same roles knocking at another programme, tokens, and an administrator.
type cast struct{ actors map[string]headway.Actor }

func newCast() cast {
	c := cast{map[string]headway.Actor{"nobody": {Kind: headway.ActorNobody}}}
	for _, r := range headway.Roles() {
		c.actors[string(r)] = headway.Actor{Kind: headway.ActorPerson, UserID: string(r), Roles: map[string][]headway.Role{"id-own": {r}}}
	}
	c.actors["stranger"] = headway.Actor{Kind: headway.ActorPerson, UserID: "stranger", Roles: map[string][]headway.Role{"id-other": headway.Roles()}}
	c.actors["ci-token"] = headway.Actor{
		Kind: headway.ActorToken, Roles: map[string][]headway.Role{"id-own": {headway.Developer}},
		Scopes: []headway.Action{headway.ViewProgramme, headway.ShelveCandidate, headway.AddEvidence},
	}
	c.actors["bare-token"] = headway.Actor{Kind: headway.ActorToken, Roles: map[string][]headway.Role{"id-own": headway.Roles()}, Admin: true}
	c.actors["instance-admin"] = headway.Actor{Kind: headway.ActorPerson, Admin: true}
	return c
}

func (c cast) ActorBySession(context.Context, headway.Secret) (headway.Actor, error) {
	return headway.Actor{}, headway.Errorf(headway.Unauthenticated, "no sessions here")
}

func (c cast) ActorByToken(_ context.Context, token headway.Secret) (headway.Actor, error) {
	a, ok := c.actors[token.Reveal()]
	if !ok {
		return a, headway.Errorf(headway.Unauthenticated, "unknown token")
	}
	return a, nil
}

func (c cast) ProgrammeID(_ context.Context, key string) (string, error) {
	if key != "own" {
		return "", headway.NotFoundf("there is no programme %q", key)
	}
	return "id-own", nil
}

func testTable(t *testing.T) *auth.Table {
	t.Helper()
	table, _, err := (&Instance{hub: live.NewHub()}).Table(newMetrics(), headway.NewSecret("once"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

var pathParam = regexp.MustCompile(`\{[a-z_]+(\.\.\.)?\}`)

// TestEveryRouteForEveryPrincipal knocks at every route of the real table as
// every kind of principal, with the handlers replaced, and keeps the outcome in
// testdata/routes.txt: a change of who may do what shows in review.
func TestEveryRouteForEveryPrincipal(t *testing.T) {
	c := newCast()
	table := testTable(t)
	stubbed := &auth.Table{}
	for _, r := range table.Routes() {
		r.Handler = func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(http.StatusTeapot); return nil }
		r.Fail = func(w http.ResponseWriter, _ *http.Request, err error) {
			w.WriteHeader(statusOf(err))
			_, _ = w.Write([]byte(err.Error()))
		}
		stubbed.Add(r)
	}
	mux, err := stubbed.Mux(c)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"nobody"}
	for name := range c.actors {
		if name != "nobody" {
			names = append(names, name)
		}
	}
	slices.Sort(names[1:])
	var got strings.Builder
	routes := slices.Clone(table.Routes())
	slices.SortFunc(routes, func(a, b auth.Route) int { return strings.Compare(a.Pattern, b.Pattern) })
	for _, r := range routes {
		method, path, _ := strings.Cut(r.Pattern, " ")
		path = strings.NewReplacer("{programme}", "own", "{$}", "").Replace(path)
		path = pathParam.ReplaceAllString(path, "x")
		var in []string
		for _, name := range names {
			req := httptest.NewRequest(method, path, nil)
			if name != "nobody" {
				req.Header.Set("Authorization", "Bearer "+name)
			}
			rec := httptest.NewRecorder()
			mux.ServeHTTP(rec, req)
			want := expected(c.actors[name], r.Policy)
			if rec.Code != want {
				t.Errorf("%s as %s: %d, want %d", r.Pattern, name, rec.Code, want)
			}
			if rec.Code == http.StatusTeapot {
				in = append(in, name)
			}
			if rec.Code == http.StatusForbidden {
				namesWhoMay(t, r, name, rec.Body.String())
			}
		}
		fmt.Fprintf(&got, "%-80s %-24s %s\n", r.Pattern, r.Policy, strings.Join(in, " "))
	}
	golden(t, "routes.txt", got.String())
}

// namesWhoMay wants a refusal to name the rule and every role that lifts it.
func namesWhoMay(t *testing.T, r auth.Route, name, says string) {
	t.Helper()
	wants := []string{"(" + string(r.Policy) + ")", "administrator of the instance"}
	if !auth.InstanceWide(r.Policy) {
		wants = wants[:1]
		for _, role := range headway.Roles() {
			if role.May(r.Policy) {
				wants = append(wants, role.Name())
			}
		}
	}
	for _, want := range wants {
		if !strings.Contains(says, want) {
			t.Errorf("%s as %s is refused without %q: %s", r.Pattern, name, want, says)
		}
	}
}

// expected judges apart from the door: by the tables of the root package only.
func expected(a headway.Actor, policy headway.Action) int {
	if strings.HasPrefix(string(policy), "instance.") {
		switch {
		case a.MayOnInstance(policy):
			return http.StatusTeapot
		case a.Kind == headway.ActorNobody:
			return http.StatusUnauthorized
		}
		return http.StatusForbidden
	}
	switch {
	case a.Kind == headway.ActorNobody:
		return http.StatusUnauthorized
	case len(a.Roles["id-own"]) == 0 && !a.Admin:
		return http.StatusNotFound
	case a.Kind == headway.ActorToken && !slices.Contains(a.Scopes, policy):
		return http.StatusForbidden
	case a.Admin && headway.Admin.May(policy):
		return http.StatusTeapot
	case slices.ContainsFunc(a.Roles["id-own"], func(r headway.Role) bool { return r.May(policy) }):
		return http.StatusTeapot
	}
	return http.StatusForbidden
}

func statusOf(err error) int {
	switch headway.KindOf(err) {
	case headway.Unauthenticated:
		return http.StatusUnauthorized
	case headway.Forbidden:
		return http.StatusForbidden
	case headway.NotFound:
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}

func TestRouteWithoutPolicyStopsTheStart(t *testing.T) {
	table := testTable(t)
	table.Add(auth.Route{Pattern: "GET /forgotten"})
	if _, err := table.Mux(newCast()); err == nil {
		t.Fatal("a route without a policy was served")
	}
}

func TestProgrammePolicyNeedsItsProgrammeInThePath(t *testing.T) {
	table := &auth.Table{}
	table.Add(auth.Route{Pattern: "GET /anything", Policy: headway.ViewProgramme})
	if _, err := table.Mux(newCast()); err == nil {
		t.Fatal("a programme's policy without a programme was served")
	}
}

func TestWhoeverIsNotLookedUpEntersOnlyWhatIsForAnybody(t *testing.T) {
	table := &auth.Table{}
	table.Add(auth.Route{Pattern: "GET /anything", Policy: headway.SignedIn, Unasked: true})
	if _, err := table.Mux(newCast()); err == nil {
		t.Fatal("a route for who is signed in was served to whoever comes")
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with UPDATE_GOLDEN=1 and look at the difference\n%s", path, got)
	}
}
