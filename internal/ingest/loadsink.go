package ingest

import (
	"math"
	"slices"
	"strings"
	"time"

	headway "headway"
)

// loadSink gathers the samples of a load run by transaction.
type loadSink struct {
	lim        Limits
	rep        LoadReport
	by         map[string]*gathered
	last       *gathered // of the sample before: runs of the same name are common
	total      gathered
	start, end float64 // microseconds since the epoch
	timed      bool
	folded     int64
	figuresOf  string // file whose figures were taken as they stand, when it had no samples
	notes      noteList
}

// takeFigures takes the figures of a summary, which cannot be merged with any others.
func (l *loadSink) takeFigures(name string, total Transaction, transactions []Transaction) error {
	if l.figuresOf != "" || l.total.hist.n > 0 || len(l.by) > 0 {
		return headway.Invalidf(name, "the file holds figures only, which cannot be merged with those of another file").
			WithHint("send the files that hold the samples, or each summary by itself")
	}
	l.figuresOf, l.rep.Total, l.rep.Transactions = name, total, transactions
	return nil
}

type gathered struct {
	name       string
	errors     int64
	unexpected int64 // samples that k6 tags expected_response=false
	group      bool
	hist       sketch
}

// sample is one measured request or step.
type sample struct {
	name    []byte
	startUS float64 // microseconds since the epoch; NaN when not known
	lastUS  float64 // how long it took, microseconds
	failed  bool
	group   bool // made of other samples: listed, not counted in the total
}

// foldedName holds the samples of transactions beyond Limits.MaxTransactions.
const foldedName = "(other transactions)"

func newLoadSink(lim Limits) *loadSink {
	return &loadSink{lim: lim, by: map[string]*gathered{}, notes: noteList{max: lim.MaxNotes}}
}

func (l *loadSink) add(s *sample) {
	g := l.last
	if g == nil || g.name != string(s.name) {
		g = l.transaction(s.name)
		l.last = g
	}
	g.hist.add(s.lastUS)
	g.group = g.group || s.group
	if s.failed {
		g.errors++
	}
	if !math.IsNaN(s.startUS) {
		l.span(s.startUS, s.startUS+s.lastUS)
	}
	if s.group {
		return
	}
	l.total.hist.add(s.lastUS)
	if !math.IsNaN(s.startUS) {
		l.rep.times.add(s.startUS, s.lastUS, s.failed)
	}
	if s.failed {
		l.total.errors++
	}
}

func (l *loadSink) span(from, to float64) {
	if !l.timed {
		l.start, l.end, l.timed = from, to, true
		return
	}
	l.start, l.end = min(l.start, from), max(l.end, to)
}

func (l *loadSink) transaction(name []byte) *gathered {
	if g := l.by[string(name)]; g != nil {
		return g
	}
	key := strings.ToValidUTF8(clip(name, 500), "\uFFFD")
	if len(l.by) >= l.lim.MaxTransactions {
		l.folded++
		key = foldedName
	}
	g := l.by[key]
	if g == nil {
		g = &gathered{name: key}
		l.by[key] = g
	}
	return g
}

// finish computes the figures.
func (l *loadSink) finish() *LoadReport {
	r := &l.rep
	if l.figuresOf != "" {
		slices.SortFunc(r.Transactions, func(a, b Transaction) int { return strings.Compare(a.Name, b.Name) })
		r.Notes = append(r.Notes, l.notes.list()...)
		return r
	}
	wall := math.NaN()
	if l.timed {
		r.Start, r.End = microTime(l.start), microTime(l.end)
		if l.end > l.start {
			wall = (l.end - l.start) / 1e6
		}
	}
	r.Total = l.total.figures(wall)
	for _, g := range l.by {
		r.Transactions = append(r.Transactions, g.figures(wall))
	}
	slices.SortFunc(r.Transactions, func(a, b Transaction) int { return strings.Compare(a.Name, b.Name) })
	if l.folded > 0 {
		l.notes.addf("more than %d transactions: samples of further names are counted together as %q", l.lim.MaxTransactions, foldedName)
	}
	r.Notes = append(r.Notes, l.notes.list()...)
	return r
}

// figures gives the transaction's numbers; wall is the seconds that the run took.
func (g *gathered) figures(wall float64) Transaction {
	h := &g.hist
	ms := func(us float64) Figure { return Figure(us / 1000) }
	t := Transaction{
		Name: g.name, Count: h.n, Errors: g.errors, Group: g.group, hist: h,
		ErrorRate: Unknown(), Throughput: Figure(float64(h.n) / wall), MeanMS: ms(h.mean()),
		P50MS: ms(h.quantile(0.50)), P90MS: ms(h.quantile(0.90)), P95MS: ms(h.quantile(0.95)), P99MS: ms(h.quantile(0.99)),
		MaxMS: Unknown(),
	}
	if h.n > 0 {
		t.ErrorRate, t.MaxMS = Figure(float64(g.errors)/float64(h.n)), ms(h.max)
	}
	return t
}

// unknownFigures is a transaction of which only the name is known.
func unknownFigures(name string) Transaction {
	u := Unknown()
	return Transaction{Name: name, ErrorRate: u, Throughput: u, MeanMS: u, P50MS: u, P90MS: u, P95MS: u, P99MS: u, MaxMS: u}
}

func microTime(us float64) time.Time { return time.UnixMicro(int64(us)).UTC() }
