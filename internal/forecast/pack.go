package forecast

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
)

// mostPacked bounds what is unpacked.
const mostPacked = 512 << 20

// PackStudy writes a study as text, so that another node simulates the very same.
func PackStudy(s Study) (string, error) { return pack(s) }

// UnpackStudy reads what PackStudy wrote.
func UnpackStudy(text string) (s Study, err error) { return s, unpack(text, &s) }

// PackOutcome writes what a part of the simulations came to as text.
func PackOutcome(o Outcome) (string, error) { return pack(o) }

// UnpackOutcome reads what PackOutcome wrote.
func UnpackOutcome(text string) (o Outcome, err error) { return o, unpack(text, &o) }

// pack writes JSON, which keeps every number and pointer as it is, and shortens it.
func pack(v any) (string, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(v); err != nil {
		return "", fmt.Errorf("pack: %w", err)
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("pack: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

func unpack(text string, v any) error {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if err := json.NewDecoder(io.LimitReader(z, mostPacked)).Decode(v); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	return nil
}

// lawText is how a law is written.
type lawText struct {
	Ratios []float32
	Own    int
}

// MarshalJSON writes the whole table.
func (l Law) MarshalJSON() ([]byte, error) { return json.Marshal(lawText{l.ratios[:], l.Own}) }

// UnmarshalJSON reads a table of the same size.
func (l *Law) UnmarshalJSON(b []byte) error {
	var t lawText
	if err := json.Unmarshal(b, &t); err != nil {
		return err
	}
	if len(t.Ratios) != lawSize {
		return fmt.Errorf("a law of %d ratios, not %d", len(t.Ratios), lawSize)
	}
	copy(l.ratios[:], t.Ratios)
	l.Own = t.Own
	return nil
}
