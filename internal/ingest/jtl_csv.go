package ingest

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// jtlColumns are the columns of a JMeter result file in CSV that are read; -1 when it has none.
type jtlColumns struct{ stamp, elapsed, label, message, success, width int }

// readJTLCSV reads a JMeter result file in CSV: with its header or without it
// (then in the order that JMeter writes by default), any delimiter, times in
// milliseconds since the epoch or formatted. Samples of transaction controllers
// are listed as groups and left out of the total, as in JMeter's own dashboard.
func readJTLCSV(src *source, head []byte, sink *loadSink) error {
	c := newCSVScanner(src, delimiterOf(head))
	ok, err := c.next()
	if err != nil || !ok {
		return err
	}
	r := &jtlCSV{csv: c, sink: sink}
	if isJTLHeader(c.fields) {
		if r.at, err = jtlHeader(c); err != nil {
			return err
		}
		ok, err = c.next()
	} else {
		r.at = defaultJTL(c.fields)
		if r.at.success < 0 {
			return c.refuse("the first line is neither a header of JMeter nor a row in its default order")
		}
		sink.notes.addf("the file has no header: its columns are taken in the order that JMeter writes by default")
	}
	for ; ok && err == nil; ok, err = c.next() {
		if err := r.row(); err != nil {
			return err
		}
	}
	if r.headers > 0 {
		sink.notes.addf("%d further header lines stand between the rows, as of files joined together", r.headers)
	}
	return err
}

func isJTLHeader(fields [][]byte) bool {
	for _, f := range fields {
		if string(bytes.TrimSpace(f)) == "elapsed" {
			return true
		}
	}
	return false
}

func jtlHeader(c *csvScanner) (jtlColumns, error) {
	at := jtlColumns{stamp: -1, elapsed: -1, label: -1, message: -1, success: -1, width: len(c.fields)}
	for i, f := range c.fields {
		var to *int
		switch string(bytes.TrimSpace(f)) {
		case "timeStamp":
			to = &at.stamp
		case "elapsed":
			to = &at.elapsed
		case "label":
			to = &at.label
		case "responseMessage":
			to = &at.message
		case "success":
			to = &at.success
		default:
			continue
		}
		if *to >= 0 {
			return at, c.refuse("the header names the column %q twice", f)
		}
		*to = i
	}
	if at.elapsed < 0 || at.label < 0 || at.success < 0 {
		return at, c.refuse("the header lacks one of the columns elapsed, label, success").
			WithHint("set jmeter.save.saveservice.label, time and successful to true")
	}
	return at, nil
}

// defaultJTL finds the columns of a row without header: timeStamp, elapsed,
// label, responseCode, responseMessage, threadName, dataType, success, …; older
// files have no responseMessage.
func defaultJTL(fields [][]byte) jtlColumns {
	at := jtlColumns{stamp: 0, elapsed: 1, label: 2, message: -1, success: -1, width: len(fields)}
	for _, i := range []int{7, 6} {
		if i < len(fields) && (string(fields[i]) == "true" || string(fields[i]) == "false") {
			at.success = i
			if i == 7 {
				at.message = 4
			}
			return at
		}
	}
	return at
}

type jtlCSV struct {
	csv     *csvScanner
	sink    *loadSink
	at      jtlColumns
	layout  string // of formatted times, once known
	headers int
	s       sample
}

func (r *jtlCSV) row() error {
	f := r.csv.fields
	if len(f) != r.at.width {
		return r.csv.refuse("the row has %d fields instead of %d", len(f), r.at.width).
			WithHint("the file may be truncated, or its delimiter stands in a field that is not quoted")
	}
	if string(f[r.at.elapsed]) == "elapsed" {
		r.headers++
		return nil
	}
	elapsed, ok := digits(f[r.at.elapsed])
	if !ok {
		return r.csv.refuse("elapsed is %q, which is no number of milliseconds", clip(f[r.at.elapsed], 40))
	}
	switch string(f[r.at.success]) {
	case "true", "TRUE", "True":
		r.s.failed = false
	case "false", "FALSE", "False":
		r.s.failed = true
	default:
		return r.csv.refuse("success is %q, neither true nor false", clip(f[r.at.success], 40))
	}
	r.s.startUS = math.NaN()
	if r.at.stamp >= 0 {
		us, err := r.stamp(f[r.at.stamp])
		if err != nil {
			return err
		}
		r.s.startUS = us
	}
	r.s.name = f[r.at.label]
	r.s.lastUS = float64(elapsed) * 1000
	r.s.group = r.at.message >= 0 && bytes.HasPrefix(f[r.at.message], transactionMessage)
	r.sink.add(&r.s)
	return nil
}

// digits reads a number without sign of up to 16 digits.
func digits(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 16 {
		return 0, false
	}
	var v int64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int64(c-'0')
	}
	return v, true
}

// jtlLayouts are formats of jmeter.save.saveservice.timestamp_format that are in use.
var jtlLayouts = []string{
	"2006/01/02 15:04:05.999", "2006-01-02 15:04:05.999", time.RFC3339Nano, "2006-01-02T15:04:05.999",
	"2006-01-02T15:04:05.999Z0700", "02/01/2006 15:04:05.999", "01/02/06 15:04:05.999", "02.01.2006 15:04:05.999",
}

// stamp reads the start of a sample in microseconds since the epoch. A formatted
// time without zone is taken as UTC: only differences matter.
func (r *jtlCSV) stamp(b []byte) (float64, error) {
	if ms, ok := digits(b); ok {
		return float64(ms) * 1000, nil
	}
	s := string(b)
	if r.layout != "" {
		if t, err := time.Parse(r.layout, s); err == nil {
			return float64(t.UnixMicro()), nil
		}
	}
	for _, layout := range jtlLayouts {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1970 && t.Year() <= 2200 {
			r.layout = layout
			return float64(t.UnixMicro()), nil
		}
	}
	return 0, r.csv.refuse("timeStamp is %s, which is no time that JMeter writes", strconv.Quote(clip(b, 40)))
}
