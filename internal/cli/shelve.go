package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"headway"
	"headway/client"
)

type shelveCmd struct {
	programmeFlag
	Team     string   `required:"" help:"Key of the team whose release it is." env:"HEADWAY_TEAM" placeholder:"KEY"`
	Version  string   `required:"" help:"Version of the release, as 2.4.0; the server numbers its candidates." placeholder:"VERSION"`
	Artifact []string `sep:"none" help:"File of the candidate. Repeatable." placeholder:"FILE"`
	Files    []string `arg:"" optional:"" name:"artifact" help:"More files of the candidate."`
	Notes    string   `help:"Release notes in markdown; - reads standard input." placeholder:"FILE"`
	Commit   string   `help:"Commit that it was built from." placeholder:"SHA"`
	Fact     []string `sep:"none" help:"What it changes and how big it is, as schema-migration=true or data-gb=120. Repeatable." placeholder:"NAME=VALUE"`
	Fixes    []string `help:"Defects that it fixes, as D-12. Repeatable." placeholder:"D-N"`
	Reason   string   `help:"Why it takes the place of the candidate before." placeholder:"TEXT"`
	Hotfix   bool     `help:"A hot fix, of a version that is not known yet: it goes as the programme's rule about hot fixes says."`
	Mends    string   `help:"Release in production whose trouble it mends, as web/2.4.0: a roll-forward." placeholder:"RELEASE"`
	Preview  bool     `help:"Say what would happen, and store nothing."`
}

// Help gives an example.
func (shelveCmd) Help() string {
	return `The candidate is immutable. Shelving the same content again changes nothing, so a build may be repeated.

Example: headway shelve --programme shop --team web --version 2.4.0 --artifact dist/web.tar.gz --notes NOTES.md --commit $GIT_COMMIT --fact schema-migration=true --fact data-gb=120`
}

// Run hands in the files that the server does not have, and shelves.
func (c shelveCmd) Run(ctx context.Context, e *env) error {
	in, err := c.candidate(e)
	if err != nil {
		return err
	}
	server, err := e.server()
	if err != nil {
		return err
	}
	if !c.Preview {
		for i, path := range c.artifacts() {
			if err := upload(ctx, server, c.Programme, in.Artifacts[i].SHA256, path); err != nil {
				return err
			}
		}
	}
	out, err := server.Shelve(ctx, c.Programme, in)
	if err != nil {
		return err
	}
	e.print(out, func(w io.Writer) { printShelved(w, out) })
	return nil
}

func (c shelveCmd) artifacts() []string { return append(slices.Clone(c.Artifact), c.Files...) }

// candidate reads what the flags name.
func (c shelveCmd) candidate(e *env) (client.NewCandidate, error) {
	in := client.NewCandidate{
		Team: c.Team, Version: c.Version, Commit: c.Commit, Fixes: c.Fixes, Reason: c.Reason,
		Hotfix: c.Hotfix, Mends: c.Mends, Preview: c.Preview, Facts: map[string]string{},
	}
	for _, s := range c.Fact {
		name, value, err := headway.ParseFact(s)
		if err != nil {
			return in, err
		}
		if _, twice := in.Facts[name]; twice {
			return in, headway.Invalidf("--fact", "%q is declared twice", name)
		}
		in.Facts[name] = value
	}
	if c.Notes != "" {
		notes, err := e.read("--notes", c.Notes, 256<<10)
		if err != nil {
			return in, err
		}
		in.Notes = string(notes)
	}
	for _, path := range c.artifacts() {
		sum, size, err := digest(path)
		if err != nil {
			return in, err
		}
		in.Artifacts = append(in.Artifacts, client.Artifact{Name: filepath.Base(path), SHA256: sum, Size: size})
	}
	if len(in.Artifacts) == 0 && !c.Preview {
		return in, headway.Invalidf("--artifact", "a candidate needs at least one artifact").WithHint("name files with --artifact FILE")
	}
	return in, nil
}

// digest reads a file once for its SHA-256.
func digest(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, unreadable("--artifact", path, err)
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, unreadable("--artifact", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// upload streams a file to the server, which checks it against its digest.
func upload(ctx context.Context, server *client.Client, programme, sum, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return unreadable("--artifact", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return unreadable("--artifact", path, err)
	}
	_, err = server.PutArtifact(ctx, programme, sum, f, info.Size())
	return err
}

func printShelved(w io.Writer, s client.Shelved) {
	verb := "shelved"
	switch {
	case s.Preview:
		verb = "would be shelved"
	case !s.Created:
		verb = "was on the shelf already"
	}
	fmt.Fprintf(w, "%s %s (%s)\n", s.Candidate.Name, verb, s.Candidate.Digest)
	if s.Superseded != "" {
		fmt.Fprintf(w, "takes the place of %s\n", s.Superseded)
	}
	t := table{}
	for _, i := range s.Items {
		t.add("  "+i.Fate, i.Item.Title, i.Item.Skill, fmt.Sprintf("%g h", i.Item.Hours), printable(i.Reason))
	}
	if len(t.rows) > 0 {
		fmt.Fprintln(w, "operations backlog:")
		t.print(w)
	}
	for _, list := range []struct{ title, text string }{
		{"needs evidence", keysOf(s.Rerun)},
		{"earlier evidence stands for", keysOf(s.Stands)},
		{"fixes", strings.Join(s.Fixed, ", ")},
		{"still open", strings.Join(s.OpenDefects, ", ")},
	} {
		if list.text != "" {
			fmt.Fprintf(w, "%s: %s\n", list.title, list.text)
		}
	}
	for _, k := range slices.Concat(s.Rerun, s.Stands) {
		if k.Reason != "" {
			fmt.Fprintf(w, "  %s: %s\n", k.Key, printable(k.Reason))
		}
	}
	for _, m := range s.MissingFixes {
		fmt.Fprintf(w, "%s\n", printable(m))
	}
	if n := len(s.Voided); n > 0 {
		fmt.Fprintf(w, "%d go/no-go no longer holds\n", n)
	}
	for _, o := range s.Owed {
		var owes []string
		if o.Rebase {
			owes = append(owes, "be rebased onto "+s.Release.Version)
		}
		if len(o.Rerun) > 0 {
			owes = append(owes, "have done again: "+strings.Join(o.Rerun, ", "))
		}
		fmt.Fprintf(w, "once it is live, %s must %s\n", o.Candidate, strings.Join(owes, ", and "))
	}
	if s.Impact != nil {
		printImpact(w, *s.Impact)
	}
}

func keysOf(list []client.Named) string {
	keys := make([]string, len(list))
	for i, n := range list {
		keys[i] = n.Key
	}
	return strings.Join(keys, ", ")
}

func printImpact(w io.Writer, v client.PlanImpact) {
	fmt.Fprintf(w, "the plan would be %s; production of this release: %s, now planned %s\n", printable(v.Status), clock(v.After), clock(v.Before))
	t := table{}
	for _, b := range v.Bookings {
		t.add("  "+b.Environment, b.Title, b.Release, clock(b.BeforeFrom), "→ "+clock(b.AfterFrom))
	}
	if len(t.rows) > 0 {
		fmt.Fprintln(w, "bookings that move:")
		t.print(w)
	}
	printComparison(w, v.Comparison)
	for _, f := range v.Findings {
		fmt.Fprintf(w, "%s: %s\n", printable(f.Severity), printable(f.Text))
	}
}
