package ingest

import (
	"bytes"
	"strconv"
)

// tapPlan reads a plan line 1..N and gives N, or -1.
func tapPlan(line []byte) int {
	b, ok := bytes.CutPrefix(line, []byte("1.."))
	if !ok {
		return -1
	}
	b, _, _ = bytes.Cut(b, []byte{' '})
	n, err := strconv.Atoi(string(b))
	if err != nil || n < 0 {
		return -1
	}
	return n
}
