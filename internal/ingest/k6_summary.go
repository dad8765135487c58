package ingest

import (
	"slices"
	"strings"
)

// k6Metric is one metric of a k6 summary in any of its three shapes.
type k6Metric struct {
	name       string
	values     map[string]float64
	thresholds []Threshold
}

// readK6Summary reads the summaries that k6 writes at the end of a run:
// --summary-export (where a threshold's true means that it was crossed, the
// other way round than in all others), the object that handleSummary gets, and
// the machine-readable summary of k6 1.x.
func readK6Summary(src *source, sink *loadSink) error {
	k := &k6Summary{j: newJSONScanner(src), metrics: map[string]*k6Metric{}}
	if err := k.j.object(k.top); err != nil {
		return err
	}
	if err := k.j.atEnd(); err != nil {
		return err
	}
	return k.report(src.name, sink)
}

type k6Summary struct {
	j             *jsonScanner
	metrics       map[string]*k6Metric
	order         []string
	seconds       float64 // that the run took
	listedMetrics bool    // the machine-readable summary
	badChecks     float64
	current       *k6Metric
}

func (k *k6Summary) top(key []byte) error {
	switch string(key) {
	case "metrics":
		return k.j.object(k.named)
	case "state":
		return k.duration("testRunDurationMs", 1000)
	case "config":
		return k.duration("duration", 1)
	case "results":
		return k.j.object(func(key []byte) error {
			switch string(key) {
			case "metrics":
				k.listedMetrics = true
				return k.j.array(k.listed)
			case "checks":
				return k.j.fields(k.checks)
			}
			return k.j.skipValue()
		})
	}
	return k.j.skipValue()
}

// checks reads {"results": [{"name", "passes", "fails"}]} of the machine-readable summary.
func (k *k6Summary) checks(key string) error {
	if key != "results" {
		return k.j.skipValue()
	}
	return k.j.each(func() error {
		return k.j.fields(func(key string) error {
			if key != "fails" {
				return k.j.skipValue()
			}
			v, _, err := k.j.number()
			k.badChecks += v
			return err
		})
	})
}

func (k *k6Summary) duration(name string, perSecond float64) error {
	return k.j.object(func(key []byte) error {
		if string(key) != name {
			return k.j.skipValue()
		}
		v, ok, err := k.j.number()
		if ok {
			k.seconds = v / perSecond
		}
		return err
	})
}

func (k *k6Summary) start(name string) {
	k.current = &k6Metric{name: name, values: map[string]float64{}}
}

func (k *k6Summary) keep() error {
	m := k.current
	if k.metrics[m.name] != nil {
		return k.j.refuse("the metric %q stands twice", clip([]byte(m.name), 80))
	}
	if len(k.order) >= 20_000 {
		return k.j.refuse("the summary has more than 20000 metrics")
	}
	k.metrics[m.name] = m
	k.order = append(k.order, m.name)
	return nil
}

// named reads "http_reqs": {…} of the object metrics.
func (k *k6Summary) named(key []byte) error {
	k.start(string(key))
	if err := k.j.object(k.field); err != nil {
		return err
	}
	return k.keep()
}

// listed reads {"name": "http_reqs", …} of the array metrics.
func (k *k6Summary) listed() error {
	k.start("")
	err := k.j.object(func(key []byte) error {
		if string(key) == "name" {
			b, err := k.j.text()
			k.current.name = string(b)
			return err
		}
		return k.field(key)
	})
	if err != nil {
		return err
	}
	return k.keep()
}

func (k *k6Summary) field(key []byte) error {
	switch string(key) {
	case "values":
		return k.j.object(k.value)
	case "thresholds":
		return k.j.object(k.threshold)
	}
	return k.value(key)
}

func (k *k6Summary) value(key []byte) error {
	name := string(key)
	c, err := k.j.peek()
	if err != nil {
		return err
	}
	if c != '-' && (c < '0' || c > '9') {
		return k.j.skipValue()
	}
	v, _, err := k.j.number()
	k.current.values[name] = v
	return err
}

func (k *k6Summary) threshold(key []byte) error {
	t := Threshold{Expr: k.current.name + ": " + string(key)}
	m := k.current
	c, err := k.j.peek()
	if err != nil {
		return err
	}
	if c != '{' {
		crossed, err := k.j.boolean()
		if err != nil {
			return err
		}
		t.OK = !crossed
		m.thresholds = append(m.thresholds, t)
		return nil
	}
	said := false
	err = k.j.object(func(key []byte) error {
		if string(key) != "ok" {
			return k.j.skipValue()
		}
		said = true
		t.OK, err = k.j.boolean()
		return err
	})
	if err == nil && !said {
		return k.j.refuse("the threshold %q does not say ok", clip([]byte(t.Expr), 80))
	}
	m.thresholds = append(m.thresholds, t)
	return err
}

func (k *k6Summary) report(name string, sink *loadSink) error {
	slices.Sort(k.order)
	for _, n := range k.order {
		m := k.metrics[n]
		slices.SortFunc(m.thresholds, func(a, b Threshold) int { return strings.Compare(a.Expr, b.Expr) })
		sink.rep.Thresholds = append(sink.rep.Thresholds, m.thresholds...)
	}
	trend, count := "http_req_duration", "http_reqs"
	if k.metrics[trend] == nil {
		trend, count = "iteration_duration", "iterations"
		if k.metrics[trend] == nil {
			return k.j.refuse("the summary has neither http_req_duration nor iteration_duration")
		}
		sink.notes.addf("the run made no HTTP request: its iterations are taken as the transaction")
	}
	total := k.transaction("", trend, count, "")
	if total.Count <= 0 {
		return k.j.refuse("the summary counts no request: nothing was measured")
	}
	var parts []Transaction
	for _, tags := range k.tagged(trend, count, "http_req_failed") {
		label := strings.TrimPrefix(strings.TrimPrefix(tags, "name:"), "group:::")
		parts = append(parts, k.transaction(label, trend, count, "{"+tags+"}"))
	}
	uncounted := 0
	for _, p := range parts {
		if p.Count < 0 {
			uncounted++
		}
	}
	if uncounted > 0 {
		sink.notes.addf("of %d transactions the summary does not tell how often they ran", uncounted)
	}
	if k.listedMetrics {
		sink.notes.addf("the machine-readable summary does not say whether thresholds held")
	}
	if len(parts) > sink.lim.MaxTransactions {
		sink.notes.addf("%d transactions are left out", len(parts)-sink.lim.MaxTransactions)
		parts = parts[:sink.lim.MaxTransactions]
	}
	if m := k.metrics["checks"]; m != nil {
		k.badChecks += m.values["fails"]
	}
	if k.badChecks > 0 {
		sink.notes.addf("%.0f checks failed; k6 does not count them as failed requests", k.badChecks)
	}
	return sink.takeFigures(name, total, parts)
}

// tagged lists the tags by which thresholds split metrics: one in braces behind the name.
func (k *k6Summary) tagged(metrics ...string) []string {
	seen := map[string]bool{"expected_response:true": true}
	var out []string
	for _, n := range k.order {
		name, tags, ok := strings.Cut(strings.TrimSuffix(n, "}"), "{")
		if ok && slices.Contains(metrics, name) && !seen[tags] {
			seen[tags] = true
			out = append(out, tags)
		}
	}
	return out
}

func (k *k6Summary) transaction(label, trend, count, tags string) Transaction {
	t := unknownFigures(label)
	d := k.metrics[trend+tags]
	figure := func(m *k6Metric, names ...string) Figure {
		if m != nil {
			for _, n := range names {
				if v, ok := m.values[n]; ok {
					return Figure(v)
				}
			}
		}
		return Unknown()
	}
	t.MeanMS, t.P50MS, t.MaxMS = figure(d, "avg"), figure(d, "med", "p(50)"), figure(d, "max")
	t.P90MS, t.P95MS, t.P99MS = figure(d, "p(90)", "p90"), figure(d, "p(95)", "p95"), figure(d, "p(99)", "p99")
	n := figure(k.metrics[count+tags], "count")
	if !n.Known() {
		n = figure(d, "count")
	}
	failed := k.metrics["http_req_failed"+tags]
	if !n.Known() {
		n = figure(failed, "total")
	}
	if !n.Known() {
		n = figure(failed, "passes") + figure(failed, "fails")
	}
	t.Count, t.Errors = -1, -1
	if n.Known() && n >= 0 && n < 1<<53 {
		t.Count = int64(n)
	}
	t.Throughput = figure(k.metrics[count+tags], "rate")
	if !t.Throughput.Known() && k.seconds > 0 && n.Known() {
		t.Throughput = n / Figure(k.seconds)
	}
	// http_req_failed is true for a request that failed: its "passes" are failures.
	t.ErrorRate = figure(failed, "rate", "value")
	if bad := figure(failed, "passes", "matches"); bad.Known() && bad >= 0 && bad < 1<<53 {
		t.Errors = int64(bad)
		if !t.ErrorRate.Known() && t.Count > 0 {
			t.ErrorRate = bad / n
		}
	} else if t.ErrorRate.Known() && t.Count >= 0 {
		t.Errors = int64(float64(t.ErrorRate)*float64(t.Count) + 0.5)
	} else if t.Count >= 0 {
		t.Errors = 0
	}
	return t
}
