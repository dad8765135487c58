package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"headway"
	"headway/internal/attest"
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
	Path string   `arg:"" optional:"" help:"Data directory, backup file, or signed bundle of a go/no-go; without it the directory of --data." placeholder:"DATA|FILE"`
	Key  string   `help:"The public key that must have signed a bundle or the checkpoints, or its id, as headway decision key prints them; of checkpoints the instance's own when it is left out." placeholder:"KEY"`
	Kept []string `name:"checkpoint" help:"Of a data directory: a checkpoint that was kept elsewhere; may be given several times." placeholder:"FILE"`
}

// Help says what is checked.
func (verifyCmd) Help() string {
	return `Reads every stored file against its digest and walks the audit log's hash chain; of a backup every entry against its digest; of the bundle of a go/no-go the signature, and whether what it states fits together, without a server. Exit code 0 when all is whole, 1 when it is not.

A changed, removed or swapped event of the audit log is found and named. That its end was not cut, nor the whole chain computed anew, shows against checkpoints that were kept on another machine (headway checkpoint).

Example: headway verify headway-monday.backup
Example: headway verify data --checkpoint /elsewhere/monday.json
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
	if !info.IsDir() && len(c.Kept) > 0 {
		return headway.Invalidf("--checkpoint", "%s is no data directory", c.Path).WithHint("restore the backup, then verify the data directory against the checkpoint")
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
		kept, err := c.checkpoints(i.App.SigningKey().ID)
		if err != nil {
			return err
		}
		v, err := i.Verify(ctx, kept...)
		if err != nil {
			return judged{outcome: headway.Fail, reason: err}
		}
		e.print(v, func(w io.Writer) {
			fmt.Fprintf(w, "%s is whole: %d events of the audit log, %d files of %d bytes\n", c.Path, v.Events, v.Files, v.Bytes)
		})
		return nil
	})
}

// checkpoints reads what was kept of the audit log.
func (c verifyCmd) checkpoints(own string) (kept []attest.Checkpoint, err error) {
	key := strings.TrimSpace(c.Key)
	if key == "" {
		key = own
	}
	for _, file := range c.Kept {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, unreadable("--checkpoint", file, err)
		}
		k, err := attest.ReadCheckpoint(raw, key)
		if headway.KindOf(err) == headway.Conflict && err != nil {
			return nil, judged{outcome: headway.Fail, reason: err}
		}
		if err != nil {
			return nil, err
		}
		kept = append(kept, k)
	}
	return kept, nil
}

type checkpointCmd struct {
	Out string `short:"o" help:"File to write; without it standard output." placeholder:"FILE"`
}

// Help says what to do with it.
func (checkpointCmd) Help() string {
	return `A checkpoint is the number and hash of the newest event of the audit log, signed by the instance. Keep it on another machine, from a scheduled job: headway verify --checkpoint shows later that nothing before it was rewritten and that the log was not cut.

Example: headway checkpoint -o /elsewhere/$(date +%F).json`
}

// Run downloads a checkpoint.
func (c checkpointCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	body, err := s.AuditCheckpoint(ctx)
	if err != nil {
		return err
	}
	return errors.Join(e.saved(body, c.Out), body.Close())
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
