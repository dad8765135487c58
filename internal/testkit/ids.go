package testkit

import (
	"fmt"
	"sync/atomic"
)

// IDs gives a source of ids in sequence, in the form of a UUID of version 7
// so that they fit where real ones do. Each source starts at 1 and is safe for
// use by several goroutines.
func IDs() func() string {
	var n atomic.Uint64
	return func() string { return ID(n.Add(1)) }
}

// ID gives the nth id of a sequence.
func ID(n uint64) string { return fmt.Sprintf("00000000-0000-7000-8000-%012x", n) }
