// Package evidence_bench measures what is done with the cases of large
// regression runs: storing, reading back and comparing 100,000 of them, each
// beside a floor measured in the same run.
package evidence_bench
