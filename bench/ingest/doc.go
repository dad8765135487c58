// Package ingest_bench measures the readers of reports beside a floor: the bare
// token loop of encoding/xml, the bare loop of encoding/csv, a bare decoder of
// encoding/json, each on the same bytes.
package ingest_bench
