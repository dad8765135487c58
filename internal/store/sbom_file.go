package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"headway"
)

// SBOM reads what a bill of materials lists by the digest of its normal form.
func (q Q) SBOM(sha string) (*headway.SBOM, error) {
	f, _, err := q.cases.blobs.Open(sha)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	var bill headway.SBOM
	if err := json.Unmarshal(b, &bill); err != nil {
		return nil, fmt.Errorf("decode a bill of materials: %w", err)
	}
	return &bill, nil
}
