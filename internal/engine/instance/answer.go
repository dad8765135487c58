package instance

import (
	"context"
	"fmt"
	"math"

	"headway"
	"headway/internal/engine"
)

// Answer is what `headway plan solve` prints: a plan under the file's own task
// names. Seconds are the caller's to fill in: nothing here asks a clock.
type Answer struct {
	Status     engine.Status   `json:"status"`
	Makespan   int             `json:"makespan"`
	LowerBound int             `json:"lower_bound"`
	Cost       int             `json:"cost"`       // the weighted objective
	CostBound  int             `json:"cost_bound"` // proven: no plan costs less
	Objective  map[string]int  `json:"objective"`
	Schedule   []Row           `json:"schedule"`
	Findings   []string        `json:"findings,omitempty"`
	Stats      AnswerStats     `json:"stats"`
	Plan       *engine.Plan    `json:"-"`
	Problem    *engine.Problem `json:"-"`
}

// Row says when a task starts, and who does it where people are named.
type Row struct {
	Task   string   `json:"task"`
	Start  int      `json:"start"`
	End    *int     `json:"end,omitempty"`
	People []string `json:"people,omitempty"`
}

// AnswerStats says what the search took.
type AnswerStats struct {
	Seconds   float64 `json:"seconds"`
	Schedules int     `json:"schedules"`
}

// Solve reads an instance, plans it, and passes the plan through
// engine.Check before it is given away.
func Solve(ctx context.Context, name string, data []byte, opt engine.Options) (Answer, error) {
	p, err := Read(name, data)
	if err != nil {
		return Answer{}, err
	}
	plan, err := engine.Solve(ctx, p, opt)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{
		Status: plan.Status, Makespan: plan.Score.Makespan, LowerBound: plan.LowerBound, Cost: plan.Score.Total, CostBound: plan.CostBound, Objective: map[string]int{}, Schedule: []Row{},
		Stats: AnswerStats{Schedules: plan.Stats.Steps}, Plan: &plan, Problem: &p,
	}
	for _, t := range plan.Score.Terms {
		if t.Price > 0 {
			a.Objective[t.Name] = t.Amount
		}
	}
	if len(plan.Placements) == 0 {
		speak := engine.NewSpeaker(p, func(slot int) string { return fmt.Sprint(slot) })
		for _, f := range plan.Findings {
			a.Findings = append(a.Findings, speak.Finding(f))
			for _, c := range f.Clash {
				a.Findings = append(a.Findings, speak.Clash(c))
			}
		}
		return a, nil
	}
	if bad := engine.Check(p, plan); len(bad) > 0 {
		return Answer{}, headway.Errorf(headway.Internal, "the plan found breaks a rule: %s", bad[0].Text).WithHint("please report the instance")
	}
	for _, q := range plan.Placements {
		row := Row{Task: q.Activity, Start: q.Start}
		for _, as := range q.People {
			row.People = append(row.People, as.Person)
		}
		a.Schedule = append(a.Schedule, row)
	}
	return a, nil
}

// Verdict is what `headway plan check` prints.
type Verdict struct {
	Feasible   bool     `json:"feasible"`
	Makespan   int      `json:"makespan"`
	Violations []string `json:"violations"`
}

// Check reads an instance and a schedule of it and lists the rules it breaks.
// The schedule is the JSON that Solve gives, or a list of its rows, or an object
// from task to start. Tasks without length may be left out.
func Check(name string, data []byte, schedule []byte) (Verdict, error) {
	p, err := read(name, data, false)
	if err != nil {
		return Verdict{}, err
	}
	rows, err := readSchedule(schedule)
	if err != nil {
		return Verdict{}, err
	}
	act := make(map[string]*engine.Activity, len(p.Activities))
	for i := range p.Activities {
		act[p.Activities[i].ID] = &p.Activities[i]
	}
	v := Verdict{Violations: []string{}}
	var plan engine.Plan
	placed := map[string]bool{}
	for _, r := range rows {
		q := engine.Placement{Activity: r.Task, Start: r.Start, End: r.Start}
		if a := act[r.Task]; a != nil {
			q.End += a.Duration
		}
		if r.End != nil && *r.End != q.End {
			v.Violations = append(v.Violations, fmt.Sprintf("%s is said to end at %d, it ends at %d", r.Task, *r.End, q.End))
		}
		placed[r.Task] = true
		plan.Placements = append(plan.Placements, q)
		v.Makespan = max(v.Makespan, q.End)
	}
	plan.Placements = append(plan.Placements, milestones(&p, plan.Placements, placed)...)
	p.Horizon = engine.MaxHorizon
	for _, bad := range engine.Check(p, plan) {
		v.Violations = append(v.Violations, bad.Text)
	}
	v.Feasible = len(v.Violations) == 0
	return v, nil
}

// milestones puts tasks without length that were left out at their earliest place.
func milestones(p *engine.Problem, placed []engine.Placement, known map[string]bool) []engine.Placement {
	at := make(map[string]engine.Placement, len(placed))
	for _, q := range placed {
		at[q.Activity] = q
	}
	var left []string
	for _, a := range p.Activities {
		if !known[a.ID] && a.Duration == 0 {
			left = append(left, a.ID)
			at[a.ID] = engine.Placement{Activity: a.ID, Start: a.Earliest, End: a.Earliest}
		}
	}
	for sweep := 0; sweep <= len(left); sweep++ {
		changed := false
		for _, r := range p.Precedences {
			to := at[r.To]
			from, ok := at[r.From]
			if !ok || known[r.To] || to.Activity == "" {
				continue
			}
			t := from.End + r.MinLag
			if r.Type == engine.StartStart {
				t = from.Start + r.MinLag
			}
			if t > to.Start {
				at[r.To] = engine.Placement{Activity: r.To, Start: t, End: t}
				changed = true
			}
		}
		if !changed {
			break
		}
	}
	out := make([]engine.Placement, len(left))
	for k, id := range left {
		out[k] = at[id]
	}
	return out
}

// readSchedule reads the three forms of a schedule.
func readSchedule(data []byte) ([]Row, error) {
	if len(data) > MaxBytes {
		return nil, headway.Errorf(headway.TooLarge, "the schedule has %d bytes", len(data)).WithHint("at most %d", MaxBytes)
	}
	var whole struct {
		Schedule []fileRow `json:"schedule"`
	}
	var list []fileRow
	var byTask map[string]float64
	switch {
	case decodeJSON(data, &whole) == nil && whole.Schedule != nil:
		list = whole.Schedule
	case decodeJSON(data, &list) == nil:
	default:
		if err := decodeJSON(data, &byTask); err != nil {
			return nil, headway.Invalidf("schedule", "it is not a schedule in JSON").WithHint(`{"schedule":[{"task":"1","start":0},…]}`)
		}
		for task, start := range byTask {
			list = append(list, fileRow{Task: task, Start: start})
		}
	}
	rows := make([]Row, 0, len(list))
	for _, r := range list {
		if r.Start != math.Trunc(r.Start) || math.Abs(r.Start) > engine.MaxHorizon {
			return nil, headway.Invalidf("task "+r.Task, "its start is not a whole number in range")
		}
		row := Row{Task: r.Task, Start: int(r.Start)}
		if r.End != nil {
			end := int(*r.End)
			row.End = &end
		}
		rows = append(rows, row)
	}
	return rows, nil
}

type fileRow struct {
	Task  string   `json:"task"`
	Start float64  `json:"start"`
	End   *float64 `json:"end"`
}
