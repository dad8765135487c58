package ingest

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// loadColumns are the names by which the columns of a plain CSV of requests are
// known, in lower case without what is not a letter or digit. A unit may stand
// behind the name of a duration: ms, s, us or ns; without one it is milliseconds.
var loadColumns = map[string][]string{
	"name":     {"name", "label", "request", "requestname", "transaction", "endpoint", "operation", "url"},
	"duration": {"duration", "elapsed", "responsetime", "latency", "took"},
	"outcome":  {"success", "ok", "status", "statuscode", "code", "result", "outcome", "responsecode"},
	"error":    {"error", "failure", "errormessage"},
	"start":    {"timestamp", "start", "starttime", "startts", "starttimestamp", "time"},
	"kind":     {"recordtype", "type"},
}

var durationUnits = map[string]float64{"": 1e3, "ms": 1e3, "millis": 1e3, "s": 1e6, "sec": 1e6, "seconds": 1e6, "us": 1, "ns": 1e-3}

// loadHeader finds the columns of a plain CSV of requests; false when it is none.
func loadHeader(fields [][]byte) (at map[string]int, perMicro float64, ok bool) {
	at = map[string]int{}
	for i, f := range fields {
		column := strings.ToLower(notALetter.ReplaceAllString(string(f), ""))
		for field, names := range loadColumns {
			for _, n := range names {
				unit, isIt := strings.CutPrefix(column, n)
				per, isUnit := durationUnits[unit]
				if !isIt || unit != "" && (field != "duration" && field != "start" || !isUnit) {
					continue
				}
				if _, twice := at[field]; twice {
					continue
				}
				at[field] = i
				if field == "duration" {
					perMicro = per
				}
			}
		}
	}
	_, hasOutcome := at["outcome"]
	_, hasError := at["error"]
	_, hasName := at["name"]
	_, hasDuration := at["duration"]
	return at, perMicro, hasName && hasDuration && (hasOutcome || hasError)
}

// readLoadCSV reads a plain CSV with a row for each request: a name, a
// duration, and how it went (true, OK, pass, a status of 100–399; or an error,
// which is empty when there was none).
func readLoadCSV(src *source, head []byte, sink *loadSink) error {
	c := newCSVScanner(src, delimiterOf(head))
	if _, err := c.next(); err != nil {
		return err
	}
	at, per, ok := loadHeader(c.fields)
	if !ok {
		return c.refuse("the header names no request, duration and outcome").WithHint("name the columns name, duration_ms and success; timestamp is read as well")
	}
	r := &loadCSV{csv: c, at: at, per: per, width: len(c.fields)}
	for {
		ok, err := c.next()
		if err != nil || !ok {
			return err
		}
		s, counts, err := r.row()
		if err != nil {
			return err
		}
		if counts {
			sink.add(&s)
		}
	}
}

type loadCSV struct {
	csv   *csvScanner
	at    map[string]int
	per   float64
	width int
}

func (r *loadCSV) field(name string) []byte {
	i, ok := r.at[name]
	if !ok {
		return nil
	}
	return bytes.TrimSpace(r.csv.fields[i])
}

func (r *loadCSV) row() (s sample, counts bool, err error) {
	if len(r.csv.fields) != r.width {
		return s, false, r.csv.refuse("the row has %d fields instead of %d", len(r.csv.fields), r.width).
			WithHint("the file may be truncated, or its delimiter stands in a field that is not quoted")
	}
	if kind := string(bytes.ToLower(r.field("kind"))); kind == "user" || kind == "group" || kind == "run" || kind == "error" {
		return s, false, nil // of an export of Gatling's log
	}
	took, perr := strconv.ParseFloat(string(r.field("duration")), 64)
	if perr != nil || !(took >= 0) || math.IsInf(took, 0) {
		return s, false, r.csv.refuse("the duration %q is no number", clip(r.field("duration"), 40))
	}
	s = sample{name: r.field("name"), lastUS: took * r.per, startUS: requestTime(r.field("start"))}
	if _, has := r.at["outcome"]; has {
		var ok bool
		if s.failed, ok = requestFailed(r.field("outcome")); !ok {
			return s, false, r.csv.refuse("%q does not say how the request went", clip(r.field("outcome"), 40))
		}
	}
	if e := r.field("error"); len(e) > 0 && string(bytes.ToLower(e)) != "false" && string(e) != "0" && string(e) != "null" {
		s.failed = true
	}
	return s, true, nil
}

func requestFailed(b []byte) (failed, ok bool) {
	switch string(bytes.ToLower(b)) {
	case "true", "ok", "pass", "passed", "success", "succeeded":
		return false, true
	case "false", "ko", "fail", "failed", "failure", "error":
		return true, true
	}
	code, ok := digits(b)
	return code < 100 || code > 399, ok && code < 1000
}

// requestTime reads a time since the epoch in s, ms, µs or ns by its size, or
// as RFC 3339, in microseconds; NaN when it is neither.
func requestTime(b []byte) float64 {
	if v, err := strconv.ParseFloat(string(b), 64); err == nil && v > 0 {
		for _, unit := range []float64{1e6, 1e3, 1, 1e-3} {
			if us := v * unit; us > 1e14 && us < 8e15 {
				return us
			}
		}
		return math.NaN()
	}
	t, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil || t.Year() < 1970 || t.Year() > 2200 {
		return math.NaN()
	}
	return float64(t.UnixMicro())
}
