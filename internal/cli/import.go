package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"headway/client"
)

type importCmd struct {
	Releases importReleasesCmd `cmd:"" help:"Import a release history in CSV."`
}

type importReleasesCmd struct {
	Programme string `required:"" help:"Key of the programme." env:"HEADWAY_PROGRAMME" placeholder:"KEY"`
	File      string `arg:"" help:"CSV file with the columns series, team, deliverable, model, version, released_at." placeholder:"FILE"`
}

// Help says what becomes of the rows.
func (importReleasesCmd) Help() string {
	return `Teams, releases, candidates (…0rc1) and dates of production come in; betas and mere tags do not.
A bad row refuses the file with nothing stored. Interrupted, it goes on when started again; done, it changes nothing.

Example: headway import releases releases.csv --programme openstack`
}

// Run sends the file and shows how far the server is.
func (c importReleasesCmd) Run(ctx context.Context, e *env) error {
	f, err := os.Open(c.File)
	if err != nil {
		return unreadable("FILE", c.File, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return unreadable("FILE", c.File, err)
	}
	server, err := e.server()
	if err != nil {
		return err
	}
	bar := e.bar("rows")
	sum, err := server.ImportReleases(ctx, c.Programme, filepath.Base(c.File), f, info.Size(), bar.at)
	bar.end()
	if err != nil {
		return err
	}
	e.print(sum, func(w io.Writer) { printImport(w, sum) })
	return nil
}

func printImport(w io.Writer, s client.ImportSummary) {
	if s.Again {
		fmt.Fprintf(w, "this file was imported before; nothing was changed (%d rows)\n", s.Rows)
		return
	}
	if s.Resumed > 0 {
		fmt.Fprintf(w, "went on after %d rows\n", s.Resumed)
	}
	fmt.Fprintf(w, "%d rows in %.1f s: %d teams, %d releases, %d candidates; the gap of %d releases is known\n", s.Rows, s.Seconds, s.Teams, s.Releases, s.Candidates, s.Gaps)
	fmt.Fprintf(w, "left out: %d betas, %d tags that are no release\n", s.Betas, s.Tags)
}

// bar shows progress on a terminal, and nothing anywhere else.
type bar struct {
	w    io.Writer
	unit string
	bar  *progressbar.ProgressBar
}

func (e *env) bar(unit string) *bar {
	if f, ok := e.Err.(*os.File); ok && !e.grammar.JSON && term.IsTerminal(int(f.Fd())) {
		return &bar{w: e.Err, unit: unit}
	}
	return &bar{}
}

func (b *bar) at(done, total int64) {
	if b.w == nil {
		return
	}
	if b.bar == nil {
		b.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(b.w), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
			progressbar.OptionSetItsString(b.unit), progressbar.OptionClearOnFinish())
	}
	_ = b.bar.Set64(done) // fails only when the terminal has gone
}

func (b *bar) end() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}
