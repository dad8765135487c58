package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	headway "headway"
)

// sniffSize is how much of a file is looked at to tell its format.
const sniffSize = 64 << 10

// sniff gives the stream as UTF-8 and the start of its text.
func sniff(r io.Reader, name string) (io.Reader, []byte, error) {
	raw := bufio.NewReaderSize(r, sniffSize)
	head, err := raw.Peek(sniffSize)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return nil, nil, readError(err, name)
	}
	utf, err := toUTF8(raw, head[:min(len(head), 1024)], name)
	if err != nil {
		return nil, nil, err
	}
	text := bufio.NewReaderSize(utf, sniffSize)
	head, err = text.Peek(sniffSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, readError(err, name)
	}
	return text, head, nil
}

// delimiterOf tells the delimiter of a CSV file: the character that can be one
// and stands most often in its first line, outside of quotes.
func delimiterOf(head []byte) byte {
	const may = ",;\t|"
	var counts [len(may)]int
	best, quoted := 0, false
	for _, c := range head {
		if c == '\n' && !quoted {
			break
		}
		if c == '"' {
			quoted = !quoted
		}
		if i := strings.IndexByte(may, c); i >= 0 && !quoted {
			if counts[i]++; counts[i] > counts[best] {
				best = i
			}
		}
	}
	return may[best]
}

// unknownFormat says why a file is none that is read: a damaged XML or JSON file gets its own reason.
func unknownFormat(head []byte, name string) error {
	text := bytes.TrimSpace(head)
	if len(text) == 0 {
		return headway.Invalidf(name+":1:1", "the file is empty").WithHint("check that the tool has written its report")
	}
	if len(text) > 8 && text[0] == 0 && bytes.HasPrefix(text[5:], []byte("3.")) {
		return headway.Invalidf(name, "this is a simulation.log of Gatling 3.10 or later, whose binary form only Gatling reads").
			WithHint("send js/stats.json of its report, or a CSV with the columns name, duration_ms, success")
	}
	if text[0] == '<' {
		x := newXMLScanner(newMemorySource(head, name, 0))
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return headway.Invalidf(name+":1:1", "the file is no report that can be read").
		WithHint("tests: JUnit XML, CTRF, go test -json, TRX, NUnit, xUnit, TAP; load: JMeter JTL, k6 JSON, Gatling, Locust CSV, vegeta, hey, wrk, go test -bench, CSV; " +
			"SBOM: CycloneDX or SPDX in JSON; vulnerabilities: SARIF, Trivy or Grype JSON; coverage: Cobertura, Go, LCOV")
}
