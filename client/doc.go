// Package client is the Go client of Headway's REST interface and holds its
// wire types, which the server uses too.
package client
