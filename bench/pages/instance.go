package pages

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"headway"
	"headway/client"
)

// large is the key of the large programme.
const large = "fleet"

type account struct{ Role, Email, Password, Token string }

// instance is a running headway with the sample programme and the large one.
type instance struct {
	address string
	pid     int
	manager account // of releases, in both
}

// start builds the program and runs it with both programmes planned.
func start(b *testing.B, teams, sprints int) instance {
	b.Helper()
	dir := b.TempDir()
	binary, file := filepath.Join(dir, "headway"), filepath.Join(dir, "accounts.json")
	build := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-o", binary, "headway/cmd/headway")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.CommandContext(context.Background(), binary, "demo", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0", "--accounts-json", file, "--log-level", "error")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	i := instance{address: readyAt(b, bufio.NewReader(out)), pid: cmd.Process.Pid}
	i.manager = readAccount(b, file, "release-manager")
	i.fill(b, readAccount(b, file, "admin"), teams, sprints)
	return i
}

func readyAt(b *testing.B, out *bufio.Reader) string {
	b.Helper()
	for {
		line, err := out.ReadString('\n')
		if address, ok := strings.CutPrefix(strings.TrimSpace(line), "ready "); ok {
			return address
		}
		if err != nil {
			b.Fatal("the program did not become ready: ", err)
		}
	}
}

func readAccount(b *testing.B, file, role string) account {
	b.Helper()
	var list struct{ Accounts []account }
	raw, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(raw, &list)
	}
	if err != nil {
		b.Fatal(err)
	}
	for _, a := range list.Accounts {
		if a.Role == role {
			return a
		}
	}
	b.Fatalf("the demo has no account of a %s", role)
	return account{}
}

// fill sets the large programme up as its people would, and waits for its plan.
func (i instance) fill(b *testing.B, admin account, teams, sprints int) {
	b.Helper()
	ctx := context.Background()
	c, err := client.New(i.address, headway.NewSecret(admin.Token))
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	f := document(large, headway.DateOf(began), teams, sprints)
	if _, err := c.AddProgramme(ctx, client.NewProgramme{Key: large, Name: f.Programme.Name, Zone: f.Programme.Zone}); err != nil {
		b.Fatal(err)
	}
	if _, err := c.SetMember(ctx, large, i.manager.Email, client.MemberRoles{Roles: []string{string(headway.ReleaseManager)}}); err != nil {
		b.Fatal(err)
	}
	raw, err := json.Marshal(f)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := c.ApplySetup(ctx, large, "fleet.json", bytes.NewReader(raw)); err != nil {
		b.Fatal(err)
	}
	stored := time.Since(began)
	by, err := client.New(i.address, headway.NewSecret(i.manager.Token))
	if err != nil {
		b.Fatal(err)
	}
	for {
		p, err := by.Plan(ctx, large, "draft")
		if err == nil && len(p.Placements) >= teams*sprints {
			fmt.Printf("%d teams × %d sprints: stored in %.1f s, planned after %.1f s: %d activities, %d releases, %d findings\n", teams, sprints, stored.Seconds(), time.Since(began).Seconds(), len(p.Placements), len(p.Releases), len(p.Findings))
			return
		}
		if time.Since(began) > 10*time.Minute {
			b.Fatalf("no plan after %s: %v, %d activities", time.Since(began), err, len(p.Placements))
		}
		time.Sleep(time.Second)
	}
}
