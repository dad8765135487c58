package rcpsp

import (
	"context"
	"slices"
	"sync"
)

// Options bound a search.
type Options struct {
	Steps    int // schedules and conflicts together; 0: until ctx ends
	Seed     uint64
	Progress func(steps, span, bound int)
}

// Result is what is known at the end of a search.
type Result struct {
	Start      []int // nil: none found
	Span       int
	Bound      int  // proven lower bound
	Impossible bool // proven: no schedule exists
	Steps      int
}

// Solve searches for a shortest schedule.
func Solve(ctx context.Context, in *Instance, opt Options) Result {
	p, ok := prepare(in)
	if !ok {
		return Result{Impossible: true}
	}
	s := &search{p: p, opt: opt, res: Result{Span: p.Horizon + 1, Bound: max(p.cpm(), p.work())}}
	if p.n == 0 {
		s.res.Start, s.res.Span = []int{}, 0
		return s.res
	}
	if p.dag {
		s.gen = newGenetic(p, opt.Seed)
		s.gen.done = ctx.Done()
		s.gen.run(min(500, s.left()), unlimited, s.res.Bound)
		s.take(s.gen.best.start, s.gen.best.span)
		p = s.tighten()
	}
	s.lrn = append(s.lrn, newLearner(p, opt.Seed+1, 1))
	if s.gen == nil {
		s.lrn = append(s.lrn, newLearner(p, opt.Seed+2, 0))
	}
	for k := range s.lrn {
		s.win = append(s.win, newWindows(s.p, opt.Seed+10+uint64(k)))
		s.lrn[k].done, s.win[k].done = ctx.Done(), ctx.Done()
	}
	s.run(ctx)
	return s.res
}

// roundWork is what each search does between two meetings: some milliseconds.
const (
	roundWork = 200_000
	unlimited = 1 << 40
)

type search struct {
	p   *project
	opt Options
	gen *genetic
	lrn []*learner
	win []*windows
	res Result
}

// tighten gives the learners the horizon of the best schedule, which keeps
// their time tables short.
func (s *search) tighten() *project {
	if s.res.Start == nil {
		return s.p
	}
	c := *s.p
	in := *s.p.Instance
	in.Horizon = s.res.Span
	c.Instance = &in
	return &c
}

func (s *search) steps() int {
	n := 0
	if s.gen != nil {
		n += s.gen.b.count
	}
	for _, l := range s.lrn {
		n += l.steps
	}
	for _, w := range s.win {
		n += w.steps
	}
	return n
}

func (s *search) left() int {
	if s.opt.Steps == 0 {
		return unlimited
	}
	return s.opt.Steps - s.steps()
}

func (s *search) take(start []int, span int) {
	if start != nil && span < s.res.Span {
		s.res.Start, s.res.Span = slices.Clone(start), span
	}
}

// run lets the searches work side by side in rounds, and exchanges the best.
func (s *search) run(ctx context.Context) {
	for round := 0; s.left() > 0 && ctx.Err() == nil && !s.finished(); round++ {
		share := max(1, s.left()/2)
		var wg sync.WaitGroup
		for k, l := range s.lrn {
			wg.Go(func() {
				s.pair(l, s.win[k], max(2, share/len(s.lrn)))
			})
		}
		if s.gen != nil {
			s.gen.accept(s.res.Start, s.res.Span)
			s.gen.run(share, roundWork, s.res.Bound)
		}
		wg.Wait()
		if s.gen != nil { // only now: the others read what is best so far
			s.take(s.gen.best.start, s.gen.best.span)
		}
		for _, l := range s.lrn {
			if l.found {
				s.take(l.best, l.span)
			}
		}
		for _, w := range s.win {
			s.take(w.best, w.span)
		}
		s.res.Steps = s.steps()
		if s.opt.Progress != nil {
			s.opt.Progress(s.res.Steps, s.res.Span, s.res.Bound)
		}
	}
	s.res.Steps = s.steps()
}

// pair spends a round on the search of the whole and on that of windows. The
// whole gets the larger part while there is hope for a proof, which it gives
// soon or never; nothing else looks for schedules that keep maximum lags.
func (s *search) pair(l *learner, w *windows, steps int) {
	part := 2
	switch {
	case s.gen != nil && l.steps > 8_000:
		part = 12
	case s.gen != nil:
		part = 4
	case l.steps > 20_000 && s.res.Start != nil:
		part = 5
	}
	l.accept(s.res.Start, s.res.Span)
	w.accept(s.res.Start, s.res.Span)
	from := l.steps
	l.run(max(1, steps/part), roundWork/part, s.res.Bound)
	if !l.empty {
		w.run(max(1, steps-l.steps+from), roundWork-roundWork/part, s.res.Bound)
	}
}

// finished looks for a proof: a learner with nothing left to search has shown
// that nothing is better than the best it knows.
func (s *search) finished() bool {
	for _, l := range s.lrn {
		if !l.empty {
			continue
		}
		if s.res.Start == nil {
			s.res.Impossible = true
		} else {
			s.res.Bound = max(s.res.Bound, min(s.res.Span, l.span))
		}
		return true
	}
	return s.res.Start != nil && s.res.Span <= s.res.Bound
}
