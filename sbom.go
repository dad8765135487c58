package headway

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// BillOfMaterials is the evidence kind of an SBOM.
const BillOfMaterials EvidenceKind = "sbom"

// SBOM is a software bill of materials: what a candidate is made of.
type SBOM struct {
	Subject    string      `json:"subject,omitempty"` // what it is a bill of, as it names itself
	Components []Component `json:"components"`        // each key and version once, by key and version
}

// Component is one part of a bill of materials.
type Component struct {
	Key      string   `json:"key"` // the same over versions: see ComponentKey
	Name     string   `json:"name"`
	Version  string   `json:"version,omitempty"`
	Type     string   `json:"type,omitempty"` // as the bill says: library, application, …
	PURL     string   `json:"purl,omitempty"`
	Licences []string `json:"licences,omitempty"` // SPDX expressions or names, all of which hold; empty when not known
	Subject  bool     `json:"subject,omitempty"`  // is what the bill is about, not a part of it
}

// ComponentKey gives the identity of a component over its versions: its package
// URL without version, qualifiers and subpath, or else group and name.
func ComponentKey(purl, group, name string) string {
	if key := strings.TrimSpace(purl); strings.HasPrefix(key, "pkg:") {
		key, _, _ = strings.Cut(key, "#")
		key, _, _ = strings.Cut(key, "?")
		if at := strings.LastIndexByte(key, '@'); at > strings.LastIndexByte(key, '/') {
			key = key[:at]
		}
		return strings.Replace(key, "/%40", "/@", 1)
	}
	if group != "" {
		return group + "/" + name
	}
	return name
}

// ComponentChange says what became of a component since another bill.
type ComponentChange string

// The changes of components.
const (
	ComponentAdded   ComponentChange = "added"
	ComponentRemoved ComponentChange = "removed"
	VersionChanged   ComponentChange = "version"
	LicenceChanged   ComponentChange = "licence"
)

// SBOMChange is a component that differs between two bills.
type SBOMChange struct {
	Change      ComponentChange `json:"change"`
	Key         string          `json:"key"`
	Now         []string        `json:"now,omitempty"` // versions, sorted
	Was         []string        `json:"was,omitempty"`
	Licences    []string        `json:"licences,omitempty"` // of this bill, sorted
	LicencesWas []string        `json:"licences_was,omitempty"`
}

// CompareSBOM lists what differs from the bill of an earlier release, by key.
// What the bills are about is no part of them and is left out.
func CompareSBOM(now, was SBOM) []SBOMChange {
	parts, before := partsByKey(now), partsByKey(was)
	var out []SBOMChange
	for key := range parts {
		n, w := parts[key], before[key]
		ch := SBOMChange{Key: key, Now: n.versions, Was: w.versions, Licences: n.licences, LicencesWas: w.licences}
		switch {
		case w.versions == nil:
			ch.Change = ComponentAdded
		case !slices.Equal(n.versions, w.versions):
			ch.Change = VersionChanged
		case !slices.Equal(n.licences, w.licences):
			ch.Change = LicenceChanged
		default:
			continue
		}
		out = append(out, ch)
	}
	for key, w := range before {
		if _, ok := parts[key]; !ok {
			out = append(out, SBOMChange{Change: ComponentRemoved, Key: key, Was: w.versions, LicencesWas: w.licences})
		}
	}
	slices.SortFunc(out, func(a, b SBOMChange) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// part is what a bill says of one key; versions is never nil.
type part struct{ versions, licences []string }

func partsByKey(b SBOM) map[string]part {
	out := map[string]part{}
	for _, c := range b.Components {
		if c.Subject {
			continue
		}
		p := out[c.Key]
		p.versions = append(p.versions, c.Version)
		p.licences = append(p.licences, c.Licences...)
		out[c.Key] = p
	}
	for key, p := range out {
		out[key] = part{sortedOnce(p.versions), sortedOnce(p.licences)}
	}
	return out
}

func sortedOnce(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}

// LicenceCounts counts the parts of a bill by licence; the empty text counts
// those whose licence is not known.
func (b SBOM) LicenceCounts() map[string]int {
	out := map[string]int{}
	for _, c := range b.Components {
		switch {
		case c.Subject:
		case len(c.Licences) == 0:
			out[""]++
		default:
			out[strings.Join(c.Licences, " AND ")]++
		}
	}
	return out
}

// TopLicences gives the licences of a bill, the most frequent first.
func (b SBOM) TopLicences() []string {
	counts := b.LicenceCounts()
	return slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), strings.Compare(x, y))
	})
}
