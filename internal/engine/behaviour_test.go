package engine

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write what the engine says into testdata")

// TestBehaviours solves each problem in testdata and compares the timeline, or
// the refusal, with the text behind the line "---". The words of a problem are
// read by parse below; they follow the names of the fields.
func TestBehaviours(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no behaviours", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			given, want, ok := strings.Cut(string(data), "---\n")
			if !ok {
				t.Fatal("no line ---")
			}
			got := tell(parse(t, given))
			if *update {
				if err := os.WriteFile(f, []byte(given+"---\n"+got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// tell solves a problem and writes the answer as text.
func tell(p Problem) string {
	plan, err := Solve(context.Background(), p, Options{Steps: 200, Seed: 1})
	if err != nil {
		return "refused: " + err.Error() + "\n"
	}
	var b strings.Builder
	speak := NewSpeaker(p, slot)
	fmt.Fprintln(&b, plan.Status)
	for _, q := range plan.Placements {
		who := ""
		for _, as := range q.People {
			who += " " + as.Person
		}
		fmt.Fprintf(&b, "%s %d-%d%s: %s\n", q.Activity, q.Start, q.End, who, speak.Why(q.Why))
	}
	for _, f := range plan.Findings {
		fmt.Fprintln(&b, speak.Finding(f))
		for _, c := range f.Clash {
			fmt.Fprintln(&b, "  "+speak.Clash(c))
		}
		for _, r := range Repairs(context.Background(), p, plan, f, Options{Steps: 200, Seed: 1}) {
			text, effect := speak.Repair(r)
			fmt.Fprintf(&b, "  repair: %s: %s\n", text, effect)
		}
	}
	for _, v := range Check(p, plan) {
		if len(plan.Placements) > 0 {
			fmt.Fprintln(&b, "WRONG", v.Text)
		}
	}
	return b.String()
}

// line is "word name key=value …".
type line struct {
	t     *testing.T
	name  string
	words []string
	keys  map[string]string
}

func parse(t *testing.T, text string) Problem {
	p := Problem{SlotMinutes: 60, Horizon: 500, Objective: DefaultObjective()}
	for s := range strings.SplitSeq(text, "\n") {
		f := strings.Fields(s)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		l := line{t: t, name: f[1], keys: map[string]string{}}
		for _, w := range f[2:] {
			if k, v, ok := strings.Cut(w, "="); ok {
				l.keys[k] = v
			} else {
				l.words = append(l.words, w)
			}
		}
		l.add(&p, f[0])
	}
	return p
}

func (l line) add(p *Problem, word string) {
	switch word {
	case "horizon":
		p.Horizon = l.num(l.name)
	case "calendar":
		p.Calendars = append(p.Calendars, Calendar{l.name, l.spans(l.words)})
	case "person":
		q := Person{ID: l.name, Skills: l.words, Calendar: l.keys["hours"]}
		if v, ok := l.keys["away"]; ok {
			q.Absences = []Absence{{l.spans([]string{v})[0], "leave"}}
		}
		p.People = append(p.People, q)
	case "resource":
		r := Resource{ID: l.name, Capacity: l.num(l.words[0]), Calendar: l.keys["hours"]}
		if v, ok := l.keys["closed"]; ok {
			r.Profile = []Level{{l.spans([]string{v})[0], 0}}
		}
		p.Resources = append(p.Resources, r)
	case "window":
		p.Windows = append(p.Windows, WindowSet{ID: l.name, Spans: l.spans(l.words)})
	case "freeze":
		p.Freezes = append(p.Freezes, Freeze{ID: l.name, Kinds: l.words[:1], Spans: l.spans(l.words[1:])})
	case "activity":
		l.activity(p)
	case "lag":
		r := Precedence{From: l.name, To: l.words[0], Calendar: l.keys["cal"], MinLag: l.get("min"), MaxLag: l.opt("max"), MaxWeight: l.get("soft")}
		if len(l.words) > 1 {
			r.Type = Relation(l.words[1])
		}
		p.Precedences = append(p.Precedences, r)
	case "release":
		p.Releases = append(p.Releases, Release{
			ID: l.name, Delivery: l.keys["delivers"], Due: l.opt("due"), SprintEnd: l.opt("sprint"), Weight: l.get("weight"),
			Gap: Gap{Min: l.get("gapmin"), Target: l.get("target"), Max: l.get("gapmax")},
		})
	case "published":
		span := l.spans(l.words[:1])[0]
		q := Placement{Activity: l.name, Start: span.From, End: span.To}
		for k, v := range l.keys {
			q.People = append(q.People, Assignment{k, v})
		}
		p.Published = append(p.Published, q)
	default:
		l.t.Fatalf("unknown word %q", word)
	}
}

func (l line) activity(p *Problem) {
	a := Activity{
		ID: l.name, Duration: l.num(l.words[0]), Calendar: l.keys["cal"], Earliest: l.get("from"), Deadline: l.opt("by"), LatestStart: l.opt("start-by"),
		Due: l.opt("due"), Windows: l.keys["in"], Kind: l.keys["kind"], Release: l.keys["release"],
	}
	for _, w := range l.words[1:] { // skill:n or +resource:n
		name, n, _ := strings.Cut(w, ":")
		if r, ok := strings.CutPrefix(name, "+"); ok {
			a.Uses = append(a.Uses, Use{r, l.num(n)})
		} else {
			a.Demands = append(a.Demands, Demand{name, l.num(n)})
		}
	}
	if at := l.opt("pin"); at != nil {
		a.Pin = &Pin{Start: *at}
		if q, ok := l.keys["with"]; ok {
			a.Pin.People = []Assignment{{a.Demands[0].Skill, q}}
		}
	}
	p.Activities = append(p.Activities, a)
}

func (l line) num(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		l.t.Fatal(err)
	}
	return n
}

func (l line) get(key string) int {
	if v, ok := l.keys[key]; ok {
		return l.num(v)
	}
	return 0
}

func (l line) opt(key string) *int {
	if v, ok := l.keys[key]; ok {
		return new(l.num(v))
	}
	return nil
}

func (l line) spans(words []string) []Span {
	var out []Span
	for _, w := range words {
		a, b, _ := strings.Cut(w, "-")
		out = append(out, Span{l.num(a), l.num(b)})
	}
	return out
}

// TestAPinnedLastActivityEndsTheSearch pins what ends last: no neighbourhood of
// it holds anything that can move, and the search must still end.
func TestAPinnedLastActivityEndsTheSearch(t *testing.T) {
	p := Problem{Horizon: 1000, Objective: DefaultObjective(), Activities: []Activity{{ID: "a", Duration: 3}, {ID: "b", Duration: 3, Pin: &Pin{Start: 500}}}}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	plan, err := Solve(ctx, p, Options{Steps: 100, Seed: 1})
	if err != nil || ctx.Err() != nil || len(plan.Placements) != 2 || plan.Placements[1].Start != 500 {
		t.Fatalf("%+v %v %v", plan, err, ctx.Err())
	}
}
