package form_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway"
	"headway/internal/web/form"
)

func guide() form.Guide {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return form.Guide{
		Zone: berlin, Help: map[string]string{"zone": "IANA name"}, Labels: map[string]string{"teams.cadence.days": "Sprint length"},
		Choices: map[string][]form.Option{
			"TeamKind": {{"development", "Development"}, {"operations", "Operations"}}, "Role": {{"product-owner", "Product Owner"}},
			"Weekday": {{"mon", "Monday"}, {"tue", "Tuesday"}, {"sat", "Saturday"}}, "ActivityKind": {{"regression", "Regression"}},
		},
	}
}

// values are what a browser sends of a form as it was shown.
func values(elements []form.Element) url.Values {
	out := url.Values{}
	for _, e := range elements {
		if e.Key != "" {
			out.Set(strings.TrimSuffix(e.Fields[0].Name, e.Fields[0].Path)+"was", e.Key)
		}
		for _, f := range e.Fields {
			switch {
			case f.Kind == form.Choices:
				out[f.Name] = f.Values
			case f.Kind != form.Check || f.Value != "":
				out.Set(f.Name, f.Value)
			}
		}
	}
	return out
}

// A form that is sent as it was shown changes nothing, whatever the noun.
func TestUntouchedFormsGiveTheSameBack(t *testing.T) {
	g := guide()
	teams := []headway.TeamPart{
		{Key: "web", Name: "Web shop", Kind: headway.DevelopmentTeam, Priority: 7, Cadence: headway.CadencePart{First: headway.Date{Year: 2026, Month: 11, Day: 2}, Days: 14, Version: "2.0.0"}},
		{Key: "ops", Name: "Operations <b>", Kind: headway.OperationsTeam},
	}
	same(t, g, "teams", teams, func(v headway.TeamPart) (string, string, string) { return v.Key, v.Name, "" })
	same(t, g, "people", []headway.PersonPart{{
		Key: "ann", Name: "Ann", Team: "ops", Skills: []headway.Skill{"dba", "of my own"}, Percent: 80, Reserve: 10,
		Absences: []headway.AbsencePart{{From: headway.Date{Year: 2026, Month: 12, Day: 24}, To: headway.Date{Year: 2026, Month: 12, Day: 31}, Reason: "leave"}},
	}}, func(v headway.PersonPart) (string, string, string) { return v.Key, v.Name, "" })
	same(t, g, "windows", []headway.WindowPart{{Key: "sat", Name: "Saturday", Days: []headway.Weekday{6, 2}, Start: 8 * 60, Minutes: 240, Zone: "Asia/Kolkata"}},
		func(v headway.WindowPart) (string, string, string) { return v.Key, v.Name, "" })
	same(t, g, "freezes", []headway.FreezePart{{Key: "x", Name: "Christmas", From: time.Date(2026, 12, 20, 17, 0, 0, 0, time.UTC), To: time.Date(2027, 1, 2, 5, 30, 0, 0, time.UTC), Reason: "quiet"}},
		func(v headway.FreezePart) (string, string, string) { return v.Key, v.Name, "" })
	same(t, g, "playbook", headway.DefaultPlaybook(nil).Activities, func(v headway.PlaybookActivity) (string, string, string) { return v.Key, v.Title, "" })
	same(t, g, "criteria", headway.DefaultGate().Criteria, func(v headway.Criterion) (string, string, string) { return v.Key, v.Title, "" })
	same(t, g, "steps", headway.DefaultRunbook().Steps, func(v headway.RunbookStep) (string, string, string) { return v.Key, v.Title, "" })
}

func same[T any](t *testing.T, g form.Guide, section string, list []T, key func(T) (string, string, string)) {
	t.Helper()
	got, err := form.Read(g, section, list, values(form.Show(g, section, list, key)), key)
	if err != nil {
		t.Errorf("%s: %v", section, err)
	}
	if diff := cmp.Diff(list, got.List); diff != "" {
		t.Errorf("%s (-was +got):\n%s", section, diff)
	}
}

func teamKey(v headway.TeamPart) (string, string, string) { return v.Key, v.Name, "" }

func TestElementsAreAddedRemovedAndOrdered(t *testing.T) {
	g := guide()
	was := []headway.TeamPart{{Key: "a", Name: "A", Kind: headway.DevelopmentTeam}, {Key: "b", Name: "B", Kind: headway.DevelopmentTeam}, {Key: "c", Name: "C", Kind: headway.DevelopmentTeam}}
	in := values(form.Show(g, "teams", was, teamKey))
	in.Set("f.0.order", "9")
	in.Set("f.1.remove", "on")
	in.Set("f.3.name", "New Team")
	in.Set("f.3.kind", "operations")
	got, err := form.Read(g, "teams", was, in, teamKey)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, v := range got.List {
		keys = append(keys, v.Key)
	}
	if want := []string{"c", "new-team", "a"}; !cmp.Equal(keys, want) {
		t.Errorf("%v, want %v: b removed, a last, the new one by its name", keys, want)
	}
	if last := got.Elements[len(got.Elements)-1]; !last.New {
		t.Error("no empty element at the end of what is shown again")
	}
}

func TestWhatCannotBeReadIsMarkedAndKept(t *testing.T) {
	g := guide()
	was := []headway.TeamPart{{Key: "web", Name: "Web", Kind: headway.DevelopmentTeam}}
	in := values(form.Show(g, "teams", was, teamKey))
	in.Set("f.0.cadence.days", "a fortnight")
	in.Set("f.0.cadence.first", "2026-02-30")
	got, err := form.Read(g, "teams", was, in, teamKey)
	if headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), "2 fields") {
		t.Errorf("the error is %v", err)
	}
	problems := map[string]string{}
	for _, f := range got.Elements[0].Fields {
		if f.Problem != "" {
			problems[f.Path] = f.Value
		}
	}
	if want := map[string]string{"cadence.days": "a fortnight", "cadence.first": "2026-02-30"}; !cmp.Equal(problems, want) {
		t.Errorf("marked are %v", problems)
	}
}

func TestErrorsOfVerbsFindTheirField(t *testing.T) {
	g := guide()
	elements := form.Show(g, "teams", []headway.TeamPart{{Key: "web", Name: "Web"}, {Key: "pay", Name: "Payments"}}, teamKey)
	for where, want := range map[string]string{"teams.pay.cadence.days": "f.1.cadence.days", "teams[0].name": "f.0.name", "teams.web": "", "people.web.name": "nowhere"} {
		es := append([]form.Element{}, elements...)
		for k := range es {
			es[k].Fields = append([]form.Field{}, es[k].Fields...)
		}
		found := form.Mark("teams", es, headway.Invalidf(where, "it is wrong"))
		marked := "nowhere"
		for _, e := range es {
			if e.Problem != "" {
				marked = ""
			}
			for _, f := range e.Fields {
				if f.Problem != "" {
					marked = f.Name
				}
			}
		}
		if marked != want || found != (want != "nowhere") {
			t.Errorf("%s marked %q, want %q", where, marked, want)
		}
	}
}

// FuzzRead: whatever a form sends, reading ends, and what is shown again has
// an empty element.
func FuzzRead(f *testing.F) {
	f.Add("f.0.key=web&f.0.name=Web&f.0.was=web&f.0.order=2")
	f.Add("f.99999999999999999999.key=x&f.-1.name=y&f..key=z&f.0=1")
	f.Add("f.0.estimate.per_fact=a=1%0Aa=2&f.0.key=k&f.0.people=1e9&f.0.when=%00")
	f.Add("f.0.title=x&f.0.estimate.hours=NaN&f.0.after=a&f.0.after=b")
	key := func(v headway.PlaybookActivity) (string, string, string) { return v.Key, v.Title, "" }
	f.Fuzz(func(t *testing.T, query string) {
		in, err := url.ParseQuery(query)
		if err != nil || len(query) > 10_000 {
			return
		}
		g := guide()
		got, err := form.Read(g, "playbook", headway.DefaultPlaybook(nil).Activities, in, key)
		if err == nil && len(got.Elements) == 0 {
			t.Error("nothing to show again")
		}
	})
}
