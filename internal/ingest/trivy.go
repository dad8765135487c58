package ingest

import (
	"strings"

	headway "headway"
)

// readTrivy reads the JSON of Trivy (aquasecurity.github.io/trivy), of schema 2
// and the bare list of older versions. Vulnerabilities count; misconfigurations
// and secrets are none and are said in a note.
func readTrivy(src *source, sink *vulnSink) error {
	t := &trivy{j: newJSONScanner(src), sink: sink}
	sink.scanner("Trivy")
	c, err := t.j.peek()
	if err != nil {
		return err
	}
	if c == '[' {
		err = t.j.array(t.result)
	} else {
		err = t.j.object(func(key []byte) error {
			if string(key) == "Results" {
				return t.j.each(t.result)
			}
			return t.j.skipValue()
		})
	}
	if err == nil {
		err = t.j.atEnd()
	}
	if err != nil {
		return err
	}
	if t.results == 0 {
		sink.notes.addf("%s names nothing in which Trivy found packages", src.name)
	}
	if t.misconfigured+t.secrets > 0 {
		sink.notes.addf("%s tells of %d misconfigurations and %d secrets, which are no vulnerabilities and are not counted", src.name, t.misconfigured, t.secrets)
	}
	return nil
}

type trivy struct {
	j                      *jsonScanner
	sink                   *vulnSink
	results                int
	misconfigured, secrets int
}

// result reads what was found in one target. Its name may stand behind.
func (t *trivy) result() error {
	var target string
	var found []headway.Vulnerability
	t.results++
	where := t.j.where(0)
	err := t.j.fields(func(key string) error {
		switch key {
		case "Target":
			return t.j.into(&target)
		case "Vulnerabilities":
			return t.j.each(func() error {
				v, err := t.vulnerability()
				found = append(found, v)
				return err
			})
		case "ExperimentalModifiedFindings":
			return t.j.each(func() error {
				v, ok, err := t.modified()
				if ok {
					found = append(found, v)
				}
				return err
			})
		case "Misconfigurations":
			return t.j.each(func() error { return t.misconfiguration() })
		case "Secrets":
			return t.j.each(func() error { t.secrets++; return t.j.skipValue() })
		}
		return t.j.skipValue()
	})
	if err != nil {
		return err
	}
	for _, v := range found {
		v.Location = strings.TrimSuffix(target+"!"+v.Location, "!")
		if v.ID == "" {
			return headway.Invalidf(where, "a vulnerability in %q has no id", target)
		}
		if err := t.sink.add(v); err != nil {
			return placed(err, where)
		}
	}
	return nil
}

func (t *trivy) vulnerability() (v headway.Vulnerability, err error) {
	severity := ""
	err = t.j.fields(func(key string) error {
		switch key {
		case "VulnerabilityID":
			return t.j.into(&v.ID)
		case "PkgName":
			return t.j.into(&v.Package)
		case "PkgPath":
			return t.j.into(&v.Location)
		case "InstalledVersion":
			return t.j.into(&v.Version)
		case "FixedVersion":
			return t.j.into(&v.FixedIn)
		case "Severity":
			return t.j.into(&severity)
		case "Title":
			return t.j.into(&v.Title)
		case "PkgIdentifier":
			return t.j.fields(func(key string) error {
				if key == "PURL" {
					return t.j.into(&v.PURL)
				}
				return t.j.skipValue()
			})
		}
		return t.j.skipValue()
	})
	v.Severity = t.sink.severity(severity)
	if err == nil {
		err = placed(t.sink.afford(textOf(v)), t.j.where(0))
	}
	return v, err
}

// modified reads a finding that a rule of Trivy's suppressed.
func (t *trivy) modified() (v headway.Vulnerability, ok bool, err error) {
	err = t.j.fields(func(key string) (err error) {
		switch key {
		case "Type":
			kind, err := t.j.shortText()
			ok = kind == "vulnerability"
			return err
		case "Finding":
			v, err = t.vulnerability()
			return err
		}
		return t.j.skipValue()
	})
	v.Suppressed = true
	return v, ok, err
}

func (t *trivy) misconfiguration() error {
	status := ""
	err := t.j.fields(func(key string) error {
		if key == "Status" {
			return t.j.into(&status)
		}
		return t.j.skipValue()
	})
	if status == "FAIL" || status == "" {
		t.misconfigured++
	}
	return err
}
