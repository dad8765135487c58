package instance

import (
	"slices"

	"headway"
	"headway/internal/engine"
)

// programme is the file form release-programme/1.
type programme struct {
	Format      string           `json:"format"`
	Name        string           `json:"name"`
	SlotHours   float64          `json:"slot_hours"`
	SlotsPerDay int              `json:"slots_per_day"`
	Resources   []fileResource   `json:"resources"`
	Tasks       []fileTask       `json:"tasks"`
	Precedences []filePrecedence `json:"precedences"`
}

type fileResource struct {
	ID         string       `json:"id"`
	Name       string       `json:"name"`
	Capacity   int          `json:"capacity"`
	People     []filePerson `json:"people"`
	Exceptions []struct {
		From  int `json:"from"`
		To    int `json:"to"`
		Units int `json:"units"`
	} `json:"exceptions"`
}

type filePerson struct {
	ID    string   `json:"id"`
	Leave [][2]int `json:"leave"`
}

type fileTask struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Release  string `json:"release"`
	Duration int    `json:"duration"`
	Demands  []struct {
		Resource string `json:"resource"`
		Units    int    `json:"units"`
	} `json:"demands"`
	Earliest *int `json:"earliest_start"`
	Latest   *int `json:"latest_start"`
	Due      *int `json:"due"`
}

type filePrecedence struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Type   string `json:"type"`
	MinLag int    `json:"min_lag"`
	MaxLag *int   `json:"max_lag"`
}

// readProgramme reads release-programme/1. A resource that names people, as
// many as its capacity, becomes people with its id as skill, so that their leave
// is theirs and nobody is interrupted by it; any other is a capacity with its exceptions.
func readProgramme(data []byte, names bool) (engine.Problem, error) {
	var f programme
	if err := decodeJSON(data, &f); err != nil {
		return engine.Problem{}, err
	}
	if f.Format != "release-programme/1" {
		return engine.Problem{}, headway.Invalidf("format", "the format %q is not release-programme/1", f.Format)
	}
	if f.SlotHours < 0 || f.SlotHours > 24 || f.SlotsPerDay < 0 {
		return engine.Problem{}, headway.Invalidf("slot_hours", "slots of %g hours, %d a day, make no sense", f.SlotHours, f.SlotsPerDay).WithHint("a slot lasts up to 24 hours")
	}
	p := engine.Problem{SlotMinutes: int(f.SlotHours * 60), Objective: engine.Objective{Tardiness: 1000, Makespan: 1}}
	skill := map[string]bool{}
	last := 0
	for _, r := range f.Resources {
		res, err := r.pool(&last)
		if err != nil {
			return engine.Problem{}, err
		}
		if names && r.named(res.Profile) {
			skill[r.ID] = true
			for _, q := range r.People {
				person := engine.Person{ID: q.ID, Skills: []string{r.ID}}
				for _, l := range q.Leave {
					person.Absences = append(person.Absences, engine.Absence{Span: engine.Span{From: l[0], To: l[1]}, Reason: "leave"})
					last = max(last, l[1])
				}
				p.People = append(p.People, person)
			}
			continue
		}
		p.Resources = append(p.Resources, res)
	}
	if err := f.tasks(&p, skill, &last); err != nil {
		return engine.Problem{}, err
	}
	for _, r := range f.Precedences {
		p.Precedences = append(p.Precedences, engine.Precedence{From: r.From, To: r.To, Type: engine.Relation(r.Type), MinLag: r.MinLag, MaxLag: r.MaxLag})
		last = within(last + max(0, r.MinLag))
	}
	p.Horizon = min(last+1, engine.MaxHorizon)
	return p, engine.Validate(p)
}

// pool is a resource as a capacity with its exceptions.
func (r *fileResource) pool(last *int) (engine.Resource, error) {
	res := engine.Resource{ID: r.ID, Name: r.Name, Capacity: r.Capacity}
	changes := map[int]int{}
	for _, e := range r.Exceptions {
		if e.From >= e.To {
			return res, headway.Invalidf("resource "+r.ID, "exception %d to %d is empty", e.From, e.To)
		}
		changes[e.From] += e.Units
		changes[e.To] -= e.Units
		*last = within(max(*last, e.To))
	}
	for _, q := range r.People {
		for _, l := range q.Leave {
			if l[0] >= l[1] {
				return res, headway.Invalidf("person "+q.ID, "leave %d to %d is empty", l[0], l[1])
			}
		}
	}
	res.Profile = levels(r.Capacity, changes)
	return res, nil
}

// named reports whether the people of a resource are the whole of it: as many
// as its capacity, and away just when the capacity is lower.
func (r *fileResource) named(profile []engine.Level) bool {
	if len(r.People) == 0 || len(r.People) != r.Capacity {
		return false
	}
	changes := map[int]int{}
	for _, q := range r.People {
		for _, l := range q.Leave {
			changes[l[0]]--
			changes[l[1]]++
		}
	}
	return slices.Equal(levels(r.Capacity, changes), profile)
}

// tasks adds the activities, and a release for each that is due.
func (f *programme) tasks(p *engine.Problem, skill map[string]bool, last *int) error {
	for _, t := range f.Tasks {
		a := engine.Activity{ID: t.ID, Kind: t.Kind, Duration: t.Duration, LatestStart: t.Latest}
		if t.Earliest != nil {
			a.Earliest = *t.Earliest
		}
		for _, d := range t.Demands {
			if skill[d.Resource] {
				a.Demands = append(a.Demands, engine.Demand{Skill: d.Resource, People: d.Units})
			} else {
				a.Uses = append(a.Uses, engine.Use{Resource: d.Resource, Units: d.Units})
			}
		}
		if t.Due != nil {
			if t.Release == "" {
				a.Due = t.Due
			} else {
				p.Releases = append(p.Releases, engine.Release{ID: t.Release, Delivery: t.ID, Due: t.Due})
			}
		}
		*last = within(max(*last, a.Earliest) + max(0, t.Duration))
		p.Activities = append(p.Activities, a)
	}
	known := map[string]bool{}
	for _, r := range p.Releases {
		if known[r.ID] {
			return headway.Invalidf("release "+r.ID, "two of its tasks are due")
		}
		known[r.ID] = true
	}
	for i, t := range f.Tasks {
		if known[t.Release] {
			p.Activities[i].Release = t.Release
		}
	}
	return nil
}
