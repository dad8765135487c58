package api

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"headway/internal/reqid"
)

const (
	stallTime  = 30 * time.Second // without a byte, a transfer is cut
	streamTime = 2 * time.Hour    // for a whole transfer
	chunkSize  = 256 << 10
)

// patience keeps a transfer's deadlines ahead of it while bytes flow, in place
// of those of ordinary requests.
type patience struct {
	rc    *http.ResponseController
	until time.Time
}

func newPatience(ctx huma.Context) patience {
	_, w := humago.Unwrap(ctx)
	return patience{http.NewResponseController(w), time.Now().Add(streamTime)}
}

// more allows for the next bytes. Recorders in tests have no deadlines.
func (p patience) more() {
	next := time.Now().Add(stallTime)
	if next.After(p.until) {
		next = p.until
	}
	_ = p.rc.SetReadDeadline(next)
	_ = p.rc.SetWriteDeadline(next.Add(stallTime))
}

// patientReader reads a body as long as bytes flow.
type patientReader struct {
	io.Reader
	patience
}

// Read reads on.
func (p *patientReader) Read(b []byte) (int, error) {
	p.more()
	return p.Reader.Read(b)
}

// attachment answers with a stored file, which is never shown in a browser.
func attachment(name, sha256 string, size int64, content io.ReadCloser) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer func() { _ = content.Close() }() // only read
		ctx.SetHeader("Content-Type", "application/octet-stream")
		ctx.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		ctx.SetHeader("Content-Length", strconv.FormatInt(size, 10))
		if raw, err := hex.DecodeString(sha256); err == nil {
			ctx.SetHeader("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(raw)+":")
		}
		if err := sendWhole(ctx.BodyWriter(), content, newPatience(ctx)); err != nil {
			slog.WarnContext(ctx.Context(), "a file could not be sent", "request_id", reqid.From(ctx.Context()), "err", err)
			panic(http.ErrAbortHandler) // the way of net/http to break off an answer
		}
	}}
}

// sendWhole copies a stored file, whose reader tells at its end whether it is
// whole. The last bytes wait for that, so that a damaged file never arrives complete.
func sendWhole(w io.Writer, r io.Reader, p patience) error {
	held, next := make([]byte, 0, chunkSize), make([]byte, chunkSize)
	for {
		n, err := io.ReadFull(r, next)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		p.more()
		if _, werr := w.Write(held); werr != nil {
			return werr
		}
		if err != nil {
			_, err = w.Write(next[:n])
			return err
		}
		held, next = next[:n], held[:chunkSize]
	}
}
