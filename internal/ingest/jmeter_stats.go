package ingest

// readJMeterStats reads statistics.json of JMeter's HTML dashboard. Its three
// percentiles are 90, 95 and 99 unless the dashboard was configured otherwise,
// which the file does not say.
func readJMeterStats(src *source, sink *loadSink) error {
	j := newJSONScanner(src)
	var total Transaction
	var parts []Transaction
	var sum int64
	err := j.object(func(key []byte) error {
		t := unknownFigures(string(key))
		if err := j.object(func(key []byte) error { return jmeterFigure(j, key, &t) }); err != nil {
			return err
		}
		if t.Name == "Total" {
			t.Name = ""
			total = t
			return nil
		}
		if len(parts) >= sink.lim.MaxTransactions {
			return j.refuse("the file has more than %d transactions", sink.lim.MaxTransactions)
		}
		parts = append(parts, t)
		sum += t.Count
		return nil
	})
	if err == nil {
		err = j.atEnd()
	}
	if err != nil {
		return err
	}
	if total.Count == 0 {
		return j.refuse("the file counts no sample under Total: nothing was measured")
	}
	if sum != total.Count {
		sink.notes.addf("Total declares %d samples, the transactions have %d; JMeter leaves transaction controllers out of Total", total.Count, sum)
	}
	return sink.takeFigures(src.name, total, parts)
}

func jmeterFigure(j *jsonScanner, key []byte, t *Transaction) error {
	var to *Figure
	switch string(key) {
	case "meanResTime":
		to = &t.MeanMS
	case "medianResTime":
		to = &t.P50MS
	case "maxResTime":
		to = &t.MaxMS
	case "pct1ResTime":
		to = &t.P90MS
	case "pct2ResTime":
		to = &t.P95MS
	case "pct3ResTime":
		to = &t.P99MS
	case "throughput":
		to = &t.Throughput
	case "sampleCount", "errorCount":
		v, ok, err := j.number()
		if err == nil && (!ok || v < 0 || v > 1<<53) {
			return j.refuse("a count is no number")
		}
		if key[0] == 's' {
			t.Count = int64(v)
		} else {
			t.Errors = int64(v)
		}
		if t.Count > 0 {
			t.ErrorRate = Figure(float64(t.Errors) / float64(t.Count))
		}
		return err
	default:
		return j.skipValue()
	}
	v, ok, err := j.number()
	if ok {
		*to = Figure(v)
	}
	return err
}
