package store

import (
	"fmt"
	"strings"
	"testing"
)

func TestPlanCacheNeverMixesOrShares(t *testing.T) {
	c := &planCache{}
	text := func(k int) string {
		return fmt.Sprintf(`{"placements":[{"activity":"a%d"}],"findings":[{"rule":"r"}]}`, k)
	}
	for k := range 3 * maxCachedPlans {
		for range 2 { // decoded, then from the cache
			b, err := c.decode(text(k))
			if err != nil || len(b.Placements) != 1 || b.Placements[0].Activity != fmt.Sprintf("a%d", k) || b.Findings[0].Rule != "r" {
				t.Fatalf("plan %d: %+v, %v", k, b, err)
			}
			b.Findings[0].Rule = "changed by the caller"
			_ = append(b.Placements, b.Placements[0])
		}
	}
	if len(c.kept) != maxCachedPlans {
		t.Errorf("%d plans are kept, at most %d should be", len(c.kept), maxCachedPlans)
	}
	if _, err := c.decode(`{"placements":`); err == nil || len(c.kept) != maxCachedPlans {
		t.Errorf("a broken body: %v, %d kept", err, len(c.kept))
	}
	huge := `{"placements":[]` + strings.Repeat(" ", maxCachedPlanBytes) + `}`
	if _, err := c.decode(huge); err != nil || len(c.kept) != 1 || c.bytes != len(huge) {
		t.Errorf("after one that is larger than all room: %v, %d kept, %d bytes", err, len(c.kept), c.bytes)
	}
}
