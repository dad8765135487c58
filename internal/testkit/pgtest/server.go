package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// errMissing says that no PostgreSQL is installed.
var errMissing = errors.New("PostgreSQL is not installed: no initdb in PATH or /usr/lib/postgresql/*/bin")

// server is a running PostgreSQL and the connection that makes databases on it.
type server struct {
	dir   string // holds the socket
	admin *pgx.Conn
	// leash is kept open for the life of the process: its end is the server's.
	leash *os.File
}

// binaries finds the directory of initdb and postgres, newest version first.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(target), nil
		}
	}
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	version := func(dir string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		return n
	}
	slices.SortFunc(dirs, func(a, b string) int { return version(b) - version(a) })
	for _, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			return dir, nil
		}
	}
	return "", errMissing
}

// ordinaryUser gives the account that root runs the server under.
func ordinaryUser() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errU == nil && errG == nil && uid != 0 {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL refuses to run as root and there is neither a user postgres nor nobody")
}

// serve is the shell between test binary and server. It gets the directory of
// the binaries as $1 and that of the server as $2.
const serve = `
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
	-c full_page_writes=off -c autovacuum=off -c jit=off -c max_connections=400 -c shared_buffers=64MB \
	-c wal_level=minimal -c max_wal_senders=0 -c max_prepared_transactions=0 >>"$2/log" 2>&1 &
server=$!
trap '' INT TERM HUP
read -r _
kill -QUIT "$server"
wait "$server"
rm -rf "$2"
`

// start makes a cluster and runs a server on it.
func start(ctx context.Context) (*server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	var credential *syscall.Credential
	if os.Getuid() == 0 {
		if credential, err = ordinaryUser(); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp("", "headway-pg-")
	if err != nil {
		return nil, err
	}
	if credential != nil {
		if err := os.Chown(dir, int(credential.Uid), int(credential.Gid)); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	attr := func() *syscall.SysProcAttr { return &syscall.SysProcAttr{Credential: credential, Setpgid: true} }

	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"),
		"-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = attr(), dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(dir))
	}

	read, leash, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	shell := exec.Command("/bin/sh", "-c", serve, "sh", bin, dir) //nolint:noctx // it outlives every context: see doc.go
	shell.SysProcAttr, shell.Dir, shell.Stdin = attr(), dir, read
	if err := shell.Start(); err != nil {
		return nil, errors.Join(err, leash.Close(), read.Close(), os.RemoveAll(dir))
	}
	if err := read.Close(); err != nil {
		return nil, err
	}
	s := &server{dir: dir, leash: leash}
	s.admin, err = connect(ctx, s.url("postgres"))
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, errors.Join(fmt.Errorf("PostgreSQL did not start: %w: %s", err, bytes.TrimSpace(log)), leash.Close())
	}
	return s, nil
}

// connect waits until the server takes connections.
func connect(ctx context.Context, url string) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for {
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			return conn, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-retry.C:
		}
	}
}

// url gives the address of a database of the server.
func (s *server) url(database string) string {
	return "postgres:///" + database + "?host=" + s.dir + "&user=postgres"
}
