package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/ingest"
	"headway/internal/web/form"
)

// sectionView is one section of the setup as a form.
type sectionView struct {
	Section  section
	Elements []form.Element
	Seen     string // digest of the section as it was looked at
	Err      *headway.Error
	Would    app.ProgrammeChanges // what saving would change now, after a conflict
	Start    startSteps           // when it is a step of the way to a first plan

	Import   *headway.Error        // why a calendar could not be imported
	Imported *app.ProgrammeChanges // what a calendar would change
}

func sectionBySlug(slug string) (section, error) {
	all := sections()
	if i := slices.IndexFunc(all, func(s section) bool { return s.slug == slug }); i >= 0 {
		return all[i], nil
	}
	return section{}, headway.NotFoundf("the setup has no section %q", slug).WithHint("open Settings")
}

// openSection finds the section that is asked for, and the setup as it is.
func (s *Site) openSection(w http.ResponseWriter, r *http.Request) (sec section, p *page, v app.SetupView, err error) {
	if sec, err = sectionBySlug(r.PathValue("section")); err != nil {
		return sec, nil, v, err
	}
	if p, err = s.open(w, r, "settings", sec.title); err != nil {
		return sec, nil, v, err
	}
	v, err = s.app.SetupView(r.Context(), p.actor, p.Programme.Key)
	return sec, p, v, err
}

// sectionPage shows a section of the setup as a form.
func (s *Site) sectionPage(w http.ResponseWriter, r *http.Request) error {
	sec, p, v, err := s.openSection(w, r)
	if err != nil {
		return err
	}
	start := startAt(r, sec.slug)
	view := sectionView{Section: start.told(sec), Seen: sec.only(v.File).Digest(), Start: start}
	view.Elements = sec.show(p.guide(v.File, view.Start), v.File)
	for k := range view.Elements {
		if e := &view.Elements[k]; e.New && len(start.Steps) > 0 {
			e.Open = true
			e.Title = e.Typed("name") // what is proposed by name stands there as such
		}
	}
	return p.show(sectionBody(p.Page, view))
}

func (p *page) guide(f headway.ProgrammeFile, s startSteps) form.Guide {
	return guide(f, p.Clock.Now.In(p.Clock.Calendar.Zone), len(s.Steps) > 0)
}

// saveSection applies a section as it was filled in. What cannot be saved stays
// in the form.
func (s *Site) saveSection(w http.ResponseWriter, r *http.Request) error {
	sec, p, v, err := s.openSection(w, r)
	if err != nil {
		return err
	}
	start := startAt(r, sec.slug)
	view := sectionView{Section: start.told(sec), Seen: r.PostFormValue("seen"), Start: start}
	g := p.guide(v.File, start)
	if len(start.Steps) > 0 { // what was proposed is among what was typed
		g.Blanks = p.guide(v.File, startSteps{}).Blanks
	}
	doc, elements, err := sec.read(g, v.File, r.PostForm)
	view.Elements = elements
	in := app.ApplyProgramme{Programme: p.Programme.Key, File: doc, Sections: sec.one != "", Seen: view.Seen}
	var changed app.ProgrammeChanges
	if err == nil {
		changed, err = s.app.ApplyProgramme(r.Context(), p.actor, in)
	}
	if headway.KindOf(err) == headway.Conflict && sec.only(v.File).Digest() != view.Seen {
		view.Seen = sec.only(v.File).Digest()
		in.Seen, in.Preview = view.Seen, true
		if view.Would, _ = s.app.ApplyProgramme(r.Context(), p.actor, in); view.Would.None() { // its error comes back when it is saved
			err = headway.Conflictf("somebody else has just saved the same").WithHint("nothing is left to save")
		}
	}
	if e, ok := refused(err); ok {
		form.Mark(sec.place, view.Elements, e)
		view.Err = e
		return p.showAs(status(e.Kind), sectionBody(p.Page, view))
	}
	if err != nil {
		return err
	}
	return s.done(w, r, start.after(p.Programme), start.done(changed))
}

func savedText(c app.ProgrammeChanges) string {
	if c.None() {
		return "Nothing was changed."
	}
	parts := slices.Concat(c.Added, c.Changed, c.Removed)
	var text strings.Builder
	text.WriteString("Saved: " + strings.Join(parts[:min(len(parts), 4)], "; "))
	if len(parts) > 4 {
		text.WriteString("; and more")
	}
	text.WriteString(". The plan is computed anew.")
	for _, n := range c.Notes {
		text.WriteString(" " + n + ".")
	}
	return text.String()
}

// documentView is the whole setup as a text.
type documentView struct {
	Text  string
	Seen  string
	Err   *headway.Error
	Would *app.ProgrammeChanges // what applying the text would change
}

// documentPage shows the setup as one YAML document.
func (s *Site) documentPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "settings", "Setup as a document")
	if err != nil {
		return err
	}
	v, err := s.app.SetupView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	text, err := ingest.ProgrammeYAML(v.File)
	if err != nil {
		return err
	}
	return p.show(documentBody(p.Page, documentView{Text: string(text), Seen: v.File.Digest()}))
}

// saveDocument says what a document would change, or applies it.
func (s *Site) saveDocument(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "settings", "Setup as a document")
	if err != nil {
		return err
	}
	view := documentView{Text: r.PostFormValue("text"), Seen: r.PostFormValue("seen")}
	v, err := s.app.SetupView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	stale := v.File.Digest() != view.Seen
	view.Seen = v.File.Digest()
	f, err := ingest.ProgrammeFile(strings.NewReader(view.Text), "the document")
	if err == nil && stale && r.PostFormValue("do") == "apply" {
		err = headway.Conflictf("the setup was changed by somebody else while you had it open").WithHint("look at what applying would change now, then apply again")
	}
	in := app.ApplyProgramme{Programme: p.Programme.Key, File: f, Preview: r.PostFormValue("do") != "apply"}
	if e, ok := errors.AsType[*headway.Error](err); ok && e.Kind == headway.Conflict {
		if would, err := s.app.ApplyProgramme(r.Context(), p.actor, app.ApplyProgramme{Programme: in.Programme, File: f, Preview: true}); err == nil {
			view.Would = &would
		}
	}
	var changed app.ProgrammeChanges
	if err == nil {
		changed, err = s.app.ApplyProgramme(r.Context(), p.actor, in)
	}
	if e, ok := refused(err); ok {
		view.Err = e
		return p.showAs(status(e.Kind), documentBody(p.Page, view))
	}
	if err != nil {
		return err
	}
	if in.Preview {
		view.Would = &changed
		return p.show(documentBody(p.Page, view))
	}
	return s.done(w, r, p.Programme.Path("/settings"), savedText(changed))
}
