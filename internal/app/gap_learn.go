package app

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"sync"

	"headway/internal/forecast"
)

const (
	mostLearnt = 8    // histories: those of a few programmes
	mostTold   = 2000 // forecasts of each
)

// learntModels keeps what was learnt last from finished releases: learning goes
// through the whole history, and pages ask at every look. A model is known by the
// digest of all that it was learnt from, so none that facts have outrun is given.
type learntModels struct {
	mu   sync.Mutex
	kept []*gapModel // used last first
}

// gapModel forecasts gaps, and knows what it told before.
type gapModel struct {
	digest [sha256.Size]byte
	model  forecast.Model

	mu   sync.Mutex
	told map[asked]Forecast
}

type asked struct {
	component string
	passed    int // days since the gap began; 0: of the next one
}

// of gives the model of a history, nil when there is nothing to learn from.
func (l *learntModels) of(history []forecast.Finished) *gapModel {
	digest := historyDigest(history)
	if m := l.known(digest); m != nil {
		return m
	}
	model, learnt := forecast.Learn(history)
	if !learnt {
		return nil
	}
	m := &gapModel{digest: digest, model: model, told: map[asked]Forecast{}}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = slices.Insert(l.kept, 0, m)
	l.kept = slices.Delete(l.kept, min(len(l.kept), mostLearnt), len(l.kept))
	return m
}

func (l *learntModels) known(digest [sha256.Size]byte) *gapModel {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.kept, func(m *gapModel) bool { return m.digest == digest })
	if i < 0 {
		return nil
	}
	m := l.kept[i]
	l.kept = slices.Insert(slices.Delete(l.kept, i, i+1), 0, m)
	return m
}

// expect forecasts the gap of a component's release that has been on its way
// for some days, 0 for its next one.
func (m *gapModel) expect(component string, passed int) Forecast {
	m.mu.Lock()
	defer m.mu.Unlock()
	about := asked{component, max(passed, 0)}
	f, known := m.told[about]
	if !known {
		f = m.model.Beyond(component, float64(passed))
		if len(m.told) >= mostTold {
			clear(m.told)
		}
		m.told[about] = f
	}
	return f
}

// historyDigest names a history by all that is learnt from it.
func historyDigest(history []forecast.Finished) [sha256.Size]byte {
	b := make([]byte, 0, 80*len(history))
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	for _, f := range history {
		text(f.Cycle)
		text(f.Component)
		text(f.Version)
		b = binary.AppendVarint(b, f.Shelved.UnixMilli())
		b = binary.AppendVarint(b, f.Live.UnixMilli())
		b = binary.AppendUvarint(b, math.Float64bits(f.Gap))
	}
	return sha256.Sum256(b)
}
