package headway_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"headway"
)

func step(key string, phase headway.Phase) headway.RunbookStep {
	return headway.RunbookStep{Key: key, Title: key, Phase: phase, Kind: headway.StepManual, Instructions: "do it", Minutes: 10}
}

func TestRunbooksThatCannotBeRunAreRefused(t *testing.T) {
	called := func(kind headway.StepKind, change func(*headway.RunbookStep)) headway.RunbookStep {
		s := headway.RunbookStep{Key: "x", Title: "x", Phase: headway.PhaseDeploy, Kind: kind, Connection: "ci", Repository: "acme/shop", Workflow: "7", Ref: "main", URL: "https://ci.example"}
		if change != nil {
			change(&s)
		}
		return s
	}
	manual := func(change func(*headway.RunbookStep)) headway.RunbookStep {
		s := step("x", headway.PhaseDeploy)
		change(&s)
		return s
	}
	tests := map[string]struct {
		step headway.RunbookStep
		says string // empty: it is fine
	}{
		"github":            {called(headway.StepGitHub, nil), ""},
		"gitlab":            {called(headway.StepGitLab, nil), ""},
		"jenkins":           {called(headway.StepJenkins, nil), ""},
		"azure":             {called(headway.StepAzure, nil), ""},
		"argocd":            {called(headway.StepArgo, nil), ""},
		"no address":        {called(headway.StepJenkins, func(s *headway.RunbookStep) { s.Connection, s.URL = "", "" }), "name the connection"},
		"password in url":   {called(headway.StepJenkins, func(s *headway.RunbookStep) { s.URL = "https://me:pw@ci.example" }), "without a password"},
		"variable as host":  {called(headway.StepHTTP, func(s *headway.RunbookStep) { s.URL = "https://${host}/" }), "no http or https address"},
		"odd repository":    {called(headway.StepGitHub, func(s *headway.RunbookStep) { s.Repository = "acme/../x" }), "no repository"},
		"no ref":            {called(headway.StepGitLab, func(s *headway.RunbookStep) { s.Ref = "" }), "needs repository"},
		"poll of nothing":   {called(headway.StepHTTP, func(s *headway.RunbookStep) { s.Answer = headway.AnswerPoll }), "needs poll"},
		"odd answer":        {called(headway.StepHTTP, func(s *headway.RunbookStep) { s.Answer = "pigeon" }), "no way to answer"},
		"machine with eyes": {called(headway.StepHTTP, func(s *headway.RunbookStep) { s.TwoPeople = true }), "only manual steps"},
		"odd kind":          {called("teamcity", nil), "no kind of step"},
		"odd condition":     {manual(func(s *headway.RunbookStep) { s.When = "a or b" }), "no condition"},
		"parallel to none":  {manual(func(s *headway.RunbookStep) { s.Parallel = true }), "none before it"},
		"rate of nothing":   {manual(func(s *headway.RunbookStep) { s.Volume = &headway.Volume{Fact: "data-gb"} }), "per_minute"},
		"faster than usual": {manual(func(s *headway.RunbookStep) { s.Volume = &headway.Volume{Fact: "data-gb", PerMinute: 2, Slowest: 3} }), "slowest"},
		"unsafe factor":     {manual(func(s *headway.RunbookStep) { s.Volume = &headway.Volume{Fact: "data-gb", PerMinute: 2, Safety: 0.5} }), "safety"},
	}
	for name, c := range tests {
		err := headway.Runbook{Steps: []headway.RunbookStep{c.step, step("back", headway.PhaseRollback)}}.Check()
		if c.says == "" && err != nil || c.says != "" && (headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v; want %q", name, err, c.says)
		}
	}
}

func TestAPointOfNoReturnRunsAlone(t *testing.T) {
	cut, beside := step("cut", headway.PhaseDeploy), step("beside", headway.PhaseDeploy)
	cut.NoReturn, beside.Parallel = true, true
	back := step("back", headway.PhaseRollback)
	if err := (headway.Runbook{Steps: []headway.RunbookStep{cut, beside, back}}).Check(); err == nil {
		t.Error("a step may run together with the point of no return")
	}
	back.NoReturn = true
	if err := (headway.Runbook{Steps: []headway.RunbookStep{cut, back}}).Check(); err == nil {
		t.Error("the way back may have a point of no return")
	}
}

func TestEstimates(t *testing.T) {
	moving := step("move", headway.PhaseDeploy)
	moving.Volume = &headway.Volume{Fact: "data-gb", PerMinute: 2, Slowest: 1, Safety: 1.2}
	facts := headway.Facts{"data-gb": "60"}
	run := func(minutes int, amount float64) headway.StepRun {
		return headway.StepRun{Step: "move", Took: time.Duration(minutes) * time.Minute, Amount: amount}
	}
	tests := map[string]struct {
		runs     []headway.StepRun
		p50, p85 time.Duration
		source   string
	}{
		"declared":                 {nil, 40 * time.Minute, 87 * time.Minute, "declared"},
		"runs of others":           {[]headway.StepRun{{Step: "other", Took: time.Hour}}, 40 * time.Minute, 87 * time.Minute, "declared"},
		"once, with half the data": {[]headway.StepRun{run(20, 30)}, 40 * time.Minute, 46 * time.Minute, "once"},
		"of unknown amount":        {[]headway.StepRun{run(20, 0)}, 20 * time.Minute, 23 * time.Minute, "once"},
		"twice":                    {[]headway.StepRun{run(20, 60), run(30, 60)}, 25 * time.Minute, 34*time.Minute + 30*time.Second, "2 times"},
		"often":                    {[]headway.StepRun{run(1, 60), run(2, 60), run(3, 60), run(4, 60), run(5, 60), run(6, 60), run(7, 60)}, 4 * time.Minute, 6 * time.Minute, "7 times"},
	}
	for name, c := range tests {
		e, err := moving.Estimate(facts, c.runs)
		if err != nil || e.P50.Round(time.Second) != c.p50 || e.P85.Round(time.Second) != c.p85 || !strings.Contains(e.Source, c.source) {
			t.Errorf("%s: %s, %s (%s) %v; want %s, %s", name, e.P50, e.P85, e.Source, err, c.p50, c.p85)
		}
	}
	if _, err := moving.Estimate(headway.Facts{"data-gb": "lots"}, nil); err == nil {
		t.Error("an amount that is no number is taken")
	}
}

// TestEstimatesOfRandomRunbooks holds, over random runbooks, what must be true
// of any: running steps together never takes longer than one after the other,
// P85 lies between P50 and the sum of all P85, and a step more is never shorter.
func TestEstimatesOfRandomRunbooks(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	for range 500 {
		var together, alone headway.Runbook
		var sum85 time.Duration
		for i := range 1 + rng.IntN(8) {
			s := step(string(rune('a'+i)), headway.PhaseDeploy)
			s.Minutes = rng.IntN(200)
			e, err := s.Estimate(nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			sum85 += e.P85
			alone.Steps = append(alone.Steps, s)
			s.Parallel = i > 0 && rng.IntN(2) == 0
			together.Steps = append(together.Steps, s)
		}
		a, errA := alone.EstimatePhases(nil, nil, headway.PhaseDeploy)
		b, errB := together.EstimatePhases(nil, nil, headway.PhaseDeploy)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if b.P50 > a.P50 || a.P85 < a.P50 || a.P85 > sum85+time.Second || a.P50 != alone.Duration(headway.PhaseDeploy) || b.P50 != together.Duration(headway.PhaseDeploy) {
			t.Fatalf("alone %+v, together %+v, of at most %s: %+v", a, b, sum85, together.Steps)
		}
	}
}

func TestVariablesAreTyped(t *testing.T) {
	b := headway.Runbook{Variables: []headway.RunbookVariable{
		{Name: "pool", Kind: headway.VariableChoice, Options: []string{"blue", "green"}},
		{Name: "size", Kind: headway.VariableNumber, Default: "3"},
		{Name: "warm", Kind: headway.VariableSwitch, Default: "true"},
		{Name: "ticket", Kind: headway.VariableText, Pattern: "CHG-[0-9]+", Default: "CHG-1"},
	}}
	if got, err := b.FillVariables(map[string]string{"pool": "green", "size": "4.5"}); err != nil || got["pool"] != "green" || got["size"] != "4.5" || got["ticket"] != "CHG-1" {
		t.Errorf("%v %v", got, err)
	}
	for name, value := range map[string]string{"pool": "red", "size": "many", "warm": "yes", "ticket": "CHG-1; rm", "other": "x"} {
		given := map[string]string{"pool": "blue"}
		given[name] = value
		if _, err := b.FillVariables(given); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
	for name, v := range map[string]headway.RunbookVariable{
		"taken": {Name: "version", Kind: headway.VariableText}, "odd kind": {Name: "a", Kind: "date"},
		"odd default": {Name: "a", Kind: headway.VariableNumber, Default: "x"}, "odd pattern": {Name: "a", Kind: headway.VariableText, Pattern: "("},
	} {
		r := headway.Runbook{Steps: []headway.RunbookStep{step("go", headway.PhaseDeploy), step("back", headway.PhaseRollback)}, Variables: []headway.RunbookVariable{v}}
		if err := r.Check(); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
