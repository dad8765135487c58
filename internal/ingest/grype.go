package ingest

import (
	"cmp"
	"strings"

	headway "headway"
)

// readGrype reads the JSON of Grype (github.com/anchore/grype). Matches that a
// rule of Grype's ignored are listed as suppressed.
func readGrype(src *source, sink *vulnSink) error {
	g := &grype{j: newJSONScanner(src), sink: sink}
	sink.scanner("Grype")
	found := false
	err := g.j.object(func(key []byte) error {
		switch string(key) {
		case "matches":
			found = true
			return g.j.each(func() error { return g.match(false) })
		case "ignoredMatches":
			return g.j.each(func() error { return g.match(true) })
		}
		return g.j.skipValue()
	})
	if err == nil {
		err = g.j.atEnd()
	}
	if err == nil && !found {
		return g.j.refuse("the report has no list of matches")
	}
	return err
}

// maxFixes is how many versions with a fix are named.
const maxFixes = 20

type grype struct {
	j    *jsonScanner
	sink *vulnSink
}

func (g *grype) match(suppressed bool) error {
	v := headway.Vulnerability{Suppressed: suppressed}
	where, severity := g.j.where(0), ""
	err := g.j.fields(func(key string) error {
		switch key {
		case "vulnerability":
			return g.j.fields(func(key string) error {
				switch key {
				case "id":
					return g.j.into(&v.ID)
				case "severity":
					return g.j.into(&severity)
				case "description":
					return g.j.into(&v.Title)
				case "fix":
					return g.fix(&v)
				}
				return g.j.skipValue()
			})
		case "artifact":
			return g.artifact(&v)
		}
		return g.j.skipValue()
	})
	if err != nil {
		return err
	}
	if v.ID == "" {
		return headway.Invalidf(where, "a match names no vulnerability")
	}
	v.Severity = g.sink.severity(severity)
	if err := g.sink.afford(textOf(v)); err != nil {
		return placed(err, where)
	}
	return placed(g.sink.add(v), where)
}

func (g *grype) fix(v *headway.Vulnerability) error {
	state := ""
	var versions []string
	err := g.j.fields(func(key string) error {
		switch key {
		case "state":
			return g.j.into(&state)
		case "versions":
			return g.j.each(func() error {
				text, err := g.j.shortText()
				if len(versions) < maxFixes {
					versions = append(versions, text)
				}
				return err
			})
		}
		return g.j.skipValue()
	})
	v.FixedIn = strings.Join(versions, ", ")
	if state == "fixed" {
		v.FixedIn = cmp.Or(v.FixedIn, "a later version")
	}
	return err
}

func (g *grype) artifact(v *headway.Vulnerability) error {
	return g.j.fields(func(key string) error {
		switch key {
		case "name":
			return g.j.into(&v.Package)
		case "version":
			return g.j.into(&v.Version)
		case "purl":
			return g.j.into(&v.PURL)
		case "locations":
			return g.j.each(func() error {
				return g.j.fields(func(key string) error {
					if key == "path" && v.Location == "" {
						return g.j.into(&v.Location)
					}
					return g.j.skipValue()
				})
			})
		}
		return g.j.skipValue()
	})
}
