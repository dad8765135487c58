// Package soak drives deployments through the real binary, against a fake CI
// that keeps a ledger, while servers are killed and frozen, answers are lost and
// the database goes away. However it goes, a (run, step, attempt) is triggered
// at most once, and what cannot be known is shown as unknown.
//
// The tests run one block of 300 deployments on each database, `make soak
// DEPLOYMENTS=10000 LANES=40` a campaign of blocks, each an instance of its own with
// a seed that is printed. What is done is kept in a file (-state), which says where
// the campaign stands: the same command goes on there.
package soak

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"headway"
	"headway/client"
	"headway/internal/testkit/pgtest"
)

var (
	deployments = flag.Int("deployments", blockSize, "how many, on each database")
	seedFlag    = flag.Uint64("seed", 20261126, "of the first block")
	blockFlag   = flag.Int("block", 0, "to begin with")
	lanes       = flag.Int("lanes", 16, "environments, each with one deployment at a time")
	stateFlag   = flag.String("state", "", "file that keeps which blocks are done; they are left out")
)

const (
	blockSize  = 300 // deployments of one instance
	shownLimit = 60 * time.Second
)

func TestMain(m *testing.M) {
	if address := os.Getenv("HEADWAY_FAKE_CI"); address != "" {
		serveCI(address, os.Getenv("HEADWAY_FAKE_CI_LEDGER"), os.Getenv("HEADWAY_FAKE_CI_SEED"))
	}
	flag.Parse()
	os.Exit(m.Run())
}

func TestEachStepIsTriggeredAtMostOnce(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "headway")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "headway/cmd/headway").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	done, err := openCampaign(*stateFlag, *seedFlag)
	if err != nil {
		t.Fatal(err)
	}
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			total := *deployments
			for block := *blockFlag; block*blockSize < total; block++ {
				n := min(blockSize, total-block*blockSize)
				if done.has(database, block, n) {
					continue
				}
				t.Run(fmt.Sprint("block ", block), func(t *testing.T) {
					got := soak(t, binary, database == "postgres", n, *seedFlag+uint64(block))
					got.Block = block
					if t.Failed() {
						return
					}
					if err := done.finish(database, got); err != nil {
						t.Error(err)
					}
				})
				t.Log(done.stands(database, total))
				if t.Failed() {
					return
				}
			}
		})
	}
}

// soak runs one block, and gives what it came to.
func soak(t *testing.T, binary string, postgres bool, n int, seed uint64) blockDone {
	t.Logf("seed %d: %d deployments", seed, n)
	dir := t.TempDir()
	database := ""
	count := 1
	if postgres {
		database, count = pgtest.Empty(t), 2
	}
	ci, ledger := startCI(t, dir, seed)
	var nodes []*node
	for range count {
		nodes = append(nodes, &node{binary: binary, dir: filepath.Join(dir, "data"), database: database, address: freeAddress(t)})
	}
	for _, n := range nodes {
		n.start(t)
		t.Cleanup(n.kill)
	}
	w := &world{t: t, nodes: nodes, figures: &figures{}, tokens: map[string]string{}}
	w.setUp(dir, ci)
	ctx, calm := context.WithCancel(context.Background())
	var chaos, work sync.WaitGroup
	chaos.Go(func() { trouble(ctx, t, rand.New(rand.NewPCG(seed, 1)), nodes, database, w.figures) })
	var next atomic.Int32
	for lane := range *lanes {
		work.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(2+lane)))
			for i := next.Add(1); int(i) <= n && !t.Failed(); i = next.Add(1) {
				w.deploy(rng, lane, int(i))
			}
		})
	}
	work.Wait()
	calm()
	chaos.Wait()
	calls := w.check(ledger)
	if text, err := os.ReadFile(filepath.Join(dir, "ci.log")); err != nil || len(text) > 0 {
		t.Errorf("the CI complains: %s %v", text, err)
	}
	return w.figures.done(calls)
}

// world is the people who deploy.
type world struct {
	t       *testing.T
	nodes   []*node
	figures *figures
	tokens  map[string]string // by role
	sha     string

	mu   sync.Mutex
	seen []client.Deployment // as they ended, all attempts that were seen
	took map[string]int      // retries by people, by deployment and step
}

const setup = `programme: {key: shop, name: Shop, zone: UTC, horizon: 1, gap: {minimum: 0, target: 8, maximum: 12}}
teams:
  - {key: web, name: Web, kind: development, cadence: {first: %[1]s, days: 14, version: 2.0.0}}
  - {key: ops, name: Operations, kind: operations}
people:
  - {key: rae, name: Rae, team: ops, skills: [release-manager, qa]}
environments:
%[3]swindows:
  - {key: any, name: Always, days: [mon, tue, wed, thu, fri, sat, sun], start: "00:00", minutes: 1440}
playbook:
  - {key: look, title: Look, kind: regression, skill: qa, people: 1, estimate: {hours: 1}}
gate:
  criteria:
    - {key: defects, title: No blocker, kind: defects}
    - {key: gap, title: Minimum gap, kind: minimum-gap, waived_by: [release-manager]}
  approvals: [{role: product-owner, count: 1}, {role: ops, count: 1}]
runbook:
  steps:
    - {key: plain, title: Plain, phase: deploy, kind: http, url: "http://%[2]s/run", minutes: 1}
    - {key: told, title: Told later, phase: deploy, kind: http, url: "http://%[2]s/run", answer: callback, minutes: 1, timeout: 1}
    - {key: asked, title: Asked about, phase: deploy, parallel: true, kind: http, url: "http://%[2]s/run", answer: poll, minutes: 1, timeout: 1,
       poll: {field: status, success: [done], failure: [dead], seconds: 1}}
    - {key: smoke, title: Smoke, phase: smoke, kind: http, url: "http://%[2]s/run", minutes: 1}
    - {key: back, title: Back, phase: rollback, kind: http, url: "http://%[2]s/run", minutes: 1}
`

func environments() string {
	var b strings.Builder
	for i := range *lanes {
		fmt.Fprintf(&b, "  - {key: lane-%[1]d, name: Lane %[1]d, kind: production}\n", i)
	}
	return b.String()
}

// setUp makes the programme and a person of each role.
func (w *world) setUp(dir, ci string) {
	const password = "correct horse battery"
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			w.t.Fatal(err)
		}
		return path
	}
	token := filepath.Join(dir, "admin.tok")
	n := w.nodes[0]
	cmd := exec.CommandContext(w.t.Context(), n.binary, "admin", "bootstrap", "--data", n.dir, "--email", "admin@example.org", "--password-file", write("pw", password), "--token-file", token)
	cmd.Env = append(os.Environ(), "HEADWAY_DATABASE_URL="+n.database)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("bootstrap: %v\n%s", err, out)
	}
	text, err := os.ReadFile(token)
	if err != nil {
		w.t.Fatal(err)
	}
	w.tokens["admin"] = strings.TrimSpace(string(text))
	ctx, admin := w.t.Context(), w.as("admin", 0)
	must := func(_ any, err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
	}
	must(admin.AddProgramme(ctx, client.NewProgramme{Key: "shop", Name: "Shop", Zone: "UTC"}))
	first := time.Now().UTC().AddDate(0, 0, -21).Format(time.DateOnly)
	must(admin.ApplySetup(ctx, "shop", "setup.yaml", strings.NewReader(fmt.Sprintf(setup, first, ci, environments()))))
	for _, role := range []headway.Role{headway.Developer, headway.ProductOwner, headway.Operations, headway.ReleaseManager} {
		email := string(role) + "@example.org"
		must(admin.AddUser(ctx, client.NewUser{Email: email, Name: string(role), Password: password}))
		must(admin.SetMember(ctx, "shop", email, client.MemberRoles{Roles: []string{string(role)}}))
		k, err := admin.AddTokenWithPassword(ctx, client.PasswordToken{Password: client.Password{Email: email, Password: password}, NewToken: client.NewToken{
			Name: "soak", Days: 30, Scopes: []string{"programme.view", "candidate.shelve", "evidence.add", "releases.import", "decision.open", "decision.approve", "criterion.waive", "deployment.run", "deployment.stop"},
		}})
		must(k, err)
		w.tokens[string(role)] = k.Secret
	}
	sum := sha256.Sum256([]byte("bytes"))
	w.sha = hex.EncodeToString(sum[:])
	must(w.as("developer", 0).PutArtifact(ctx, "shop", w.sha, strings.NewReader("bytes"), 5))
	w.took = map[string]int{}
}

// as gives a client of one node for a role.
func (w *world) as(role string, n int) *client.Client {
	c, err := client.New("http://"+w.nodes[n%len(w.nodes)].address, headway.NewSecret(w.tokens[role]))
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// try asks one node after the other until one answers; what it asked may have
// been done although its answer was lost, so a Conflict can mean done.
func try[T any](w *world, role string, f func(context.Context, *client.Client) (T, error)) (T, error) {
	var out T
	var err error
	for i := range 120 {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		out, err = f(ctx, w.as(role, i))
		cancel()
		k := headway.KindOf(err)
		if err == nil || k == headway.Conflict || k == headway.NotFound || k == headway.Invalid || k == headway.Forbidden {
			return out, err
		}
		rest(context.Background(), 500*time.Millisecond)
	}
	w.t.Errorf("nobody answers: %v", err)
	return out, err
}

// deploy takes one release to production, or back.
func (w *world) deploy(rng *rand.Rand, lane, i int) {
	version := fmt.Sprintf("3.%d.0", i)
	_, err := try(w, "developer", func(ctx context.Context, c *client.Client) (client.Shelved, error) {
		return c.Shelve(ctx, "shop", client.NewCandidate{Team: "web", Version: version, Artifacts: []client.Artifact{{Name: "web.tgz", SHA256: w.sha}}})
	})
	if err != nil {
		w.t.Errorf("shelve %s: %v", version, err)
		return
	}
	_, err = try(w, "release-manager", func(ctx context.Context, c *client.Client) (client.Waiver, error) {
		return c.Waive(ctx, "shop", client.NewWaiver{Team: "web", Version: version, Criterion: "gap", Reason: "a soak", Expires: time.Now().AddDate(0, 0, 7)})
	})
	if err != nil {
		w.t.Errorf("waive %s: %v", version, err)
		return
	}
	_, err = try(w, "release-manager", func(ctx context.Context, c *client.Client) (client.Decision, error) {
		return c.OpenDecision(ctx, "shop", client.NewDecision{Team: "web", Version: version, Environment: fmt.Sprintf("lane-%d", lane), From: time.Now()})
	})
	if err != nil && headway.KindOf(err) != headway.Conflict {
		w.t.Errorf("open %s: %v", version, err)
		return
	}
	d, err := try(w, "ops", func(ctx context.Context, c *client.Client) (client.Decision, error) {
		return c.DecisionOf(ctx, "shop", "web", version)
	})
	if err != nil {
		w.t.Errorf("decision %s: %v", version, err)
		return
	}
	for _, role := range []string{"product-owner", "ops"} {
		_, err := try(w, role, func(ctx context.Context, c *client.Client) (client.Decision, error) {
			return c.Approve(ctx, "shop", d.ID, headway.Approve, client.Voice{Digest: d.Digest})
		})
		if err != nil && headway.KindOf(err) != headway.Conflict {
			w.t.Errorf("approve %s: %v", version, err)
			return
		}
	}
	dep, err := try(w, "ops", func(ctx context.Context, c *client.Client) (client.Deployment, error) {
		return c.StartDeployment(ctx, "shop", client.NewDeployment{Decision: d.ID, Digest: d.Digest})
	})
	if headway.KindOf(err) == headway.Conflict && err != nil {
		dep, err = w.started(version, err)
	}
	if err != nil {
		w.t.Errorf("start %s: %v", version, err)
		return
	}
	w.drive(rng, dep.ID)
}

// started finds the deployment whose start was answered by nobody.
func (w *world) started(version string, why error) (client.Deployment, error) {
	list, err := try(w, "ops", func(ctx context.Context, c *client.Client) (client.Deployments, error) {
		return c.Deployments(ctx, "shop", 50)
	})
	for _, d := range list.Deployments {
		if d.Version == version {
			return d, nil
		}
	}
	return client.Deployment{}, errors.Join(why, err)
}

// lookEvery is how often somebody looks at a deployment: the more there are at
// once the less often, so that it is the deployments that load the machine.
func lookEvery() time.Duration {
	return time.Duration(max(250, 40**lanes)) * time.Millisecond
}

// drive looks at a deployment until it ends, and does what people do.
func (w *world) drive(rng *rand.Rand, id string) {
	shown := map[string]bool{}
	for began := time.Now(); time.Since(began) < 10*time.Minute; rest(context.Background(), lookEvery()) {
		d, err := try(w, "ops", func(ctx context.Context, c *client.Client) (client.Deployment, error) {
			return c.Deployment(ctx, "shop", id)
		})
		if err != nil {
			w.t.Errorf("look at %s: %v", id, err)
			return
		}
		w.unknowns(d, shown)
		switch headway.DeploymentState(d.State) {
		case headway.DeploymentSucceeded, headway.DeploymentRolledBack, headway.DeploymentAbandoned:
			w.mu.Lock()
			w.seen = append(w.seen, d)
			w.mu.Unlock()
			w.figures.mu.Lock()
			w.figures.deployments++
			w.figures.mu.Unlock()
			return
		case headway.DeploymentStopped:
			w.person(rng, d)
		case headway.DeploymentRunning, headway.DeploymentRollingBack:
		}
	}
	w.t.Errorf("deployment %s never ends", id)
}

// unknowns notes how long after its claim an unknown outcome was shown.
func (w *world) unknowns(d client.Deployment, shown map[string]bool) {
	for _, s := range d.Steps {
		if s.State != string(headway.StepUnknown) || shown[s.ID] {
			continue
		}
		shown[s.ID] = true
		w.figures.mu.Lock()
		after := time.Since(s.StartedAt)
		if s.Remote != "" {
			after -= time.Minute // the other system took it: it was followed until the step's deadline
		}
		w.figures.unknown = append(w.figures.unknown, after)
		w.figures.mu.Unlock()
		if after > shownLimit {
			w.t.Errorf("the unknown outcome of %s %s was shown after %s", d.ID, s.Key, after)
		}
	}
}

// person does something about the steps that stopped a deployment.
func (w *world) person(rng *rand.Rand, d client.Deployment) {
	back := false
	for _, s := range d.Steps {
		back = back || s.Phase == string(headway.PhaseRollback)
	}
	for _, s := range d.Steps {
		if (s.State != "failed" && s.State != "unknown") || back != (s.Phase == string(headway.PhaseRollback)) {
			continue
		}
		verb, outcome := "retry", ""
		switch n := rng.IntN(10); {
		case n == 0 && !back:
			verb = "rollback"
		case n < 6 && s.State == "unknown":
			verb, outcome = "decide", "pass"
		}
		w.act(d, s, verb, outcome)
		return
	}
	_, _ = try(w, "ops", func(ctx context.Context, c *client.Client) (client.Deployment, error) {
		return c.MoveDeployment(ctx, "shop", d.ID, "resume", client.Because{Reason: "nothing is in the way"})
	})
}

func (w *world) act(d client.Deployment, s client.Step, verb, outcome string) {
	f := w.figures
	_, err := try(w, "ops", func(ctx context.Context, c *client.Client) (client.Deployment, error) {
		if verb == "rollback" {
			return c.MoveDeployment(ctx, "shop", d.ID, verb, client.Because{Reason: "enough"})
		}
		return c.MoveStep(ctx, "shop", d.ID, s.Key, verb, client.StepResult{Attempt: s.Attempt, Outcome: outcome, Reason: "looked"})
	})
	if err != nil && headway.KindOf(err) != headway.Conflict { // it was done, but its answer was lost
		w.t.Errorf("%s %s %s: %v", verb, d.ID, s.Key, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch verb {
	case "retry":
		f.retries++
		w.mu.Lock()
		w.took[d.ID+":"+s.Key]++
		w.mu.Unlock()
	case "decide":
		f.decided++
	default:
		f.backed++
	}
}

// check compares what Headway says with the ledger of the CI, and counts its triggers.
func (w *world) check(path string) (calls int) {
	ledger, err := readLedger(path)
	if err != nil {
		w.t.Fatal(err)
	}
	for key, entries := range ledger {
		calls += len(entries)
		if len(entries) > 1 {
			w.t.Errorf("%s was triggered %d times", key, len(entries))
		}
	}
	for _, d := range w.seen {
		for _, s := range d.Steps {
			key := fmt.Sprintf("%s:%s:%d", d.ID, s.Key, s.Attempt)
			switch {
			case s.State == string(headway.StepSucceeded) && s.Reason == "" && len(ledger[key]) != 1:
				w.t.Errorf("%s succeeded, its ledger has %d triggers", key, len(ledger[key]))
			case strings.HasPrefix(s.Output, "not sent") && len(ledger[key]) != 0:
				w.t.Errorf("%s was not sent, says Headway, but it was triggered", key)
			case s.Attempt > 1+w.took[d.ID+":"+s.Key]:
				w.t.Errorf("%s has %d attempts, people asked for %d", key, s.Attempt, 1+w.took[d.ID+":"+s.Key])
			case s.State == string(headway.StepRunning) || s.State == string(headway.StepWaiting):
				w.t.Errorf("%s is %s in a deployment that has ended", key, s.State)
			}
		}
	}
	if w.figures.deployments == 0 || calls == 0 {
		w.t.Error("nothing was deployed")
	}
	w.figures.tell(w.t, calls)
	return calls
}
