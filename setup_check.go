package headway

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Check refuses a document that could not be applied to any programme. The
// error's place is the path in the document, as teams.web.cadence.days, where
// an element of a list goes by its key.
func (f ProgrammeFile) Check() error {
	if err := f.Programme.Noun().Check(); err != nil {
		return within("programme", "", err)
	}
	checks := []func() error{f.checkHolidays, f.checkTeams, f.checkPeople, f.checkEnvironments, f.checkTimes, f.checkRules}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (f ProgrammeFile) checkHolidays() error {
	seen := map[string]bool{}
	for i, h := range f.Holidays {
		where := fmt.Sprintf("holidays[%d]", i)
		if h.Day.IsZero() {
			return Invalidf(where+".day", "the day is missing").WithHint("write day: 2026-12-25")
		}
		if err := CheckName(where+".name", h.Name); err != nil {
			return err
		}
		if err := unique(seen, where, h.Day.String()); err != nil {
			return err
		}
	}
	return nil
}

func (f ProgrammeFile) checkTeams() error {
	seen := map[string]bool{}
	for i, t := range f.Teams {
		if err := within(element("teams", i, t.Key), "team", t.Noun().Check()); err != nil {
			return err
		}
		if err := unique(seen, fmt.Sprintf("teams[%d]", i), t.Key); err != nil {
			return err
		}
	}
	return nil
}

func (f ProgrammeFile) checkPeople() error {
	teams, seen, emails := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, t := range f.Teams {
		teams[t.Key] = true
	}
	for i, p := range f.People {
		where := element("people", i, p.Key)
		if err := within(where, "person", p.Noun().Check()); err != nil {
			return err
		}
		if err := unique(seen, fmt.Sprintf("people[%d]", i), p.Key); err != nil {
			return err
		}
		if f.Teams != nil && !teams[p.Team] {
			return Invalidf(where+".team", "there is no team %q in this file", p.Team).WithHint("name the key of a team under teams")
		}
		if _, err := time.LoadLocation(p.Zone); err != nil {
			return Invalidf(where+".zone", "%q is no time zone", p.Zone).WithHint("use an IANA name such as Europe/Berlin")
		}
		if p.Email != "" {
			if err := unique(emails, where+".email", p.Email); err != nil {
				return err
			}
		}
		for j, a := range p.Absences {
			if err := (Absence{From: a.From, To: a.To}).Check(); err != nil {
				return within(fmt.Sprintf("%s.absences[%d]", where, j), "absence", err)
			}
		}
	}
	return nil
}

func (f ProgrammeFile) checkEnvironments() error {
	seen := map[string]bool{}
	for i, e := range f.Environments {
		where := element("environments", i, e.Key)
		if err := within(where, "environment", e.Noun().Check()); err != nil {
			return err
		}
		if err := unique(seen, fmt.Sprintf("environments[%d]", i), e.Key); err != nil {
			return err
		}
		if !(e.DataGB >= 0 && e.DataGB <= 1e9) {
			return Invalidf(where+".data_gb", "%v GB is outside 0–1,000,000,000", e.DataGB)
		}
	}
	return nil
}

func (f ProgrammeFile) checkTimes() error {
	seen := map[string]bool{}
	for i, w := range f.Windows {
		if err := within(element("windows", i, w.Key), "window", w.Noun().Check()); err != nil {
			return err
		}
		if err := unique(seen, fmt.Sprintf("windows[%d]", i), w.Key); err != nil {
			return err
		}
	}
	seen = map[string]bool{}
	for i, z := range f.Freezes {
		if err := within(element("freezes", i, z.Key), "freeze", z.Noun().Check()); err != nil {
			return err
		}
		if err := unique(seen, fmt.Sprintf("freezes[%d]", i), z.Key); err != nil {
			return err
		}
	}
	return nil
}

func (f ProgrammeFile) checkRules() error {
	if f.Playbook != nil {
		if err := (Playbook{Activities: f.Playbook}).Check(); err != nil {
			return err
		}
	}
	if f.Environments != nil {
		known := map[string]bool{}
		for _, e := range f.Environments {
			known[e.Key] = true
		}
		for _, a := range f.Playbook {
			if a.Environment != "" && !known[a.Environment] {
				return Invalidf("playbook."+a.Key+".environment", "there is no environment %q in this file", a.Environment).
					WithHint("name the key of an environment under environments")
			}
		}
	}
	if f.Gate != nil {
		if err := (Gate{Criteria: f.Gate.Criteria, Approvals: f.Gate.Approvals}).Check(); err != nil {
			return err
		}
	}
	if f.Runbook != nil {
		return f.Runbook.Noun().Check()
	}
	return nil
}

// element names an element of a list by its key, or by its index while it has none.
func element(section string, i int, key string) string {
	if CheckKey("", key) != nil {
		return fmt.Sprintf("%s[%d]", section, i)
	}
	return section + "." + key
}

// within moves an error of a noun's rule to where the noun stands in the document.
func within(where, noun string, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	inner := strings.TrimPrefix(strings.TrimPrefix(e.Where, noun), ".")
	if inner == "" {
		return e.At(where)
	}
	return e.At(where + "." + inner)
}

func unique(seen map[string]bool, where, key string) error {
	if seen[key] {
		return Invalidf(where, "%q is there twice", key)
	}
	seen[key] = true
	return nil
}
