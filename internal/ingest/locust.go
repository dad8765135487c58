package ingest

import "strconv"

// readLocust reads the file PREFIX_stats.csv that Locust writes with --csv. The
// row named Aggregated is the total.
func readLocust(src *source, head []byte, sink *loadSink) error {
	c := newCSVScanner(src, delimiterOf(head))
	if _, err := c.next(); err != nil {
		return err
	}
	at := map[string]int{}
	for i, f := range c.fields {
		at[string(f)] = i
	}
	width := len(c.fields)
	if _, ok := at["Name"]; !ok {
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
	name := text("Name")
	if kind := text("Type"); kind != "" && kind != "None" && name != "Aggregated" {
		name = kind + " " + name
	}
	t := unknownFigures(name)
	n, err1 := strconv.ParseInt(text("Request Count"), 10, 64)
	bad, err2 := strconv.ParseInt(text("Failure Count"), 10, 64)
	if err1 != nil || err2 != nil || n < 0 || bad < 0 || bad > n {
		return t, c.refuse("the counts %q and %q are none", clip([]byte(text("Request Count")), 30), clip([]byte(text("Failure Count")), 30))
	}
	t.Count, t.Errors = n, bad
	if n > 0 {
		t.ErrorRate = Figure(float64(bad) / float64(n))
	}
	t.Throughput, t.MeanMS, t.MaxMS = figure("Requests/s"), figure("Average Response Time"), figure("Max Response Time")
	t.P50MS, t.P90MS, t.P95MS, t.P99MS = figure("50%"), figure("90%"), figure("95%"), figure("99%")
	if !t.P50MS.Known() {
		t.P50MS = figure("Median Response Time")
	}
	return t, nil
}
