package headway_test

import (
	"strings"
	"testing"

	"headway"
)

func TestDaysOnWhichNothingIsDeployed(t *testing.T) {
	cal := weekdays(t, "Europe/Berlin", "2026-12-25")
	fridays := headway.NoDeployRule{Days: []headway.Weekday{5}}
	eves := headway.NoDeployRule{Eves: true}
	for name, c := range map[string]struct {
		rule     headway.NoDeployRule
		from, to string
		want     headway.Outcome
		says     string
	}{
		"a Thursday":                       {fridays, "2026-11-26T19:00:00Z", "2026-11-26T21:00:00Z", headway.Pass, "Friday"},
		"a Friday":                         {fridays, "2026-11-27T19:00:00Z", "2026-11-27T21:00:00Z", headway.Fail, "Friday 27 November"},
		"Friday already, in Berlin":        {fridays, "2026-11-26T23:30:00Z", "2026-11-26T23:45:00Z", headway.Fail, "Friday 27 November"},
		"until Friday":                     {fridays, "2026-11-26T19:00:00Z", "2026-11-26T23:00:00Z", headway.Pass, ""},
		"over into Friday":                 {fridays, "2026-11-26T19:00:00Z", "2026-11-26T23:01:00Z", headway.Fail, ""},
		"the day before a holiday":         {eves, "2026-12-24T09:00:00Z", "2026-12-24T10:00:00Z", headway.Fail, "Thursday 24 December"},
		"the day before the eve":           {eves, "2026-12-23T09:00:00Z", "2026-12-23T10:00:00Z", headway.Pass, ""},
		"a Saturday, itself a day off":     {eves, "2026-11-28T09:00:00Z", "2026-11-28T10:00:00Z", headway.Pass, ""},
		"a Friday, before the days off":    {eves, "2026-11-27T09:00:00Z", "2026-11-27T10:00:00Z", headway.Fail, "before days off"},
		"not planned, and today is Friday": {fridays, "", "2026-11-27T09:00:00Z", headway.Waiting, ""},
	} {
		t.Run(name, func(t *testing.T) {
			now, planned := instant(t, c.to), headway.Interval{}
			if c.from != "" {
				planned = headway.Interval{From: instant(t, c.from), To: now}
			}
			got, reason := headway.JudgeNoDeploy(c.rule, cal, planned, now)
			if got != c.want || !strings.Contains(reason, c.says) {
				t.Errorf("%s: %s; want %s with %q", got, reason, c.want, c.says)
			}
		})
	}
}

func TestACandidateSoaksAtOneGo(t *testing.T) {
	cal := weekdays(t, "Europe/Berlin")
	stay := func(env, from, to string) headway.Stay {
		s := headway.Stay{Environment: env, From: instant(t, from)}
		if to != "" {
			s.To = instant(t, to)
		}
		return s
	}
	hours, days := headway.SoakRule{Environment: "staging", Hours: 48}, headway.SoakRule{Environment: "staging", WorkingDays: 2}
	now := instant(t, "2026-11-26T10:00:00Z") // a Thursday
	for name, c := range map[string]struct {
		rule    headway.SoakRule
		stays   []headway.Stay
		planned string
		want    headway.Outcome
	}{
		"never there":                       {hours, nil, "", headway.Waiting},
		"elsewhere":                         {hours, []headway.Stay{stay("test", "2026-11-01T00:00:00Z", "")}, "", headway.Waiting},
		"two days to the minute":            {hours, []headway.Stay{stay("staging", "2026-11-24T10:00:00Z", "")}, "", headway.Pass},
		"a minute less":                     {hours, []headway.Stay{stay("staging", "2026-11-24T10:01:00Z", "")}, "", headway.Waiting},
		"not long enough by the plan":       {hours, []headway.Stay{stay("staging", "2026-11-26T09:00:00Z", "")}, "2026-11-27T09:00:00Z", headway.Fail},
		"long enough by the plan":           {hours, []headway.Stay{stay("staging", "2026-11-26T09:00:00Z", "")}, "2026-11-28T09:00:00Z", headway.Pass},
		"twice a day does not make two":     {hours, []headway.Stay{stay("staging", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"), stay("staging", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z")}, "", headway.Waiting},
		"was there long enough, is gone":    {hours, []headway.Stay{stay("staging", "2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z")}, "", headway.Pass},
		"two working days over the weekend": {days, []headway.Stay{stay("staging", "2026-11-20T10:00:00Z", "2026-11-24T01:00:00Z")}, "", headway.Pass},
		"one working day over the weekend":  {days, []headway.Stay{stay("staging", "2026-11-20T10:00:00Z", "2026-11-23T22:00:00Z")}, "", headway.Waiting},
	} {
		t.Run(name, func(t *testing.T) {
			planned := headway.Interval{}
			if c.planned != "" {
				planned = headway.Interval{From: instant(t, c.planned), To: instant(t, c.planned).Add(1)}
			}
			if got, reason := headway.JudgeSoak(c.rule, c.stays, cal, planned, now); got != c.want {
				t.Errorf("%s: %s", got, reason)
			}
		})
	}
}

func TestAnOverrideLiftsItsGuardOnly(t *testing.T) {
	cal := weekdays(t, "UTC")
	at := instant(t, "2026-11-26T20:00:00Z")
	freeze := func(key string) headway.Freeze {
		return headway.Freeze{Key: key, Name: key, Span: headway.Interval{From: at.Add(-3600e9), To: at.Add(3600e9)}}
	}
	gate := headway.Gate{Criteria: []headway.Criterion{
		{Key: "freeze", Title: "Freeze", Kind: headway.CriterionFreeze, WaivedBy: []headway.Role{headway.ReleaseManager}},
		{Key: "defects", Title: "Defects", Kind: headway.CriterionDefects, WaivedBy: []headway.Role{headway.ReleaseManager}},
	}}
	blocker := []headway.Defect{{Number: 1, Title: "Loses orders", Severity: headway.Blocker, State: headway.DefectOpen}}
	given := func(change func(*headway.Override)) []headway.Override {
		o := headway.Override{Rule: "freeze", Freezes: []string{"sale"}, Role: headway.ReleaseManager, ByName: "Rita", Reason: "the law", At: at}
		change(&o)
		return []headway.Override{o}
	}
	for name, c := range map[string]struct {
		overrides []headway.Override
		freezes   []headway.Freeze
		lifted    bool
	}{
		"none":                        {nil, []headway.Freeze{freeze("sale")}, false},
		"of the freeze":               {given(func(*headway.Override) {}), []headway.Freeze{freeze("sale")}, true},
		"and another freeze":          {given(func(*headway.Override) {}), []headway.Freeze{freeze("sale"), freeze("outage")}, false},
		"withdrawn":                   {given(func(o *headway.Override) { o.WithdrawnAt = at }), []headway.Freeze{freeze("sale")}, false},
		"by a role that may not":      {given(func(o *headway.Override) { o.Role = headway.ProductOwner }), []headway.Freeze{freeze("sale")}, false},
		"of something else":           {given(func(o *headway.Override) { o.Rule = "defects" }), []headway.Freeze{freeze("sale")}, false},
		"where nothing is in the way": {given(func(*headway.Override) {}), nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := gate.Judge(headway.GateFacts{Calendar: cal, Freezes: c.freezes, Overrides: c.overrides, Defects: blocker, Planned: headway.Interval{From: at, To: at.Add(60e9)}, Now: at})
			if err != nil || v[0].Waived != c.lifted || v[0].Waived && v[0].WaivedBy != "Rita" {
				t.Errorf("%+v, %v", v[0], err)
			}
			if v[1].Waived || v[1].Outcome != headway.Fail {
				t.Errorf("the defects: %+v", v[1])
			}
		})
	}
}
