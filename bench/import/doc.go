// Package importbench measures how many rows of a release history a second an
// instance on SQLite takes in, from the file's first byte to the last commit.
package importbench
