package app

import (
	"context"
	"sync"

	"headway"
	"headway/internal/store"
)

// keptForecasts holds the newest forecast of each programme as it is, without
// any what-if, so that pages may show dates without simulating each time.
type keptForecasts struct {
	mu sync.Mutex
	of map[string]*keptForecast // by programme id
}

// keptForecast is one programme's; its lock is held while it is computed, so
// that those who ask at once wait for one computation.
type keptForecast struct {
	mu    sync.Mutex
	known forecastMoment
	view  ProgrammeForecast
}

// forecastMoment is what a forecast holds for: the facts that it was made from,
// and the day, because time passes without any fact.
type forecastMoment struct {
	revision int64
	day      headway.Date
}

const mostKeptForecasts = 100 // programmes

func (k *keptForecasts) slot(programmeID string) *keptForecast {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s, ok := k.of[programmeID]; ok {
		return s
	}
	if k.of == nil || len(k.of) >= mostKeptForecasts {
		k.of = map[string]*keptForecast{}
	}
	s := &keptForecast{}
	k.of[programmeID] = s
	return s
}

// OutlooksView gives the forecast of each release on its way by its id: what
// ForecastView says, kept until a fact changes. The map's values are shared
// and must not be changed.
func (a *App) OutlooksView(ctx context.Context, by headway.Actor, programme string) (map[string]ReleaseOutlook, error) {
	v, err := a.forecastAsItIs(ctx, by, programme)
	out := map[string]ReleaseOutlook{}
	for _, o := range v.Releases {
		out[o.Release.ID] = o
	}
	return out, err
}

func (a *App) forecastAsItIs(ctx context.Context, by headway.Actor, programme string) (v ProgrammeForecast, err error) {
	var p headway.Programme
	var now forecastMoment
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, entered headway.Programme) error {
		p = entered
		c, err := calendarOf(ctx, q, p)
		now = forecastMoment{p.Revision, headway.DateOf(a.Now().In(c.Zone))}
		return err
	})
	if err != nil {
		return v, err
	}
	s := a.forecasts.slot(p.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == now {
		return s.view, nil
	}
	k, v, err := a.forecast(ctx, by, programme, ForecastIf{Simulations: usualSimulations})
	if err == nil && k.facts.draft.Revision >= k.facts.programme.Revision { // else the plan follows in a moment
		s.known, s.view = forecastMoment{k.facts.programme.Revision, now.day}, v
	}
	return v, err
}
