package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"headway"
	"headway/client"
	"headway/internal/app"
)

// importLimit bounds a release history in bytes; its rows are held in memory.
const importLimit = 64 << 20

func (r *room) imports() {
	register(r, headway.ImportReleases, huma.Operation{
		OperationID: "import-releases", Method: http.MethodPost, Path: "/programmes/{programme}/imports", Tags: []string{"Setup"},
		Summary: "Import a release history",
		Description: "The whole file is read first; a bad row refuses it with nothing stored. Then each line of the answer tells how far it is, " +
			"the last one the summary or an error (application/x-ndjson). An import that was cut goes on when the same file is sent again.",
		RequestBody: streamBody("text/csv", "Columns by header: series, team, deliverable, model, version, released_at; up to 64 MiB"),
	}, func(ctx context.Context, by headway.Actor, in *applyIn) (*huma.StreamResponse, error) {
		f, err := spool(in.Content)
		if err != nil {
			return nil, err
		}
		lines := make(chan client.ImportLine)
		go func() {
			defer close(lines)
			r.importLines(ctx, by, in, f, lines)
		}()
		// Nothing is answered until the file is found good: then it is a plain refusal.
		first := <-lines
		if first.Error != nil {
			return nil, &headway.Error{Kind: headway.Kind(first.Error.Kind), Message: first.Error.Message, Hint: first.Error.Hint, Where: first.Error.Where}
		}
		return &huma.StreamResponse{Body: func(c huma.Context) { writeLines(c, first, lines) }}, nil
	})
}

// importLines runs the import and removes the spooled file.
func (r *room) importLines(ctx context.Context, by headway.Actor, in *applyIn, f *os.File, lines chan<- client.ImportLine) {
	start := time.Now()
	sum, err := r.app.ImportReleases(ctx, by, app.ImportReleases{Programme: in.Programme, Name: in.File, Content: f, Progress: func(p app.ImportProgress) {
		lines <- client.ImportLine{RowsDone: p.RowsDone, Rows: p.Rows}
	}})
	err = errors.Join(err, f.Close())
	if err != nil {
		p := problemOf(ctx, err)
		lines <- client.ImportLine{Error: &client.ImportError{Kind: p.Kind, Message: p.Detail, Hint: p.Hint, Where: p.Where}}
		return
	}
	out := client.ImportSummary{
		Digest: sum.Digest, Rows: sum.Rows, Teams: sum.Teams, Releases: sum.Releases, Completed: sum.Completed, Candidates: sum.Candidates,
		Gaps: sum.Gaps, Betas: sum.Betas, Tags: sum.Tags, Again: sum.Again, Resumed: sum.Resumed, Seconds: time.Since(start).Seconds(),
	}
	lines <- client.ImportLine{RowsDone: sum.Rows, Rows: sum.Rows, Summary: &out}
}

// writeLines sends each line as it comes. When the client has gone it still takes
// them, until the import has noticed and ended.
func writeLines(c huma.Context, first client.ImportLine, lines <-chan client.ImportLine) {
	c.SetHeader("Content-Type", "application/x-ndjson")
	_, w := humago.Unwrap(c)
	control := http.NewResponseController(w)
	until := time.Now().Add(client.ImportTimeout)
	_ = control.SetReadDeadline(until)  // one that passes would end the import
	_ = control.SetWriteDeadline(until) // not supported by test recorders
	send := json.NewEncoder(w)
	_ = send.Encode(first) //nolint:errchkjson // fails only when the client has gone
	for l := range lines {
		_ = control.Flush()
		_ = send.Encode(l) //nolint:errchkjson // fails only when the client has gone
	}
}

// spool keeps a body in a file without a name, which is gone when it is closed.
func spool(body io.Reader) (*os.File, error) {
	f, err := os.CreateTemp("", "headway-import-*.csv")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	n, err := io.Copy(f, io.LimitReader(body, importLimit+1))
	switch {
	case err != nil:
		err = headway.Invalidf("body", "the request ended before its body").Because(err)
	case n > importLimit:
		err = headway.Errorf(headway.TooLarge, "a release history is at most %d bytes", importLimit).WithHint("cut it into several files")
	default:
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
