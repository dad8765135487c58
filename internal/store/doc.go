// Package store keeps Headway's nouns in SQLite or PostgreSQL with one SQL text.
//
// All writes of an instance go one after the other: SQLite has one writer, and
// on PostgreSQL a write transaction takes an advisory lock first. That makes
// read-check-write rules and the audit chain simple and right on both, at a
// price that was measured (docs/adr/0002-storage.md). Reads go beside them: a
// pool of read-only connections on SQLite, a read-only snapshot on PostgreSQL.
//
// A verb opens one transaction with Store.Write and finds on the Tx all the
// queries of Q, and Enqueue, which stores a background job in the same
// transaction. Never use the Store inside Write's function: on SQLite there is
// no second write connection to wait for. Never call other systems there.
//
// Rules do not live here: a query stores or finds what it is told. The only
// exceptions are constraints that must hold whoever writes: terminal states
// never move and events are never changed (see triggers.go).
package store
