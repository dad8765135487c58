package ingest

import (
	"slices"
	"strings"

	headway "headway"
)

// readSPDX reads a bill of materials in SPDX 2 or 3 JSON (spdx.github.io/spdx-spec),
// also inside of {"sbom": …}, as GitHub exports it. Packages count, files do
// not; the one package that the document describes is its subject.
func readSPDX(src *source, sink *sbomSink) error {
	s := &spdx{j: newJSONScanner(src), sink: sink, at: map[string]int{}}
	if err := s.j.fields(s.top); err != nil {
		return err
	}
	if err := s.j.atEnd(); err != nil {
		return err
	}
	switch {
	case s.version == "" && s.graph != nil:
		if err := s.graph.finish(s); err != nil {
			return err
		}
	case !strings.HasPrefix(s.version, "SPDX-2."):
		return s.j.refuse("spdxVersion is %q, read are SPDX-2.x and SPDX 3", s.version)
	}
	return s.finish()
}

type spdx struct {
	j         *jsonScanner
	sink      *sbomSink
	version   string
	name      string
	graph     *spdx3 // nil: no graph, so not SPDX 3
	packages  []headway.Component
	at        map[string]int // by SPDXID
	described []string       // SPDXIDs
}

func (s *spdx) top(key string) error {
	switch key {
	case "sbom":
		return s.j.fields(s.top)
	case "spdxVersion":
		return s.j.into(&s.version)
	case "name":
		return s.j.into(&s.name)
	case "@graph":
		s.third()
		return s.j.each(s.element)
	case "packages":
		return s.j.each(s.pkg)
	case "documentDescribes":
		return s.j.each(func() error {
			id, err := s.j.shortText()
			s.describes(id)
			return err
		})
	case "relationships":
		return s.j.each(s.relationship)
	}
	return s.j.skipValue()
}

// describes notes what the document is about; more than a few are none.
func (s *spdx) describes(id string) {
	const few = 2
	if len(s.described) < few && !slices.Contains(s.described, id) {
		s.described = append(s.described, id)
	}
}

func (s *spdx) relationship() error {
	var from, kind, to string
	err := s.j.fields(func(key string) error {
		switch key {
		case "spdxElementId":
			return s.j.into(&from)
		case "relationshipType":
			return s.j.into(&kind)
		case "relatedSpdxElement":
			return s.j.into(&to)
		}
		return s.j.skipValue()
	})
	switch {
	case kind == "DESCRIBES" && from == "SPDXRef-DOCUMENT":
		s.describes(to)
	case kind == "DESCRIBED_BY" && to == "SPDXRef-DOCUMENT":
		s.describes(from)
	}
	return err
}

func (s *spdx) pkg() error {
	var p headway.Component
	var id, concluded, declared string
	where := s.j.where(0)
	err := s.j.fields(func(key string) error {
		switch key {
		case "SPDXID":
			return s.j.into(&id)
		case "name":
			return s.j.into(&p.Name)
		case "versionInfo":
			return s.j.into(&p.Version)
		case "licenseConcluded":
			return s.j.into(&concluded)
		case "licenseDeclared":
			return s.j.into(&declared)
		case "primaryPackagePurpose":
			return s.j.into(&p.Type)
		case "externalRefs":
			return s.j.each(func() error { return s.reference(&p) })
		}
		return s.j.skipValue()
	})
	if err != nil {
		return err
	}
	if p.Licences = addLicence(nil, concluded); p.Licences == nil {
		p.Licences = addLicence(nil, declared)
	}
	return s.addPackage(p, id, where)
}

func (s *spdx) addPackage(p headway.Component, id, where string) error {
	if _, twice := s.at[id]; p.Name == "" || id == "" || twice {
		return headway.Invalidf(where, "a package has no name, or no SPDXID of its own, but %q", id)
	}
	if len(s.packages) >= s.sink.lim.MaxComponents {
		return headway.Errorf(headway.TooLarge, "the bill of materials has more than %d packages", s.sink.lim.MaxComponents).At(where)
	}
	p.Type = strings.ToLower(p.Type)
	p.Key = headway.ComponentKey(p.PURL, "", p.Name)
	s.at[id] = len(s.packages)
	s.packages = append(s.packages, p)
	return nil
}

func (s *spdx) reference(p *headway.Component) error {
	var kind, locator string
	err := s.j.fields(func(key string) error {
		switch key {
		case "referenceType":
			return s.j.into(&kind)
		case "referenceLocator":
			return s.j.into(&locator)
		}
		return s.j.skipValue()
	})
	if kind == "purl" && p.PURL == "" {
		p.PURL = locator
	}
	return err
}

func (s *spdx) finish() error {
	if s.name != "" {
		s.sink.subjects = append(s.sink.subjects, s.name)
	}
	if len(s.described) == 1 && len(s.packages) > 1 {
		if i, ok := s.at[s.described[0]]; ok {
			s.packages[i].Subject = true
		}
	}
	for _, p := range s.packages {
		if err := s.sink.add(p); err != nil {
			return err
		}
	}
	return nil
}
