package ingest

import (
	"slices"
	"strconv"
	"strings"

	headway "headway"
)

func (s *sarif) tool() error {
	var driver, extensions []sarifRule
	var ends []int
	err := s.j.fields(func(key string) error {
		switch key {
		case "driver":
			return s.component(&driver)
		case "extensions":
			return s.j.each(func() error {
				err := s.component(&extensions)
				ends = append(ends, len(extensions))
				return err
			})
		}
		return s.j.skipValue()
	})
	s.rules = slices.Concat(driver, extensions)
	s.from = []int{0, len(driver)}
	for _, end := range ends {
		s.from = append(s.from, len(driver)+end)
	}
	return err
}

func (s *sarif) component(rules *[]sarifRule) error {
	return s.j.fields(func(key string) error {
		switch key {
		case "name":
			name, err := s.j.shortText()
			s.sink.scanner(name)
			return err
		case "rules":
			return s.j.each(func() error {
				if len(*rules) >= s.sink.lim.MaxFindings {
					return headway.Errorf(headway.TooLarge, "the tool has more than %d rules", s.sink.lim.MaxFindings).At(s.j.where(0))
				}
				r, err := s.rule()
				*rules = append(*rules, r)
				if err == nil {
					err = placed(s.sink.afford(len(r.id)+len(r.title)), s.j.where(0))
				}
				return err
			})
		}
		return s.j.skipValue()
	})
}

func (s *sarif) rule() (sarifRule, error) {
	r := sarifRule{score: noScore}
	err := s.j.fields(func(key string) error {
		switch key {
		case "id":
			return s.j.into(&r.id)
		case "shortDescription":
			return s.message(&r.title)
		case "defaultConfiguration":
			return s.j.fields(func(key string) error {
				if key == "level" {
					return s.j.into(&r.level)
				}
				return s.j.skipValue()
			})
		case "properties":
			return s.properties(&r.score)
		}
		return s.j.skipValue()
	})
	return r, err
}

// properties reads security-severity, a number in a text.
func (s *sarif) properties(score *float64) error {
	return s.j.fields(func(key string) error {
		if key != "security-severity" {
			return s.j.skipValue()
		}
		if b, err := s.j.peek(); err != nil || b != '"' {
			v, ok, err := s.j.number()
			if ok && v >= 0 && v <= 10 {
				*score = v
			}
			return err
		}
		text, err := s.j.shortText()
		if v, perr := strconv.ParseFloat(text, 64); perr == nil && v >= 0 && v <= 10 {
			*score = v
		}
		return err
	})
}

// ruleOf finds a rule by its index in driver or extension, else by its id, of
// which a result may name a part behind a slash.
func (s *sarif) ruleOf(ref sarifRef) sarifRule {
	if ref.index >= 0 && ref.component+2 < len(s.from) {
		from, to := s.from[ref.component+1], s.from[ref.component+2]
		if i := from + ref.index; i < to && (ref.id == "" || ref.id == s.rules[i].id || strings.HasPrefix(ref.id, s.rules[i].id+"/")) {
			return s.rules[i]
		}
	}
	for id := ref.id; id != ""; id = id[:max(0, strings.LastIndexByte(id, '/'))] {
		if i, ok := s.byID[id]; ok {
			return s.rules[i]
		}
	}
	return sarifRule{score: noScore}
}
