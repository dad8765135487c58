package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"headway"
	"headway/client"
	"headway/internal/testkit/pgtest"
)

// fleet is the setup of a programme of 10 teams, 6 sprints and 8 activities a
// release, which nodes share the simulations of.
func fleet() string {
	first := headway.DateOf(time.Now().UTC()).AddDays(-7)
	var b strings.Builder
	fmt.Fprint(&b, "programme: {key: fleet, name: Fleet, zone: Europe/Berlin, horizon: 5, slot_minutes: 240}\nteams:\n  - {key: ops, name: Operations, kind: operations}\n")
	for k := range 10 {
		fmt.Fprintf(&b, "  - {key: t%02d, name: Team %02d, kind: development, cadence: {first: %s, days: 14, version: 1.0.0}}\n", k, k, first.AddDays(-k%5))
	}
	fmt.Fprint(&b, "people:\n")
	for k, skill := range slices.Concat(slices.Repeat([]string{"dba", "appserver"}, 2), slices.Repeat([]string{"qa"}, 12), []string{"release-manager"}, slices.Repeat([]string{"support"}, 3)) {
		fmt.Fprintf(&b, "  - {key: p%02d, name: Person %02d, team: ops, skills: [%s]}\n", k, k, skill)
	}
	fmt.Fprint(&b, `playbook:
  - {key: restore, title: Restore, kind: data, skill: dba, people: 1, estimate: {hours: 8}}
  - {key: install, title: Install, kind: install, skill: appserver, people: 1, estimate: {hours: 4}, after: [restore], rerun_on_fix: true}
  - {key: regression, title: Full regression, kind: regression, skill: qa, people: 2, estimate: {hours: 32}, after: [install], rerun_on_fix: true}
  - {key: load-test, title: Load test, kind: load-test, skill: qa, people: 1, estimate: {hours: 16}, after: [install], rerun_on_fix: true}
  - {key: verify, title: Verify fixes, kind: rework, skill: qa, people: 1, estimate: {hours: 8}, after: [regression, load-test]}
  - {key: decide, title: Prepare the go/no-go, kind: go-no-go, skill: release-manager, people: 1, estimate: {hours: 4}, after: [verify]}
  - {key: deploy, title: Deploy, kind: deployment, skill: appserver, people: 1, estimate: {hours: 4}, after: [decide]}
  - {key: watch, title: Watch, kind: support, skill: support, people: 1, estimate: {hours: 16}, after: [deploy]}
`)
	return b.String()
}

// TestNodesShareSimulations forecasts a large programme with 10,000 simulations
// on two processes that have one database. Both take their part, and the answer is
// to the byte that of one process, which has a backup of it all in a database of
// its own.
func TestNodesShareSimulations(t *testing.T) {
	s := servers{t: t, program: binary(t)}
	database, dir := pgtest.Empty(t), t.TempDir()
	both := []string{"--data", filepath.Join(dir, "data"), "--database-url", database}
	token := s.bootstrap(dir, both)
	one := s.start(both...)
	s.start(both...)
	c, err := client.New(one, headway.NewSecret(token))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if _, err := c.AddProgramme(ctx, client.NewProgramme{Key: "fleet", Name: "Fleet", Zone: "Europe/Berlin"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ApplySetup(ctx, "fleet", "fleet.yaml", strings.NewReader(fleet())); err != nil {
		t.Fatal(err)
	}
	planned := func(address string) func() bool {
		return func() bool {
			p, err := s.get(address, token, "/api/v1/programmes/fleet/plan")
			return err == nil && bytes.Count(p, []byte(`"activity"`)) >= 400
		}
	}
	s.until("the programme is planned", planned(one))
	file, alone := filepath.Join(dir, "backup"), []string{"--data", filepath.Join(dir, "alone")}
	s.run(append([]string{"backup", file}, both...)...) // before the answer, which would be restored with it
	const ask = "/api/v1/programmes/fleet/forecast?simulations=10000&fresh=true"
	together := s.forecast(one, token, ask)
	s.bothWorked(database)

	s.run(append([]string{"restore", file}, alone...)...)
	two := s.start(alone...)
	s.until("the copy is planned", planned(two))
	single := s.forecast(two, token, ask)
	if !bytes.Equal(together, single) {
		t.Errorf("one process says something else: %d bytes and %d\n%.600s\n%.600s", len(single), len(together), single, together)
	}
	t.Logf("%d bytes from both", len(together))
}

// servers starts processes of the program.
type servers struct {
	t       *testing.T
	program string
}

func (s servers) run(args ...string) {
	s.t.Helper()
	if out, err := exec.CommandContext(s.t.Context(), s.program, args...).CombinedOutput(); err != nil {
		s.t.Fatalf("headway %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// bootstrap makes the first administrator and gives its token.
func (s servers) bootstrap(dir string, where []string) string {
	s.t.Helper()
	password, token := filepath.Join(dir, "password"), filepath.Join(dir, "token")
	if err := os.WriteFile(password, []byte("correct horse battery"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.run(append([]string{"admin", "bootstrap", "--email", "admin@example.org", "--password-file", password, "--token-file", token}, where...)...)
	text, err := os.ReadFile(token)
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func (s servers) start(args ...string) (address string) {
	s.t.Helper()
	cmd := exec.CommandContext(context.Background(), s.program, append([]string{"serve", "--listen", "127.0.0.1:0", "--log-level", "error"}, args...)...)
	errs := &bytes.Buffer{}
	cmd.Stderr = errs
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			s.t.Errorf("a process did not end well: %v\n%s", err, errs)
		}
	})
	if address, err = readyLine(out); err != nil {
		s.t.Fatalf("%v\n%s", err, errs)
	}
	return address
}

func (s servers) get(address, token, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, address+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, body)
	}
	return body, err
}

// forecast gives an answer once it is computed, without when that was.
func (s servers) forecast(address, token, path string) []byte {
	s.t.Helper()
	var out []byte
	s.until("the forecast is there", func() bool {
		body, err := s.get(address, token, path)
		if err != nil {
			return false
		}
		parts := map[string]json.RawMessage{}
		if err := json.Unmarshal(body, &parts); err != nil {
			s.t.Fatal(err)
		}
		delete(parts, "computed")
		out, err = json.Marshal(parts)
		if err != nil {
			s.t.Fatal(err)
		}
		return true
	})
	return out
}

// until asks again for two minutes at most.
func (s servers) until(what string, done func() bool) {
	s.t.Helper()
	ctx, stop := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer stop()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatal("not within two minutes: ", what)
		}
	}
}

// bothWorked looks up in the jobs which process made how many simulations.
func (s servers) bothWorked(database string) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), database)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(s.t.Context())) }()
	rows, err := conn.Query(s.t.Context(), `SELECT attempted_by[1], SUM((metadata->>'output')::bigint)::bigint FROM river_job
		WHERE kind = 'simulate' AND metadata->>'output' IS NOT NULL GROUP BY attempted_by[1]`)
	if err != nil {
		s.t.Fatal(err)
	}
	made := map[string]int64{}
	for rows.Next() {
		var process string
		var n int64
		if err := rows.Scan(&process, &n); err != nil {
			s.t.Fatal(err)
		}
		made[process] = n
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	if len(made) != 2 {
		s.t.Errorf("jobs were worked by %v, not by both processes", made)
	}
	s.t.Log("simulations made as jobs, by process; the rest was made by the one that was asked: ", made)
}
