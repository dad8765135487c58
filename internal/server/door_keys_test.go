package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/store"
)

// key is what somebody holds who knocks, and what it still opens.
type key struct {
	secret  string
	session bool // of a browser, not a token
	opens   []headway.Action
	own     bool // the programme asked for is one it belongs to
}

// keyring is every kind of secret that Headway gives out, or takes from other
// systems, in the state that its name says.
type keyring struct {
	t    *testing.T
	r    running
	root headway.Actor
	own  string // id of the programme that is asked for
	keys map[string]key
}

// TestASecretOpensWhatItIsForAndNothingElse knocks at every route with the real
// accounts behind the door, with each secret as a token, as a session's cookie
// and as both: those that no longer hold, those of another programme, and those
// that were given for one thing.
func TestASecretOpensWhatItIsForAndNothingElse(t *testing.T) {
	ring := newKeyring(t)
	stubbed := &auth.Table{}
	for _, row := range testTable(t).Routes() {
		row.Handler = func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(http.StatusTeapot); return nil }
		row.Fail = func(w http.ResponseWriter, _ *http.Request, err error) { w.WriteHeader(statusOf(err)) }
		stubbed.Add(row)
	}
	mux, err := stubbed.Mux(ring.r.App)
	if err != nil {
		t.Fatal(err)
	}
	asked, came := 0, map[string]int{}
	for _, row := range stubbed.Routes() {
		method, path, _ := strings.Cut(row.Pattern, " ")
		path = pathParam.ReplaceAllString(strings.NewReplacer("{programme}", "own", "{$}", "").Replace(path), "x")
		for name, k := range ring.keys {
			for way, dress := range map[string]func(*http.Request){
				"token":  func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+k.secret) },
				"cookie": func(r *http.Request) { r.AddCookie(&http.Cookie{Name: auth.CookieName, Value: k.secret}) },
				"both": func(r *http.Request) {
					r.Header.Set("Authorization", "Bearer "+k.secret)
					r.AddCookie(&http.Cookie{Name: auth.CookieName, Value: k.secret})
				},
			} {
				req := httptest.NewRequest(method, path, nil)
				dress(req)
				rec := httptest.NewRecorder()
				mux.ServeHTTP(rec, req)
				asked++
				if rec.Code == http.StatusTeapot && row.Policy != headway.Anybody {
					came[name]++
				}
				if want := k.answer(row.Policy, way); rec.Code != want {
					t.Errorf("%s with what is %s as %s: %d, want %d", row.Pattern, name, way, rec.Code, want)
				}
			}
		}
	}
	t.Logf("%d requests for %d routes with %d secrets; those that opened something: %v", asked, len(stubbed.Routes()), len(ring.keys), came)
}

// answer says how the door answers a request that carries the key.
func (k key) answer(policy headway.Action, way string) int {
	holds := k.opens != nil && (way == "cookie") == k.session
	switch {
	case policy == headway.Anybody, holds && policy == headway.SignedIn:
		return http.StatusTeapot
	case !holds:
		return http.StatusUnauthorized
	case auth.InstanceWide(policy):
		return http.StatusForbidden
	case !k.own:
		return http.StatusNotFound
	case slices.Contains(k.opens, policy):
		return http.StatusTeapot
	}
	return http.StatusForbidden
}

// TestASecretInAnAddressIsThatAddressesOwn asks for the calendar and tells an
// outcome with every secret but the right one: none is taken for it.
func TestASecretInAnAddressIsThatAddressesOwn(t *testing.T) {
	ring := newKeyring(t)
	ctx, client := t.Context(), 0
	for name, k := range ring.keys {
		client++
		_, err := ring.r.App.FeedCalendar(ctx, headway.NewSecret(k.secret), hex.EncodeToString([]byte{byte(client)}))
		if takes := name == "of a calendar"; (err == nil) != takes || err != nil && headway.KindOf(err) != headway.NotFound {
			t.Errorf("the calendar's address with what is %s: %v", name, err)
		}
		err = ring.r.App.AnswerStep(ctx, app.Callback{Token: k.secret, Body: []byte(`{"state":"running"}`)})
		if takes := name == "of a callback"; (err == nil) != takes || err != nil && headway.KindOf(err) != headway.NotFound {
			t.Errorf("a step's address with what is %s: %v", name, err)
		}
	}
}

func newKeyring(t *testing.T) *keyring {
	t.Helper()
	r := serve(t)
	root, err := r.App.ActorByToken(t.Context(), headway.NewSecret(r.token))
	if err != nil {
		t.Fatal(err)
	}
	root.Kind = headway.ActorPerson
	ring := &keyring{t: t, r: r, root: root, keys: map[string]key{"a guess": {secret: "hw_guess"}, "nothing": {secret: "-"}}}
	ring.own = programmeOf(t, r, root, "own")
	elsewhere := programmeOf(t, r, root, "elsewhere")
	ring.tokens(elsewhere)
	ring.sessions()
	ring.hooks()
	return ring
}

// tokens makes the tokens of people and agents, and ends those that are to have ended.
func (g *keyring) tokens(elsewhere string) {
	t, app, ctx := g.t, g.r.App, g.t.Context()
	all := headway.Scopes()
	removed, closed, lost, two := g.person("removed"), g.person("closed"), g.person("lost"), g.person("two")
	g.member("elsewhere", "two", headway.Roles()...)
	two.Roles[elsewhere] = headway.Roles()
	_, gone := g.token(removed, "", all...)
	g.keys["of a removed member"] = key{secret: gone, opens: []headway.Action{}}
	_, shut := g.token(closed, "", all...)
	g.keys["of a closed account"] = key{secret: shut}
	id, revoked := g.token(lost, "", all...)
	g.keys["revoked"] = key{secret: revoked}
	_, bound := g.token(two, "elsewhere", all...)
	g.keys["bound to another programme"] = key{secret: bound, opens: []headway.Action{}}
	_, agent := g.token(two, "own", headway.RunAgent)
	g.keys["of an agent"] = key{secret: agent, opens: []headway.Action{headway.RunAgent}, own: true}
	_, foreign := g.token(two, "elsewhere", headway.RunAgent)
	g.keys["of an agent elsewhere"] = key{secret: foreign, opens: []headway.Action{}}
	g.keys["expired"] = key{secret: "hw_expired"}
	g.member("own", "removed")
	expired := headway.Token{ID: "expired", UserID: two.UserID, Name: "t", Scopes: all, CreatedAt: time.Now().AddDate(0, 0, -2), ExpiresAt: time.Now().Add(-time.Second)}
	if err := errors.Join(app.DisableUser(ctx, g.root, "closed@example.org"), app.RevokeToken(ctx, lost, id),
		g.write(func(tx *store.Tx) error { return tx.AddToken(ctx, expired, hashed("hw_expired")) })); err != nil {
		t.Fatal(err)
	}
}

// sessions signs people in; one signs out, one is closed, one has run out.
func (g *keyring) sessions() {
	ctx := g.t.Context()
	sign := func(name string) string {
		secret, err := g.r.App.SignIn(ctx, app.Credentials{Email: name + "@example.org", Client: name, Password: headway.NewSecret("correct horse")})
		if err != nil {
			g.t.Fatal(err)
		}
		return secret.Reveal()
	}
	stays, leaves, shut := g.person("stays", headway.Viewer), g.person("leaves", headway.Viewer), g.person("shut", headway.Viewer)
	g.keys["of a session"] = key{secret: sign(stays.Name), session: true, opens: []headway.Action{headway.ViewProgramme}, own: true}
	g.keys["of a session that was signed out"] = key{secret: sign(leaves.Name), session: true}
	g.keys["of a session of a closed account"] = key{secret: sign(shut.Name), session: true}
	g.keys["of a session that has run out"] = key{secret: "run out", session: true}
	over := store.Session{Hash: hashed("run out"), UserID: stays.UserID, CreatedAt: time.Now().AddDate(0, 0, -20), SeenAt: time.Now().AddDate(0, 0, -20), ExpiresAt: time.Now().Add(-time.Second)}
	if err := errors.Join(g.r.App.SignOut(ctx, leaves, headway.NewSecret(g.keys["of a session that was signed out"].secret)), g.r.App.DisableUser(ctx, g.root, "shut@example.org"),
		g.write(func(tx *store.Tx) error { return tx.AddSession(ctx, over) })); err != nil {
		g.t.Fatal(err)
	}
}

// hooks makes the secrets that go to other systems and come from them: the
// address of a calendar, that of a step's outcome, what signs messages, and
// what a system is called with.
func (g *keyring) hooks() {
	t, ctx := g.t, g.t.Context()
	reader := g.person("reader", headway.Viewer)
	_, address, err := g.r.App.AddFeed(ctx, reader, app.NewFeed{Programme: "own", Name: "phone"})
	if err != nil {
		t.Fatal(err)
	}
	_, name, _ := strings.Cut(address.Reveal(), "/calendar/")
	g.keys["of a calendar"] = key{secret: strings.TrimSuffix(name, ".ics")}
	const signing, outgoing = "whsec_c2lnbmluZyBzZWNyZXQgb2YgMzIgYnl0ZXMhISE=", "token-of-the-ci"
	in := app.SetConnection{Key: "ci", Kind: headway.StepHTTP, URL: "https://ci.example.org", Secret: headway.NewSecret(outgoing), Signing: headway.NewSecret(signing)}
	if _, err := g.r.App.SetConnection(ctx, g.root, "own", in); err != nil {
		t.Fatal(err)
	}
	g.keys["what signs messages"], g.keys["what a system is called with"] = key{secret: signing}, key{secret: outgoing}
	g.keys["of a callback"] = key{secret: "callback"}
	g.keys["of a claim"] = key{secret: "claim"}
	now := time.Now()
	step := headway.DeploymentStep{
		ID: "step", DeploymentID: "deployment", Position: 1, Attempt: 1, State: headway.StepWaiting,
		Step: headway.RunbookStep{Key: "go", Title: "Go", Phase: headway.PhaseDeploy, Kind: headway.StepHTTP, URL: "https://ci.example.org", Answer: headway.AnswerCallback},
	}
	err = g.write(func(tx *store.Tx) error {
		if err := errors.Join(
			tx.PutTeam(ctx, headway.Team{ID: "team", ProgrammeID: g.own, Key: "web", Name: "Web", Kind: headway.DevelopmentTeam, Cadence: headway.Cadence{First: headway.DateOf(now), Days: 14, Version: "1.0.0"}}),
			tx.AddRelease(ctx, headway.Release{ID: "release", ProgrammeID: g.own, TeamID: "team", Version: "1.0.0", State: headway.ReleaseDeploying, CreatedAt: now}),
			tx.AddCandidate(ctx, headway.Candidate{ID: "candidate", ProgrammeID: g.own, ReleaseID: "release", Name: "1.0.0-rc.1", Digest: "sha256:c", State: headway.CandidateShelved}),
			tx.AddDecision(ctx, headway.Decision{ID: "decision", ProgrammeID: g.own, ReleaseID: "release", CandidateID: "candidate", State: headway.DecisionGo, Snapshot: []byte(`{}`), Record: []byte{}}),
			tx.AddDeployment(ctx, headway.Deployment{ID: "deployment", ProgrammeID: g.own, ReleaseID: "release", CandidateID: "candidate", DecisionID: "decision", State: headway.DeploymentStopped, StartedAt: now}),
			tx.AddDeploymentStep(ctx, step)); err != nil {
			return err
		}
		step.Token, step.Owner, step.Callback, step.StartedAt, step.LeaseUntil = "claim", "node", hashed("callback"), now, now.Add(time.Hour)
		_, err := tx.ClaimStep(ctx, step)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// person makes an account with roles in the programme that is asked for; all
// roles when none is named.
func (g *keyring) person(name string, roles ...headway.Role) headway.Actor {
	g.t.Helper()
	if len(roles) == 0 {
		roles = headway.Roles()
	}
	u, err := g.r.App.AddUser(g.t.Context(), g.root, app.NewUser{Email: name + "@example.org", Name: name, Password: headway.NewSecret("correct horse")})
	if err != nil {
		g.t.Fatal(err)
	}
	g.member("own", name, roles...)
	return headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: name, Roles: map[string][]headway.Role{g.own: roles}}
}

func (g *keyring) member(programme, name string, roles ...headway.Role) {
	g.t.Helper()
	if _, err := g.r.App.SetMember(g.t.Context(), g.root, app.SetMember{Programme: programme, Email: name + "@example.org", Roles: roles}); err != nil {
		g.t.Fatal(err)
	}
}

func (g *keyring) token(who headway.Actor, programme string, scopes ...headway.Action) (id, secret string) {
	g.t.Helper()
	k, made, err := g.r.App.AddToken(g.t.Context(), who, app.NewToken{Name: "t", Programme: programme, Days: 1, Scopes: scopes})
	if err != nil {
		g.t.Fatal(err)
	}
	return k.ID, made.Reveal()
}

func (g *keyring) write(f func(*store.Tx) error) error {
	return g.r.store.Write(context.Background(), f)
}

func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func programmeOf(t *testing.T, r running, by headway.Actor, key string) (id string) {
	t.Helper()
	if _, err := r.App.AddProgramme(t.Context(), by, app.AddProgramme{Key: key, Name: key, Zone: "Europe/Berlin"}); err != nil {
		t.Fatal(err)
	}
	id, err := r.App.ProgrammeID(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
