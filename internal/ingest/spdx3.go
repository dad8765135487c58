package ingest

import (
	"strings"

	headway "headway"
)

// spdx3 gathers the graph of an SPDX 3 document in JSON-LD as its own schema
// writes it (spdx.github.io/spdx-spec/v3.0.1/serializations): elements in any
// order, licences of packages as relationships to licence elements. Licence
// sets of the expanded licensing profile are not put together: their packages
// have no licence, and a note says so.
type spdx3 struct {
	version   string
	name      string
	roots     map[string]bool   // ids that a document or a bill is about
	bills     map[string]bool   // ids of documents and bills, which are no packages
	licences  map[string]string // expression by id
	concluded []spdxEdge
	declared  []spdxEdge
	unread    int // licences that are no expression
}

type spdxEdge struct{ from, to string }

type spdx3Element struct {
	kind, id, name, spec  string
	version, url, purpose string
	expression            string
	relation, from        string
	to, roots             []string
	externalURL           string
}

func (s *spdx) element() error {
	var e spdx3Element
	where := s.j.where(0)
	if err := s.j.fields(func(key string) error { return s.elementField(&e, key) }); err != nil {
		return err
	}
	g := s.third()
	if len(g.licences)+len(g.concluded)+len(g.declared)+len(g.roots) > 8*s.sink.lim.MaxComponents {
		return headway.Errorf(headway.TooLarge, "the bill of materials has more licences and relationships than %d packages can have", s.sink.lim.MaxComponents).At(where)
	}
	switch e.kind {
	case "CreationInfo":
		g.version = e.spec
	case "SpdxDocument", "software_Sbom":
		if e.name != "" {
			g.name = e.name
		}
		g.bills[e.id] = true
		for _, id := range e.roots {
			g.roots[id] = true
		}
	case "simplelicensing_LicenseExpression":
		g.licences[e.id] = e.expression
	case "Relationship", "LifecycleScopedRelationship":
		g.relate(e)
	case "software_Package":
		p := headway.Component{Name: e.name, Version: e.version, Type: e.purpose, PURL: e.url}
		if p.PURL == "" {
			p.PURL = e.externalURL
		}
		return s.addPackage(p, e.id, where)
	}
	return nil
}

func (s *spdx) third() *spdx3 {
	if s.graph == nil {
		s.graph = &spdx3{roots: map[string]bool{}, bills: map[string]bool{}, licences: map[string]string{}}
	}
	return s.graph
}

func (g *spdx3) relate(e spdx3Element) {
	for _, to := range e.to {
		switch e.relation {
		case "hasConcludedLicense":
			g.concluded = append(g.concluded, spdxEdge{e.from, to})
		case "hasDeclaredLicense":
			g.declared = append(g.declared, spdxEdge{e.from, to})
		}
	}
}

func (s *spdx) elementField(e *spdx3Element, key string) error {
	switch key {
	case "type", "@type":
		return s.j.into(&e.kind)
	case "spdxId", "@id":
		return s.j.into(&e.id)
	case "name":
		return s.j.into(&e.name)
	case "specVersion":
		return s.j.into(&e.spec)
	case "software_packageVersion":
		return s.j.into(&e.version)
	case "software_packageUrl":
		return s.j.into(&e.url)
	case "software_primaryPurpose":
		return s.j.into(&e.purpose)
	case "simplelicensing_licenseExpression":
		return s.j.into(&e.expression)
	case "relationshipType":
		return s.j.into(&e.relation)
	case "from":
		return s.j.into(&e.from)
	case "to":
		return s.j.texts(&e.to)
	case "rootElement":
		return s.j.texts(&e.roots)
	case "externalIdentifier":
		return s.j.each(func() error { return s.identifier(e) })
	}
	return s.j.skipValue()
}

func (s *spdx) identifier(e *spdx3Element) error {
	var kind, id string
	err := s.j.fields(func(key string) error {
		switch key {
		case "externalIdentifierType":
			return s.j.into(&kind)
		case "identifier":
			return s.j.into(&id)
		}
		return s.j.skipValue()
	})
	if kind == "packageUrl" && e.externalURL == "" {
		e.externalURL = id
	}
	return err
}

// texts reads one text or a list of them, of which the first hundred are kept:
// more licences or roots than that nobody means.
func (j *jsonScanner) texts(to *[]string) error {
	const most = 100
	c, err := j.peek()
	if err != nil {
		return err
	}
	if c == '[' {
		return j.each(func() error {
			text, err := j.shortText()
			if len(*to) < most {
				*to = append(*to, text)
			}
			return err
		})
	}
	var text string
	if err := j.into(&text); err != nil || text == "" {
		return err
	}
	*to = append(*to, text)
	return nil
}

// finish gives packages their licences and finds the one that the bill is about.
func (g *spdx3) finish(s *spdx) error {
	if !strings.HasPrefix(g.version, "3.") {
		return s.j.refuse("specVersion is %q, read are SPDX 2 and 3", g.version)
	}
	s.name = g.name
	g.license(s, g.concluded)
	g.license(s, g.declared)
	if g.unread > 0 {
		s.sink.notes.addf("%d licences are not written as expressions and are left out", g.unread)
	}
	for id := range g.roots {
		if !g.bills[id] {
			s.describes(id)
		}
	}
	return nil
}

// license sets licences of packages that have none yet.
func (g *spdx3) license(s *spdx, edges []spdxEdge) {
	had := make([]bool, len(s.packages))
	for i, p := range s.packages {
		had[i] = p.Licences != nil
	}
	for _, e := range edges {
		i, ok := s.at[e.from]
		if !ok || had[i] {
			continue
		}
		expression, ok := g.licences[e.to]
		if !ok && !strings.HasSuffix(e.to, "/NoAssertion") && !strings.HasSuffix(e.to, "NoAssertionLicense") && !strings.HasSuffix(e.to, "NoneLicense") {
			g.unread++
		}
		s.packages[i].Licences = addLicence(s.packages[i].Licences, expression)
	}
}
