package server

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"headway"
	"headway/internal/config"
)

func opened(t *testing.T) *Instance {
	t.Helper()
	i, err := Open(context.Background(), config.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close() })
	return i
}

func TestBackupOfARunningInstanceRestoresAndVerifies(t *testing.T) {
	r := serve(t)
	ctx := context.Background()
	sha, _, err := r.blobs.Put(strings.NewReader("artifact"), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup.tar.gz")
	if _, err := r.Backup(ctx, file); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Backup(ctx, file); headway.KindOf(err) != headway.Conflict {
		t.Errorf("a backup was overwritten: %v", err)
	}
	if _, err := VerifyFile(file); err != nil {
		t.Fatal(err)
	}
	to := opened(t)
	if _, err := to.Restore(ctx, file); err != nil {
		t.Fatal(err)
	}
	v, err := to.Verify(ctx)
	if err != nil || v.Events != 2 || v.Files != 1 {
		t.Fatalf("%+v %v", v, err)
	}
	path := filepath.Join(to.Config.Dir, "blobs", sha[:2], sha)
	if err := os.WriteFile(path, []byte("artifice"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := to.Verify(ctx); err == nil || !strings.Contains(err.Error(), sha) {
		t.Errorf("a damaged file was not found: %v", err)
	}
}
