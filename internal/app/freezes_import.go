package app

import (
	"context"
	"io"
	"slices"

	"headway"
	"headway/internal/ingest"
	"headway/internal/store"
)

// ImportFreezes brings freezes in from a calendar.
type ImportFreezes struct {
	File    io.Reader // iCalendar
	Name    string    // what errors call it
	Preview bool      // say what would change, and change nothing
}

// ImportFreezes takes the events of a calendar as freezes of the programme,
// beside those that are there. The same calendar again changes nothing; an
// event that has changed changes its freeze.
func (a *App) ImportFreezes(ctx context.Context, by headway.Actor, programme string, in ImportFreezes) (ProgrammeChanges, error) {
	v, err := a.SetupView(ctx, by, programme)
	if err != nil {
		return ProgrammeChanges{}, err
	}
	if err := by.Refusal(headway.EditProgramme, v.Programme.ID); err != nil { // before the file is read
		return ProgrammeChanges{}, err
	}
	calendar, err := v.Programme.Calendar(nil)
	if err != nil {
		return ProgrammeChanges{}, err
	}
	found, err := ingest.FreezeCalendar(in.File, in.Name, calendar.Zone)
	if err != nil {
		return ProgrammeChanges{}, err
	}
	doc := headway.ProgrammeFile{Programme: headway.ProgrammePart{Key: programme}, Freezes: joinFreezes(v.File.Freezes, found)}
	seen := v.File.Like(doc)
	seen.Programme = doc.Programme
	return a.ApplyProgramme(ctx, by, ApplyProgramme{Programme: programme, File: doc, Sections: true, Seen: seen.Digest(), Preview: in.Preview})
}

// joinFreezes puts freezes in the place of those with the same key. Whom a
// freeze holds for was said here, and stays.
func joinFreezes(have, found []headway.FreezePart) []headway.FreezePart {
	out := slices.Clone(have)
	for _, f := range found {
		i := slices.IndexFunc(out, func(o headway.FreezePart) bool { return o.Key == f.Key })
		if i < 0 {
			out = append(out, f)
			continue
		}
		f.Teams, f.Environments = out[i].Teams, out[i].Environments
		out[i] = f
	}
	return out
}

// FreezesView lists every time of the programme's freezes that overlaps a span.
func (a *App) FreezesView(ctx context.Context, by headway.Actor, programme string, span headway.Interval) (out []headway.Freeze, err error) {
	if span.From.IsZero() {
		span.From = a.Now()
	}
	if span.To.IsZero() {
		span.To = span.From.AddDate(1, 0, 0)
	}
	if !span.From.Before(span.To) || span.To.Sub(span.From) > planAhead {
		return nil, headway.Invalidf("to", "the span is empty, or longer than two years").WithHint("ask for a year at a time")
	}
	err = a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) (err error) {
		out, err = freezesIn(ctx, q, p, span)
		return err
	})
	return out, err
}
