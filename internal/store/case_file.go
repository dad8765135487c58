package store

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"headway"
)

// The cases of a run are a file (docs/adr/0110-case-file.md): magic, a header in JSON, the words of all
// histories, then the cases by id, each id as what it shares with the one
// before and the rest, and last, compressed, what only some cases have: message,
// file and labels. 100,000 cases are
// about 3 MB and read in some milliseconds, which rows of a database are not.
const (
	caseMagic   = "headway-cases/2\n"
	caseMagic1  = "headway-cases/1\n" // without files and labels
	maxMessages = 16 << 20            // bytes of all messages of a run
	maxCaseFile = 256 << 20
)

type caseHeader struct {
	Runs     []headway.RunRef `json:"runs"`
	Partial  bool             `json:"partial"`
	Words    []string         `json:"words"` // distinct histories
	Cases    int              `json:"cases"`
	IDs      int              `json:"ids"` // bytes of all ids
	Messages int              `json:"messages"`
	Text     int              `json:"text"` // bytes of the messages section, unpacked
}

// EncodeCases writes a run in the form that DecodeCases reads. Messages beyond
// 16 MiB in all are left out.
func EncodeCases(run headway.CaseRun) ([]byte, error) {
	h := caseHeader{Runs: run.Runs, Partial: run.Partial, Cases: len(run.Cases)}
	word := map[string]int{}
	body := make([]byte, 0, 32*len(run.Cases))
	var messages []byte
	before, last := "", 0
	for i, c := range run.Cases {
		n, ok := word[c.History]
		if !ok {
			n = len(h.Words)
			word[c.History] = n
			h.Words = append(h.Words, c.History)
		}
		same := sharedPrefix(before, c.ID)
		body = binary.AppendUvarint(body, uint64(same))
		body = binary.AppendUvarint(body, uint64(len(c.ID)-same))
		body = append(body, c.ID[same:]...)
		body = binary.AppendUvarint(body, uint64(n))
		body = binary.AppendUvarint(body, uint64(max(0, c.Duration.Microseconds())))
		before = c.ID
		h.IDs += len(c.ID)
		where := placeText(c)
		if more := len(c.Message) + len(where); more > 0 && len(messages)+more+3*binary.MaxVarintLen64 < maxMessages {
			messages = binary.AppendUvarint(messages, uint64(i-last))
			messages = appendText(appendText(messages, c.Message), where)
			last = i
			h.Messages++
		}
	}
	h.Text = len(messages)
	header, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("header of cases: %w", err)
	}
	var out bytes.Buffer
	out.WriteString(caseMagic)
	out.Write(binary.AppendUvarint(nil, uint64(len(header))))
	out.Write(header)
	out.Write(body)
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(messages); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// placeText writes file and labels of a case, one behind the other; none of
// them can hold a NUL, which divides them.
func placeText(c headway.RunCase) string {
	if c.File == "" && len(c.Labels) == 0 {
		return ""
	}
	return strings.Join(append([]string{c.File}, c.Labels...), "\x00")
}

func sharedPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

var errCases = errors.New("the file of cases is damaged")

// DecodeCases reads what EncodeCases wrote.
func DecodeCases(b []byte) (headway.CaseRun, error) {
	var run headway.CaseRun
	rest, second := bytes.CutPrefix(b, []byte(caseMagic))
	if !second {
		var first bool
		if rest, first = bytes.CutPrefix(b, []byte(caseMagic1)); !first {
			return run, errCases
		}
	}
	size, n := binary.Uvarint(rest)
	if n <= 0 || size > uint64(len(rest)-n) {
		return run, errCases
	}
	var h caseHeader
	if err := json.Unmarshal(rest[n:n+int(size)], &h); err != nil {
		return run, errors.Join(errCases, err)
	}
	rest = rest[n+int(size):]
	if h.Cases < 0 || h.Cases > len(rest) || h.IDs < 0 || h.IDs > maxCaseFile || h.Text < 0 || h.Text > maxMessages || h.Messages < 0 || h.Messages > h.Cases {
		return run, errCases
	}
	run.Runs, run.Partial = h.Runs, h.Partial
	var err error
	if run.Cases, rest, err = decodeCases(h, rest); err != nil {
		return headway.CaseRun{}, err
	}
	if err := decodeMessages(run.Cases, h, rest, second); err != nil {
		return headway.CaseRun{}, err
	}
	return run, nil
}

// decodeCases reads the ids into one string that all cases share.
func decodeCases(h caseHeader, b []byte) (cases []headway.RunCase, rest []byte, err error) {
	var ids strings.Builder
	ids.Grow(h.IDs)
	cases = make([]headway.RunCase, h.Cases)
	before := ""
	for i := range cases {
		var f [2]uint64
		for k := range f {
			var n int
			if f[k], n = binary.Uvarint(b); n <= 0 {
				return nil, nil, errCases
			}
			b = b[n:]
		}
		if f[0] > uint64(len(before)) || f[1] > uint64(len(b)) || uint64(ids.Len())+f[0]+f[1] > uint64(h.IDs) {
			return nil, nil, errCases
		}
		start := ids.Len()
		ids.WriteString(before[:f[0]])
		ids.Write(b[:f[1]])
		before = ids.String()[start:]
		b = b[f[1]:]
		for k := range f {
			var n int
			if f[k], n = binary.Uvarint(b); n <= 0 {
				return nil, nil, errCases
			}
			b = b[n:]
		}
		if f[0] >= uint64(len(h.Words)) || f[1] > 1<<53 {
			return nil, nil, errCases
		}
		cases[i] = headway.RunCase{ID: before, History: h.Words[f[0]], Duration: time.Duration(min(f[1], 1<<53)) * time.Microsecond}
	}
	return cases, b, nil
}

// decodeMessages reads what only some cases have; places tells whether files
// and labels are among it.
func decodeMessages(cases []headway.RunCase, h caseHeader, b []byte, places bool) error {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return errors.Join(errCases, err)
	}
	text := make([]byte, h.Text)
	if _, err := io.ReadFull(z, text); err != nil {
		return errors.Join(errCases, err)
	}
	at := uint64(0)
	for range h.Messages {
		step, n := binary.Uvarint(text)
		if n <= 0 {
			return errCases
		}
		text = text[n:]
		if at += step; step > uint64(len(cases)) || at >= uint64(len(cases)) {
			return errCases
		}
		c := &cases[at]
		if c.Message, text, err = cutText(text); err != nil {
			return err
		}
		if !places {
			continue
		}
		var where string
		if where, text, err = cutText(text); err != nil {
			return err
		}
		if where != "" {
			parts := strings.Split(where, "\x00")
			c.File, c.Labels = parts[0], parts[1:]
		}
	}
	return nil
}

// cutText reads a text behind its length.
func cutText(b []byte) (text string, rest []byte, err error) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return "", nil, errCases
	}
	return string(b[n : n+int(size)]), b[n+int(size):], nil
}
