// Package shelve_bench measures a shelve request from request to response, with
// its operations backlog generated, through HTTP on SQLite with a full backlog.
package shelve_bench
