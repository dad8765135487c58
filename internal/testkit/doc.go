// Package testkit is what the tests of several rooms share: both databases, a
// clock that only moves when told, ids in sequence and golden files. Only tests
// import it.
package testkit
