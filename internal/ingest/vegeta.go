package ingest

import (
	"math"
	"strconv"
	"time"
)

// readVegeta reads the results of `vegeta encode --to json`: a JSON value for
// each request. Like vegeta, it takes a status of 200–399 without an error as a
// success.
func readVegeta(src *source, sink *loadSink) error {
	j := newJSONScanner(src)
	var attack, method, url, failure []byte
	for {
		c, err := j.peek()
		if err != nil {
			return err
		}
		if c == 0 {
			return nil
		}
		s := sample{startUS: math.NaN(), lastUS: math.NaN()}
		code := -1.0
		attack, method, url, failure = attack[:0], method[:0], url[:0], failure[:0]
		err = j.object(func(key []byte) error {
			switch string(key) {
			case "attack":
				return jsonText(j, &attack)
			case "method":
				return jsonText(j, &method)
			case "url":
				return jsonText(j, &url)
			case "error":
				return jsonText(j, &failure)
			case "code":
				v, _, err := j.number()
				code = v
				return err
			case "latency":
				v, ok, err := j.number()
				if ok && v >= 0 {
					s.lastUS = v / 1000
				}
				return err
			case "timestamp":
				b, err := j.text()
				if t, perr := time.Parse(time.RFC3339Nano, string(b)); err == nil && perr == nil {
					s.startUS = float64(t.UnixMicro())
				}
				return err
			}
			return j.skipValue()
		})
		if err != nil {
			return err
		}
		if math.IsNaN(s.lastUS) || code < 0 {
			return j.refuse("a result has no latency or no code")
		}
		s.failed = code < 200 || code >= 400 || len(failure) > 0
		s.name = attack
		if len(s.name) == 0 {
			s.name = append(append(method, ' '), url...)
		}
		sink.add(&s)
	}
}

// isVegetaRow tells a row of `vegeta encode --to csv`, which has no header:
// time in ns, status, latency in ns, bytes out and in, error, body, attack,
// number, method, URL and headers.
func isVegetaRow(f [][]byte) bool {
	if len(f) < 11 || len(f[0]) != 19 || len(f[1]) > 3 {
		return false
	}
	for _, i := range []int{1, 2, 3, 4, 8} {
		if _, ok := digits(f[i]); !ok {
			return false
		}
	}
	_, err := strconv.ParseInt(string(f[0]), 10, 64)
	return err == nil
}

// readVegetaCSV reads `vegeta encode --to csv`.
func readVegetaCSV(src *source, sink *loadSink) error {
	c := newCSVScanner(src, ',')
	var name []byte
	width := 0
	for {
		ok, err := c.next()
		if err != nil || !ok {
			return err
		}
		f := c.fields
		if width == 0 {
			width = len(f)
		}
		if len(f) != width || !isVegetaRow(f) {
			return c.refuse("the row has not the %d fields of a result of vegeta", width).WithHint("the file may be truncated")
		}
		stamp, _ := strconv.ParseInt(string(f[0]), 10, 64)
		code, _ := digits(f[1])
		took, _ := digits(f[2])
		if name = append(name[:0], f[7]...); len(name) == 0 {
			name = append(append(append(name, f[9]...), ' '), f[10]...)
		}
		sink.add(&sample{name: name, startUS: float64(stamp) / 1e3, lastUS: float64(took) / 1e3, failed: code < 200 || code >= 400 || len(f[5]) > 0})
	}
}

// readVegetaStats reads `vegeta report --type json`; its times are nanoseconds.
func readVegetaStats(src *source, sink *loadSink) error {
	j := newJSONScanner(src)
	t := unknownFigures("")
	success := Unknown()
	number := func(to *Figure, per float64) error {
		v, ok, err := j.number()
		if ok {
			*to = Figure(v / per)
		}
		return err
	}
	count := Unknown()
	err := j.object(func(key []byte) error {
		switch string(key) {
		case "requests":
			return number(&count, 1)
		case "rate":
			return number(&t.Throughput, 1)
		case "success":
			return number(&success, 1)
		case "latencies":
			return j.object(func(key []byte) error {
				switch string(key) {
				case "mean":
					return number(&t.MeanMS, 1e6)
				case "50th":
					return number(&t.P50MS, 1e6)
				case "90th":
					return number(&t.P90MS, 1e6)
				case "95th":
					return number(&t.P95MS, 1e6)
				case "99th":
					return number(&t.P99MS, 1e6)
				case "max":
					return number(&t.MaxMS, 1e6)
				}
				return j.skipValue()
			})
		}
		return j.skipValue()
	})
	if err == nil {
		err = j.atEnd()
	}
	if err != nil {
		return err
	}
	if !(count >= 1) || count > 1<<53 || !(success >= 0 && success <= 1) {
		return j.refuse("the report counts no request, or does not say how many succeeded")
	}
	t.Count = int64(count)
	t.Errors = int64(math.Round(float64(count) * (1 - float64(success))))
	t.ErrorRate = Figure(float64(t.Errors) / float64(t.Count))
	return sink.takeFigures(src.name, t, nil)
}
