package ingest

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// readLocust reads the file PREFIX_stats.csv that Locust writes with --csv. The
// row named Aggregated is the total.
func readLocust(src *source, head []byte, sink *loadSink) error {
	c := newCSVScanner(src, delimiterOf(head))
	if _, err := c.next(); err != nil {
		return err
	}
	at := map[string]int{}
	for i, f := range c.fields {
		at[locustColumn(f)] = i
	}
	width := len(c.fields)
	if _, ok := at["name"]; !ok {
		return c.refuse("the header has no column Name")
	}
	var total *Transaction
	var parts []Transaction
	var sum int64
	for {
		ok, err := c.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if len(c.fields) != width {
			return c.refuse("the row has %d fields instead of %d", len(c.fields), width)
		}
		t, err := locustRow(c, at)
		if err != nil {
			return err
		}
		if t.Name == "Aggregated" || t.Name == "Total" {
			t.Name = ""
			total = &t
			continue
		}
		if len(parts) >= sink.lim.MaxTransactions {
			return c.refuse("the file has more than %d transactions", sink.lim.MaxTransactions)
		}
		parts = append(parts, t)
		sum += t.Count
	}
	if total == nil || total.Count == 0 {
		return c.refuse("the row Aggregated is missing, or counts no request").WithHint("send PREFIX_stats.csv, written at the end of the run")
	}
	if sum != total.Count {
		sink.notes.addf("Aggregated declares %d requests, the rows have %d", total.Count, sum)
	}
	return sink.takeFigures(src.name, *total, parts)
}

// locustColumn gives a column by its name in lower case; those of versions
// before 1.0 stand for the later ones.
func locustColumn(f []byte) string {
	switch name := strings.ToLower(string(bytes.TrimSpace(f))); name {
	case "# requests":
		return "request count"
	case "# failures":
		return "failure count"
	case "method":
		return "type"
	default:
		return name
	}
}

func locustRow(c *csvScanner, at map[string]int) (Transaction, error) {
	text := func(col string) string {
		if i, ok := at[col]; ok {
			return string(c.fields[i])
		}
		return ""
	}
	figure := func(col string) Figure {
		v, ok := parseDecimal(text(col))
		if !ok || text(col) == "N/A" {
			return Unknown()
		}
		return Figure(v)
	}
	name := text("name")
	if kind := text("type"); kind != "" && kind != "None" && name != "Aggregated" {
		name = kind + " " + name
	}
	t := unknownFigures(name)
	n, err1 := strconv.ParseInt(text("request count"), 10, 64)
	bad, err2 := strconv.ParseInt(text("failure count"), 10, 64)
	if err1 != nil || err2 != nil || n < 0 || bad < 0 || bad > n {
		return t, c.refuse("the counts %q and %q are none", clip([]byte(text("request count")), 30), clip([]byte(text("failure count")), 30))
	}
	t.Count, t.Errors = n, bad
	if n > 0 {
		t.ErrorRate = Figure(float64(bad) / float64(n))
	}
	t.Throughput, t.MeanMS, t.MaxMS = figure("requests/s"), figure("average response time"), figure("max response time")
	t.P50MS, t.P90MS, t.P95MS, t.P99MS = figure("50%"), figure("90%"), figure("95%"), figure("99%")
	if !t.P50MS.Known() {
		t.P50MS = figure("median response time")
	}
	return t, nil
}

// readLocustHistory reads PREFIX_stats_history.csv: what Locust had counted,
// once a second. The last row of a request holds its totals; percentiles there
// are those of the last ten seconds and are not taken.
func readLocustHistory(src *source, head []byte, sink *loadSink) error {
	if sink.figuresOf != "" {
		sink.notes.addf("%s is the history of a run whose figures stand in %s, and was passed over", src.name, sink.figuresOf)
		return nil
	}
	c := newCSVScanner(src, delimiterOf(head))
	if _, err := c.next(); err != nil {
		return err
	}
	at := map[string]int{}
	for i, f := range c.fields {
		if name, ok := strings.CutPrefix(locustColumn(f), "total "); ok || name == "timestamp" || name == "type" || name == "name" {
			at[name] = i
		}
	}
	width := len(c.fields)
	last := map[string]Transaction{}
	first, end := math.NaN(), math.NaN()
	for {
		ok, err := c.next()
		if err != nil {
			return err
		}
		if !ok {
			return locustTotals(src, sink, last, end-first)
		}
		if len(c.fields) != width {
			return c.refuse("the row has %d fields instead of %d", len(c.fields), width)
		}
		t, err := locustRow(c, at)
		if err != nil {
			return err
		}
		if _, known := last[t.Name]; !known && len(last) > sink.lim.MaxTransactions {
			return c.refuse("the file has more than %d transactions", sink.lim.MaxTransactions)
		}
		last[t.Name] = t
		if stamp, err := strconv.ParseFloat(string(c.fields[at["timestamp"]]), 64); err == nil {
			if end = stamp; math.IsNaN(first) {
				first = stamp
			}
		}
	}
}

func locustTotals(src *source, sink *loadSink, last map[string]Transaction, seconds float64) error {
	total, ok := last["Aggregated"]
	if !ok || total.Count == 0 {
		return src.refuse("the row Aggregated is missing, or counts no request").WithHint("send PREFIX_stats.csv, written at the end of the run")
	}
	var parts []Transaction
	for name, t := range last {
		if seconds > 0 {
			t.Throughput = Figure(float64(t.Count) / seconds)
		}
		if name == "Aggregated" {
			t.Name = ""
			total = t
			continue
		}
		parts = append(parts, t)
	}
	sink.notes.addf("percentiles of the whole run are not in Locust's history: send PREFIX_stats.csv")
	return sink.takeFigures(src.name, total, parts)
}
