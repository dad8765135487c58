// Package live tells open pages that something changed. It reads no data to
// them: a page that hears "changed" fetches again, so that what it may see is
// decided anew each time.
//
// The events table is the source: one reader per process follows it, woken by
// commits of this process and by a ticker for those of others, and hands the
// nouns that changed to the subscribers of the programme. A slow subscriber
// loses nothing but detail: its signals merge.
package live

import (
	"context"
	"strings"
	"sync"
	"time"

	"headway"
)

// Events is where the hub reads on.
type Events interface {
	EventsAfter(ctx context.Context, seq int64) ([]headway.Event, error)
	LastEvent(ctx context.Context) (int64, error)
}

// Hub hands out signals.
type Hub struct {
	mu   sync.Mutex
	subs map[*Sub]struct{}
	wake chan struct{}
}

// Sub is one open page.
type Sub struct {
	hub       *Hub
	programme string
	ready     chan struct{}
	topics    map[string]struct{}
}

// NewHub makes a hub; Run must run for it to signal.
func NewHub() *Hub { return &Hub{subs: map[*Sub]struct{}{}, wake: make(chan struct{}, 1)} }

// Wake makes the hub read on now; it never blocks.
func (h *Hub) Wake() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Run follows the events until the context ends. A failed read is tried again
// at the next tick, from the same place.
func (h *Hub) Run(ctx context.Context, events Events, tick <-chan time.Time) error {
	seq, err := events.LastEvent(ctx)
	if err != nil && ctx.Err() == nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.wake:
		case <-tick:
		}
		for {
			batch, err := events.EventsAfter(ctx, seq)
			if err != nil || len(batch) == 0 {
				break
			}
			seq = batch[len(batch)-1].Seq
			h.publish(batch)
		}
	}
}

func (h *Hub) publish(batch []headway.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		hit := false
		for _, e := range batch {
			if e.ProgrammeID == s.programme {
				topic, _, _ := strings.Cut(string(e.Kind), ".")
				s.topics[topic] = struct{}{}
				hit = true
			}
		}
		if hit {
			select {
			case s.ready <- struct{}{}:
			default:
			}
		}
	}
}

// Subscribe opens a subscription to a programme; end it with Close.
func (h *Hub) Subscribe(programmeID string) *Sub {
	s := &Sub{hub: h, programme: programmeID, ready: make(chan struct{}, 1), topics: map[string]struct{}{}}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subs[s] = struct{}{}
	return s
}

// Ready signals that Topics has something.
func (s *Sub) Ready() <-chan struct{} { return s.ready }

// Topics takes the nouns that changed since the last call.
func (s *Sub) Topics() []string {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	out := make([]string, 0, len(s.topics))
	for t := range s.topics {
		out = append(out, t)
	}
	clear(s.topics)
	return out
}

// Close ends the subscription.
func (s *Sub) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	delete(s.hub.subs, s)
}
