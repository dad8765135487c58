// Package pgtest starts a PostgreSQL server for tests: one for each test
// binary, on first use, with a database of its own for each test.
//
// The server is the distribution's: initdb and postgres from PATH or
// /usr/lib/postgresql/*/bin. It listens on a Unix socket in a temporary
// directory only, trusts whoever can reach that, and does not care for what
// would be lost in a crash (fsync off). PostgreSQL refuses to run as root, so
// root starts it as the user postgres or nobody.
//
// It ends with the test binary, however that ends: a shell between the two
// reads from a pipe whose other end dies with the binary, and then stops the
// server and removes its directory.
//
// Where PostgreSQL is missing, tests are skipped with a word on a person's
// machine and fail when the variable CI is set.
package pgtest
