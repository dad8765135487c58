package store_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

// filled opens an instance that holds something of everything a backup must keep.
func filled(t *testing.T, s *store.Store, blobs *store.Blobs) {
	t.Helper()
	ctx := context.Background()
	must(t, s.Write(ctx, func(tx *store.Tx) error {
		must(t,
			tx.PutProgramme(ctx, sampleProgramme("p1", "atlas")),
			tx.PutTeam(ctx, sampleTeam("t1", "p1", "web")),
			tx.PutEnvironment(ctx, headway.Environment{ID: "e1", ProgrammeID: "p1", Key: "staging", Name: "Staging 'ü' <&>", Kind: headway.EnvStaging, DataGB: 120.5}),
			tx.AddUser(ctx, headway.User{ID: "u1", Email: "ada@example.org", Name: "Ada", CreatedAt: noon}, "hash"))
		for n := range 3 {
			_, err := tx.AppendEvent(ctx, headway.Event{At: noon, ActorKind: headway.ActorSystem, ProgrammeID: "p1", Kind: "test.done", Text: fmt.Sprint("event ", n)})
			must(t, err)
		}
		return nil
	}))
	_, _, err := blobs.Put(strings.NewReader("artifact"), "", 100)
	must(t, err)
}

func openAll(t *testing.T, db testkit.Database) (*store.Store, *store.Blobs) {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{Dir: db.Dir, DatabaseURL: db.URL})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	blobs, err := store.OpenBlobs(db.Dir + "/blobs")
	must(t, err)
	return s, blobs
}

var restored = headway.Stop{Reason: "restored from a backup", ByName: "Headway", At: noon}

func TestABackupOfEitherDatabaseRestoresAsEither(t *testing.T) {
	ctx := context.Background()
	testkit.Databases(t, func(t *testing.T, from testkit.Database) {
		s, blobs := openAll(t, from)
		filled(t, s, blobs)
		var file bytes.Buffer
		m, err := s.Backup(ctx, blobs, &file, noon)
		must(t, err)
		if m.Rows["events"] != 3 || m.Rows["teams"] != 1 {
			t.Fatalf("manifest %v", m.Rows)
		}
		testkit.Databases(t, func(t *testing.T, to testkit.Database) {
			s2, blobs2 := openAll(t, to)
			_, err := s2.Restore(ctx, blobs2, bytes.NewReader(file.Bytes()), restored)
			must(t, err)
			must(t, s2.Read(ctx, func(q store.Q) error {
				env, err := q.Environments(ctx, "p1")
				must(t, err)
				if len(env) != 1 || env[0].Name != "Staging 'ü' <&>" || env[0].DataGB != 120.5 {
					t.Errorf("environments %v", env)
				}
				events, err := q.EventsFrom(ctx, 0, 10)
				must(t, err)
				if len(events) != 3 || events[2].Seal() != events[2].Hash || events[2].PrevHash != events[1].Hash {
					t.Errorf("the audit chain did not survive: %v", events)
				}
				stops, err := q.Stops(ctx, "p1")
				if len(stops) != 1 {
					t.Errorf("the programme does not stand still after a restore: %v", stops)
				}
				return err
			}))
			found := 0
			must(t, blobs2.Each(func(string) error { found++; return nil }))
			if found != 1 {
				t.Errorf("%d files after the restore", found)
			}
			if _, err := s2.Restore(ctx, blobs2, bytes.NewReader(file.Bytes()), restored); headway.KindOf(err) != headway.Conflict {
				t.Errorf("restored over data: %v", err)
			}
		})
	})
}

func TestDamagedBackupsAreRefusedBeforeAnythingIsTouched(t *testing.T) {
	ctx := context.Background()
	s, blobs := openAll(t, testkit.Database{Dir: t.TempDir()})
	filled(t, s, blobs)
	var file bytes.Buffer
	_, err := s.Backup(ctx, blobs, &file, noon)
	must(t, err)
	whole := file.Bytes()
	damages := map[string][]byte{
		"empty":        nil,
		"no backup":    []byte("hello"),
		"cut at half":  whole[:len(whole)/2],
		"cut near end": whole[:len(whole)-20],
	}
	for at := 12; at < len(whole); at += len(whole)/40 + 1 {
		bent := slices.Clone(whole)
		bent[at] ^= 0x10
		if bytes.Equal(unpacked(bent), unpacked(whole)) {
			continue // another way of writing the same, as with a longer run of zeros
		}
		damages[fmt.Sprintf("bit flipped at %d of %d", at, len(whole))] = bent
	}
	empty, emptyBlobs := openAll(t, testkit.Database{Dir: t.TempDir()})
	for name, b := range damages {
		if _, err := empty.Restore(ctx, emptyBlobs, bytes.NewReader(b), restored); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, empty.Read(ctx, func(q store.Q) error {
		ps, err := q.Programmes(ctx)
		if len(ps) != 0 {
			t.Errorf("a damaged backup left %d programmes", len(ps))
		}
		return err
	}))
	must(t, emptyBlobs.Each(func(sha string) error { t.Errorf("a damaged backup left the file %s", sha); return nil }))
}

// unpacked gives what a gzip file holds; nil when it is damaged.
func unpacked(b []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	content, err := io.ReadAll(z)
	if err != nil {
		return nil
	}
	return content
}
