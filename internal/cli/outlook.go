package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"headway/client"
)

type outlookCmd struct {
	Programme   string   `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Simulations int      `placeholder:"N" help:"Simulations, at most 10000."`
	Again       *float64 `placeholder:"SHARE" help:"What if this share of candidates needed another, as 0.2."`
	SupportDays float64  `placeholder:"DAYS" help:"What if production support took so many days a month of each person, beyond what is kept free."`
	Skill       string   `placeholder:"SKILL" help:"What if there was one person more with this skill."`
	More        int      `placeholder:"N" help:"How many more of them."`
}

// Run prints when releases are to be expected.
func (c outlookCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	f, err := s.Forecast(ctx, c.Programme, client.ForecastIf{Simulations: c.Simulations, Again: c.Again, SupportDays: c.SupportDays, Skill: c.Skill, More: c.More})
	if err != nil {
		return err
	}
	e.print(f, func(w io.Writer) { printOutlook(w, f) })
	return nil
}

func printOutlook(w io.Writer, f client.ProgrammeForecast) {
	if len(f.Releases) == 0 {
		fmt.Fprintln(w, "no release is on its way")
		return
	}
	fmt.Fprintf(w, "%d simulations; headway %.1f days (P50), %.1f (P85); %.0f %% of candidates need another\n", f.Simulations, f.HeadwayDays.P50, f.HeadwayDays.P85, 100*f.Again)
	t := table{head: []string{"release", "planned", "P50", "P85", "P95", "gap P50–P85", "within target", "meets due", "basis"}}
	for _, r := range f.Releases {
		due := "–"
		if r.MeetsDue != nil {
			due = percent(*r.MeetsDue)
		}
		t.add(r.Release, clock(r.Planned), r.P50, r.P85, r.P95, fmt.Sprintf("%.0f–%.0f d", r.Gap.P50, r.Gap.P85), percent(r.MeetsTarget), due, r.Gap.Basis)
	}
	t.print(w)
	if x := f.Explained; x != nil && x.Own > 0 {
		fmt.Fprintf(w, "by simulation alone 85 of 100 take at most %.0f working days; of the last %d finished releases 85 of 100 took at most %.0f\n", x.SimulatedP85, x.Own, x.HistoryP85)
		for _, part := range x.Fills {
			fmt.Fprintf(w, "  %.1f days %s\n", part.Days, printable(part.Name))
		}
	}
}

func percent(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) }

// load writes a load; below zero nobody has the skill.
func load(x float64) string {
	if x < 0 {
		return "nobody"
	}
	return percent(x)
}

type gapAdviceCmd struct {
	Programme  string  `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
	Confidence float64 `placeholder:"SHARE" help:"Share of releases that shall keep the gap; 0.85 when absent."`
}

// Run prints the shortest gap that holds.
func (c gapAdviceCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	a, err := s.GapAdvice(ctx, c.Programme, c.Confidence)
	if err != nil {
		return err
	}
	e.print(a, func(w io.Writer) { printAdvice(w, a) })
	return nil
}

func printAdvice(w io.Writer, a client.GapAdvice) {
	if a.Simulated == 0 {
		fmt.Fprintln(w, "no release is on its way: there is nothing to advise on")
		return
	}
	fmt.Fprintf(w, "%d working days hold for %s of the releases (policy: at least %d, target %d, at most %d)\n",
		a.Programme.Days, percent(a.Confidence), a.Policy.Minimum, a.Policy.Target, a.Policy.Maximum)
	t := table{head: []string{"", "holds", "needed", "simulated", "history", "one week", "two weeks", "at target"}}
	for _, x := range append([]client.TeamAdvice{a.Programme}, a.Teams...) {
		name, history := x.Team, "–"
		if name == "" {
			name = "programme"
		}
		if x.Own > 0 {
			history = fmt.Sprintf("%.0f d of %d", x.History, x.Own)
		}
		t.add(name, fmt.Sprintf("%d d", x.Days), fmt.Sprintf("%.1f d", x.Needed), fmt.Sprintf("%.0f d", x.Simulated), history, percent(x.OneWeek), percent(x.TwoWeeks), percent(x.AtTarget))
	}
	t.print(w)
	fmt.Fprintf(w, "\nwhat fills it, %.1f days on average:\n", a.Programme.MeanDays)
	fills := table{head: []string{"", "days"}}
	for _, f := range a.Programme.Fills {
		fills.add(f.Name, fmt.Sprintf("%.1f", f.Days))
	}
	fills.print(w)
	for _, c := range a.Curves {
		points := []string{}
		for _, p := range c.Points {
			mark := ""
			if p.Now {
				mark = " (now)"
			}
			points = append(points, fmt.Sprintf("%g → %.0f d%s", p.X, p.Days, mark))
		}
		fmt.Fprintf(w, "%s: %s\n", printable(c.Name), strings.Join(points, ", "))
	}
}

type queueCmd struct {
	Programme string `required:"" env:"HEADWAY_PROGRAMME" placeholder:"KEY" help:"Programme."`
}

// Run prints whether operations keeps up.
func (c queueCmd) Run(ctx context.Context, e *env) error {
	s, err := e.server()
	if err != nil {
		return err
	}
	q, err := s.Queue(ctx, c.Programme)
	if err != nil {
		return err
	}
	e.print(q, func(w io.Writer) { printQueue(w, q) })
	return nil
}

func printQueue(w io.Writer, q client.Queue) {
	if q.Why != "" {
		fmt.Fprintln(w, printable(q.Why))
		return
	}
	fmt.Fprintln(w, printable(q.Verdict))
	fmt.Fprintf(w, "%.1f releases a week; on the shelf for %.1f working days now, %.1f later\n", q.Releases, q.AgeNow, q.AgeLater)
	skills := table{head: []string{"skill", "load", "asked a week", "there is", "of it rework", "people"}}
	for _, s := range q.Skills {
		skills.add(s.Skill, load(s.Load), fmt.Sprintf("%.0f h", s.Demand), fmt.Sprintf("%.0f h", s.Capacity), fmt.Sprintf("%.0f h", s.Rework), strings.Join(s.People, ", "))
	}
	skills.print(w)
	fmt.Fprintln(w)
	t := table{head: []string{"what would help", "load", "gap P85", "change", "headway", "shelf later", "assumes"}}
	for _, r := range q.Remedies {
		t.add(r.Name, load(r.Load), fmt.Sprintf("%.0f d", r.GapP85), fmt.Sprintf("%+.0f d", r.GapBy), fmt.Sprintf("%.1f d", r.Headway), fmt.Sprintf("%.1f", r.Shelf), r.Assumes)
	}
	t.print(w)
}
