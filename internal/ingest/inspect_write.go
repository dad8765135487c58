package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
)

// WriteJSON writes what MarshalJSON gives, indented by two blanks, a case at a
// time: the text of a hundred thousand cases is not held.
func (i Inspection) WriteJSON(w io.Writer) error {
	out := bufio.NewWriterSize(w, windowSize)
	if t := i.Report.Tests; t != nil && len(t.Cases) > 0 {
		if err := writeTests(out, t); err != nil {
			return err
		}
		return out.Flush()
	}
	if err := encodeIndented(out, i, ""); err != nil {
		return err
	}
	return out.Flush()
}

func writeTests(out *bufio.Writer, t *TestReport) error {
	head := *t
	head.Cases = nil
	var frame bytes.Buffer
	if err := encodeIndented(&frame, testsForm(&head), ""); err != nil {
		return err
	}
	// No text of the report can hold this: its line ends are escaped.
	before, after, _ := bytes.Cut(frame.Bytes(), []byte("\n  \"cases\": []"))
	_, _ = out.Write(before) // the first error of a bufio.Writer is kept for Flush
	_, _ = out.WriteString("\n  \"cases\": [")
	var one bytes.Buffer
	for k := range t.Cases {
		if k > 0 {
			_ = out.WriteByte(',')
		}
		_, _ = out.WriteString("\n    ")
		one.Reset()
		if err := encodeIndented(&one, caseForm(&t.Cases[k]), "    "); err != nil {
			return err
		}
		_, _ = out.Write(bytes.TrimSuffix(one.Bytes(), newline))
	}
	_, _ = out.WriteString("\n  ]")
	_, err := out.Write(after)
	return err
}

func encodeIndented(w io.Writer, v any, prefix string) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, "  ")
	return enc.Encode(v)
}
