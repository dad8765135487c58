package ingest

import (
	"slices"
	"strings"

	headway "headway"
)

// VulnerabilityReport is the normal form of the reports of scanners. Findings
// that stand in several files count once; suppressed ones are listed and not counted.
type VulnerabilityReport struct {
	Format     string
	Scanner    string // as the files name it
	Counts     headway.VulnerabilityCounts
	Findings   []headway.Vulnerability // worst first
	Incomplete bool                    // a scanner says of itself that it did not get through
	Notes      []string
}

// vulnSink gathers findings.
type vulnSink struct {
	lim      Limits
	file     int
	rep      VulnerabilityReport
	seen     map[headway.Vulnerability]int // file in which it was found
	scanners []string
	repeated int
	odd      int // severities that are not known
	held     int // findings and rules read, and bytes of their texts
	texts    int
	notes    noteList
}

func newVulnSink(lim Limits) *vulnSink {
	return &vulnSink{lim: lim, seen: map[headway.Vulnerability]int{}, notes: noteList{max: lim.MaxNotes}}
}

func (v *vulnSink) read(format Format, src *source) error {
	switch format {
	case SARIF:
		return readSARIF(src, v)
	case Trivy:
		return readTrivy(src, v)
	case Grype:
		return readGrype(src, v)
	}
	return headway.Errorf(headway.Internal, "no reader for %s", format)
}

func (v *vulnSink) scanner(name string) {
	if name != "" && !slices.Contains(v.scanners, name) && len(v.scanners) < v.lim.MaxNotes {
		v.scanners = append(v.scanners, name)
	}
}

// maxText bounds the texts that one call may make us hold.
const maxText = 64 << 20

// afford counts a finding or rule that is held, with the bytes of its texts.
func (v *vulnSink) afford(text int) error {
	v.held++
	v.texts += text
	if v.held > 2*v.lim.MaxFindings || v.texts > maxText {
		return headway.Errorf(headway.TooLarge, "the report has more than %d findings and rules, or %d bytes of text in them", 2*v.lim.MaxFindings, maxText)
	}
	return nil
}

func textOf(f headway.Vulnerability) int {
	return len(f.ID) + len(f.Package) + len(f.Version) + len(f.FixedIn) + len(f.Title) + len(f.Location) + len(f.PURL)
}

// add takes a finding; one that stands in an earlier file as well is no other.
func (v *vulnSink) add(f headway.Vulnerability) error {
	key := f
	key.Title, key.Severity, key.FixedIn = "", "", ""
	if first, ok := v.seen[key]; ok && first != v.file {
		v.repeated++
		return nil
	}
	if len(v.rep.Findings) >= v.lim.MaxFindings {
		return headway.Errorf(headway.TooLarge, "the report has more than %d findings", v.lim.MaxFindings)
	}
	v.seen[key] = v.file
	v.rep.Counts.Add(f)
	v.rep.Findings = append(v.rep.Findings, f)
	return nil
}

// severity reads the name of a severity; one that is not known is counted as such.
func (v *vulnSink) severity(name string) headway.ScanSeverity {
	s, ok := headway.SeverityNamed(name)
	if !ok {
		v.odd++
	}
	return s
}

func (v *vulnSink) finish() *VulnerabilityReport {
	r := &v.rep
	headway.OrderVulnerabilities(r.Findings)
	slices.Sort(v.scanners)
	r.Scanner = strings.Join(v.scanners, ", ")
	if v.repeated > 0 {
		v.notes.addf("%d findings stand in an earlier file as well and count once", v.repeated)
	}
	if v.odd > 0 {
		v.notes.addf("%d findings have a severity that is not known", v.odd)
	}
	r.Notes = v.notes.list()
	return r
}
