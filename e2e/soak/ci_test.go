package soak

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fakeCI is a CI system in a process of its own: it notes every trigger in a
// ledger before it does anything else, and then answers, refuses, hangs, drops
// answer or says 500, by the seed and the key alone.
type fakeCI struct {
	mu     sync.Mutex
	ledger *os.File
	seed   uint64
	jobs   map[string]int // by key: questions left until it ends
}

// entry is a line of the ledger.
type entry struct {
	Key   string    `json:"key"`
	Fault string    `json:"fault"`
	At    time.Time `json:"at"`
}

const (
	hangTime = 4 * time.Second
	slowTime = 800 * time.Millisecond
)

// serveCI runs the fake until its process is ended.
func serveCI(address, ledger, seed string) {
	f, err := os.OpenFile(ledger, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		log.Fatal(err)
	}
	n, err := strconv.ParseUint(seed, 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	c := &fakeCI{ledger: f, seed: n, jobs: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /run", c.run)
	mux.HandleFunc("GET /jobs/{key}", c.job)
	mux.HandleFunc("GET /ready", func(http.ResponseWriter, *http.Request) {})
	log.Fatal((&http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: time.Minute}).ListenAndServe())
}

// luck is drawn anew for each trigger, from the seed, the step and how many came before.
func (c *fakeCI) luck(key string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key[strings.IndexByte(key, ':'):])) // without the id, which differs from run to run
	return rand.New(rand.NewPCG(c.seed, h.Sum64()+uint64(len(c.jobs))))
}

func (c *fakeCI) run(w http.ResponseWriter, r *http.Request) {
	key, callback := r.Header.Get("Idempotency-Key"), r.Header.Get("Headway-Callback")
	c.mu.Lock()
	rng := c.luck(key)
	fault := "none"
	switch n := rng.IntN(100); {
	case n < 6:
		fault = "drop"
	case n < 12:
		fault = "500"
	case n < 15:
		fault = "hang"
	case n < 19:
		fault = "refuse"
	case n < 35:
		fault = "slow"
	}
	line, _ := json.Marshal(entry{key, fault, time.Now()}) // of our own type
	_, err := c.ledger.Write(append(line, '\n'))
	c.jobs[key] = 1 + rng.IntN(3)
	twice := rng.IntN(4) == 0
	pause := time.Duration(rng.IntN(700)) * time.Millisecond
	c.mu.Unlock()
	if err != nil {
		log.Fatal(err)
	}
	if callback != "" && fault != "refuse" {
		go tell(callback, pause, twice)
	}
	switch fault {
	case "drop":
		panic(http.ErrAbortHandler)
	case "500":
		http.Error(w, "it broke after it had started", http.StatusInternalServerError)
		return
	case "hang":
		time.Sleep(hangTime)
		panic(http.ErrAbortHandler)
	case "refuse":
		http.Error(w, "not today", http.StatusUnprocessableEntity)
		return
	case "slow":
		time.Sleep(slowTime)
	}
	w.Header().Set("Location", "/jobs/"+key)
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"taken":true}`)
}

// tell tells the outcome, as often as it takes until somebody listens.
func tell(callback string, pause time.Duration, twice bool) {
	time.Sleep(pause)
	for try, told := 0, 0; try < 120; try++ {
		resp, err := http.Post(callback, "application/json", bytes.NewReader([]byte(`{"state":"succeeded","output":"told"}`)))
		if err == nil {
			_ = resp.Body.Close()
		}
		if err == nil && resp.StatusCode >= 400 && resp.StatusCode < 500 {
			log.Printf("a callback was refused: %s", resp.Status)
		}
		if err == nil && resp.StatusCode < 500 {
			if told++; told > 1 || !twice {
				return
			}
		}
		time.Sleep(500 * time.Millisecond)
	}
}

func (c *fakeCI) job(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left, ok := c.jobs[r.PathValue("key")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	c.jobs[r.PathValue("key")]--
	status := "done"
	if left > 0 {
		status = "building"
	}
	_, _ = fmt.Fprintf(w, `{"status":%q}`, status)
}

// readLedger reads what the fake noted, by key.
func readLedger(path string) (map[string][]entry, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	out := map[string][]entry{}
	for line := range strings.Lines(string(text)) {
		var e entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		out[e.Key] = append(out[e.Key], e)
	}
	return out, nil
}
