package headway

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// FixPlace is a column of the matrix: a release that is not in production yet,
// or trunk.
type FixPlace struct {
	ID      string // of the release, or Trunk
	Name    string // of its newest candidate, or trunk
	Release Release
	Told    FixTold // zero: it has told no commits
}

// FixCell is one fix in one place.
type FixCell struct {
	State   FixState
	Sign    FixSign // by what it is known to be in
	Reason  string  // of a person, or why it is missing
	ByName  string
	At      time.Time   // when it was told
	Commits []FixCommit // that carry it, reverted ones among them
	Asked   bool        // missing, and the place has told its commits since the fix was noted
}

// FixRow is one fix over all places.
type FixRow struct {
	Fix
	Past  []string // versions in production that hold it
	Cells []FixCell
}

// Missing tells whether a place lacks the fix.
func (r FixRow) Missing() bool {
	return slices.ContainsFunc(r.Cells, func(c FixCell) bool { return c.State == FixMissing })
}

// FixMatrix is a team's fixes × {candidate under test, later shelved releases, trunk}.
type FixMatrix struct {
	Places []FixPlace
	Rows   []FixRow // those that are missing somewhere first, then the newest
}

// MissingFrom names the places that lack a fix.
func (m FixMatrix) MissingFrom(r FixRow) []string {
	var out []string
	for i, c := range r.Cells {
		if c.State == FixMissing {
			out = append(out, m.Places[i].Name)
		}
	}
	return out
}

// FixFacts is what the matrix is made of: all of one team.
type FixFacts struct {
	FixBook
	Marks    []FixMark
	Told     []FixTold
	Releases []Release         // of the team
	Newest   map[string]string // name of the newest candidate by release id
	Found    map[int]string    // release id in which a defect was found, by its number
	Open     map[int]bool      // defects, by number, that their release still has to mend
}

// Matrix lays the facts out.
func (f FixFacts) Matrix() FixMatrix {
	var m FixMatrix
	open := slices.DeleteFunc(slices.Clone(f.Releases), func(r Release) bool {
		return r.State == ReleasePlanned || r.State.InProduction() || r.State.Terminal() || f.Newest[r.ID] == ""
	})
	slices.SortStableFunc(open, func(a, b Release) int { return compareVersions(a.Version, b.Version) })
	for _, r := range open {
		m.Places = append(m.Places, FixPlace{r.ID, f.Newest[r.ID], r, f.told(r.ID)})
	}
	m.Places = append(m.Places, FixPlace{ID: Trunk, Name: "trunk", Told: f.told(Trunk)})
	for _, fix := range f.Fixes {
		m.Rows = append(m.Rows, f.row(fix, m.Places))
	}
	slices.SortStableFunc(m.Rows, func(a, b FixRow) int {
		if a.Missing() != b.Missing() {
			return map[bool]int{true: -1, false: 1}[a.Missing()]
		}
		return cmp.Compare(b.Number, a.Number)
	})
	return m
}

func (f FixFacts) told(place string) FixTold {
	i := slices.IndexFunc(f.Told, func(t FixTold) bool { return t.Place == place })
	if i < 0 {
		return FixTold{}
	}
	return f.Told[i]
}

func (f FixFacts) row(fix Fix, places []FixPlace) FixRow {
	row := FixRow{Fix: fix}
	trunk := f.cell(fix, Trunk)
	var first, foundIn string // version that held it first, and in which the defect was found
	for _, r := range f.Releases {
		if fix.Defect > 0 && r.ID == f.Found[fix.Defect] {
			foundIn = r.Version
		}
		if f.cell(fix, r.ID).State != FixIn {
			continue
		}
		if first == "" || compareVersions(r.Version, first) < 0 {
			first = r.Version
		}
		if r.State.InProduction() {
			row.Past = append(row.Past, r.Version)
		}
	}
	for _, p := range places {
		cell := f.cell(fix, p.ID)
		owed := fix.Defect > 0 && f.Open[fix.Defect] && p.ID == f.Found[fix.Defect]
		needed := p.ID == Trunk || owed || first != "" && compareVersions(p.Release.Version, first) >= 0 || foundIn != "" && compareVersions(p.Release.Version, foundIn) > 0
		switch {
		case cell.State != "":
		case trunk.State == FixIn && p.cutAfter(trunk.At):
			cell = FixCell{State: FixIn, Sign: SignTrunk, Reason: "trunk held it when the sprint ended", At: trunk.At}
		case needed:
			cell.State, cell.Asked = FixMissing, p.Told.At.After(fix.NotedAt)
			cell.Reason = "its commits, told since the fix was noted, do not hold it"
			if !cell.Asked {
				cell.Reason = "nobody has told since the fix was noted whether it is here"
			}
		default:
			cell.State, cell.Reason = FixEarlier, "the release is older than the fix"
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// cutAfter tells whether a release was cut from trunk as it was at an instant:
// its sprint ended later, its first candidate came later, and it is no hot fix,
// which is cut from what is in production. A release that has told its own
// commits since is believed instead.
func (p FixPlace) cutAfter(t time.Time) bool {
	return p.ID != Trunk && !p.Told.At.After(t) && !p.Release.Hotfix && !t.After(p.Release.SprintEnd) && !t.After(p.Release.ShelvedAt)
}

// cell says what was told of a fix in a place, the newest word counting; its
// state is empty when nothing was.
func (f FixFacts) cell(fix Fix, place string) FixCell {
	var c FixCell
	for _, k := range f.Commits {
		if k.FixID != fix.ID || k.Place != place {
			continue
		}
		c.Commits = append(c.Commits, k)
		switch {
		case k.Reverted == "" && (c.State != FixIn || k.ToldAt.After(c.At)):
			c.State, c.Sign, c.At, c.Reason = FixIn, k.Sign, k.ToldAt, ""
		case k.Reverted != "" && c.State != FixIn && !k.RevertedAt.Before(c.At):
			c.State, c.At, c.Asked = FixMissing, k.RevertedAt, true
			c.Reason = Shorten(k.Reverted, 10) + " took it out again"
		}
	}
	for _, m := range f.Marks {
		if m.FixID == fix.ID && m.Place == place && !m.At.Before(c.At) {
			c.State, c.Sign, c.Reason, c.ByName, c.At = m.State, m.Sign, m.Reason, m.ByName, m.At
			c.Asked = m.State == FixMissing
		}
	}
	if c.State == FixIn {
		c.Asked = false
	}
	return c
}

// compareVersions orders versions; what is none stands before those that are.
func compareVersions(a, b string) int {
	x, errX := ParseVersion(a)
	y, errY := ParseVersion(b)
	switch {
	case errX != nil && errY != nil:
		return strings.Compare(a, b)
	case errX != nil:
		return -1
	case errY != nil:
		return 1
	}
	return x.Compare(y)
}

// FixGap is a fix that some releases, or trunk, lack.
type FixGap struct {
	Fix
	From  []string // names of the places
	Asked bool     // one of them has told its commits since the fix was noted
}

// Text says in a sentence where the fix is missing.
func (g FixGap) Text() string {
	return fmt.Sprintf("%s is missing from %s", g.Name(), strings.Join(g.From, " and "))
}

// Gaps lists the fixes that a release lacks, and those it holds which a later
// release or trunk lacks, and counts those it holds. A release that is no place
// of the matrix has none.
func (m FixMatrix) Gaps(releaseID string) (gaps []FixGap, holds int) {
	at := slices.IndexFunc(m.Places, func(p FixPlace) bool { return p.ID == releaseID })
	if at < 0 {
		return nil, 0
	}
	for _, row := range m.Rows {
		in := row.Cells[at].State == FixIn
		count(&holds, in)
		g := FixGap{Fix: row.Fix}
		for i := at; i < len(m.Places); i++ {
			if row.Cells[i].State == FixMissing && (i == at || in) {
				g.From, g.Asked = append(g.From, m.Places[i].Name), g.Asked || row.Cells[i].Asked
			}
		}
		if len(g.From) > 0 {
			gaps = append(gaps, g)
		}
	}
	return gaps, holds
}

// JudgeFixes holds the gate of a release while a fix of an earlier release is
// missing from it, or one of its own from a later release or trunk.
func JudgeFixes(m *FixMatrix, releaseID string) (Outcome, string) {
	if m == nil {
		return Pass, "no fix is on record"
	}
	if !slices.ContainsFunc(m.Places, func(p FixPlace) bool { return p.ID == releaseID }) {
		return Pass, "the release holds no candidate that a fix could be missing from"
	}
	var missing, untold []string
	gaps, here := m.Gaps(releaseID)
	for _, g := range gaps {
		if g.Asked {
			missing = append(missing, g.Text())
		} else {
			untold = append(untold, g.Text())
		}
	}
	switch {
	case len(missing) > 0:
		return Fail, enough(append(missing, untold...), 5)
	case len(untold) > 0:
		return Waiting, enough(untold, 5) + ", as far as anybody told: `headway fix report` tells what a branch holds"
	case here == 0:
		return Pass, "no fix is on record that this release or a later one would need"
	}
	return Pass, fmt.Sprintf("%s here, and in every later release and trunk", fixCount(here))
}

func fixCount(n int) string {
	if n == 1 {
		return "1 fix is"
	}
	return fmt.Sprintf("%d fixes are", n)
}
