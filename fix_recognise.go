package headway

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Commit is what a version control system tells of one commit, its message read.
type Commit struct {
	SHA     string // 40 or 64 hexadecimal digits
	PatchID string // may be empty
	Subject string
	Fixes   []int    // numbers of defects that its trailers name
	Picked  []string // commits that it was picked from, perhaps shortened
	Reverts []string // commits that it takes out again, perhaps shortened
}

// Check refuses a commit that could not be found again.
func (c Commit) Check() error {
	if !isHex(c.SHA, 40, 64) {
		return Invalidf("commits", "%q is no commit", Shorten(c.SHA, 70)).WithHint("name commits by their whole SHA")
	}
	if c.PatchID != "" && !isHex(c.PatchID, 40, 64) {
		return Invalidf("commits", "%q is no patch id", Shorten(c.PatchID, 70)).WithHint("give what `git patch-id --stable` prints first")
	}
	return nil
}

func isHex(s string, lengths ...int) bool {
	return slices.Contains(lengths, len(s)) && strings.Trim(s, "0123456789abcdef") == ""
}

// FixBook is what is known of one team's fixes: it recognises them in commits.
type FixBook struct {
	Fixes   []Fix
	Commits []FixCommit
}

// FixesFound is what the commits of a place say.
type FixesFound struct {
	New       []Fix       // noted for the first time; their numbers and ids are still to be drawn
	Commits   []FixCommit // to be stored; that of a new fix has its place in New as FixID, as "new:0"
	Reverted  []FixCommit // known ones that were taken out, or taken out and brought back
	Unknown   []int       // defects that trailers name and the programme does not know
	Recognise int         // commits that carry a fix
}

// Recognise reads the commits of a place, oldest first. Known are the defects
// that trailers may name, by number with their titles. A commit that was picked
// into a release from elsewhere is a fix, even when it names no defect.
func (b FixBook) Recognise(place string, commits []Commit, defects map[int]string) FixesFound {
	r := recognition{book: b, place: place, defects: defects, fixOf: map[int]string{}, here: map[string]int{}}
	for _, f := range b.Fixes {
		if f.Defect > 0 {
			r.fixOf[f.Defect] = f.ID
		}
	}
	r.all = append(r.all, b.Commits...)
	for i, c := range r.all {
		if c.Place == place {
			r.here[c.FixID+c.SHA] = i
		}
	}
	r.old = len(r.all)
	changed := map[int]bool{}
	for _, c := range commits {
		for _, sha := range c.Reverts {
			r.revert(sha, c, changed)
		}
		if len(c.Reverts) > 0 {
			r.readRevert(c)
		} else {
			r.read(c)
		}
	}
	for i := range changed {
		if i < r.old {
			r.out.Reverted = append(r.out.Reverted, r.all[i])
		}
	}
	r.out.Commits = r.all[r.old:]
	return r.out
}

type recognition struct {
	book    FixBook
	place   string
	defects map[int]string
	all     []FixCommit // known ones, then those found
	old     int
	fixOf   map[int]string // fix by defect
	here    map[string]int // place in all by fix and commit
	out     FixesFound
}

// revert notes that a commit of this place was taken out, or brought back: each
// revert of the last one turns it. A picked revert names what it undoes as it was
// called where it was picked from, so both are known by all their names.
func (r *recognition) revert(sha string, by Commit, changed map[int]bool) {
	for i := range r.all {
		c := &r.all[i]
		again := named(sha, c.Turned...)
		if c.Place != r.place || !again && (c.Reverted != "" || !c.is(sha)) {
			continue
		}
		if c.Reverted == "" {
			c.Reverted = by.SHA
		} else {
			c.Reverted = ""
		}
		c.Turned, c.RevertedAt, changed[i] = append([]string{by.SHA}, by.Picked...), time.Time{}, true
	}
}

// is tells whether a commit goes by a name: its own, or that of one that it was
// picked from.
func (c FixCommit) is(sha string) bool { return sameCommit(c.SHA, sha) || named(sha, c.Picked...) }

// named tells whether one of some commits goes by a name; both may be shortened.
func named(sha string, commits ...string) bool {
	return slices.ContainsFunc(commits, func(c string) bool { return sameCommit(c, sha) || sameCommit(sha, c) })
}

// readRevert finds the fixes that a commit carries by taking others out: the
// defects that its message names, but for those whose fix it undoes.
func (r *recognition) readRevert(c Commit) {
	undone := map[string]bool{}
	for _, k := range r.all {
		if k.Place == r.place && k.Reverted == c.SHA {
			undone[k.FixID] = true
		}
	}
	for _, n := range c.Fixes {
		if undone[r.fixOf[n]] {
			continue
		}
		if fix := r.ofDefect(n); fix != "" {
			r.found(fix, SignTrailer, c)
		}
	}
}

// read finds the fixes that a commit carries.
func (r *recognition) read(c Commit) {
	carried := map[string]FixSign{}
	var order []string
	carry := func(fix string, sign FixSign) {
		if _, ok := carried[fix]; !ok {
			carried[fix] = sign
			order = append(order, fix)
		}
	}
	for _, k := range r.all {
		if k.SHA == c.SHA || named(c.SHA, k.Picked...) {
			carry(k.FixID, SignSame)
		}
	}
	for _, n := range c.Fixes {
		if fix := r.ofDefect(n); fix != "" {
			carry(fix, SignTrailer)
		}
	}
	for _, k := range r.all {
		for _, from := range c.Picked {
			if k.is(from) {
				carry(k.FixID, SignPicked)
			}
		}
		if c.PatchID != "" && k.PatchID == c.PatchID {
			carry(k.FixID, SignPatch)
		}
	}
	if len(order) == 0 && len(c.Picked) > 0 && r.place != Trunk {
		carry(r.fresh(0, c.Subject), SignPicked)
	}
	for _, fix := range order {
		r.found(fix, carried[fix], c)
	}
}

// found notes a commit that carries a fix, unless it is known.
func (r *recognition) found(fix string, sign FixSign, c Commit) {
	r.out.Recognise++
	if _, known := r.here[fix+c.SHA]; known {
		return
	}
	r.here[fix+c.SHA] = len(r.all)
	r.all = append(r.all, FixCommit{FixID: fix, Place: r.place, SHA: c.SHA, Picked: c.Picked, PatchID: c.PatchID, Subject: c.Subject, Sign: sign})
}

// ofDefect gives the fix of a defect, noting one that was unknown; empty when
// there is no such defect.
func (r *recognition) ofDefect(n int) string {
	if fix := r.fixOf[n]; fix != "" {
		return fix
	}
	title, ok := r.defects[n]
	if !ok {
		r.out.Unknown = append(r.out.Unknown, n)
		return ""
	}
	r.fixOf[n] = r.fresh(n, title)
	return r.fixOf[n]
}

func (r *recognition) fresh(defect int, title string) string {
	r.out.New = append(r.out.New, Fix{Defect: defect, Title: title})
	return NewFixID(len(r.out.New) - 1)
}

// NewFixID stands for the id of the new fix at a place of FixesFound.New.
func NewFixID(i int) string { return fmt.Sprintf("new:%d", i) }

// sameCommit compares a whole SHA with one that may be shortened, to seven
// digits or more.
func sameCommit(whole, short string) bool {
	return len(short) >= 7 && strings.HasPrefix(whole, short)
}
