// Package cli is the command line: one command a file, each a struct whose
// fields are its flags and whose Run does it.
//
// Commands speak to a server through the package client, which finds it by
// --url or HEADWAY_URL and signs in with --token or HEADWAY_TOKEN. Only those
// that are the server (serve, demo, admin, backup, restore, verify) open its
// data, and those that need no server (plan solve, plan check, evidence
// inspect, forecast backtest) call the pure rooms themselves.
//
// What a command prints on its standard output is for people, or with --json
// one JSON document for scripts. Errors go to the standard error as one
// sentence with place, reason and hint, or with --json as
// {"error":{"kind","message","hint","where"}}. The exit codes stand in exit.go
// and nowhere else.
package cli
