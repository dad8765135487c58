package live

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"headway"
)

// log is an events table in memory.
type log struct {
	mu     sync.Mutex
	events []headway.Event
}

func (l *log) add(programme string, kinds ...headway.EventKind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range kinds {
		l.events = append(l.events, headway.Event{Seq: int64(len(l.events) + 1), ProgrammeID: programme, Kind: k})
	}
}

func (l *log) EventsAfter(_ context.Context, seq int64) ([]headway.Event, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.events[seq:]), nil
}

func (l *log) LastEvent(context.Context) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.events)), nil
}

func start(t *testing.T, l *log) (*Hub, chan time.Time) {
	t.Helper()
	h, tick := NewHub(), make(chan time.Time)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx, l, tick) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	tick <- time.Time{} // Run has read where the log ends
	return h, tick
}

func TestACommitReachesItsProgrammeOnly(t *testing.T) {
	l := &log{}
	l.add("p1", "old.event")
	h, _ := start(t, l)
	mine, other := h.Subscribe("p1"), h.Subscribe("p2")
	defer mine.Close()
	defer other.Close()
	l.add("p1", "candidate.shelved", "item.added", "candidate.shelved")
	h.Wake()
	<-mine.Ready()
	got := mine.Topics()
	slices.Sort(got)
	if !slices.Equal(got, []string{"candidate", "item"}) {
		t.Errorf("topics %v", got)
	}
	select {
	case <-other.Ready():
		t.Error("another programme was signalled")
	default:
	}
}

func TestEventsOfOtherProcessesArriveWithTheTick(t *testing.T) {
	l := &log{}
	h, tick := start(t, l)
	s := h.Subscribe("p1")
	defer s.Close()
	l.add("p1", "plan.published")
	tick <- time.Time{}
	<-s.Ready()
	if got := s.Topics(); !slices.Equal(got, []string{"plan"}) {
		t.Errorf("topics %v", got)
	}
}

func TestASlowPageGetsMergedSignals(t *testing.T) {
	l := &log{}
	h, tick := start(t, l)
	s := h.Subscribe("p1")
	defer s.Close()
	l.add("p1", "item.moved")
	tick <- time.Time{}
	l.add("p1", "defect.found")
	tick <- time.Time{}
	tick <- time.Time{} // the second batch has been handed out
	<-s.Ready()
	got := s.Topics()
	slices.Sort(got)
	if !slices.Equal(got, []string{"defect", "item"}) {
		t.Errorf("topics %v", got)
	}
}
