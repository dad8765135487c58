// Package dispatch_bench measures what sending the steps of deployments costs
// besides the called system's own time, and what steps cost that wait for a
// callback. A whole instance runs, on SQLite, with a system beside it that
// answers at once.
package dispatch_bench
