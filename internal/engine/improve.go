package engine

import (
	"context"
	"sync"
)

// lanes is how many searches run side by side, whatever the number of cores:
// so a plan does not depend on the machine.
const lanes = 2

// firstEra is how many schedules each sway may build before neighbourhoods have
// their first turn; every era is twice as long as the one before.
const firstEra = 250

// swayParts: all parts but one of what is spent go to whole schedules.
const swayParts = 8

// improve looks for better schedules until the budget (in placements) is
// spent. In turns, whole schedules are built anew in other orders, and parts of
// the best one are taken apart and built again. The lanes meet after every
// round, and the best goes on.
func (s *solver) improve(ctx context.Context, first *state, budget int) *state {
	main := newLane(first, s.opt.Seed)
	if budget <= 0 || s.done(main.cost) {
		return first
	}
	ls := []*lane{main}
	for k := 1; k < lanes; k++ {
		l := newLane(newState(s.m), s.opt.Seed+uint64(k)*0x9e37)
		l.top = main.cost
		l.adopt(main.s.at, main.cost)
		copy(l.best, main.s.at)
		ls = append(ls, l)
	}
	h := &hunt{ls: ls, ws: s.newSways(first, main.cost), start: first.spent}
	for era := firstEra; h.spent() < budget && ctx.Err() == nil && !s.done(h.best().top); era *= 2 {
		turn := budget - h.spent()
		if both := lanes * era * len(s.m.act) * swayParts / (swayParts - 1); len(h.ws) > 0 && turn > 2*both {
			turn = both
		}
		until := h.spent() + turn
		s.sway(ctx, h, turn/swayParts*(swayParts-1)/lanes)
		s.neighbourhoods(ctx, h, until)
	}
	best := h.best()
	s.spentElsewhere += h.spent() + h.start - best.s.spent
	best.adopt(best.peak(), best.top)
	return best.s
}

// hunt is what searches side by side.
type hunt struct {
	ls    []*lane
	ws    []*sway // none: of no use here
	start int     // placements of the first schedule
}

// spent is how many placements have been tried since the first schedule.
func (h *hunt) spent() int {
	sum := -h.start
	for _, l := range h.ls {
		sum += l.s.spent
	}
	for _, w := range h.ws {
		sum += w.s.spent
	}
	return sum
}

// best is the lane with the best schedule.
func (h *hunt) best() *lane {
	best := h.ls[0]
	for _, l := range h.ls {
		if l.s.m.obj.less(l.top, best.top) {
			best = l
		}
	}
	return best
}

// sway lets every search over whole schedules spend a share of placements; the
// lanes take over what is better than theirs.
func (s *solver) sway(ctx context.Context, h *hunt, share int) {
	if len(h.ws) == 0 || share < len(s.m.act) {
		return
	}
	var wg sync.WaitGroup
	for _, w := range h.ws {
		wg.Go(func() { w.run(ctx, share) })
	}
	wg.Wait()
	best := h.ws[0]
	for _, w := range h.ws {
		if s.m.obj.less(w.top, best.top) {
			best = w
		}
	}
	for _, w := range h.ws {
		if w.eager || !best.eager { // the calm lane stays calm
			copy(w.best, best.best)
			w.eager = best.eager
		}
	}
	for _, l := range h.ls {
		if s.m.obj.less(best.top, l.top) {
			l.adopt(best.at, best.top)
		}
	}
	s.rounds++
	s.report(h.best(), h.spent())
}

// neighbourhoods lets every lane change parts of its schedule until so many
// placements are spent.
func (s *solver) neighbourhoods(ctx context.Context, h *hunt, until int) {
	round := max(len(s.m.act)/2, 400)
	if len(s.m.act) <= sampled {
		round = max(4*len(s.m.act), 400)
	}
	for h.spent() < until && ctx.Err() == nil {
		share := min(round, (until-h.spent()+lanes-1)/lanes)
		var wg sync.WaitGroup
		for _, l := range h.ls {
			wg.Go(func() { l.run(ctx, share) })
		}
		wg.Wait()
		best := h.best()
		s.rounds++
		s.report(best, h.spent())
		if s.done(best.top) {
			return
		}
		for _, l := range h.ls {
			if l != best && (l.best == nil || s.rounds%8 == 0) {
				l.adopt(best.peak(), best.top)
			}
		}
	}
}
