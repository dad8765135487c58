// Package start measures how long the program takes from its start to the
// first good answer.
package start

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func binary(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "headway")
	build := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "headway/cmd/headway")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	st, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(st.Size())/1e6, "binary-MB")
	return path
}

// ready starts the program and waits for its word and for /readyz.
func ready(b *testing.B, path, dir string) *exec.Cmd {
	b.Helper()
	cmd := exec.CommandContext(context.Background(), path, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--log-level", "error")
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, strings.TrimSpace(strings.TrimPrefix(line, "ready "))+"/readyz", nil)
	if err != nil {
		b.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		b.Fatal(res, err)
	}
	_ = res.Body.Close()
	return cmd
}

func stop(b *testing.B, cmd *exec.Cmd) {
	b.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		b.Fatalf("did not drain: %v", err)
	}
}

// BenchmarkStart measures from exec to a 200 of /readyz: on a new directory,
// where the schema is made, and on one that has it. The floor is a program of
// the same binary that only prints its version.
func BenchmarkStart(b *testing.B) {
	path := binary(b)
	b.Run("new directory", func(b *testing.B) {
		for b.Loop() {
			dir := b.TempDir()
			cmd := ready(b, path, dir)
			b.StopTimer()
			stop(b, cmd)
			b.StartTimer()
		}
	})
	b.Run("existing data", func(b *testing.B) {
		dir := b.TempDir()
		stop(b, ready(b, path, dir))
		for b.Loop() {
			cmd := ready(b, path, dir)
			b.StopTimer()
			stop(b, cmd)
			b.StartTimer()
		}
	})
	b.Run("floor: print the version", func(b *testing.B) {
		for b.Loop() {
			if err := exec.CommandContext(context.Background(), path, "version").Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
