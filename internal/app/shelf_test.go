package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// shelf is a programme with a team that shelves, one that proves, a playbook,
// a gate and a person of each role.
type shelf struct {
	*App
	ctx     context.Context //nolint:containedctx // a fixture lives as long as its test
	store   *store.Store
	dir     string
	clock   *testkit.Clock
	p       headway.Programme
	dev     headway.Actor
	ops     headway.Actor
	po      headway.Actor
	manager headway.Actor
	viewer  headway.Actor
	ci      headway.Actor
	other   headway.Actor // of another programme
	people  map[string]headway.Person
}

// turned seals by turning the text round, in its place.
type turned struct{}

func (turned) Seal(s headway.Secret, place string) (string, error) {
	b := []byte(place + "|" + s.Reveal())
	slices.Reverse(b)
	return string(b), nil
}

func (turned) Open(sealed, place string) (headway.Secret, error) {
	b := []byte(sealed)
	slices.Reverse(b)
	text, ok := strings.CutPrefix(string(b), place+"|")
	if !ok && sealed != "" {
		return headway.Secret{}, headway.Conflictf("a stored secret does not open with this instance's key")
	}
	return headway.NewSecret(text), nil
}

func onBoth(t *testing.T, run func(t *testing.T, s *shelf)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, db testkit.Database) { run(t, newShelf(t, db)) })
}

var shelfBook = []headway.PlaybookActivity{
	{Key: "install", Title: "Install on test", Kind: headway.KindInstall, Skill: headway.SkillAppServer, People: 1, Estimate: headway.Estimate{Hours: 2}, Environment: "test", RerunOnFix: true},
	{
		Key: "migrate", Title: "Migrate the schema", Kind: headway.KindData, Skill: headway.SkillDBA, People: 1, When: "schema-migration", After: []string{"install"},
		Estimate: headway.Estimate{Hours: 1, PerFact: map[string]float64{"data-gb": 0.05}}, Environment: "test",
	},
	{Key: "regression", Title: "Full regression", Kind: headway.KindRegression, Skill: headway.SkillQA, People: 2, After: []string{"migrate"}, Estimate: headway.Estimate{Hours: 16}, Environment: "test", RerunOnFix: true},
	{Key: "load", Title: "Load test", Kind: headway.KindLoadTest, Skill: headway.SkillQA, People: 1, After: []string{"install"}, Estimate: headway.Estimate{Hours: 8}},
	{Key: "decide", Title: "Go/no-go", Kind: headway.KindGoNoGo, Skill: headway.SkillReleaseManager, People: 1, After: []string{"regression", "load"}, Estimate: headway.Estimate{Hours: 1}},
	{Key: "deploy", Title: "Deploy", Kind: headway.KindDeployment, Skill: headway.SkillAppServer, People: 1, After: []string{"decide"}, Estimate: headway.Estimate{Hours: 2}, InWindow: true},
}

var shelfGate = []headway.Criterion{
	{Key: "regression", Title: "Regression", Kind: headway.CriterionRegression},
	{Key: "load", Title: "Load", Kind: headway.CriterionLoad, Expr: []string{"p95 < 300ms", "errors < 1%"}, WaivedBy: []headway.Role{headway.ProductOwner}},
	{Key: "defects", Title: "No blocking defect", Kind: headway.CriterionDefects},
	{Key: "backlog", Title: "Operations work", Kind: headway.CriterionBacklog},
	{Key: "gap", Title: "Minimum gap", Kind: headway.CriterionGap},
	{Key: "window", Title: "Change window", Kind: headway.CriterionWindow},
	{Key: "freeze", Title: "No freeze", Kind: headway.CriterionFreeze},
}

func newShelf(t *testing.T, db testkit.Database) *shelf {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, store.Config{Dir: db.Dir, DatabaseURL: db.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	blobs, err := store.OpenBlobs(filepath.Join(db.Dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{ctx: ctx, store: st, dir: db.Dir, clock: testkit.NewClock(testkit.Date("2026-11-19T10:00:00Z")), people: map[string]headway.Person{}}
	ids := testkit.IDs()
	s.App = New(Deps{Store: storeOfVerbs(t, db, st), Blobs: blobs, Now: s.clock.Now, NewID: ids, Random: rand.Reader, Passwords: plain{}, Signer: testkit.Signer{}, Log: slog.Default(), Sealer: turned{}, PublicURL: func() string { return "https://headway.example" }})
	err = st.Write(ctx, func(tx *store.Tx) error { return s.fill(ctx, tx, ids) })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fill stores the programme, and another one that nobody of this one may see.
func (s *shelf) fill(ctx context.Context, tx *store.Tx, id func() string) error {
	now := s.clock.Now()
	s.p = headway.Programme{
		ID: id(), Key: "shop", Name: "Shop", Zone: "Europe/Berlin", Gap: headway.GapPolicy{Minimum: 3, Target: 8, Maximum: 12}, SlotMinutes: 30,
		WorkDays: []time.Weekday{1, 2, 3, 4, 5}, WorkFrom: 9 * 60, WorkTo: 17 * 60, WIPLimits: map[headway.ItemState]int{headway.ItemDoing: 2}, Horizon: 6, CreatedAt: now,
	}
	elsewhere := s.p
	elsewhere.ID, elsewhere.Key, elsewhere.Name = id(), "bank", "Bank"
	web := headway.Team{ID: id(), ProgrammeID: s.p.ID, Key: "web", Name: "Web", Kind: headway.DevelopmentTeam, Priority: 5, Cadence: headway.Cadence{First: headway.Date{Year: 2026, Month: 11, Day: 2}, Days: 14, Version: "2.0.0"}}
	app := web
	app.ID, app.Key, app.Name = id(), "mobile", "Mobile"
	ops := headway.Team{ID: id(), ProgrammeID: s.p.ID, Key: "ops", Name: "Operations", Kind: headway.OperationsTeam, Priority: 5, Cadence: web.Cadence}
	steps := []func() error{
		func() error { return tx.PutProgramme(ctx, s.p) },
		func() error { return tx.PutProgramme(ctx, elsewhere) },
		func() error { return tx.PutTeam(ctx, web) },
		func() error { return tx.PutTeam(ctx, app) },
		func() error { return tx.PutTeam(ctx, ops) },
		func() error {
			sprint := web.Cadence.Sprint(1)
			sprint.ID, sprint.TeamID = id(), web.ID
			if err := tx.PutSprint(ctx, sprint); err != nil {
				return err
			}
			cal, err := s.p.Calendar(nil)
			if err != nil {
				return err
			}
			next := web.Cadence.Sprint(2)
			next.ID, next.TeamID = id(), web.ID
			if err := tx.PutSprint(ctx, next); err != nil {
				return err
			}
			return tx.AddRelease(ctx, headway.Release{ID: id(), ProgrammeID: s.p.ID, TeamID: web.ID, SprintID: sprint.ID, Version: "2.0.0", State: headway.ReleasePlanned, SprintEnd: sprint.Ends(cal), CreatedAt: now})
		},
		func() error {
			return tx.PutEnvironment(ctx, headway.Environment{ID: id(), ProgrammeID: s.p.ID, Key: "test", Name: "Test", Kind: headway.EnvTest})
		},
		func() error {
			_, _, err := tx.AddPlaybook(ctx, headway.Playbook{ID: id(), ProgrammeID: s.p.ID, Activities: shelfBook})
			return err
		},
		func() error {
			_, _, err := tx.AddGate(ctx, headway.Gate{ID: id(), ProgrammeID: s.p.ID, Criteria: shelfGate, Approvals: []headway.ApprovalRule{{Role: headway.ProductOwner, Count: 1}, {Role: headway.Operations, Count: 1}}})
			return err
		},
		func() error {
			return tx.PutWindow(ctx, headway.Window{ID: id(), ProgrammeID: s.p.ID, Key: "night", Name: "Tuesday night", Days: []time.Weekday{time.Tuesday}, Start: 20 * 60, Minutes: 240})
		},
	}
	for key, skill := range map[string]headway.Skill{"dana": headway.SkillDBA, "quinn": headway.SkillQA} {
		person := headway.Person{ID: id(), ProgrammeID: s.p.ID, TeamID: ops.ID, Key: key, Name: strings.ToUpper(key[:1]) + key[1:], Skills: []headway.Skill{skill}, Percent: 100}
		s.people[key] = person
		steps = append(steps, func() error { return tx.PutPerson(ctx, person) })
	}
	for _, who := range []struct {
		at   *headway.Actor
		name string
		role headway.Role
	}{{&s.dev, "dev", headway.Developer}, {&s.ops, "ops", headway.Operations}, {&s.po, "po", headway.ProductOwner}, {&s.manager, "manager", headway.ReleaseManager}, {&s.viewer, "viewer", headway.Viewer}} {
		u := headway.User{ID: id(), Email: who.name + "@example.org", Name: who.name, CreatedAt: now}
		*who.at = headway.Actor{Kind: headway.ActorPerson, UserID: u.ID, Name: u.Name, Roles: map[string][]headway.Role{s.p.ID: {who.role}}}
		steps = append(steps, func() error { return tx.AddUser(ctx, u, "") }, func() error { return tx.SetRoles(ctx, s.p.ID, u.ID, []headway.Role{who.role}) })
	}
	s.ci = s.dev
	s.ci.Kind, s.ci.TokenID, s.ci.Scopes = headway.ActorToken, id(), []headway.Action{headway.ViewProgramme, headway.ShelveCandidate, headway.AddEvidence}
	steps = append(steps, func() error {
		return tx.AddToken(ctx, headway.Token{ID: s.ci.TokenID, UserID: s.ci.UserID, ProgrammeID: s.p.ID, Name: "ci", Scopes: s.ci.Scopes, CreatedAt: now, ExpiresAt: now.AddDate(1, 0, 0)}, "hash of the token of ci")
	})
	s.other = headway.Actor{Kind: headway.ActorPerson, UserID: id(), Name: "other", Roles: map[string][]headway.Role{elsewhere.ID: {headway.ReleaseManager}}}
	steps = append(steps, func() error {
		return tx.AddUser(ctx, headway.User{ID: s.other.UserID, Email: "other@example.org", Name: s.other.Name, CreatedAt: now}, "")
	}, func() error {
		return tx.SetRoles(ctx, elsewhere.ID, s.other.UserID, []headway.Role{headway.ReleaseManager})
	})
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// artifact hands a file in and gives how a candidate names it.
func (s *shelf) artifact(t *testing.T, name, content string) headway.Artifact {
	t.Helper()
	sum := sha256.Sum256([]byte(content))
	sha := hex.EncodeToString(sum[:])
	if _, err := s.PutArtifact(s.ctx, s.ci, "shop", sha, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return headway.Artifact{Name: name, SHA256: sha}
}

// candidate describes a candidate of the version 2.0.0 of the team web.
func (s *shelf) candidate(t *testing.T, content string) ShelveCandidate {
	t.Helper()
	return ShelveCandidate{
		Team: "web", Version: "2.0.0", Commit: "4f1c0de", Notes: "# Notes\n\n" + content,
		Facts:     headway.Facts{"schema-migration": "true", "data-gb": "120"},
		Artifacts: []headway.Artifact{s.artifact(t, "web.war", content)},
	}
}

func (s *shelf) shelve(t *testing.T, in ShelveCandidate) Shelved {
	t.Helper()
	out, err := s.ShelveCandidate(s.ctx, s.ci, "shop", in)
	if err != nil {
		t.Fatalf("shelve %s: %v", in.Version, err)
	}
	return out
}

func (s *shelf) report(t *testing.T, in AddEvidence, content string) Judged {
	t.Helper()
	in.Team, in.Content = "web", strings.NewReader(content)
	if in.Version == "" && in.Candidate == "" {
		in.Version = "2.0.0"
	}
	out, err := s.AddEvidence(s.ctx, s.ci, "shop", in)
	if err != nil {
		t.Fatalf("report %s: %v", in.FileName, err)
	}
	return out
}

// read runs a query over the store.
func read[T any](t *testing.T, s *shelf, f func(store.Q) (T, error)) T {
	t.Helper()
	var v T
	err := s.store.Read(s.ctx, func(q store.Q) (err error) { v, err = f(q); return err })
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (s *shelf) items(t *testing.T, releaseID string) map[string]headway.BacklogItem {
	t.Helper()
	all := read(t, s, func(q store.Q) ([]headway.BacklogItem, error) { return q.ItemsOf(s.ctx, s.p.ID, releaseID) })
	byKey := map[string]headway.BacklogItem{}
	for _, i := range headway.CountingItems(all) {
		byKey[i.Activity] = i
	}
	return byKey
}

func wantKind(t *testing.T, what string, err error, kind headway.Kind) {
	t.Helper()
	if err == nil || headway.KindOf(err) != kind {
		t.Errorf("%s: %v, wanted %s", what, err, kind)
	}
}

// junit writes a report in which the named cases fail.
func junit(passing int, failing ...string) string {
	var b bytes.Buffer
	b.WriteString(`<testsuite name="shop">`)
	for i := range passing {
		b.WriteString(`<testcase classname="shop.Cart" name="ok` + string(rune('a'+i)) + `" time="0.1"/>`)
	}
	for _, name := range failing {
		b.WriteString(`<testcase classname="shop.Cart" name="` + name + `"><failure message="expected 3, got 2"/></testcase>`)
	}
	b.WriteString(`</testsuite>`)
	return b.String()
}

// move moves an item on the board as operations.
func (s *shelf) move(t *testing.T, i headway.BacklogItem, to headway.ItemState) headway.BacklogItem {
	t.Helper()
	out, err := s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: i.ID, To: to, Version: i.Version, Reason: "waits"})
	if err != nil {
		t.Fatalf("move %s to %s: %v", i.Title, to, err)
	}
	return out.Item
}

// finish works an item from start to end.
func (s *shelf) finish(t *testing.T, i headway.BacklogItem, outcome headway.Outcome) headway.BacklogItem {
	t.Helper()
	i = s.move(t, i, headway.ItemDoing)
	out, err := s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: i.ID, To: headway.ItemDone, Version: i.Version, Outcome: outcome, Result: "came out so"})
	if err != nil {
		t.Fatalf("finish %s: %v", i.Title, err)
	}
	return out.Item
}
