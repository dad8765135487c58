package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// eachLine calls of with the words of each line of a short text.
func eachLine(src *source, of func(words []string, n int) error) error {
	lines := bufio.NewReaderSize(sourceReader{src}, windowSize)
	for n := 1; ; n++ {
		line, err := readLine(lines, windowSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return placed(readError(err, src.name), src.name)
		}
		if e := of(strings.Fields(string(bytes.ToValidUTF8(line, nil))), n); e != nil {
			return e
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
}

// readHeyText reads the summary that hey prints. Answers with a status of
// 200–399 are successes; requests without an answer are errors.
func readHeyText(src *source, sink *loadSink) error {
	t := unknownFigures("")
	section, ended := "", false
	err := eachLine(src, func(w []string, n int) error {
		switch {
		case len(w) >= 2 && len(w) <= 3 && strings.HasSuffix(w[len(w)-1], ":"):
			section = strings.Join(w, " ")
			return nil
		case len(w) == 3 && w[0] == "Average:" && section == "":
			t.MeanMS = heySeconds(w[1])
		case len(w) == 3 && w[0] == "Slowest:" && section == "":
			t.MaxMS = heySeconds(w[1])
		case len(w) == 2 && w[0] == "Requests/sec:":
			t.Throughput = heySeconds(w[1]) / 1000
		case len(w) == 4 && w[1] == "in" && strings.HasPrefix(w[3], "sec"):
			heyPercentile(&t, w[0], heySeconds(w[2]))
		case strings.HasPrefix(section, "Status code") && len(w) == 3 && w[2] == "responses":
			ended = true
			return heyCount(src, &t, strings.Trim(w[0], "[]"), w[1], n)
		case strings.HasPrefix(section, "Error distribution") && len(w) > 1 && strings.HasPrefix(w[0], "["):
			ended = true
			return heyCount(src, &t, "0", strings.Trim(w[0], "[]"), n)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case !ended || t.Count == 0:
		return src.refuse("the output does not say how the requests ended: it is truncated")
	}
	t.ErrorRate = Figure(float64(t.Errors) / float64(t.Count))
	return sink.takeFigures(src.name, t, nil)
}

func heyPercentile(t *Transaction, share string, ms Figure) {
	switch share {
	case "50%", "50%%":
		t.P50MS = ms
	case "90%", "90%%":
		t.P90MS = ms
	case "95%", "95%%":
		t.P95MS = ms
	case "99%", "99%%":
		t.P99MS = ms
	}
}

func heyCount(src *source, t *Transaction, code, count string, n int) error {
	status, ok1 := digits([]byte(code))
	c, ok2 := digits([]byte(count))
	if !ok1 || !ok2 || c > 1<<50 || t.Count > 1<<50 {
		return placedLine(src, n, "%q and %q are no status and count", code, count)
	}
	t.Count += c
	if status < 200 || status > 399 {
		t.Errors += c
	}
	return nil
}

// heySeconds reads seconds as milliseconds.
func heySeconds(s string) Figure {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0) || math.IsInf(v, 0) {
		return Unknown()
	}
	return Figure(v * 1000)
}

// readVegetaText reads what `vegeta report` prints.
func readVegetaText(src *source, sink *loadSink) error {
	t := unknownFigures("")
	success := Unknown()
	var byCode, bad int64 // the share of successes is rounded, the codes are not
	err := eachLine(src, func(w []string, _ int) error {
		if len(w) == 0 {
			return nil
		}
		if w[0] == "Status" {
			byCode, bad = vegetaCodes(w)
			return nil
		}
		names, values := vegetaColumns(w[1:])
		for i, name := range names {
			if i >= len(values) {
				break
			}
			vegetaFigure(&t, &success, w[0], name, values[i])
		}
		return nil
	})
	if err != nil {
		return err
	}
	if t.Count == 0 || !(success >= 0 && success <= 1) {
		return src.refuse("the report counts no request, or does not say how many succeeded: it is truncated")
	}
	t.Errors = int64(math.Round(float64(t.Count) * (1 - float64(success))))
	if byCode == t.Count {
		t.Errors = bad
	}
	t.ErrorRate = Figure(float64(t.Errors) / float64(t.Count))
	return sink.takeFigures(src.name, t, nil)
}

// vegetaCodes adds up 200:48 500:2 0:1.
func vegetaCodes(w []string) (all, bad int64) {
	for _, word := range w {
		code, count, ok := strings.Cut(word, ":")
		c, ok1 := digits([]byte(code))
		n, ok2 := digits([]byte(count))
		if !ok || !ok1 || !ok2 || n > 1<<50 || all > 1<<50 {
			continue
		}
		all += n
		if c < 200 || c > 399 {
			bad += n
		}
	}
	return all, bad
}

// vegetaColumns splits [total, rate] 50, 5.01 into names and values.
func vegetaColumns(w []string) (names, values []string) {
	inNames := true
	for _, word := range w {
		last := strings.HasSuffix(word, "]")
		word = strings.Trim(word, "[],")
		if inNames {
			names = append(names, word)
		} else {
			values = append(values, word)
		}
		inNames = inNames && !last
	}
	return names, values
}

func vegetaFigure(t *Transaction, success *Figure, row, name, value string) {
	switch row {
	case "Requests":
		v, err := strconv.ParseFloat(value, 64)
		switch {
		case err != nil || !(v >= 0) || v > 1<<53:
		case name == "total":
			t.Count = int64(v)
		case name == "rate":
			t.Throughput = Figure(v)
		}
	case "Success":
		if v, err := strconv.ParseFloat(strings.TrimSuffix(value, "%"), 64); err == nil {
			*success = Figure(v / 100)
		}
	case "Latencies":
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return
		}
		ms := Figure(float64(d) / 1e6)
		switch name {
		case "mean":
			t.MeanMS = ms
		case "50":
			t.P50MS = ms
		case "90":
			t.P90MS = ms
		case "95":
			t.P95MS = ms
		case "99":
			t.P99MS = ms
		case "max":
			t.MaxMS = ms
		}
	}
}
