package headway

import (
	"fmt"
	"slices"
	"strings"
)

// Succession is what changed when a candidate took the place of the one before.
type Succession struct {
	Before, After Candidate
	Fixed         []Defect // that it mends
}

// Touches lists the parts of the product that the fact `touches` says a
// candidate changes, separated by commas; none: nobody says.
func (f Facts) Touches() []string {
	var out []string
	for part := range strings.SplitSeq(f["touches"], ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// touched lists the parts that changed, those of the mended defects among them;
// none when the candidate does not say, for then it may be any.
func (s Succession) touched() []string {
	out := s.After.Facts.Touches()
	if len(out) == 0 {
		return nil
	}
	for _, d := range s.Fixed {
		if d.Component != "" && !slices.Contains(out, d.Component) {
			out = append(out, d.Component)
		}
	}
	return out
}

// Again tells whether an activity that was done for the candidate before must
// be done again for its successor, and why, or why it stands. In doubt it must.
func (a PlaybookActivity) Again(s Succession) (again bool, reason string) {
	if a.RerunOnFix {
		return true, "the playbook wants it done again for every fix"
	}
	for _, d := range s.Fixed {
		if d.Source == FoundByRegression && a.Kind == KindRegression || d.Source == FoundByLoad && a.Kind == KindLoadTest {
			return true, fmt.Sprintf("it found D-%d, which %s mends", d.Number, s.After.Name)
		}
	}
	for _, fact := range a.reads() {
		if was, is := s.Before.Facts[fact], s.After.Facts[fact]; was != is {
			return true, fmt.Sprintf("%s is declared otherwise: %s, before %s", fact, declared(is), declared(was))
		}
	}
	if len(a.RerunFor) == 0 {
		return false, "the playbook does not want it again for a fix"
	}
	touched := s.touched()
	if len(touched) == 0 {
		return true, fmt.Sprintf("%s does not say what it touches (fact touches), so in doubt everything is done again", s.After.Name)
	}
	for _, part := range touched {
		if slices.ContainsFunc(a.RerunFor, func(c string) bool {
			return part == c || strings.HasPrefix(part, c+"/") || strings.HasPrefix(c, part+"/")
		}) {
			return true, s.After.Name + " touches " + part
		}
	}
	return false, fmt.Sprintf("%s touches %s, and it concerns %s", s.After.Name, strings.Join(touched, ", "), strings.Join(a.RerunFor, ", "))
}

func declared(value string) string {
	if value == "" {
		return "nothing"
	}
	return Shorten(value, 40)
}

// reads lists the facts by which the activity is sized and needed.
func (a PlaybookActivity) reads() []string {
	var out []string
	for fact := range a.Estimate.PerFact {
		out = append(out, fact)
	}
	if m := conditionPattern.FindStringSubmatch(string(a.When)); m != nil {
		out = append(out, m[2])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Standing says which piece of evidence counts for a candidate, and why an
// earlier candidate's does or does not.
type Standing struct {
	Evidence *Evidence // that counts; nil: there is none
	Stands   bool      // it is about an earlier candidate
	Reason   string    // why that stands or not; empty when none is about an earlier one
}

// Lineage is the candidates of a release, newest first, with all that decides
// what stands from one to the next.
type Lineage struct {
	Candidates []Candidate
	Defects    []Defect // of the release
	Book       Playbook
	Duties     []HotfixDuty // of the release
}

// Standing finds the newest evidence of a kind that counts for a candidate: its
// own, or an earlier candidate's when nothing on the way to this one asks for it
// again. given is all evidence of the release, newest first.
func (l Lineage) Standing(given []Evidence, c Candidate, kind EvidenceKind) Standing {
	var earlier *Evidence
	outdated := ""
	for i, e := range given {
		switch {
		case e.Kind != kind:
		case l.outdatedBy(e) != "":
			outdated = "what was given before the hot fix " + l.outdatedBy(e) + " went live does not count: the programme wants it again"
		case e.CandidateID == c.ID:
			return Standing{Evidence: &given[i]}
		case earlier == nil:
			earlier = &given[i]
		}
	}
	if earlier == nil {
		return Standing{Reason: outdated}
	}
	about := "an earlier candidate"
	if k := l.find(earlier.CandidateID); k >= 0 {
		about = l.Candidates[k].Name
	}
	again, reason := l.again(*earlier, c, kind)
	if again {
		return Standing{Reason: fmt.Sprintf("that of %s does not stand: %s", about, reason)}
	}
	return Standing{earlier, true, fmt.Sprintf("that of %s stands: %s", about, reason)}
}

// outdatedBy gives the version of a hot fix that went live after evidence was
// given, and for which the programme wants it again; empty when there is none.
func (l Lineage) outdatedBy(e Evidence) string {
	for _, d := range l.Duties {
		for _, a := range l.Book.Activities {
			if a.Kind == activityOf(e.Kind) && slices.Contains(d.Rerun, a.Key) && e.AddedAt.Before(d.At) {
				return d.Version
			}
		}
	}
	return ""
}

func (l Lineage) find(id string) int {
	return slices.IndexFunc(l.Candidates, func(c Candidate) bool { return c.ID == id })
}

// again tells whether evidence about an earlier candidate must be given anew.
func (l Lineage) again(e Evidence, c Candidate, kind EvidenceKind) (bool, string) {
	switch {
	case kind != RegressionRun && kind != LoadRun:
		return true, "it is about another build"
	case e.Outcome == Fail:
		return true, "it failed"
	}
	from, to := l.find(e.CandidateID), l.find(c.ID)
	line := l.Candidates
	if to < 0 { // about to be shelved
		line, from, to = slices.Concat([]Candidate{c}, line), from+1, 0
	}
	if from <= to {
		return true, "its candidate is no forerunner of this one"
	}
	var activities []PlaybookActivity
	for _, a := range l.Book.Activities {
		if a.Kind == activityOf(kind) {
			activities = append(activities, a)
		}
	}
	if len(activities) == 0 {
		return true, "no activity of the playbook says that it may stand"
	}
	why := ""
	for i := from; i > to; i-- {
		s := Succession{Before: line[i], After: line[i-1]}
		for _, d := range l.Defects {
			if d.FixedIn == s.After.ID {
				s.Fixed = append(s.Fixed, d)
			}
		}
		for _, a := range activities {
			again, reason := a.Again(s)
			if why = reason; again {
				return true, reason
			}
		}
	}
	return false, why
}
