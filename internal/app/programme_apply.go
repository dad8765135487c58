package app

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"headway"
)

// ApplyProgramme brings the setup of a programme in line with a document.
type ApplyProgramme struct {
	Programme string // key
	File      headway.ProgrammeFile
	Sections  bool   // the programme itself stays as it is; of File only its key counts
	Seen      string // digest of the sections in File as they were looked at; empty: whatever they are now
	Preview   bool   // say what would change, and change nothing
}

// errPreview ends the transaction of a preview, so that nothing of it is kept.
var errPreview = errors.New("preview")

// ProgrammeChanges says what a document changed, as in "team web: priority".
type ProgrammeChanges struct {
	Added, Changed, Removed []string
	Notes                   []string // what deserves attention
}

// None tells whether nothing was changed.
func (p ProgrammeChanges) None() bool { return len(p.Added)+len(p.Changed)+len(p.Removed) == 0 }

// applied is what the audit log keeps of a change of the setup.
type applied struct {
	ProgrammeChanges
	Before headway.ProgrammeFile `json:"before"` // the sections concerned
}

// applying is one run of ApplyProgramme.
type applying struct {
	*change
	p        headway.Programme
	file     headway.ProgrammeFile
	teams    map[string]headway.Team // by key, as they are afterwards
	rhythm   map[string]bool         // keys of teams whose cadence has changed
	envs     []headway.Environment   // as they are afterwards
	sections []remover
	out      ProgrammeChanges
}

// remover removes what a section no longer lists. All run after everything was
// put, because what is removed may have been referred to before.
type remover func(ctx context.Context) error

// ApplyProgramme makes the setup as the document says, in one transaction:
// applied again it changes nothing. Sprints and their releases are generated up
// to the horizon. What is in use is not removed: then nothing is changed.
func (a *App) ApplyProgramme(ctx context.Context, by headway.Actor, in ApplyProgramme) (ProgrammeChanges, error) {
	if in.Sections {
		in.File.Programme = headway.ProgrammePart{Key: in.File.Programme.Key, Name: in.File.Programme.Key}
	}
	if err := in.File.Check(); err != nil {
		return ProgrammeChanges{}, err
	}
	if in.File.Programme.Key != in.Programme {
		return ProgrammeChanges{}, headway.Invalidf("programme.key", "this is the setup of %q, not of %q", in.File.Programme.Key, in.Programme)
	}
	var out ProgrammeChanges
	err := a.changeIn(ctx, by, in.Programme, headway.EditProgramme, func(c *change, p headway.Programme) error {
		before, err := setupOf(ctx, c.Q, p)
		if err != nil {
			return err
		}
		was := before.File.Like(in.File)
		if in.Sections {
			was.Programme = headway.ProgrammePart{Key: p.Key}
		}
		if in.Seen != "" && in.Seen != was.Digest() {
			return headway.Conflictf("this was changed by somebody else while you had it open").WithHint("look at what saving would change now, then save again")
		}
		if in.Sections {
			in.File.Programme = before.File.Programme
		}
		run := &applying{change: c, p: p, file: in.File, teams: map[string]headway.Team{}, rhythm: map[string]bool{}}
		if err := run.all(ctx); err != nil {
			return err
		}
		out = run.out
		if in.Preview {
			return errPreview
		}
		if out.None() {
			return nil
		}
		if err := c.record(ctx, p.ID, ProgrammeApplied, p.ID, fmt.Sprintf("%s changed the setup: %d added, %d changed, %d removed",
			by.Name, len(out.Added), len(out.Changed), len(out.Removed)), applied{out, was}); err != nil {
			return err
		}
		return c.voidStale(ctx, run.p)
	})
	if errors.Is(err, errPreview) {
		err = nil
	}
	return out, err
}

func (r *applying) all(ctx context.Context) error {
	steps := []func(context.Context) error{
		r.programme, r.holidays, r.putTeams, r.putPeople, r.absences, r.environments, r.windows, r.freezes, r.playbook, r.gate, r.runbook,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for _, remove := range r.sections {
		if err := remove(ctx); err != nil {
			return err
		}
	}
	if err := r.checkFreezes(ctx); err != nil {
		return err
	}
	if err := r.checkHotfix(ctx); err != nil {
		return err
	}
	return r.sprints(ctx)
}

func (r *applying) programme(ctx context.Context) error {
	want := r.file.Programme.Noun()
	want.ID, want.Sample, want.Revision, want.CreatedAt = r.p.ID, r.p.Sample, r.p.Revision, r.p.CreatedAt
	fields := differing(r.p, want)
	r.p = want
	if len(fields) == 0 {
		return nil
	}
	r.out.Changed = append(r.out.Changed, "programme: "+strings.Join(fields, ", "))
	return r.PutProgramme(ctx, want)
}

func (r *applying) holidays(ctx context.Context) error {
	if r.file.Holidays == nil {
		return nil
	}
	have, err := r.Holidays(ctx, r.p.ID)
	if err != nil {
		return err
	}
	var want []headway.Holiday
	for _, h := range r.file.Holidays {
		want = append(want, headway.Holiday{ProgrammeID: r.p.ID, Day: h.Day, Name: h.Name})
	}
	before := len(r.out.Added) + len(r.out.Changed) + len(r.out.Removed)
	s := section[headway.Holiday]{
		noun: "holiday", key: func(h headway.Holiday) string { return h.Day.String() },
		adopt: func(_, want headway.Holiday) headway.Holiday { return want },
		put:   func(context.Context, headway.Holiday) error { return nil },
	}
	gone, err := s.puts(ctx, &r.out, have, want)
	if err != nil {
		return err
	}
	for _, h := range gone {
		r.out.Removed = append(r.out.Removed, "holiday "+h.Day.String())
	}
	if before == len(r.out.Added)+len(r.out.Changed)+len(r.out.Removed) {
		return nil
	}
	return r.SetHolidays(ctx, r.p.ID, want)
}

// section compares the stored nouns of one kind with those wanted.
type section[T any] struct {
	noun   string
	key    func(T) string
	adopt  func(have, want T) T // gives want the id of have, or a new one, and what is no setup
	put    func(ctx context.Context, v T) error
	remove func(ctx context.Context, v T) error // refuses what is in use
}

// puts stores what is new or differs and gives what is no longer wanted.
func (s section[T]) puts(ctx context.Context, out *ProgrammeChanges, have, want []T) (gone []T, err error) {
	old := map[string]T{}
	for _, h := range have {
		old[s.key(h)] = h
	}
	wanted := map[string]bool{}
	for _, w := range want {
		key := s.key(w)
		wanted[key] = true
		h, known := old[key]
		w = s.adopt(h, w)
		fields := differing(h, w)
		if known && len(fields) == 0 {
			continue
		}
		if err := s.put(ctx, w); err != nil {
			return nil, err
		}
		if known {
			out.Changed = append(out.Changed, fmt.Sprintf("%s %s: %s", s.noun, key, strings.Join(fields, ", ")))
		} else {
			out.Added = append(out.Added, s.noun+" "+key)
		}
	}
	for _, h := range have {
		if !wanted[s.key(h)] {
			gone = append(gone, h)
		}
	}
	return gone, nil
}

// apply puts a section and leaves the removing for later.
func apply[T any](ctx context.Context, r *applying, s section[T], have, want []T) error {
	gone, err := s.puts(ctx, &r.out, have, want)
	r.sections = append(r.sections, func(ctx context.Context) error {
		for _, v := range gone {
			if err := s.remove(ctx, v); err != nil {
				return err
			}
			r.out.Removed = append(r.out.Removed, s.noun+" "+s.key(v))
		}
		return nil
	})
	return err
}

// differing names the fields in which two nouns differ.
func differing[T any](a, b T) []string {
	var names []string
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range x.NumField() {
		if f, g := x.Field(i), y.Field(i); !reflect.DeepEqual(f.Interface(), g.Interface()) && (!empty(f) || !empty(g)) {
			names = append(names, strings.ToLower(x.Type().Field(i).Name))
		}
	}
	return names
}

// empty tells whether a field is a list or map without elements, nil or not.
func empty(v reflect.Value) bool {
	return (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0
}
