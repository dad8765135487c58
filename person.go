package headway

import "strings"

// Skill is a kind of work that a person can do. Programmes may add their own.
type Skill string

// The skills of the operations team in the model.
const (
	SkillDBA            Skill = "dba"
	SkillAppServer      Skill = "appserver"
	SkillQA             Skill = "qa"
	SkillSupport        Skill = "support"
	SkillReleaseManager Skill = "release-manager"
)

// Name writes a skill for people; commands, files and the API name it by its key.
func (s Skill) Name() string {
	switch s {
	case SkillDBA:
		return "Database"
	case SkillAppServer:
		return "App servers"
	case SkillQA:
		return "QA"
	case SkillSupport:
		return "Support"
	case SkillReleaseManager:
		return "Release management"
	}
	name := strings.ReplaceAll(string(s), "-", " ")
	return strings.ToUpper(name[:min(1, len(name))]) + name[min(1, len(name)):]
}

// Person is a member of a team, with skills and a share of working time.
type Person struct {
	ID, ProgrammeID, TeamID, Key, Name string
	Skills                             []Skill
	UserID                             string // account, may be empty
	Zone                               string // empty means the programme's
	Percent                            int    // share of the working week, 1–100
	Reserve                            int    // percent of that kept for production support
}

// Absence is a span of days, both included, on which a person does not work.
type Absence struct {
	ID, PersonID string
	From, To     Date
	Reason       string
}

// maxReserve is how many percent of working time support may take, at most.
const maxReserve = 90

// Check refuses a person who could not be planned.
func (p Person) Check() error {
	if err := CheckKey("person.key", p.Key); err != nil {
		return err
	}
	if err := CheckName("person.name", p.Name); err != nil {
		return err
	}
	for _, s := range p.Skills {
		if err := CheckKey("person.skills", string(s)); err != nil {
			return err
		}
	}
	if p.Percent < 1 || p.Percent > 100 {
		return Invalidf("person.percent", "%d %% of the working week is outside 1–100", p.Percent)
	}
	if p.Reserve < 0 || p.Reserve > maxReserve {
		return Invalidf("person.reserve", "a reserve of %d %% is outside 0–%d", p.Reserve, maxReserve)
	}
	return nil
}

// Check refuses an absence that ends before it starts.
func (a Absence) Check() error {
	if a.From.IsZero() || a.To.IsZero() || a.To.Before(a.From) {
		return Invalidf("absence", "the absence from %s to %s has no days", a.From, a.To)
	}
	return nil
}
