// Package server wires all rooms into a running instance. The command line and
// the end-to-end tests start it the same way.
package server
