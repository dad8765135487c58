package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"headway"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// dialect tells the two databases apart where one SQL text is not enough.
type dialect int

const (
	sqlite dialect = iota
	postgres
)

// Codes of PostgreSQL, appendix A of its manual.
const (
	pgUnique        = "23505"
	pgForeignKey    = "23503"
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
	pgRaised        = "P0001"
	pgDiskFull      = "53100"
	pgIO            = "58030"
	pgIdle          = "25P03" // silent for too long inside a transaction
)

// isRetryable tells whether the same transaction may succeed when run again.
func isRetryable(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == pgSerialization || pg.Code == pgDeadlock
	}
	if lite, ok := errors.AsType[*sqlitedriver.Error](err); ok {
		return lite.Code()&0xff == sqlitelib.SQLITE_BUSY
	}
	return false
}

// classify turns what the drivers say into Headway's kinds of error, by code.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*headway.Error](err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return headway.Errorf(headway.Unavailable, "the request was given up before it was done").Because(err)
	}
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return unavailable(err)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok { // whatever the database gave as its reason
		return unavailable(err)
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return classifyPostgres(pg, err)
	}
	if lite, ok := errors.AsType[*sqlitedriver.Error](err); ok {
		return classifySQLite(lite.Code(), err)
	}
	if isCut(err) {
		return unavailable(err)
	}
	return err
}

// isCut tells whether the connection to the database broke, as it does when
// the database restarts.
func isCut(err error) bool {
	_, broken := errors.AsType[net.Error](err)
	return broken || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

func classifyPostgres(pg *pgconn.PgError, err error) error {
	switch {
	case pg.Code == pgUnique:
		return duplicate(err)
	case pg.Code == pgForeignKey:
		return dangling(err)
	case pg.Code == pgRaised:
		return final(err)
	case pg.Code == pgDiskFull, pg.Code == pgIO:
		return noRoom("the disk of the database is full or failing", err)
	case pg.Code == pgSerialization, pg.Code == pgDeadlock, pg.Code == pgIdle, pg.Code[:2] == "57", pg.Code[:2] == "08":
		return unavailable(err)
	}
	return err
}

func classifySQLite(code int, err error) error {
	switch code {
	case sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY, sqlitelib.SQLITE_CONSTRAINT_UNIQUE:
		return duplicate(err)
	case sqlitelib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return dangling(err)
	case sqlitelib.SQLITE_CONSTRAINT_TRIGGER:
		return final(err)
	}
	switch code & 0xff {
	case sqlitelib.SQLITE_BUSY:
		return unavailable(err)
	case sqlitelib.SQLITE_FULL:
		return noRoom("the disk is full", err)
	case sqlitelib.SQLITE_IOERR, sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_CANTOPEN:
		return noRoom("the disk is full or failing", err)
	}
	return err
}

func duplicate(err error) error {
	return headway.Conflictf("something with this name exists already").Because(err)
}

func dangling(err error) error {
	return headway.Conflictf("something it refers to does not exist, or is still in use").Because(err)
}

func final(err error) error {
	return headway.Conflictf("this is final and cannot be changed").Because(err)
}

// noRoom is not over in a moment: somebody has to make room.
func noRoom(why string, err error) error {
	return headway.Errorf(headway.Unavailable, "the database cannot take this: %s", why).WithHint("look at the disk of the server").Because(err)
}

func unavailable(err error) error {
	return headway.Errorf(headway.Unavailable, "the database cannot take this now").WithHint("try again in a moment").Because(err)
}
