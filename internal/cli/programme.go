package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/client"
	"headway/internal/ingest"
)

type programmeCmd struct {
	Example programmeExampleCmd `cmd:"" help:"Print the setup of a small programme, to be made yours."`
	Apply   programmeApplyCmd   `cmd:"" help:"Bring a programme in line with a file, and make it when it is new."`
	Show    programmeShowCmd    `cmd:"" help:"Show everything that a programme is set up with."`
	List    programmeListCmd    `cmd:"" help:"List the programmes that you may see."`
}

type programmeExampleCmd struct {
	Key      string `arg:"" optional:"" help:"Key of the programme." default:"shop" placeholder:"KEY"`
	Playbook string `help:"Playbook of the gallery: ${enum}." enum:"ordinary,lean,data-heavy" default:"ordinary"`
}

// Help says how it goes on.
func (programmeExampleCmd) Help() string {
	return `Asks no server.

Example: headway programme example shop > shop.yaml, then headway programme apply shop.yaml`
}

// Run prints the file.
func (c programmeExampleCmd) Run(_ context.Context, e *env) error {
	if err := headway.CheckKey("KEY", c.Key); err != nil {
		return err
	}
	gallery := headway.PlaybookGallery()
	i := slices.IndexFunc(gallery, func(p headway.GalleryPlaybook) bool { return p.Key == c.Playbook })
	f := headway.ExampleProgramme(c.Key, headway.DateOf(time.Now()), gallery[i])
	raw, err := ingest.ProgrammeYAML(f)
	if err != nil {
		return err
	}
	e.print(f, func(w io.Writer) {
		fmt.Fprintln(w, "# A small programme to start from: change names, dates and rules, then: headway programme apply FILE")
		_, _ = w.Write(raw)
	})
	return nil
}

type programmeApplyCmd struct {
	File string `arg:"" help:"Setup in YAML or JSON; - reads standard input." placeholder:"FILE"`
}

// Help says what the file does.
func (programmeApplyCmd) Help() string {
	return `Sections that the file leaves out stay as they are; what a section does not list is removed, unless it is in use.
The same file again changes nothing. headway programme show --yaml writes such a file.

Example: headway programme apply atlas.yaml`
}

// Run reads the file for what is wrong in it before the server is asked.
func (c programmeApplyCmd) Run(ctx context.Context, e *env) error {
	raw, err := e.read("FILE", c.File, ingest.MaxProgrammeFile)
	if err != nil {
		return err
	}
	f, err := ingest.ProgrammeFile(bytes.NewReader(raw), c.File)
	if err != nil {
		return err
	}
	server, err := e.server()
	if err != nil {
		return err
	}
	p := f.Programme
	out, err := server.ApplySetup(ctx, p.Key, c.File, bytes.NewReader(raw))
	var known *headway.Error
	if errors.As(err, &known) && known.Kind == headway.NotFound {
		if _, err := server.AddProgramme(ctx, client.NewProgramme{Key: p.Key, Name: p.Name, Zone: p.Zone}); err != nil {
			if headway.KindOf(err) == headway.Forbidden {
				return known // it may exist, but is not for this token
			}
			return err
		}
		out, err = server.ApplySetup(ctx, p.Key, c.File, bytes.NewReader(raw))
		out.Added = append([]string{"programme " + p.Key}, out.Added...)
	}
	if err != nil {
		return err
	}
	e.print(out, func(w io.Writer) { printChanges(w, out) })
	return nil
}

func printChanges(w io.Writer, c client.SetupChanges) {
	for _, list := range []struct {
		sign  string
		texts []string
	}{{"+", c.Added}, {"~", c.Changed}, {"-", c.Removed}, {"note:", c.Notes}} {
		for _, text := range list.texts {
			fmt.Fprintln(w, list.sign, text)
		}
	}
	if len(c.Added)+len(c.Changed)+len(c.Removed) == 0 {
		fmt.Fprintln(w, "nothing to change")
	}
}

type programmeShowCmd struct {
	Programme string `arg:"" help:"Key of the programme." placeholder:"KEY"`
	YAML      bool   `name:"yaml" help:"Print the setup as a file for programme apply."`
}

// Run prints the setup.
func (c programmeShowCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	if c.YAML {
		text, err := server.SetupYAML(ctx, c.Programme)
		if err != nil {
			return err
		}
		defer text.Close()
		_, err = io.Copy(e.Out, text)
		return err
	}
	s, err := server.Setup(ctx, c.Programme)
	if err != nil {
		return err
	}
	f, err := s.Document()
	if err != nil {
		return err
	}
	e.print(s, func(w io.Writer) { printSetup(w, s, f) })
	return nil
}

func printSetup(w io.Writer, s client.Setup, f headway.ProgrammeFile) {
	p := f.Programme
	fmt.Fprintf(w, "%s (%s), %s, gap %d–%d–%d working days\n", p.Name, p.Key, p.Zone, p.Gap.Minimum, p.Gap.Target, p.Gap.Maximum)
	t := table{}
	for _, v := range f.Teams {
		rhythm := "no sprints"
		if v.Cadence.Days > 0 {
			rhythm = fmt.Sprintf("%d days from %s", v.Cadence.Days, v.Cadence.First)
		}
		t.add("  team "+v.Key, v.Name, string(v.Kind), rhythm)
	}
	for _, v := range f.People {
		t.add("  person "+v.Key, v.Name, v.Team, joined(v.Skills))
	}
	for _, v := range f.Environments {
		t.add("  environment "+v.Key, v.Name, string(v.Kind))
	}
	for _, v := range f.Windows {
		t.add("  window "+v.Key, v.Name, joined(v.Days), fmt.Sprintf("%s, %d minutes", v.Start, v.Minutes))
	}
	for _, v := range f.Freezes {
		t.add("  freeze "+v.Key, v.Name, v.From.Format("2006-01-02 15:04Z07:00"), v.To.Format("2006-01-02 15:04Z07:00"))
	}
	t.print(w)
	fmt.Fprintf(w, "playbook version %d, gate version %d, runbook version %d; --yaml shows all\n", s.Playbook, s.Gate, s.Runbook)
}

func joined[S any](list []S) string {
	var text strings.Builder
	for i, v := range list {
		if i > 0 {
			text.WriteString(", ")
		}
		fmt.Fprint(&text, v)
	}
	return text.String()
}

type programmeListCmd struct{}

// Run prints the programmes.
func (programmeListCmd) Run(ctx context.Context, e *env) error {
	server, err := e.server()
	if err != nil {
		return err
	}
	list, err := server.Programmes(ctx)
	if err != nil {
		return err
	}
	e.print(list, func(w io.Writer) {
		t := table{}
		for _, p := range list {
			t.add(p.Key, p.Name, fmt.Sprintf("%d teams", p.Teams), fmt.Sprintf("%d on the shelf", p.Shelved), fmt.Sprintf("%d in production", p.Live))
		}
		t.print(w)
	})
	return nil
}
