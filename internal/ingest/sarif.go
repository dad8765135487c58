package ingest

import (
	"cmp"
	"fmt"
	"slices"

	headway "headway"
)

// readSARIF reads SARIF 2.1.0 (OASIS). Results of the kind fail count, unless
// they are absent since an earlier run; suppressed ones are listed. How bad one
// is says its rule's security-severity, as GitHub takes it, else its level:
// error is high, warning medium, note low.
func readSARIF(src *source, sink *vulnSink) error {
	s := &sarif{j: newJSONScanner(src), sink: sink}
	version := ""
	err := s.j.fields(func(key string) error {
		switch key {
		case "version":
			return s.j.into(&version)
		case "runs":
			return s.j.each(s.run)
		}
		return s.j.skipValue()
	})
	if err == nil {
		err = s.j.atEnd()
	}
	switch {
	case err != nil:
		return err
	case version != "2.1.0":
		return s.j.refuse("the version is %q, read is SARIF 2.1.0", version)
	case s.runs == 0:
		return s.j.refuse("the report has no run: nothing was scanned")
	}
	if s.byLevel > 0 {
		sink.notes.addf("%d findings of %s have no security-severity: error counts as high, warning as medium, note as low", s.byLevel, src.name)
	}
	if s.others > 0 {
		sink.notes.addf("%d results of %s are of another kind than fail, or absent, and are not counted", s.others, src.name)
	}
	return nil
}

type sarif struct {
	j       *jsonScanner
	sink    *vulnSink
	runs    int
	byLevel int
	others  int

	// of the present run; rules may stand behind the results
	rules   []sarifRule // of the driver and the extensions, one after the other
	from    []int       // where the rules of the driver and of each extension start
	byID    map[string]int
	results []sarifResult
}

type sarifRule struct {
	id, title, level string
	score            float64
}

type sarifResult struct {
	rule                     sarifRef
	level, kind, base, where string
	score                    float64
	v                        headway.Vulnerability
}

// sarifRef names a rule: by id, by index, or both, in the driver or an extension.
type sarifRef struct {
	id               string
	index, component int
}

const noScore = -1

func (s *sarif) run() error {
	s.runs++
	s.rules, s.from, s.results = nil, nil, nil
	err := s.j.fields(func(key string) error {
		switch key {
		case "tool":
			return s.tool()
		case "results":
			return s.j.each(s.result)
		case "invocations":
			return s.j.each(s.invocation)
		}
		return s.j.skipValue()
	})
	if err != nil {
		return err
	}
	if len(s.from) == 0 {
		return s.j.refuse("a run does not name its tool")
	}
	s.byID = make(map[string]int, len(s.rules))
	for i, r := range slices.Backward(s.rules) {
		s.byID[r.id] = i
	}
	for i := range s.results {
		if err := s.take(&s.results[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *sarif) invocation() error {
	return s.j.fields(func(key string) error {
		if b, err := s.j.peek(); err != nil || key != "executionSuccessful" || b != 'f' {
			return s.j.orSkip(err)
		}
		s.sink.rep.Incomplete = true
		s.sink.notes.addf("the scan of %s says of itself that it did not succeed", s.j.source.name)
		return s.j.skipValue()
	})
}

// message reads {"text": …}.
func (s *sarif) message(to *string) error {
	return s.j.fields(func(key string) error {
		if key == "text" {
			return s.j.into(to)
		}
		return s.j.skipValue()
	})
}

func (s *sarif) result() error {
	if len(s.results) >= s.sink.lim.MaxFindings {
		return headway.Errorf(headway.TooLarge, "the report has more than %d findings", s.sink.lim.MaxFindings).At(s.j.where(0))
	}
	r := sarifResult{rule: sarifRef{index: -1, component: -1}, score: noScore, kind: "fail", where: s.j.where(0)}
	err := s.j.fields(func(key string) error {
		switch key {
		case "ruleId":
			return s.j.into(&r.rule.id)
		case "ruleIndex":
			return s.index(&r.rule.index)
		case "rule":
			return s.reference(&r.rule)
		case "level":
			return s.j.into(&r.level)
		case "kind":
			return s.j.into(&r.kind)
		case "baselineState":
			return s.j.into(&r.base)
		case "message":
			return s.message(&r.v.Title)
		case "properties":
			return s.properties(&r.score)
		case "suppressions":
			return s.j.each(func() error { return s.suppression(&r.v.Suppressed) })
		case "locations":
			return s.j.each(func() error { return s.location(&r.v.Location) })
		}
		return s.j.skipValue()
	})
	s.results = append(s.results, r)
	if err == nil {
		err = placed(s.sink.afford(textOf(r.v)+len(r.rule.id)), r.where)
	}
	return err
}

func (s *sarif) index(to *int) error {
	v, ok, err := s.j.number()
	if ok && v >= 0 && v < 1<<31 {
		*to = int(v)
	}
	return err
}

// reference reads {"id", "index", "toolComponent": {"index"}}.
func (s *sarif) reference(r *sarifRef) error {
	return s.j.fields(func(key string) error {
		switch key {
		case "id":
			id, err := s.j.shortText()
			r.id = cmp.Or(r.id, id)
			return err
		case "index":
			return s.index(&r.index)
		case "toolComponent":
			return s.j.fields(func(key string) error {
				if key == "index" {
					return s.index(&r.component)
				}
				return s.j.skipValue()
			})
		}
		return s.j.skipValue()
	})
}

// suppression takes one that holds: none that is under review or was rejected.
func (s *sarif) suppression(to *bool) error {
	status := "accepted"
	err := s.j.fields(func(key string) error {
		if key == "status" || key == "state" {
			return s.j.into(&status)
		}
		return s.j.skipValue()
	})
	*to = *to || status == "accepted"
	return err
}

func (s *sarif) location(to *string) error {
	uri, line := "", -1
	err := s.j.fields(func(key string) error {
		if key != "physicalLocation" {
			return s.j.skipValue()
		}
		return s.j.fields(func(key string) error {
			switch key {
			case "artifactLocation":
				return s.j.fields(func(key string) error {
					if key == "uri" {
						return s.j.into(&uri)
					}
					return s.j.skipValue()
				})
			case "region":
				return s.j.fields(func(key string) error {
					if key == "startLine" {
						return s.index(&line)
					}
					return s.j.skipValue()
				})
			}
			return s.j.skipValue()
		})
	})
	if line > 0 {
		uri += fmt.Sprintf(":%d", line)
	}
	if *to == "" {
		*to = uri
	}
	return err
}

// take counts a result, its rule known by now.
func (s *sarif) take(r *sarifResult) error {
	if r.kind != "fail" || r.base == "absent" {
		s.others++
		return nil
	}
	rule := s.ruleOf(r.rule)
	r.v.ID = cmp.Or(r.rule.id, rule.id)
	if r.v.ID == "" {
		return headway.Invalidf(r.where, "a result names no rule")
	}
	r.v.Title = cmp.Or(rule.title, r.v.Title)
	score := r.score
	if score == noScore {
		score = rule.score
	}
	if score != noScore {
		r.v.Severity = headway.SeverityOf(score)
		return placed(s.sink.add(r.v), r.where)
	}
	s.byLevel++
	switch level := cmp.Or(r.level, rule.level, "warning"); level {
	case "error":
		r.v.Severity = headway.SeverityHigh
	case "warning":
		r.v.Severity = headway.SeverityMedium
	case "note":
		r.v.Severity = headway.SeverityLow
	case "none":
		r.v.Severity = headway.SeverityNegligible
	default:
		return headway.Invalidf(r.where, "the level %q is not known to SARIF", level)
	}
	return placed(s.sink.add(r.v), r.where)
}
