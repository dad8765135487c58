package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"headway"
	"headway/internal/config"
	"headway/internal/server"
)

type backupCmd struct {
	dataFlags
	File string `arg:"" help:"New file to write." placeholder:"FILE"`
}

// Help says what a backup holds.
func (backupCmd) Help() string {
	return `Works beside a running server. The file holds database rows, artifacts and the audit log, with digests of all; it does not hold the key that other systems' secrets are encrypted with.

Example: headway backup --data /var/lib/headway headway-monday.backup`
}

// Run writes the backup.
func (c backupCmd) Run(ctx context.Context, e *env) error {
	return withInstance(ctx, e, c.config(), true, func(i *server.Instance) error {
		m, err := i.Backup(ctx, c.File)
		if err != nil {
			return err
		}
		e.print(m, func(w io.Writer) {
			fmt.Fprintf(w, "%s holds everything up to %s\n", c.File, m.CreatedAt.Format("2006-01-02 15:04:05Z"))
		})
		return nil
	})
}

type restoreCmd struct {
	dataFlags
	File string `arg:"" help:"Backup to restore." placeholder:"FILE"`
}

// Help says what happens to what was in flight.
func (restoreCmd) Help() string {
	return `The data directory, and with --database-url the database, must be empty. A damaged backup is refused before anything is touched. What was in flight is unknown afterwards and every programme is stopped until a person lifts the stop.

Example: headway restore --data /var/lib/headway headway-monday.backup`
}

// Run restores the backup.
func (c restoreCmd) Run(ctx context.Context, e *env) error {
	if _, err := server.VerifyFile(c.File); err != nil {
		return err
	}
	return withInstance(ctx, e, c.config(), false, func(i *server.Instance) error {
		m, err := i.Restore(ctx, c.File)
		if err != nil {
			return err
		}
		e.print(m, func(w io.Writer) {
			fmt.Fprintf(w, "restored everything up to %s; look at what was in flight, then lift the stop of each programme\n", m.CreatedAt.Format("2006-01-02 15:04:05Z"))
		})
		return nil
	})
}

type verifyCmd struct {
	dataFlags
	Path string `arg:"" optional:"" help:"Data directory, backup file, or signed bundle of a go/no-go; without it the directory of --data." placeholder:"DATA|FILE"`
	Key  string `help:"Of a bundle: the public key that must have signed it, or its id, as headway decision key prints them." placeholder:"KEY"`
}

// Help says what is checked.
func (verifyCmd) Help() string {
	return `Reads every stored file against its digest and walks the audit log's hash chain; of a backup every entry against its digest; of the bundle of a go/no-go the signature, and whether what it states fits together, without a server. Exit code 0 when all is whole, 1 when it is not.

Example: headway verify headway-monday.backup
Example: headway verify bundle.json --key ed25519:…`
}

// Run checks a data directory or a backup.
func (c verifyCmd) Run(ctx context.Context, e *env) error {
	if c.Path == "" {
		c.Path = c.Data
	}
	info, err := os.Stat(c.Path)
	if err != nil {
		return unreadable("path", c.Path, err)
	}
	if !info.IsDir() && isBundle(c.Path) {
		return verifyBundle(e, c.Path, c.Key)
	}
	if !info.IsDir() {
		m, err := server.VerifyFile(c.Path)
		if err != nil {
			return judged{outcome: headway.Fail, reason: err}
		}
		e.print(m, func(w io.Writer) {
			fmt.Fprintf(w, "%s is whole; it holds everything up to %s\n", c.Path, m.CreatedAt.Format("2006-01-02 15:04:05Z"))
		})
		return nil
	}
	c.Data = c.Path
	return withInstance(ctx, e, c.config(), true, func(i *server.Instance) error {
		v, err := i.Verify(ctx)
		if err != nil {
			return judged{outcome: headway.Fail, reason: err}
		}
		e.print(v, func(w io.Writer) {
			fmt.Fprintf(w, "%s is whole: %d events of the audit log, %d files of %d bytes\n", c.Path, v.Events, v.Files, v.Bytes)
		})
		return nil
	})
}

// withInstance opens an instance's data, that must be there when it says so,
// and closes it afterwards.
func withInstance(ctx context.Context, e *env, c config.Config, mustExist bool, f func(*server.Instance) error) (err error) {
	if mustExist && c.DatabaseURL.IsZero() {
		if _, err := os.Stat(filepath.Join(c.Dir, "headway.db")); err != nil {
			return headway.Invalidf("--data", "%s holds no instance", c.Dir).WithHint("name the data directory of `headway serve`").Because(err)
		}
	}
	instance, err := server.Open(ctx, c, newLog(e.Err, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, instance.Close()) }()
	return f(instance)
}
