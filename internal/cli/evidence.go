package cli

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"headway"
	"headway/internal/ingest"
)

type evidenceCmd struct {
	List    evidenceListCmd   `cmd:"" help:"List the newest evidence of a programme."`
	Show    evidenceShowCmd   `cmd:"" help:"Show a piece of evidence; of a regression run its cases, compared with another."`
	Attach  evidenceAttachCmd `cmd:"" help:"Attach files to a piece of evidence."`
	File    evidenceFileCmd   `cmd:"" help:"Download a report, or a file that is attached to it."`
	Inspect inspectCmd        `cmd:"" help:"Tell what is understood of reports, without a server."`
}

type inspectCmd struct {
	Files []string `arg:"" name:"file" help:"Reports, archives (zip, gzip) or directories of them."`
}

// Help gives an example.
func (inspectCmd) Help() string {
	return `Reads test and load results, bills of materials, reports of vulnerabilities and coverage, judges nothing and stores nothing. Several files become one report: shards add up, a repeated case is a retry.

Example: headway evidence inspect build/test-results --json`
}

// Run prints what was understood.
func (c inspectCmd) Run(e *env) error {
	sources, err := reportFiles(c.Files)
	if err != nil {
		return err
	}
	inspection, err := ingest.Inspect(sources, ingest.DefaultLimits())
	if err != nil {
		return err
	}
	if e.grammar.JSON {
		return inspection.WriteJSON(e.Out)
	}
	printReport(e.Out, inspection.Report)
	return nil
}

// reportFiles lists the files that arguments name, those of directories in the
// order of their names.
func reportFiles(args []string) ([]ingest.Source, error) {
	var out []ingest.Source
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, unreadable("file", arg, err)
		}
		if !info.IsDir() {
			out = append(out, fileSource(arg))
			continue
		}
		before := len(out)
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				s := fileSource(path)
				s.Found = true
				out = append(out, s)
			}
			return err
		})
		if err != nil {
			return nil, unreadable("file", arg, err)
		}
		if len(out) == before {
			return nil, headway.Invalidf("file", "the directory %s holds no files", arg)
		}
	}
	return out, nil
}

func fileSource(path string) ingest.Source {
	return ingest.Source{Name: path, Open: func() (io.ReadCloser, error) { return os.Open(path) }}
}
