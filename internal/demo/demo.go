package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/store"
)

// Key is the key of the sample programme.
const Key = "atlas"

// Account is a throw-away account of the sample programme.
type Account struct {
	Role     string `json:"role"`
	Email    string `json:"email"`
	Password string `json:"password"`
	Token    string `json:"token"`
}

// filler fills one instance.
type filler struct {
	app      *app.App
	store    *store.Store
	newID    func() string
	now      time.Time // the present, which nothing passes
	clock    time.Time
	random   *rand.Rand
	p        headway.Programme
	actors   map[headway.Role]headway.Actor
	accounts []Account
	told     map[string]*story // by team and how many sprints back
}

// Fill makes the sample programme as it stands at the time that deps.Now tells,
// and gives its accounts. An instance that has it already is left alone, with
// no accounts to give: passwords are told once.
func Fill(ctx context.Context, deps app.Deps) ([]Account, error) {
	f := &filler{store: deps.Store, newID: deps.NewID, now: deps.Now().UTC().Truncate(time.Second), random: rand.New(rand.NewPCG(2, 4)), told: map[string]*story{}}
	f.clock = f.now
	deps.Now = func() time.Time { return f.clock }
	f.app = app.New(deps)
	if _, err := f.app.ProgrammeID(ctx, Key); headway.KindOf(err) != headway.NotFound {
		return nil, err
	}
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"people", f.people},
		{"setup", f.setup},
		{"history", f.history},
		{"evidence", f.evidence},
		{"promise", f.promise},
		{"present", f.present},
		{"places", f.places},
		{"new promise", f.promiseAnew},
		{"fixes", f.fixes},
		{"rework", f.rework},
		{"hot fix", f.hotfix},
		{"trains", f.trains},
		{"decisions", f.decisions},
		{"board", f.board},
		{"team backlogs", f.teamItems},
		{"plan", f.plan},
		{"scenarios", f.scenarios},
	} {
		if err := step.do(ctx); err != nil {
			return nil, fmt.Errorf("sample programme, %s: %w", step.name, err)
		}
	}
	return f.accounts, nil
}

// at moves the clock, never beyond the present.
func (f *filler) at(t time.Time) {
	f.clock = t
	if t.After(f.now) {
		f.clock = f.now
	}
}

var cast = []struct {
	role   headway.Role
	name   string
	person string
}{
	{headway.Admin, "Ada Admin", ""},
	{headway.ReleaseManager, "Rita Ruiz", "rita"},
	{headway.ProductOwner, "Paul Okafor", ""},
	{headway.ScrumMaster, "Sara Lind", ""},
	{headway.Operations, "Omar Haddad", "omar"},
	{headway.Developer, "Dina Petrov", ""},
	{headway.Viewer, "Vera Stone", ""},
}

// people makes the accounts, a token for each, and the empty programme.
func (f *filler) people(ctx context.Context) error {
	f.actors = map[headway.Role]headway.Actor{}
	system := headway.System()
	var err error
	f.at(f.now.AddDate(-2, 0, 0))
	if f.p, err = f.app.AddProgramme(ctx, system, app.AddProgramme{Key: Key, Name: "Atlas", Zone: "Europe/Berlin", Sample: true}); err != nil {
		return err
	}
	f.at(f.now)
	for _, c := range cast {
		email := fmt.Sprintf("%s@atlas.example", c.role)
		password := fmt.Sprintf("atlas-%s-%s", c.role, f.newID()[24:])
		u, err := f.app.AddUser(ctx, system, app.NewUser{Email: email, Name: c.name, Password: headway.NewSecret(password), Admin: c.role == headway.Admin})
		if err != nil {
			return err
		}
		if _, err := f.app.SetMember(ctx, system, app.SetMember{Programme: Key, Email: email, Roles: []headway.Role{c.role}}); err != nil {
			return err
		}
		by := headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: c.name, Email: email, Admin: u.Admin, Roles: map[string][]headway.Role{f.p.ID: {c.role}}}
		_, token, err := f.app.AddToken(ctx, by, app.NewToken{Name: "demo", Scopes: headway.Scopes(), Days: 365})
		if err != nil {
			return err
		}
		f.actors[c.role] = by
		f.accounts = append(f.accounts, Account{Role: string(c.role), Email: email, Password: password, Token: token.Reveal()})
	}
	return nil
}
