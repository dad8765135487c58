package headway

import (
	"testing"
	"time"
)

func TestExperimentsAreJudgedByThreeReleases(t *testing.T) {
	e := Experiment{BaseDays: 5, Aim: 2}
	for name, c := range map[string]struct {
		days []float64
		want ExperimentEffect
	}{
		"nothing yet":        {nil, EffectWaiting},
		"two are too few":    {[]float64{0, 0}, EffectWaiting},
		"as hoped":           {[]float64{3, 3, 3.3}, EffectWorked},
		"a part":             {[]float64{4, 4, 4.2}, EffectPartly},
		"nothing":            {[]float64{5, 5, 4.9}, EffectNone},
		"worse":              {[]float64{6, 6, 6}, EffectWorse},
		"only three count":   {[]float64{3, 3, 3, 50, 50}, EffectWorked},
		"a little the wrong": {[]float64{5.2, 5.2, 5.2}, EffectNone},
	} {
		if r := e.Result(c.days); r.Effect != c.want || r.Releases > ExperimentReleases {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := e.Result([]float64{2, 4}); r.Days != 3 || r.Saved != 2 {
		t.Errorf("%+v", r)
	}
}

func TestExperimentsThatCannotBeJudgedAreRefused(t *testing.T) {
	good := Experiment{Cause: GapWaitingPeople, Who: "qa", Change: "A second tester on Mondays", Owner: "Sara", Aim: 1, State: ExperimentRunning}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for place, change := range map[string]func(*Experiment){
		"cause":  func(e *Experiment) { e.Cause = "the weather" },
		"who":    func(e *Experiment) { e.Who = "Q A" },
		"change": func(e *Experiment) { e.Change = "" },
		"owner":  func(e *Experiment) { e.Owner = " " },
		"aim":    func(e *Experiment) { e.Aim = 0 },
	} {
		e := good
		change(&e)
		if KindOf(e.Check()) != Invalid {
			t.Errorf("%s: %v", place, e.Check())
		}
	}
	if _, err := good.Concluded(true, "", time.Time{}); KindOf(err) != Invalid {
		t.Errorf("without words: %v", err)
	}
	kept, err := good.Concluded(true, "It helped", time.Unix(1, 0))
	if err != nil || kept.State != ExperimentKept {
		t.Fatalf("%+v %v", kept, err)
	}
	if _, err := kept.Concluded(false, "No", time.Unix(2, 0)); KindOf(err) != Conflict {
		t.Errorf("concluded twice: %v", err)
	}
}
