package ingest

import (
	"strings"

	headway "headway"
)

// readCycloneDX reads a bill of materials in CycloneDX JSON (cyclonedx.org,
// versions 1.2 to 1.6). Components inside of components count as well.
func readCycloneDX(src *source, sink *sbomSink) error {
	c := &cyclonedx{j: newJSONScanner(src), sink: sink}
	if err := c.j.fields(c.top); err != nil {
		return err
	}
	if err := c.j.atEnd(); err != nil {
		return err
	}
	if c.format != "CycloneDX" {
		return c.j.refuse("bomFormat is %q instead of CycloneDX", c.format)
	}
	if c.vulnerabilities > 0 {
		sink.notes.addf("%s tells of %d vulnerabilities as well, which are not counted: send a report of a scanner", src.name, c.vulnerabilities)
	}
	if c.incomplete {
		sink.notes.addf("%s says of itself that it is incomplete", src.name)
	}
	return nil
}

type cyclonedx struct {
	j               *jsonScanner
	sink            *sbomSink
	format          string
	vulnerabilities int
	incomplete      bool
}

func (c *cyclonedx) top(key string) error {
	switch key {
	case "bomFormat":
		return c.j.into(&c.format)
	case "components":
		return c.j.each(c.component)
	case "metadata":
		return c.j.fields(func(key string) error {
			if key != "component" {
				return c.j.skipValue()
			}
			subject, err := c.read()
			if name := strings.TrimSuffix(subject.Name+"@"+subject.Version, "@"); err == nil && name != "" {
				c.sink.subjects = append(c.sink.subjects, name)
			}
			return err
		})
	case "vulnerabilities":
		return c.j.each(func() error { c.vulnerabilities++; return c.j.skipValue() })
	case "compositions":
		return c.j.each(func() error {
			return c.j.fields(func(key string) error {
				if key != "aggregate" {
					return c.j.skipValue()
				}
				text, err := c.j.shortText()
				c.incomplete = c.incomplete || strings.HasPrefix(text, "incomplete")
				return err
			})
		})
	}
	return c.j.skipValue()
}

func (c *cyclonedx) component() error {
	where := c.j.where(0)
	if b, err := c.j.peek(); err != nil || b != '{' {
		return c.refuseComponent(err, where, "a component is no object")
	}
	part, err := c.read()
	if err != nil {
		return err
	}
	if part.Name == "" {
		return c.refuseComponent(nil, where, "a component has no name")
	}
	return placed(c.sink.add(part), where)
}

func (c *cyclonedx) refuseComponent(err error, where, what string) error {
	if err != nil {
		return err
	}
	return headway.Invalidf(where, "%s", what)
}

// read reads one component; those inside of it are counted on the way.
func (c *cyclonedx) read() (headway.Component, error) {
	var part headway.Component
	var group string
	var found headway.Component // its licences are those that were found in its files
	err := c.j.fields(func(key string) error {
		switch key {
		case "name":
			return c.j.into(&part.Name)
		case "group":
			return c.j.into(&group)
		case "version":
			return c.j.into(&part.Version)
		case "type":
			return c.j.into(&part.Type)
		case "purl":
			return c.j.into(&part.PURL)
		case "licenses":
			return c.j.each(func() error { return c.licence(&part) })
		case "evidence":
			return c.j.fields(func(key string) error {
				if key != "licenses" {
					return c.j.skipValue()
				}
				return c.j.each(func() error { return c.licence(&found) })
			})
		case "components":
			return c.j.each(c.component)
		}
		return c.j.skipValue()
	})
	if len(part.Licences) == 0 {
		part.Licences = found.Licences
	}
	part.Key = headway.ComponentKey(part.PURL, group, part.Name)
	return part, err
}

// licence reads {"license":{"id"|"name"}} or {"expression"}.
func (c *cyclonedx) licence(part *headway.Component) error {
	var id, name string
	err := c.j.fields(func(key string) error {
		switch key {
		case "expression":
			return c.j.into(&id)
		case "license":
			return c.j.fields(func(key string) error {
				switch key {
				case "id":
					return c.j.into(&id)
				case "name":
					return c.j.into(&name)
				}
				return c.j.skipValue()
			})
		}
		return c.j.skipValue()
	})
	if id == "" {
		id = name
	}
	part.Licences = addLicence(part.Licences, id)
	return err
}

// addLicence appends what says something.
func addLicence(to []string, licence string) []string {
	const most = 50
	if licence == "" || licence == "NOASSERTION" || licence == "NONE" || len(to) >= most {
		return to
	}
	return append(to, licence)
}
