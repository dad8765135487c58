package soak

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// campaign is how far a soak of many blocks has come. It is kept in a file, so
// that one that was ended goes on behind the blocks that are done.
type campaign struct {
	mu   sync.Mutex
	path string

	Seed uint64                 `json:"seed"`
	Done map[string][]blockDone `json:"done"` // by database, in the order in which they ended
}

// blockDone is what one block came to.
type blockDone struct {
	Block       int           `json:"block"`
	Deployments int           `json:"deployments"`
	Triggers    int           `json:"triggers"`
	Kills       int           `json:"kills"`
	Freezes     int           `json:"freezes"`
	Aways       int           `json:"database_away"`
	Unknown     int           `json:"unknown"`
	Shown       time.Duration `json:"unknown_shown_ns"` // the longest that one took
	Ready       time.Duration `json:"ready_ns"`         // likewise, after a kill
	At          time.Time     `json:"at"`
}

// openCampaign reads how far a campaign has come; without a path none is kept.
func openCampaign(path string, seed uint64) (*campaign, error) {
	c := &campaign{path: path, Seed: seed, Done: map[string][]blockDone{}}
	if path == "" {
		return c, nil
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, c); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if c.Seed != seed {
		return nil, fmt.Errorf("%s is of a campaign from seed %d, not %d: name another file, or that seed", path, c.Seed, seed)
	}
	return c, nil
}

// has tells whether a block of so many deployments is done.
func (c *campaign) has(database string, block, n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range c.Done[database] {
		if b.Block == block && b.Deployments >= n {
			return true
		}
	}
	return false
}

// finish keeps what a block came to.
func (c *campaign) finish(database string, b blockDone) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Done[database] = append(c.Done[database], b)
	if c.path == "" {
		return nil
	}
	raw, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.path), 0o750); err != nil {
		return err
	}
	tmp := c.path + ".new"
	if err := os.WriteFile(tmp, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, c.path)
}

// stands says how far it has come on a database.
func (c *campaign) stands(database string, total int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var sum blockDone
	for _, b := range c.Done[database] {
		sum.Deployments += b.Deployments
		sum.Triggers += b.Triggers
		sum.Kills += b.Kills
		sum.Freezes += b.Freezes
		sum.Aways += b.Aways
		sum.Unknown += b.Unknown
		sum.Shown, sum.Ready = max(sum.Shown, b.Shown), max(sum.Ready, b.Ready)
	}
	return fmt.Sprintf("%s from seed %d: %d of %d deployments in %d blocks, %d triggers, each key at most once; %d kill -9, %d freezes, database away %d times; "+
		"%d unknown outcomes shown after at most %s; ready after a kill in at most %s",
		database, c.Seed, sum.Deployments, total, len(c.Done[database]), sum.Triggers, sum.Kills, sum.Freezes, sum.Aways, sum.Unknown, sum.Shown.Round(time.Millisecond), sum.Ready.Round(time.Millisecond))
}

// TestACampaignGoesOnBehindTheBlocksThatAreDone ends one after two blocks.
func TestACampaignGoesOnBehindTheBlocksThatAreDone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out", "soak.json")
	c, err := openCampaign(path, 7)
	if err != nil {
		t.Fatal(err)
	}
	for block := range 2 {
		if err := c.finish("sqlite", blockDone{Block: block, Deployments: blockSize, Triggers: 900, Shown: time.Duration(block) * time.Second}); err != nil {
			t.Fatal(err)
		}
	}
	again, err := openCampaign(path, 7)
	if err != nil {
		t.Fatal(err)
	}
	for database, want := range map[string][]bool{"sqlite": {true, true, false}, "postgres": {false, false, false}} {
		for block, done := range want {
			if again.has(database, block, blockSize) != done {
				t.Errorf("%s, block %d: done is not %t", database, block, done)
			}
		}
	}
	if again.has("sqlite", 1, blockSize+1) {
		t.Error("a block that is to have more deployments is done")
	}
	if got, want := again.stands("sqlite", 10_000), "600 of 10000 deployments in 2 blocks, 1800 triggers"; !strings.Contains(got, want) {
		t.Errorf("it stands at %q", got)
	}
	if _, err := openCampaign(path, 8); err == nil {
		t.Error("a campaign of another seed goes on")
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openCampaign(path, 7); err == nil {
		t.Error("a damaged file is taken")
	}
}
